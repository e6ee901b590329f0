"""Writes the golden files of the front door's tests with NumPy 2.4: python3 api_golden.py

promotion.tsv    function, dtypes of the arguments (int, float: weak scalars), NumPy's result dtype or "error"
elementwise.tsv  function, then dtype:shape:little-endian hex of each argument and of the result
creation.tsv     the call in NumPy, then the result
printing.tsv     dtype:shape:hex, then str() of the array with newlines as |
"""

import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent.parent / "resources" / "api"
TYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()
RANDOM = np.random.default_rng(2)

UNARY = {
    "negative": np.negative, "positive": np.positive, "abs": np.abs, "sign": np.sign, "sqrt": np.sqrt, "square": np.square,
    "reciprocal": np.reciprocal, "rint": np.rint, "round": np.round, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc,
    "logicalNot": np.logical_not, "invert": np.invert, "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite,
    "signbit": np.signbit, "nanToNum": np.nan_to_num, "deg2rad": np.deg2rad, "rad2deg": np.rad2deg,
    "round2": lambda a: np.round(a, 2), "roundTens": lambda a: np.round(a, -1),
}
MATH = {
    "cbrt": np.cbrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10,
    "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
}
BINARY = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "floorDivide": np.floor_divide,
    "mod": np.mod, "fmod": np.fmod, "power": np.power, "maximum": np.maximum, "minimum": np.minimum, "fmax": np.fmax,
    "fmin": np.fmin, "equal": np.equal, "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal,
    "greater": np.greater, "greaterEqual": np.greater_equal, "isclose": np.isclose, "logicalAnd": np.logical_and,
    "logicalOr": np.logical_or, "logicalXor": np.logical_xor, "bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or,
    "bitwiseXor": np.bitwise_xor, "leftShift": np.left_shift, "rightShift": np.right_shift, "copysign": np.copysign,
    "nextafter": np.nextafter,
}
BINARY_MATH = {"logaddexp": np.logaddexp, "atan2": np.arctan2, "hypot": np.hypot}


def result_type(function, *arguments):
    try:
        return function(*arguments).dtype.name
    except (TypeError, ValueError, OverflowError):
        return "error"


def promotion():
    rows = []
    ones = {name: np.ones(2, name) for name in TYPES}
    for name, function in (UNARY | MATH).items():
        for a in TYPES:
            rows.append((name, a, result_type(function, ones[a])))
    for name, function in (BINARY | BINARY_MATH).items():
        for a in TYPES:
            for b in TYPES:
                rows.append((name, a, b, result_type(function, ones[a], ones[b])))
            if name not in ("isclose", "logicalAnd", "logicalOr", "logicalXor"):
                rows.append((name, a, "int", result_type(function, ones[a], 1)))
                if not name.startswith("bitwise") and not name.endswith("Shift"):
                    rows.append((name, a, "float", result_type(function, ones[a], 1.5)))
    return rows


def values(name):
    if name == "bool":
        return np.array([False, True])
    if name.startswith("float"):
        info = np.finfo(name)
        special = [-np.inf, info.min, -1e10, -7.5, -2.5, -1, -0.5, -info.tiny / 4, -0.0]
        return np.array(special + [-x for x in special] + [3.0, 0.1, np.nan], name)
    info = np.iinfo(name)
    picked = {info.min, info.min + 1, -100, -7, -2, -1, 0, 1, 2, 3, 7, 8, 33, 63, 64, 100, info.max - 1, info.max}
    return np.array(sorted(x for x in picked if info.min <= x <= info.max), name)


def text(array):
    return f"{array.dtype.name}:{','.join(map(str, array.shape))}:{array.tobytes().hex()}"


def elementwise():
    rows = []
    for name, function in UNARY.items():
        for a in TYPES:
            x = values(a)
            if name == "roundTens" and "int" in a:
                x = np.arange(100).astype(a)  # NumPy's overflow at the ends of the range is undefined
            if result_type(function, x) not in ("error", "float16"):
                rows.append((name, text(x), text(function(x))))
    mixed = [("int8", "uint8"), ("int64", "uint64"), ("uint64", "int8"), ("uint32", "int32"), ("int16", "float32"), ("bool", "int8"),
             ("int32", "float32"), ("uint64", "float32"), ("float32", "float64")]
    for name, function in BINARY.items():
        for a, b in [(t, t) for t in TYPES] + mixed:
            x, y = values(a)[:, None], values(b)[None, :]
            if name == "power":
                if "float" in a + b or result_type(function, x, abs(y)) == "float64":
                    continue
                y = y[y >= 0][None, :]
            if result_type(function, x, y) not in ("error", "float16"):
                rows.append((name, text(x), text(y), text(function(x, y))))
    for a in TYPES:
        for b in TYPES:
            x = values(a)
            if a.startswith("float") and not b.startswith("float"):
                x = np.array([-1.9, -1, -0.0, 0.5, 1, 2.999, 100, np.nan if b == "bool" else 0], a)
                if b.startswith("u"):
                    x = abs(x)
                if b == "uint64":
                    x = np.append(x, [x.dtype.type(2**63), x.dtype.type(1.8e19)])
            rows.append(("astype", text(x), text(x.astype(b))))
    wide = RANDOM.integers(0, 2**64, 200, np.uint64)
    rows.append(("astype", text(wide), text(wide.astype(np.float32))))
    rows.append(("astype", text(wide), text(wide.astype(np.float64))))
    for a in ("int16", "uint16", "int32", "uint32", "int64", "uint64"):
        info = np.iinfo(a)
        x = RANDOM.integers(info.min, info.max, 100, a, endpoint=True)
        y = RANDOM.integers(info.min, info.max, 100, a, endpoint=True) >> RANDOM.integers(0, info.bits, 100).astype(a)
        for name in ("floorDivide", "mod", "fmod", "multiply"):
            rows.append((name, text(x), text(y), text(BINARY[name](x, y))))
    for a in ("float32", "float64"):
        x = (RANDOM.standard_normal(200) * 10.0 ** RANDOM.integers(-3, 4, 200)).astype(a)
        y = (RANDOM.standard_normal(200) * 10.0 ** RANDOM.integers(-3, 4, 200)).astype(a)
        for name in ("floorDivide", "mod", "fmod", "divide"):
            rows.append((name, text(x), text(y), text(BINARY[name](x, y))))
    return rows


