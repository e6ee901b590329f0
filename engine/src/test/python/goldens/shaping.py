"""Shapes, views, joins, indexing and creation: elements that are moved, not computed."""

import itertools

import numpy as np

from .table import DT, DTYPES, FLOATS, B, D, I, Is, L, Ls, S
from .values import SHAPES, plain, salted

SLICES = ["...", ":", "1", "-1", "::2", "::-1", "1:4", "-3:-1", "4:1", "4:1:-1", "::-2", "100:", ":100:3", "-100:2", "newaxis", "..., newaxis",
          "newaxis, ..., newaxis", "2:2", "0:0:-1"]
SLICES_2 = ["1, 2", "::2, ::-1", "1:, :2", ":, 1", ":, -1", "..., 0", "..., ::2", "1, ...", ":, newaxis", "0, newaxis, ::-2", "::-1, 3:0:-1", "2:2, :",
            "newaxis, 1, ..., 1:", ":, ..., :"]
SLICES_3 = ["0, 1, 2", "::-1, ::-1, ::-1", "..., 1, :", "1, ..., ::2", ":, 1:2, newaxis, ::-1", "0, ..., newaxis, 1", "1:, ::2, 1:3"]


def index(text):
    return eval(f"np.s_[{text}]", {"np": np, "newaxis": None})


def attempt(table, method, args, function, tolerance="bits"):
    try:
        expected = function()
    except (ValueError, IndexError, TypeError, OverflowError, np.exceptions.AxisError):
        expected = None
    if isinstance(expected, (list, tuple)):
        expected = [np.asarray(e) for e in expected]
    table.case(method, args, expected if expected is None or isinstance(expected, list) else np.asarray(expected), tolerance)


def views(table, rng):
    for dtype in DTYPES:
        a = plain(dtype, rng, (3, 4, 5))
        table.case("transpose", [a], a.T)
        table.case("flip", [a, Is(1)], np.flip(a, 1))
        table.case("ravel", [a], a.ravel())
        table.case("reshape", [a, Ls(5, -1)], a.reshape(5, -1))
        table.case(".get", [a, S("::2, ::-1, 1:4")], a[::2, ::-1, 1:4])
    for shape in SHAPES + [(6, 5), (3, 4, 5), (2, 1, 3, 1)]:
        a = plain("int32", rng, shape)
        rank = a.ndim
        for method in ("transpose", ".T"):
            table.case(method, [a], a.T)
        for method in ("ravel", ".ravel"):
            table.case(method, [a], a.ravel())
        for order in itertools.permutations(range(rank)):
            table.case("permute", [a, Is(*order)], a.transpose(order))
            if rank:
                negative = [k - rank for k in order]
                table.case(".transpose", [a, Is(*negative)], a.transpose(negative))
        for one in range(-rank, rank + 1):
            attempt(table, "swapaxes", [a, I(one), I(0)], lambda: np.swapaxes(a, one, 0))
            attempt(table, "moveaxis", [a, I(one), I(-1)], lambda: np.moveaxis(a, one, -1))
            attempt(table, "expandDims", [a, Is(one)], lambda: np.expand_dims(a, one))
            attempt(table, "flip", [a, Is(one)], lambda: np.flip(a, one))
            attempt(table, "roll", [a, L(2), I(one)], lambda: np.roll(a, 2, one))
            if rank == 0:
                # NumPy lets axis 0 of nothing pass here
                table.case("squeeze", [a, Is(one)], None)
                table.case("repeat", [a, L(3), I(one)], None)
                continue
            attempt(table, "squeeze", [a, Is(one)], lambda: np.squeeze(a, one))
            attempt(table, "roll", [a, L(-7), I(one)], lambda: np.roll(a, -7, one))
            attempt(table, "repeat", [a, L(3), I(one)], lambda: np.repeat(a, 3, one))
            attempt(table, "repeat", [a, L(0), I(one)], lambda: np.repeat(a, 0, one))
            if 0 <= one < rank:
                counts = rng.integers(0, 4, a.shape[one])
                table.case("repeat", [a, Ls(*counts), I(one)], np.repeat(a, counts, one))
        table.case("flip", [a, Is()], np.flip(a))
        table.case("squeeze", [a, Is()], np.squeeze(a))
        table.case("roll", [a, L(3)], np.roll(a, 3))
        table.case("repeat", [a, L(2)], np.repeat(a, 2))
        for target in ((-1,), (2, -1), (1, -1, 1), (3, 2), (), (0, 5), (-1, -1), (60,), (4, 15), (0, -1)):
            attempt(table, "reshape", [a, Ls(*target)], lambda: a.reshape(target))
            attempt(table, "broadcastTo", [a, Ls(*target)], lambda: np.broadcast_to(a, target))
        table.case("broadcastTo", [a, Ls(2, *shape)], np.broadcast_to(a, (2, *shape)))
        for repeats in ((2,), (2, 1), (1, 3, 2), (0,), (2, 2, 2, 1)):
            table.case("tile", [a, Ls(*repeats)], np.tile(a, repeats))
        if rank > 1:
            table.case("moveaxis", [a, Is(0, 1), Is(-1, 0)], np.moveaxis(a, [0, 1], [-1, 0]))
            table.case("expandDims", [a, Is(0, -1)], np.expand_dims(a, (0, -1)))
            table.case("roll", [a, Ls(1, -2), Is(0, 1)], np.roll(a, (1, -2), (0, 1)))
        pads(table, rng, a)


