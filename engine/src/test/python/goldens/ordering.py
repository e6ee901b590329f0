"""Scans, sorts and statistics along an axis or over all elements."""

import math

import numpy as np

from .reductions import exact_sum, unit
from .shaping import attempt
from .table import DTYPES, FLOATS, INTS, NONE, B, D, Doubles, I, L
from .values import plain, salted, small, special

SHAPES = [(7,), (1,), (0,), (5, 6), (3, 1, 4), (2, 3, 4), (0, 3), (3, 0), (130,)]


def scans(table, rng):
    for dtype in DTYPES:
        for shape in SHAPES + [()]:
            a = plain(dtype, rng, shape)
            if dtype not in FLOATS:
                table.case("cumsum", [a], np.cumsum(a))
                table.case("cumprod", [a], np.cumprod(a))
            else:
                running(table, "cumsum", [a], a.ravel(), 0)
            for axis in range(-1, a.ndim) if a.ndim else ():
                if dtype not in FLOATS:
                    table.case("cumsum", [a, I(axis)], np.cumsum(a, axis))
                    table.case("cumprod", [a, I(axis)], np.cumprod(a, axis))
                else:
                    running(table, "cumsum", [a, I(axis)], a, axis)
                    b = small(dtype, rng, shape)
                    table.case("cumsum", [b, I(axis)], np.cumsum(b, axis))
                    table.case("cumprod", [b[..., :5], I(axis)], np.cumprod(b[..., :5], axis))
                attempt(table, "diff", [a, I(1), I(axis)], lambda: np.diff(a, 1, axis))
                attempt(table, "diff", [a, I(2), I(axis)], lambda: np.diff(a, 2, axis))
                attempt(table, "diff", [a, I(0), I(axis)], lambda: np.diff(a, 0, axis))
            if a.ndim:
                attempt(table, "diff", [a], lambda: np.diff(a))
        s = special(dtype)
        if dtype not in FLOATS:
            table.case("cumsum", [s], np.cumsum(s))
    for dtype in FLOATS:
        a = np.array([1, np.inf, 2, np.nan, 3], dtype)
        table.case("cumsum", [a], np.cumsum(a))
        table.case("cumprod", [a], np.cumprod(a))


def running(table, name, args, a, axis):
    """Prefix sums: exact ones, each within the bound of adding in order."""
    moved = np.moveaxis(a, axis, -1).astype("float64")
    sums, bounds = np.zeros(moved.shape), np.zeros(moved.shape)
    for place in np.ndindex(moved.shape[:-1]):
        row = moved[place]
        for k in range(len(row)):
            sums[place + (k,)] = math.fsum(row[:k + 1])
            bounds[place + (k,)] = (k + 2) * unit(a.dtype) * math.fsum(np.abs(row[:k + 1]))
    table.case(name, args, np.moveaxis(sums, -1, axis).astype(a.dtype), np.moveaxis(bounds, -1, axis))


def sorts(table, rng):
    for dtype in DTYPES:
        for shape in SHAPES:
            for a in (salted(dtype, rng, shape), small(dtype, rng, shape)):
                table.case("sort", [a], np.sort(a), "zeros")
                table.case("argsort", [a], np.argsort(a, kind="stable"))
                for axis in range(a.ndim):
                    table.case("sort", [a, I(axis)], np.sort(a, axis), "zeros")
                    table.case("argsort", [a, I(axis)], np.argsort(a, axis, kind="stable"))
                values, index, inverse, counts = np.unique(a, True, True, True)
                table.case("unique", [a], values, "zeros")
                table.case("uniqueCounts", [a], counts)
                table.case("uniqueIndex", [a], index)
                table.case("uniqueInverse", [a], inverse)
        s = np.sort(small(dtype, rng, (20,)))
        for side in (False, True):
            v = small(dtype, rng, (3, 4))
            table.case("searchsorted", [s, v, B(side)], np.searchsorted(s, v, "right" if side else "left"))
        table.case("searchsorted", [s, np.array([0.5, 2.0, np.nan, -np.inf])], np.searchsorted(s, np.array([0.5, 2.0, np.nan, -np.inf])))


def statistics(table, rng):
    """Quantiles interpolate; a few ulp of the neighbours' size."""
    for dtype in DTYPES:
        for shape in ((7,), (8,), (1,), (5, 6), (2, 3, 4)):
            inputs = [plain(dtype, rng, shape)]
            if dtype in FLOATS:
                holes = plain(dtype, rng, shape).copy()
                holes.reshape(-1)[::3] = np.nan
                inputs.append(holes)
            for a in inputs:
                for axis in [None] + list(range(-1, a.ndim)):
                    extra = [] if axis is None else [I(axis)]
                    middles(table, "median", np.median, "nanMedian", np.nanmedian, a, axis, extra)
                    if dtype == "bool":
                        continue
                    for q in (0.0, 0.25, 0.6, 1.0):
                        quantile(table, "quantile", a, q, axis, D(q), extra)
                    several = [0.1, 0.5, 0.9]
                    quantile(table, "quantile", a, np.array(several), axis, Doubles(*several), extra)


def middles(table, name, function, nan_name, nan_function, a, axis, extra):
    bounds = lambda r: np.abs(np.asarray(r, "float64")) * 4 * np.finfo(r.dtype).eps + np.finfo(r.dtype).tiny
    for method, f in ((name, function), (nan_name, nan_function)):
        result = np.asarray(f(a, axis))
        table.case(method, [a] + extra, result, np.nan_to_num(bounds(result)))
        if axis is not None:
            kept = np.asarray(f(a, axis, keepdims=True))
            table.case(method, [a] + extra + [B(True)], kept, np.nan_to_num(bounds(kept)))


