"""Reductions. Sums of floats are exact ones, correctly rounded, with the bound that pairwise summation keeps."""

import itertools
import math
import warnings

import numpy as np

from .table import DTYPES, FLOATS, B, I, Is
from .values import plain, salted, small, special

EXACT = {"min": np.min, "max": np.max, "ptp": np.ptp, "any": np.any, "all": np.all, "countNonzero": np.count_nonzero}
EXACT_NAN = {"nanmin": np.nanmin, "nanmax": np.nanmax}
SHAPES = [(), (1,), (5,), (33,), (600,), (0,), (3, 0), (0, 3), (2, 3), (17, 40), (2, 3, 4), (5, 1, 7), (3, 40, 2)]


def axes_of(rank):
    """None, each single axis (one counted from the end), pairs, all."""
    sets = [()] + [(k,) for k in range(rank)]
    if rank > 0:
        sets.append((-1,))
    if rank > 1:
        sets += list(itertools.combinations(range(rank), 2))
    return list(dict.fromkeys(sets))


def lines(a, axes, keepdims):
    """The elements that go into each element of the result, and the result's shape."""
    axes = tuple(range(a.ndim)) if not axes else tuple(k % a.ndim for k in axes)
    kept = [k for k in range(a.ndim) if k not in axes]
    shape = [1 if k in axes else a.shape[k] for k in range(a.ndim)] if keepdims else [a.shape[k] for k in kept]
    rows = math.prod(a.shape[k] for k in kept)
    return a.transpose(kept + list(axes)).reshape(rows, math.prod(a.shape[k] for k in axes)), tuple(shape)


def unit(dtype):
    return float(np.finfo(dtype).eps) / 2


def depth(n):
    """Additions in a row of pairwise summation, generously: several axes are summed one after the other."""
    return 2 * (16 + max(0, math.ceil(math.log2(max(n, 1) / 16))))


def exact_sum(values, dtype):
    x = [float(v) for v in values]
    if not all(map(math.isfinite, x)):
        with np.errstate(all="ignore"):
            return float(np.sum(np.array(x))), 0.0
    return math.fsum(x), depth(len(x)) * unit(dtype) * math.fsum(map(abs, x))


def exact_mean(values, dtype):
    if len(values) == 0:
        return math.nan, 0.0
    total, bound = exact_sum(values, dtype)
    mean = total / len(values)
    return mean, bound / len(values) + 2 * unit(dtype) * (abs(mean) if math.isfinite(mean) else 0)


def exact_var(values, dtype, ddof):
    x = [float(v) for v in values]
    n = len(x)
    if n == 0 or n - ddof <= 0 and any(not math.isfinite(v) for v in x):
        return math.nan, 0.0
    if not all(map(math.isfinite, x)):
        return math.nan, 0.0
    mean, shift = exact_mean(x, dtype)
    squares = math.fsum((v - mean) ** 2 for v in x)
    if n - ddof <= 0:
        return (math.nan if squares == 0 else math.inf), 0.0
    u = unit(dtype)
    error = squares * (depth(n) + 4) * u + n * shift**2 + math.fsum(2 * u * abs(v - mean) * max(abs(v), abs(mean)) * 4 for v in x)
    return squares / (n - ddof), error / (n - ddof)


def exact_std(values, dtype, ddof):
    var, bound = exact_var(values, dtype, ddof)
    if not math.isfinite(var):
        return var, 0.0
    std = math.sqrt(var)
    return std, (bound / std if std > 0 else math.sqrt(bound)) + 2 * unit(dtype) * std


def exact_prod(values, dtype):
    with np.errstate(all="ignore"):
        product = float(np.prod(np.asarray(values, "float64")))
    finite = math.isfinite(product)
    return product, (len(values) + 1) * unit(dtype) * abs(product) if finite else 0.0


def overflows(a):
    """Whether the order of multiplication may decide about overflow or underflow."""
    sizes = np.abs(a[np.isfinite(a) & (a != 0)].astype("float64"))
    return np.abs(np.log2(sizes)).sum() > (120 if a.dtype == "float32" else 1000)


def floats(table, name, args, a, axes, keepdims, function, ignore_nan=False):
    """function: of a line of floats and the dtype, answers value and bound."""
    rows, shape = lines(a, axes, keepdims)
    dtype = a.dtype if a.dtype.name in FLOATS else np.dtype("float64")
    results = [function(row[~np.isnan(row)] if ignore_nan and row.dtype.kind == "f" else row, dtype) for row in rows]
    with np.errstate(over="ignore"):
        values = np.array([r[0] for r in results], "float64").astype(dtype).reshape(shape)
    bounds = np.array([r[1] for r in results], "float64").reshape(shape)
    table.case(name, args, values, bounds + unit(dtype) * np.where(np.isfinite(values), np.abs(values), 0))


