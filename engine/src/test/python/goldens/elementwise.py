"""Arithmetic, comparisons, logic, bits, choices and casts: results that are exact, or rounded once."""

import numpy as np

from .table import DTYPES, FLOATS, INTS, B, D, DT, I, L, scalar
from .values import PAIRS, SHAPES, few, plain, salted, special

ARITHMETIC = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "floorDivide": np.floor_divide,
              "mod": np.mod, "fmod": np.fmod, "maximum": np.maximum, "minimum": np.minimum, "fmax": np.fmax, "fmin": np.fmin}
COMPARISONS = {"equal": np.equal, "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal, "greater": np.greater,
               "greaterEqual": np.greater_equal}
SIGNS = {"copysign": np.copysign, "nextafter": np.nextafter}
LOGIC = {"logicalAnd": np.logical_and, "logicalOr": np.logical_or, "logicalXor": np.logical_xor}
BITS = {"bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or, "bitwiseXor": np.bitwise_xor}
SHIFTS = {"leftShift": np.left_shift, "rightShift": np.right_shift}
UNARY = {"negative": np.negative, "positive": np.positive, "abs": np.abs, "sign": np.sign, "square": np.square, "sqrt": np.sqrt,
         "reciprocal": np.reciprocal, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "rint": np.rint, "logicalNot": np.logical_not,
         "invert": np.invert, "isfinite": np.isfinite, "isinf": np.isinf, "isnan": np.isnan, "signbit": np.signbit}
WEAK_LONGS = [0, 1, -1, 3, 200, -40000, 2**40]
WEAK_DOUBLES = [0.0, -0.0, 1.5, -2.0, float("nan"), float("inf"), 1e300]
ZEROS = {"maximum", "minimum", "fmax", "fmin"}


def evaluate(function, *args):
    """NumPy's result and its dtype's name; None where NumPy raises. Where it answers float16, the float32 of float32 arguments."""
    try:
        result = np.asarray(function(*args))
    except (TypeError, ValueError, OverflowError):
        return None, "-"
    if result.dtype == np.float16:
        wide = [a.astype(np.float32) if isinstance(a, np.ndarray) else np.float32(a) for a in args]
        return np.asarray(function(*wide)), "float16"
    return result, "-"


def case(table, name, function, *args):
    expected, numpy = evaluate(function, *args)
    tolerance = "zeros" if name in ZEROS else "bits"
    table.case(name, [a if isinstance(a, np.ndarray) else scalar(a) for a in args], expected, tolerance, numpy)


def column(a):
    return a.reshape(-1, 1)


def binary(table, rng, name, function, dtypes=DTYPES, scalars=True, left=True, doubles=True):
    for dtype in dtypes:
        a, b = special(dtype), special(dtype)
        if name in ("leftShift", "rightShift"):
            b = np.append(b, np.array([5, 7, 8, 31, 32, 63, 64], dtype))
        if (name == "floorDivide" or name == "mod" or name == "fmod") and dtype in FLOATS:
            a, b = np.append(a, [np.float64(7.5), 1e-3]).astype(dtype), np.append(b, [np.float64(0.3), 1e5]).astype(dtype)
        case(table, name, function, column(a), b)
    for one in dtypes:
        for other in dtypes:
            if one != other:
                case(table, name, function, column(few(one, rng, 6)), few(other, rng, 6))
    for dtype in ("float64", "int32", "bool"):
        if dtype in dtypes:
            for one, other in PAIRS:
                case(table, name, function, plain(dtype, rng, one), plain(dtype, rng, other))
    if scalars:
        for dtype in dtypes:
            a = special(dtype)
            for value in WEAK_LONGS + (WEAK_DOUBLES if doubles else []):
                case(table, name, function, a, value)
                if left:
                    case(table, name, function, value, a)


def power(table, rng):
    """Integer powers; those of floats are in mathematics."""
    for dtype in INTS + ["bool"]:
        exponents = np.array([0, 1] if dtype == "bool" else [0, 1, 2, 3, 5, 8, 31, 100], dtype)
        case(table, "power", np.power, column(special(dtype)), exponents)
        for value in [0, 1, 2, 3, 7, 10]:
            case(table, "power", np.power, special(dtype), value)
        for value in [0, 1, 2, -3]:
            case(table, "power", np.power, value, exponents)
        case(table, "power", np.power, special(dtype), -1)


def unary(table, rng):
    for name, function in UNARY.items():
        for dtype in DTYPES:
            case(table, name, function, special(dtype))
        for shape in SHAPES:
            for dtype in ("float64", "float32", "int16"):
                case(table, name, function, plain(dtype, rng, shape))
    for dtype in DTYPES:
        case(table, "round", np.round, special(dtype))
        finite = special(dtype)
        finite = finite[np.abs(finite.astype("float64")) < 1e6] if dtype in FLOATS else finite
        for decimals in (0, 1, 3, -1, -2):
            a = finite if dtype in FLOATS or decimals >= 0 else np.array([0, 1, 4, 5, 6, 15, 25, 99, 105, 127], dtype)
            expected, numpy = evaluate(lambda x: np.round(x, decimals), a)
            table.case("round", [a, I(decimals)], expected, "bits", numpy)


def choices(table, rng):
    for one in DTYPES:
        condition = np.array([True, False, True, False, True])
        for other in DTYPES:
            a, b = plain(one, rng, (5,)), plain(other, rng, (2, 5))
            table.case("where", [condition, a, b], np.where(condition, a, b))
        a = plain(one, rng, (4, 5))
        for value in (0, 3, 2.5, float("nan")):
            table_where(table, condition, a, value)
            table_where(table, condition, value, a)
        table.case("where", [special(one), L(1), L(-1)], np.where(special(one), 1, -1))
        table.case("where", [special(one), D(1.5), D(-1)], np.where(special(one), 1.5, -1.0))
        s = special(one)
        for low, high in ((0, 3), (-3, 100), (5, 2), (-1000, 1000)):
            clip(table, s, low, high)
        for low, high in ((-1.5, 2.5), (0.0, float("inf")), (float("nan"), 1.0)):
            clip(table, s, low, high)
        clip(table, column(s), np.array([0, 1], one), np.array([1, 3] if one != "bool" else [1, 1], one))
        table.case("nanToNum", [s], np.nan_to_num(s))
        table.case("nanToNum", [s, D(7), D(8), D(-9)], np.nan_to_num(s, nan=7.0, posinf=8.0, neginf=-9.0))
    for one, other in PAIRS:
        c, a, b = plain("bool", rng, one), plain("int32", rng, other), plain("float64", rng, ())
        table.case("where", [c, a, b], np.where(c, a, b))


def table_where(table, condition, a, b):
    try:
        expected = np.where(condition, a, b)
    except OverflowError:
        expected = None
    table.case("where", [condition] + [x if isinstance(x, np.ndarray) else scalar(x) for x in (a, b)], expected)


def clip(table, a, low, high):
    try:
        expected = np.clip(a, low, high)
    except (OverflowError, TypeError):
        expected = None
    args = [x if isinstance(x, np.ndarray) else scalar(x) for x in (a, low, high)]
    if not any(isinstance(x, np.ndarray) for x in (low, high)) and type(low) is not type(high):
        args = [a, D(low), D(high)]
    table.case("clip", args, expected, "zeros")


def closeness(table, rng):
    for one in DTYPES:
        for other in ("bool", "int32", "uint64", "float32", "float64"):
            a, b = column(few(one, rng, 12)), few(other, rng, 12)
            with np.errstate(all="ignore"):
                table.case("isclose", [a, b], np.isclose(a, b))
    a = np.array([1, 1 + 1e-6, 1 + 1e-4, 0, 1e-9, np.nan, np.inf, -np.inf, 1e300])
    for dtype in FLOATS:
        x = a.astype(dtype)
        table.case("isclose", [column(x), x], np.isclose(column(x), x))
        table.case("isclose", [column(x), x, D(1e-3), D(0), B(True)], np.isclose(column(x), x, 1e-3, 0, True))


def casts(table, rng):
    for source in DTYPES:
        values = np.concatenate([special(source), plain(source, rng, (20,))])
        if source in FLOATS:
            values = np.concatenate([values, np.array([0.99, -0.99, 126.5, -127.9, 200.7, 65535.9, -32768.9, 2.0**30, 1e15, 1.8e19], source)])
        for target in DTYPES:
            used = values
            if source in FLOATS and target in INTS:
                info = np.iinfo(target)
                with np.errstate(invalid="ignore"):
                    wide = np.trunc(values.astype("float64"))
                used = values[(wide >= float(info.min)) & (wide < float(info.max) + (1 if info.bits < 64 else 0))]
            table.case(".astype", [used, DT(target)], used.astype(target))
        for shape in SHAPES:
            a = plain(source, rng, shape)
            if a.size and source in FLOATS:
                a = np.clip(a, -100, 100)
            table.case(".astype", [a, DT("float32")], a.astype("float32"))


def methods(table, rng):
    """The methods of a tensor that have names of their own."""
    floats = {".plus": np.add, ".minus": np.subtract, ".times": np.multiply, ".div": np.divide, ".rem": np.mod, ".pow": np.power, ".eq": np.equal,
              ".ne": np.not_equal, ".lt": np.less, ".le": np.less_equal, ".gt": np.greater, ".ge": np.greater_equal}
    bits = {".and": np.bitwise_and, ".or": np.bitwise_or, ".xor": np.bitwise_xor, ".shl": np.left_shift, ".shr": np.right_shift}
    for names, dtypes in ((floats, ("int32", "float64")), (bits, ("uint8", "int64"))):
        for name, function in names.items():
            for dtype in dtypes:
                a = np.array([0, 1, 2, 3, 7], dtype)
                case(table, name, function, column(a), a)
                case(table, name, function, a, 2)
                if names is floats:
                    case(table, name, function, a, 2.0)
    for dtype in ("int8", "float32"):
        case(table, ".unaryMinus", np.negative, special(dtype))
    case(table, ".not", np.invert, special("int16"))
    case(table, ".not", np.invert, special("bool"))


def make(table, rng):
    methods(table, rng)
    for family in (ARITHMETIC, COMPARISONS):
        for name, function in family.items():
            binary(table, rng, name, function)
    for name, function in SIGNS.items():
        binary(table, rng, name, function)
    for name, function in LOGIC.items():
        binary(table, rng, name, function, scalars=False)
    for name, function in BITS.items():
        binary(table, rng, name, function, left=False, doubles=False)
    for name, function in SHIFTS.items():
        binary(table, rng, name, function, doubles=False)
    power(table, rng)
    unary(table, rng)
    choices(table, rng)
    closeness(table, rng)
    casts(table, rng)