def quantile(table, name, a, q, axis, arg, extra, keepdims=False):
    for prefix, function in (("quantile", np.quantile), ("nanQuantile", np.nanquantile)):
        wide = a.astype("float64")
        scale = 8 * np.nanmax(np.abs(wide), initial=0) * (np.finfo(a.dtype).eps if a.dtype.kind == "f" else 2e-16)
        # NumPy interpolates small integers in their own dtype, where differences wrap
        result = np.asarray(function(a if a.dtype.name in FLOATS else wide, q, axis, keepdims=keepdims))
        numpy = "-"
        if result.dtype == "float32" and np.ndim(q):
            result, numpy = np.asarray(function(wide, q, axis, keepdims=keepdims)), "float32"
        table.case(prefix, [a, arg] + extra, result, np.full(result.shape, scale), numpy)
        percents = np.asarray(q) * 100
        percent_arg = D(percents) if percents.ndim == 0 else Doubles(*percents)
        table.case(prefix.replace("uantile", "ercentile").replace("q", "p").replace("Qe", "Pe"), [a, percent_arg] + extra, result,
                   np.full(result.shape, scale), numpy)


def counts(table, rng):
    for dtype in DTYPES:
        a = small(dtype, rng, (40,))
        if dtype not in FLOATS and dtype != "uint64":
            table.case("bincount", [a], np.bincount(a))
            w = plain("float64", rng, (40,)).round()
            table.case("bincount", [a, w, L(10)], np.bincount(a, w, 10))
        edges = np.array([0, 1.5, 3, 4])
        table.case("digitize", [a, edges], np.digitize(a, edges))
        if dtype == "bool":
            continue
        for shape in ((60,), (6, 7), (1,)):
            b = small(dtype, rng, shape)
            histogram(table, [b], np.histogram(b))
            histogram(table, [b, I(4)], np.histogram(b, 4))
            histogram(table, [b, I(4), D(1), D(4.5)], np.histogram(b, 4, (1, 4.5)))
            histogram(table, [b, edges], np.histogram(b, edges))
        b, w = small(dtype, rng, (60,)), small("float64", rng, (60,))
        histogram(table, [b, I(5), w, B(False)], np.histogram(b, 5, weights=w))
        histogram(table, [b, I(5), w, B(True)], np.histogram(b, 5, weights=w, density=True))
    for one in DTYPES:
        a = small(one, rng, (3, 4))
        for b in (a, a.astype("float64"), a + np.array(1, a.dtype) if one != "bool" else ~a, a[:2], a.astype("float64") * (1 + 1e-7)):
            table.case("arrayEqual", [a, b], np.bool_(np.array_equal(a, b)))
            if a.shape == b.shape:
                table.case("allclose", [a, b], np.bool_(np.allclose(a, b)))
    x = np.array([1, np.nan, np.inf])
    table.case("arrayEqual", [x, x], np.bool_(False))
    table.case("arrayEqual", [x, x, B(True)], np.bool_(True))
    table.case("allclose", [x, x], np.bool_(False))
    table.case("allclose", [x, x, D(1e-5), D(1e-8), B(True)], np.bool_(True))


def kept_quantiles(table, rng):
    for dtype in ("float32", "float64", "int32"):
        for shape in ((7,), (5, 6), (2, 3, 4)):
            a = plain(dtype, rng, shape).copy()
            if dtype in FLOATS:
                a.reshape(-1)[::5] = np.nan
            for axis in range(-1, a.ndim):
                for keepdims in (False, True):
                    extra = [I(axis), B(keepdims)]
                    quantile(table, "quantile", a, 0.3, axis, D(0.3), extra, keepdims)
                    quantile(table, "quantile", a, np.array([0.2, 0.5]), axis, Doubles(0.2, 0.5), extra, keepdims)


def more_counts(table, rng):
    """Which edge a bin holds; weights and density over a range and between edges."""
    edges = np.array([0, 1.5, 3, 4])
    for dtype in DTYPES:
        a = small(dtype, rng, (5, 8))
        for right in (False, True):
            table.case("digitize", [a, edges, B(right)], np.digitize(a, edges, right))
            own = np.sort(small(dtype, rng, (4,)))
            table.case("digitize", [a, own, B(right)], np.digitize(a, own, right))
        if dtype == "bool":
            continue
        w = small("float64", rng, (5, 8)) / 4
        for density in (False, True):
            histogram(table, [a, I(4), D(1), D(4.5), w, B(density)], np.histogram(a, 4, (1, 4.5), weights=w, density=density))
            histogram(table, [a, edges, w, B(density)], np.histogram(a, edges, weights=w, density=density))
        for bins, args in ((4, [I(4), D(1), D(4.5)]), (edges, [edges])):
            ranged = {"range": (1, 4.5)} if len(args) == 3 else {}
            histogram(table, [a] + args + [NONE, B(False)], np.histogram(a, bins, **ranged))
            histogram(table, [a] + args + [NONE, B(True)], np.histogram(a, bins, density=True, **ranged))
    table.case("histogram", [np.zeros(3), I(3), D(0), D(1), np.zeros(4), B(False)], None)
    table.case("histogram", [np.zeros(3), I(3), D(1), D(0), NONE, B(False)], None)
    table.case("histogram", [np.zeros(3), np.zeros(1), NONE, B(False)], None)


def histogram(table, args, result):
    table.case("histogram", args, [result[0], result[1]], "ulp:2")


def make(table, rng):
    scans(table, rng)
    sorts(table, rng)
    statistics(table, rng)
    counts(table, rng)
    kept_quantiles(table, rng)
    more_counts(table, rng)