def exact(table, name, function, a, axes, keepdims, tolerance):
    if keepdims:
        args = [a, B(True), Is(*axes)]
    else:
        args = [a, Is(*axes)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = np.asarray(function(a, axis=axes or None, keepdims=keepdims))
    except (ValueError, TypeError):
        expected = None
    table.case(name, args, expected, tolerance)


def one(table, a, axes, keepdims):
    flags = [B(True), Is(*axes)] if keepdims else [Is(*axes)]
    for name, function in EXACT.items():
        exact(table, name, function, a, axes, keepdims, "zeros" if name in ("min", "max") else "bits")
    for name, function in EXACT_NAN.items():
        exact(table, name, function, a, axes, keepdims, "zeros")
    if a.dtype.name in FLOATS:
        for name, function in (("sum", exact_sum), ("prod", exact_prod)):
            if name == "prod" and overflows(a):
                continue
            floats(table, name, [a] + flags, a, axes, keepdims, function)
            floats(table, "nan" + name, [a] + flags, a, axes, keepdims, function, True)
    else:
        for name, function in (("sum", np.sum), ("prod", np.prod), ("nansum", np.nansum), ("nanprod", np.nanprod)):
            exact(table, name, function, a, axes, keepdims, "bits")
    for prefix, ignore in (("", False), ("nan", True)):
        floats(table, prefix + "mean", [a] + flags, a, axes, keepdims, exact_mean, ignore)
        for name, function in (("var", exact_var), ("std", exact_std)):
            for ddof in (0, 1) if keepdims else (0,):
                extra = [I(ddof), B(keepdims), Is(*axes)] if keepdims or ddof else [Is(*axes)]
                plain_form = lambda row, dtype: function(row, dtype, ddof)
                nan_form = lambda row, dtype: (math.nan, 0.0) if len(row) <= ddof else function(row, dtype, ddof)
                floats(table, prefix + name, [a] + extra, a, axes, keepdims, nan_form if ignore else plain_form, ignore)


def extremes(table, rng):
    for name, function in (("argmin", np.argmin), ("argmax", np.argmax)):
        for dtype in DTYPES:
            for a in (salted(dtype, rng, (37,)), small(dtype, rng, (4, 9)), salted(dtype, rng, (3, 4, 5)), special(dtype), small(dtype, rng, ())):
                table.case(name, [a], function(a))
                for axis in range(-1, a.ndim):
                    if a.ndim:
                        table.case(name, [a, I(axis)], function(a, axis))
                        table.case(name, [a, I(axis), B(True)], function(a, axis, keepdims=True))
        for dtype in FLOATS:
            a = small(dtype, rng, (600,))
            a[[77, 555]] = np.nan
            table.case(name, [a], function(a))
            table.case(name, [np.array([0.0, -0.0, 0.0], dtype)], function(np.array([0.0, -0.0, 0.0], dtype)))
        table.case(name, [np.zeros((0,))], None)
        table.case(name, [np.zeros((3, 0)), I(1)], None)
        table.case(name, [np.zeros((3, 0)), I(0)], function(np.zeros((3, 0)), 0))


def nan_extremes(table, rng):
    """Of the numbers alone: NumPy's own answer may be a NaN's place where the numbers are infinite."""
    for name, function in (("nanArgmin", np.argmin), ("nanArgmax", np.argmax)):
        for dtype in DTYPES:
            arrays = [salted(dtype, rng, (37,)), small(dtype, rng, (4, 9)), salted(dtype, rng, (3, 4, 5)), special(dtype), small(dtype, rng, ())]
            if dtype in FLOATS:
                holes = plain(dtype, rng, (5, 6, 3))
                holes[rng.random(holes.shape) < 0.4] = np.nan
                holes[1, :5, 1] = np.nan
                line = np.full((5000,), np.nan, dtype)
                line[[4095, 4096, 4999]] = 3, 3, -1
                arrays += [holes, line, np.array([np.nan, np.inf, np.nan, np.inf], dtype), np.array([np.nan, -np.inf], dtype),
                           np.array([np.nan, 0.0, -0.0, 0.0], dtype), np.full((3,), np.nan, dtype), np.array(np.nan, dtype),
                           np.array([[1, np.nan, np.nan], [np.nan, np.nan, 2]], dtype)]
            for a in arrays:
                table.case(name, [a], first_place(function, a.reshape(-1), 0, False))
                for axis in range(-1, a.ndim) if a.ndim else ():
                    for keepdims in (False, True):
                        flags = [B(True)] if keepdims else []
                        table.case(name, [a, I(axis)] + flags, first_place(function, a, axis, keepdims))
        table.case(name, [np.zeros((0,))], None)
        table.case(name, [np.zeros((3, 0)), I(1)], None)
        table.case(name, [np.zeros((3, 0)), I(0)], function(np.zeros((3, 0)), 0))


def first_place(function, a, axis, keepdims):
    """Where the extreme of each line is among what is not NaN; None if a line has nothing else."""
    moved = np.moveaxis(a, axis, -1)
    places = np.zeros(moved.shape[:-1], "int64")
    for line in np.ndindex(places.shape):
        numbers = np.flatnonzero(~np.isnan(moved[line]))
        if len(numbers) == 0:
            return None
        places[line] = numbers[function(moved[line][numbers])]
    return np.expand_dims(places, axis) if keepdims else places


def kept_averages(table, rng):
    for dtype in ("float32", "float64", "int32", "bool"):
        a, w = plain(dtype, rng, (4, 6)), rng.integers(1, 8, (4, 6)).astype("float64")
        for axes, weights in (((), w), ((1,), w), ((0,), w[:, 0]), ((-1,), w[0]), ((0, 1), w)):
            for keepdims in (False, True):
                expected = np.average(a, axes or None, weights if weights.ndim > 1 else place(weights, axes[0]), keepdims=keepdims)
                top = np.average(np.abs(a.astype("float64")), axes or None, weights if weights.ndim > 1 else place(weights, axes[0]), keepdims=keepdims)
                table.case("average", [a, weights, B(keepdims), Is(*axes)], np.asarray(expected), np.asarray(top * 1e-14))


def place(weights, axis):
    """Weights along an axis of a matrix, spelt out."""
    return np.repeat(weights[:, None], 6, 1) if axis == 0 else np.repeat(weights[None], 4, 0)


def averages(table, rng):
    for dtype in ("float32", "float64", "int32", "uint8", "bool"):
        for weight_type in ("float64", "int64", "float32"):
            a, w = plain(dtype, rng, (4, 6)), np.abs(plain(weight_type, rng, (4, 6)) % 7) + 1
            for args, axes, weights in (([a, w, Is()], None, w), ([a, w, Is(1)], 1, w), ([a, w[0], Is(1)], 1, w[0]), ([a, w[:, 0], Is(0)], 0, w[:, 0])):
                expected = np.average(a, axes, weights.astype(weight_type))
                size = 1e-5 if expected.dtype == "float32" else 1e-14
                top = np.average(np.abs(a.astype("float64")), axes, np.abs(weights.astype("float64")))
                table.case("average", [args[0], weights.astype(weight_type), args[2]], np.asarray(expected), np.asarray(top * size))


def tame(a):
    """Without finite numbers so large that the order of summation decides whether they overflow."""
    return np.where(np.isfinite(a) & (np.abs(a) > 1e15), a.dtype.type(7), a)


def make(table, rng):
    for dtype in DTYPES:
        for shape in SHAPES:
            inputs = [plain(dtype, rng, shape)]
            if dtype in FLOATS and shape in ((5,), (33,), (17, 40), (2, 3, 4)):
                inputs.append(tame(salted(dtype, rng, shape)))
            if dtype in FLOATS and shape in ((2, 3), (5, 1, 7)):
                holes = plain(dtype, rng, shape)
                holes[0] = np.nan
                inputs.append(holes)
            if shape == (2, 3):
                inputs.append(np.full(shape, special(dtype)[1 if dtype != "float32" and dtype != "float64" else 20], dtype))
            for a in inputs:
                for axes in axes_of(len(shape)):
                    for keepdims in (False, True):
                        one(table, a, axes, keepdims)
        with np.errstate(all="ignore"):
            s = special(dtype)
            for name in ("sum", "prod", "min", "max", "any", "all"):
                if dtype not in FLOATS or name not in ("sum", "prod"):
                    exact(table, name, getattr(np, name), s, (), False, "zeros")
    extremes(table, rng)
    averages(table, rng)
    nan_extremes(table, rng)
    kept_averages(table, rng)