def pads(table, rng, a):
    for _ in range(3):
        before, after = rng.integers(0, 4, a.ndim), rng.integers(0, 4, a.ndim)
        widths = list(zip(before, after))
        table.case("pad", [a, Ls(*before), Ls(*after), D(7)], np.pad(a, widths, constant_values=7) if a.ndim else a)
        for method, mode in (("padEdge", "edge"), ("padReflect", "reflect")):
            attempt(table, method, [a, Ls(*before), Ls(*after)], lambda: np.pad(a, widths, mode) if a.ndim else a)


def joins(table, rng):
    for one in DTYPES:
        for other in DTYPES:
            a, b = plain(one, rng, (2, 3)), plain(other, rng, (4, 3))
            table.case("concatenate", [I(0), a, b], np.concatenate([a, b]))
    for shape in SHAPES + [(3, 5)]:
        a, b, c = (plain("float64", rng, shape) for _ in range(3))
        attempt(table, "concatenate", [a, b, c], lambda: np.concatenate([a, b, c]))
        attempt(table, "hstack", [a, b, c], lambda: np.hstack([a, b, c]))
        attempt(table, "vstack", [a, b, c], lambda: np.vstack([a, b, c]))
        table.case("stack", [a, b], np.stack([a, b]))
        for axis in range(-a.ndim - 1, a.ndim + 2):
            attempt(table, "stack", [I(axis), a, b], lambda: np.stack([a, b], axis))
            attempt(table, "concatenate", [I(axis), a, b], lambda: np.concatenate([a, b], axis))
            for count in (1, 2, 3):
                attempt(table, "split", [a, I(count), I(axis)], lambda: np.split(a, count, axis))
                attempt(table, "arraySplit", [a, I(count), I(axis)], lambda: np.array_split(a, count, axis))
        if a.ndim:
            table.case("split", [a, Ls(1, 2), I(0)], np.split(a, [1, 2], 0))
            table.case("split", [a, Ls(2, 1, 7), I(-1)], np.split(a, [2, 1, 7], -1))
    table.case("concatenate", [I(1), np.zeros((2, 3)), np.zeros((3, 3))], None)
    table.case("stack", [np.zeros((2, 3)), np.zeros((3, 2))], None)


