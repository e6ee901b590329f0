"""Float functions: mpmath's values, correctly rounded, since NumPy's own are off by up to 4 ulp. NumPy gives dtypes and special values."""

import math

import mpmath
import numpy as np

from .elementwise import column
from .table import DTYPES, FLOATS, B, I, Is, scalar
from .values import PAIRS, SHAPES, plain, special

mpmath.mp.prec = 1300
UNARY = {"exp": (np.exp, mpmath.exp), "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x), "expm1": (np.expm1, mpmath.expm1),
         "log": (np.log, mpmath.log), "log2": (np.log2, lambda x: mpmath.log(x, 2)), "log10": (np.log10, mpmath.log10),
         "log1p": (np.log1p, mpmath.log1p), "sin": (np.sin, mpmath.sin), "cos": (np.cos, mpmath.cos), "tan": (np.tan, mpmath.tan),
         "asin": (np.arcsin, mpmath.asin), "acos": (np.arccos, mpmath.acos), "atan": (np.arctan, mpmath.atan),
         "sinh": (np.sinh, mpmath.sinh), "cosh": (np.cosh, mpmath.cosh), "tanh": (np.tanh, mpmath.tanh),
         "asinh": (np.arcsinh, mpmath.asinh), "acosh": (np.arccosh, mpmath.acosh), "atanh": (np.arctanh, mpmath.atanh),
         "cbrt": (np.cbrt, lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))), "deg2rad": (np.deg2rad, mpmath.radians),
         "rad2deg": (np.rad2deg, mpmath.degrees)}
BINARY = {"atan2": (np.arctan2, mpmath.atan2), "hypot": (np.hypot, mpmath.hypot), "power": (np.power, mpmath.power),
          "logaddexp": (np.logaddexp, lambda x, y: max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y))))}
ARGUMENTS = [1e-300, 1e-20, 1e-8, 1e-3, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1, 1.0001, 1.5, 2, math.pi / 2, 3, math.pi, 5, 10, 22, 45, 100, 700,
             1e4, 1e6, 1e10, 1e22, 1e100]


def rounded(value, dtype):
    """An mpf as the nearest float of a dtype, subnormals included."""
    bits, lowest = (24, -149) if dtype == np.float32 else (53, -1074)
    sign, man, exp, count = value._mpf_
    man = int(man)
    if exp + count > 2000 or exp + count < lowest - 10:
        result = math.inf if exp > 0 else 0.0
        return -result if sign else result
    shift = max(exp + count - bits, lowest) - exp
    if shift > 0:
        half, rest = 1 << (shift - 1), man & ((1 << shift) - 1)
        man >>= shift
        exp += shift
        man += rest > half or rest == half and man & 1
    try:
        result = math.ldexp(man, exp)
    except OverflowError:
        result = math.inf
    if result > float(np.finfo(dtype).max):
        result = math.inf
    return -result if sign else result


def exact(numpy_function, precise, *args):
    """NumPy's result with every finite element replaced by the correctly rounded one, and the name of its dtype if it is float16."""
    seen = numpy_function(*args)
    dtype = np.float32 if seen.dtype == np.float16 else seen.dtype
    wide = [np.asarray(a).astype(dtype) for a in args]
    result = np.asarray(numpy_function(*wide)).astype(dtype)
    arrays = np.broadcast_arrays(*wide)
    out = result.reshape(-1)
    for i, numbers in enumerate(zip(*(a.ravel() for a in arrays))):
        # mpmath has no signed zeros
        if math.isfinite(out[i]) and all(math.isfinite(n) and n != 0 for n in numbers):
            value = precise(*(mpmath.mpf(float(n)) for n in numbers))
            if value != 0:
                out[i] = rounded(value, dtype)
    return out.reshape(result.shape), "float16" if seen.dtype == np.float16 else "-"


def unary(table, rng):
    for name, (function, precise) in UNARY.items():
        for dtype in DTYPES:
            s = special(dtype)
            if dtype in FLOATS:
                points = np.array(ARGUMENTS + [-x for x in ARGUMENTS]).astype(dtype)
                s = np.concatenate([s, points, plain(dtype, rng, (30,)), rng.random(20).astype(dtype)])
            if name in ("exp", "sinh", "cosh", "exp2", "expm1"):
                s = s[(np.abs(s.astype("float64")) < 1e6) | ~np.isfinite(s)]
            expected, numpy = exact(function, precise, s)
            table.case(name, [s], expected, "ulp:1", numpy)
        for shape in SHAPES:
            a = np.asarray(rng.random(shape) + 1)
            table.case(name, [a], exact(function, precise, a)[0], "ulp:1")