def printing():
    cases = [np.array(x) for x in (1.5, 0.1, 1e16, 1.5e-7, 1e100, -0.0, np.nan, -np.inf, 123456789.0, True, -3)]
    cases += [np.float32(x).reshape(()) for x in (0.1, 16777216, 999999.9, 1e-4, 3e38)]
    cases += [np.array(x) for x in (
        [1.0, 2.5, 3.14159265358979], [1e-5, 1.0], [1e8, 1.0], [1.0, 1000.0], [1.0, 1000.5], [0.0, 1e-10], [np.nan, 1.0], [np.inf, -np.inf],
        [-np.inf, 1e-8], [np.nan, np.nan], [1e300, 1e-300], [123456.789, 0.001], [99999999.0], [100000000.0], [-1.5, 2, -0.0],
        [1 / 3, 2 / 3, 1e-4], [0.1 + 0.2, 1.000000005], [1e22, 1e23], [5e-324], [1.7976931348623157e308, -1], [[1.5, 2], [3, np.nan]],
        [True, False], [[True], [False]], [1, -200, 30], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [], [[], []], [[0.1]],
    )]
    cases += [np.array([1.0, 1e6, 3.5], "float32"), np.array([1e5, 0.1], "float32"), np.array([999999.0, 2000], "float32"), np.array([0.1, 0.7], "float32"),
              np.array([1e-45, 3.4e38], "float32"), np.array([16777216, 1], "float32")]
    for name in TYPES:
        cases += [values(name), np.arange(24).reshape(2, 3, 4).astype(name), np.arange(1001).astype(name), np.arange(100).astype(name)]
    cases += [np.arange(2000.0).reshape(40, 50), np.arange(2000).reshape(4, 500), np.arange(4096).reshape(8, 8, 64), np.arange(1200).reshape(5, 4, 3, 2, 10),
              RANDOM.standard_normal((7, 9)), RANDOM.standard_normal(1500), RANDOM.standard_normal((3, 400)) * 1e10, RANDOM.integers(-10**9, 10**9, (30, 40)),
              np.zeros((0, 2000)), np.arange(1001)[:, None], np.arange(1001)[None, :], RANDOM.standard_normal((12, 11, 10)).astype("float32")]
    return [(text(case), str(case).replace("\n", "|")) for case in cases]


CREATION = """
arange(5)
arange(2, 11, 3)
arange(10, 0, -4)
arange(5, 2)
arange(0.0, 1, 0.1)
arange(-1.5, 4)
arange(1.0, 0, -0.3)
arange(0, 1, 0.1, dtype="float32")
arange(3, 9, 2, dtype="uint8")
linspace(0, 1, 7)
linspace(-3, 11, 50)
linspace(0, 1, 1)
linspace(0, 1, 0)
linspace(2, 3, 4, endpoint=False)
linspace(5, 5, 3)
linspace(0, 5e-324, 3)
eye(3)
eye(2, 4, 1)
eye(4, 3, -2, dtype="int32")
tri(3)
tri(3, 5, -1)
tril(arange(12).reshape(3, 4), 1)
triu(arange(24).reshape(2, 3, 4), -1)
triu(arange(12).reshape(3, 4))
diag(arange(3))
diag(arange(3), 2)
diag(arange(3), -1)
diag(arange(12).reshape(3, 4))
diag(arange(12).reshape(3, 4), 2)
diag(arange(12).reshape(3, 4), -2)
diag(arange(12).reshape(3, 4), 7)
meshgrid(arange(3), arange(2))[0]
meshgrid(arange(3), arange(2))[1]
meshgrid(arange(3), arange(2), indexing="ij")[1]
meshgrid(arange(3), arange(2), arange(4))[2]
indices((2, 3))
indices(())
fromfunction(lambda i, j: i * 10 + j, (2, 3))
zeros((2, 3), "int16")
ones(())
full((2, 0), 7)
full((2,), 2.5, "float32")
full_like(arange(3), 2.9)
diff(arange(10) ** 2, 2)
diff(array([[True, False], [True, True]]), axis=0)
"""


def creation():
    return [(call, text(np.asarray(eval(call, vars(np).copy())))) for call in CREATION.split("\n") if call]


def write(name, rows):
    HERE.mkdir(parents=True, exist_ok=True)
    (HERE / name).write_text("".join("\t".join(row) + "\n" for row in rows))


write("promotion.tsv", promotion())
write("elementwise.tsv", elementwise())
write("creation.tsv", creation())
write("printing.tsv", printing())