def indexing(table, rng):
    for shape, texts in (((5,), SLICES), ((33,), SLICES), ((4, 6), SLICES + SLICES_2), ((3, 4, 5), SLICES + SLICES_2 + SLICES_3),
                         ((0, 3), ["::2, 1", ":, ::-1"]), ((), ["...", "newaxis", "..., newaxis"])):
        a = plain("float64", rng, shape)
        for text in texts:
            attempt(table, ".get", [a, S(text)], lambda: a[index(text)])
            settings(table, rng, a, text)
    a = plain("int64", rng, (3, 4, 5))
    table.case(".get", [a, L(1), Ls()], a[1])
    table.case(".get", [a, L(-1), Ls(2, -2)], a[-1, 2, -2])
    table.case(".get", [a, L(3), Ls()], None)
    masks(table, rng)
    for dtype in DTYPES:
        a = plain(dtype, rng, (4, 5))
        for index_type in ("int64", "int32", "int8", "uint8"):
            i = rng.integers(0 if index_type == "uint8" else -4, 4, (2, 3)).astype(index_type)
            table.case("take", [a, i], np.take(a, i))
            table.case("take", [a, i, I(0)], np.take(a, i, 0))
            table.case(".take", [a, i, I(-1)], np.take(a, i, -1))
            table.case(".get", [a, i], a[i])
            table.case(".get", [a, i, i[0]], a[i, i[0]])
            along = rng.integers(0 if index_type == "uint8" else -4, 4, (4, 2)).astype(index_type)
            table.case("takeAlongAxis", [a, along, I(1)], np.take_along_axis(a, along, 1))
    table.case("take", [np.arange(3), np.array([3])], None)
    table.case("take", [np.arange(3), np.array([-4]), I(0)], None)


def settings(table, rng, a, text):
    def assigned(value):
        b = a.copy()
        b[index(text)] = value
        return b

    try:
        part = np.asarray(a[index(text)])
    except IndexError:
        table.case(".set", [a, S(text), L(1)], None)
        return
    value = plain("float64", rng, part.shape)
    table.case(".set", [a, S(text), value], assigned(value))
    table.case(".set", [a, S(text), np.array(7, "int32")], assigned(7))
    table.case(".set", [a, S(text), L(-3)], assigned(-3))
    table.case(".set", [a, S(text), D(2.5)], assigned(2.5))
    table.case(".set", [a, S(text), np.zeros((17, 3))], None)


def masks(table, rng):
    for dtype in DTYPES:
        for shape in ((7,), (4, 5), (2, 3, 4), (0,), (3, 0)):
            a = plain(dtype, rng, shape)
            for mask in (rng.random(shape) < 0.4, np.zeros(shape, bool), np.ones(shape, bool)):
                table.case(".get", [a, mask], a[mask])
                b = a.copy()
                b[mask] = 1
                table.case(".set", [a, mask, L(1)], b)
                value = np.asarray(plain(dtype, rng, ()))
                c = a.copy()
                c[mask] = 2.0
                table.case(".set", [a, mask, D(2)], c)
                c[mask] = value
                table.case(".set", [a, mask, value], c)
            if len(shape) > 1:
                rows = rng.random(shape[0]) < 0.6
                table.case(".get", [a, rows], a[rows])
        table.case("nonzero", [a := salted(dtype, rng, (4, 5))], [np.asarray(x) for x in np.nonzero(a)])
        table.case("flatNonzero", [a], np.flatnonzero(a))
    table.case(".get", [np.zeros((3, 4)), np.ones((4, 3), bool)], None)