def binary(table, rng):
    for name, (function, precise) in BINARY.items():
        for dtype in DTYPES:
            if name == "power" and dtype not in FLOATS:
                continue
            a = special(dtype)
            b = a
            if dtype in FLOATS:
                a = np.concatenate([a, rng.standard_normal(6).astype(dtype)])
                b = np.concatenate([b, rng.standard_normal(4).astype(dtype) * 3])
            one(table, name, function, precise, column(a), b)
            for value in (0, 1, -3, 0.5, 1e5, float("inf")):
                if not (isinstance(value, int) and dtype in ("uint8", "uint16", "uint32", "uint64") and value < 0):
                    one(table, name, function, precise, a, value)
                    one(table, name, function, precise, value, b)
        for first in DTYPES:
            for second in DTYPES:
                if first != second and (name != "power" or first in FLOATS or second in FLOATS):
                    one(table, name, function, precise, column(plain(first, rng, (4,))), plain(second, rng, (3,)))
        for first, second in PAIRS:
            one(table, name, function, precise, np.asarray(rng.random(first)) + 1, np.asarray(rng.random(second)))


def one(table, name, function, precise, a, b):
    def whole(x, y):
        try:
            value = precise(x, y)
        except (OverflowError, ZeroDivisionError, ValueError):
            return mpmath.mpf(0)
        return value if isinstance(value, mpmath.mpf) else mpmath.mpf(0)

    if name == "power":
        # only the exponents that mpmath raises in reasonable time
        limited = lambda x, y: mpmath.exp(y * mpmath.log(abs(x))) * (-1 if x < 0 and int(y) % 2 else 1) if x != 0 and y != 0 else mpmath.mpf(0)
        # NumPy takes the square root for a scalar 0.5, which differs for -0.0 and -inf
        expected, numpy = exact(function, limited, a, np.full(np.shape(a), b, a.dtype) if isinstance(b, float) else b)
    elif name == "logaddexp":
        far = lambda x, y: max(x, y) if abs(x - y) > 3000 else whole(x, y)
        expected, numpy = exact(function, far, a, b)
    else:
        expected, numpy = exact(function, whole, a, b)
    tolerance = "ulp:1"
    if name == "logaddexp":
        largest = np.maximum(np.maximum(np.abs(np.asarray(a, "float64")), np.abs(np.asarray(b, "float64"))), np.abs(expected))
        bounds = np.spacing(np.where(np.isfinite(largest), largest, 0).astype(expected.dtype)).astype("float64")
        tolerance = np.broadcast_to(bounds, expected.shape)
    args = [x if isinstance(x, np.ndarray) else scalar(x) for x in (a, b)]
    table.case(name, args, expected, tolerance, numpy)


def composites(table, rng):
    sigmoid = lambda x: 1 / (1 + mpmath.exp(-x))
    for dtype in DTYPES:
        s = special(dtype)
        s = s[(np.abs(s.astype("float64")) < 80) | ~np.isfinite(s)]
        with np.errstate(all="ignore"):
            expected, numpy = exact(lambda x: 1 / (1 + np.exp(-(x if x.dtype.kind == "f" else x.astype(np.exp(x[:1]).dtype)))), sigmoid, s)
        table.case("sigmoid", [s], expected, "ulp:4")
    for dtype in DTYPES:
        for shape in ((5,), (3, 7), (2, 3, 4), (1,), (0, 3)):
            a = np.clip(plain(dtype, rng, shape), 0 if dtype[0] in "ub" else -90, 90) if dtype != "bool" else plain(dtype, rng, shape)
            floats = a if dtype in FLOATS else a.astype("float64")
            unit = np.finfo(floats.dtype).eps
            for axis in range(-1, a.ndim):
                x = floats.astype("float64")
                top = x.max(axis, keepdims=True) if x.size else x[:1]
                powers = np.exp(x - top) if x.size else x
                softmax = powers / powers.sum(axis, keepdims=True)
                table.case("softmax", [a, I(axis)], softmax.astype(floats.dtype), softmax * unit * 100 + 3 * float(np.finfo(floats.dtype).smallest_subnormal))
                if x.size:
                    total = np.log(powers.sum(axis)) + top.squeeze(axis)
                    table.case("logSumExp", [a, Is(axis)], np.asarray(total.astype(floats.dtype)), unit * 20 * (1 + np.abs(total)))
                    kept = np.expand_dims(total, axis)
                    table.case("logSumExp", [a, B(True), Is(axis)], kept.astype(floats.dtype), unit * 20 * (1 + np.abs(kept)))


def make(table, rng):
    unary(table, rng)
    binary(table, rng)
    composites(table, rng)