def creation(table, rng):
    for shape in SHAPES:
        table.case("zeros", [Ls(*shape)], np.zeros(shape))
        table.case("ones", [Ls(*shape)], np.ones(shape))
        table.case("empty", [Ls(*shape)], np.zeros(shape))
        table.case("full", [Ls(*shape), L(7)], np.full(shape, 7))
        table.case("full", [Ls(*shape), D(7.5)], np.full(shape, 7.5))
        table.case("full", [Ls(*shape), B(True)], np.full(shape, True))
        table.case("indices", [Ls(*shape)], np.indices(shape))
        for dtype in DTYPES:
            a = plain(dtype, rng, shape)
            for method, function in (("zeros", np.zeros), ("ones", np.ones), ("empty", np.zeros)):
                table.case(method, [DT(dtype), Ls(*shape)], function(shape, dtype))
                table.case(method + "Like", [a], function(shape, dtype))
                if method != "empty":
                    table.case(method + "Like", [a, DT("int16")], function(shape, "int16"))
            table.case("full", [Ls(*shape), L(3), DT(dtype)], np.full(shape, 3, dtype))
            table.case("full", [Ls(*shape), D(2.5), DT(dtype)], np.full(shape, 2.5).astype(dtype))
            table.case("fullLike", [a, L(1)], np.full(shape, 1, dtype))
            table.case("fullLike", [a, D(1.5)], np.full(shape, 1.5).astype(dtype))
    for value in (0, 5, -3, 2**62):
        table.case("scalar", [L(value)], np.int64(value))
    for value in (0.0, -0.0, 1.5, float("nan"), float("inf")):
        table.case("scalar", [D(value)], np.float64(value))
    table.case("scalar", [B(True)], np.bool_(True))
    for dtype in DTYPES:
        table.case("scalar", [L(1), DT(dtype)], np.array(1, dtype))
        table.case("scalar", [D(1.5), DT(dtype)], np.array(1.5).astype(dtype))
    for args in ((5,), (0,), (-3,), (2, 9), (9, 2), (1, 20, 3), (20, 1, -3), (0, 10, 11), (-5, 5, 2)):
        table.case("arange", [L(v) for v in args], np.arange(*args))
        floats = [float(v) for v in args]
        table.case("arange", [D(v) for v in floats], np.arange(*floats))
        if len(args) == 3:
            for dtype in ("int8", "int32", "float32", "uint16"):
                values = np.arange(*args)
                if dtype != "uint16" or values.min() >= 0:
                    table.case("arange", [L(v) for v in args] + [DT(dtype)], values.astype(dtype))
            table.case("arange", [D(v) for v in floats] + [DT("float32")], np.arange(*floats, dtype="float32"))
    for args in ((0.5, 3.0, 0.25), (0.0, 1.0, 0.1), (1.0, 0.0, -0.3), (1.0, 1.3, 0.1)):
        table.case("arange", [D(v) for v in args], np.arange(*args))
    table.case("arange", [L(0), L(5), L(0)], None)
    for start, stop in ((0, 1), (-3.5, 7.25), (5, 5), (1, 0)):
        table.case("linspace", [D(start), D(stop)], np.linspace(start, stop))
        for count in (0, 1, 2, 7, 50):
            table.case("linspace", [D(start), D(stop), L(count)], np.linspace(start, stop, count))
            for endpoint in (True, False):
                table.case("linspace", [D(start), D(stop), L(count), B(endpoint)], np.linspace(start, stop, count, endpoint))
                powers = np.logspace(start, stop, count, endpoint, 2.5)
                table.case("logspace", [D(start), D(stop), L(count), B(endpoint), D(2.5)], powers, "ulp:2")
            table.case("logspace", [D(start), D(stop), L(count)], np.logspace(start, stop, count), "ulp:2")
    for n in (0, 1, 5):
        table.case("eye", [L(n)], np.eye(n))
        table.case("identity", [L(n)], np.identity(n))
        table.case("tri", [L(n)], np.tri(n))
        for m in (0, 1, 4):
            for k in (-9, -1, 0, 2):
                table.case("eye", [L(n), L(m), L(k)], np.eye(n, m, k))
                table.case("tri", [L(n), L(m), L(k)], np.tri(n, m, k))
                table.case("eye", [L(n), L(m), L(k), DT("uint8")], np.eye(n, m, k, "uint8"))
    for dtype in DTYPES:
        for shape in ((4, 5), (3, 3), (2, 3, 4), (1, 0), (5,), (0,)):
            a = plain(dtype, rng, shape)
            for k in (-2, 0, 1, 7):
                if len(shape) > 1:
                    table.case("tril", [a, L(k)], np.tril(a, k))
                    table.case("triu", [a, L(k)], np.triu(a, k))
                if len(shape) < 3 and (len(shape) == 1 or k > -2 and k < 5):
                    table.case("diag", [a, L(k)], np.diag(a, k))
            if len(shape) > 1:
                table.case("tril", [a], np.tril(a))
                table.case("triu", [a], np.triu(a))
            if len(shape) < 3:
                table.case("diag", [a], np.diag(a))
    x, y, z = np.arange(3), np.array([1.5, 2.5]), np.array([True, False, True, True])
    for vectors in ((x,), (x, y), (x, y, z)):
        table.case("meshgrid", list(vectors), list(np.meshgrid(*vectors)))
        table.case("meshgrid", [B(False), *vectors], list(np.meshgrid(*vectors, indexing="ij")))


def make(table, rng):
    views(table, rng)
    joins(table, rng)
    indexing(table, rng)
    creation(table, rng)
