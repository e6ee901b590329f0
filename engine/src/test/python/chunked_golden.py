"""Writes the golden cases of the chunk functions: python3 chunked_golden.py (NumPy 2.4), into ../resources/chunked.

A line is one of
    array NAME DTYPE SHAPE VALUE...
    case FUNCTION ARGUMENT,... INPUT,... = DTYPE SHAPE VALUE...
    error FUNCTION ARGUMENT,... INPUT,...
with SHAPE as 2x3, or - for rank 0, and an empty list of arguments as -.
"""

import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).parent.parent / "resources" / "chunked"
DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
FLOATS = ["float32", "float64"]
INTS = [d for d in DTYPES if "int" in d]


def text(value):
    if isinstance(value, (np.floating, float)):
        return "nan" if np.isnan(value) else np.format_float_scientific(value, trim="-") if np.isfinite(value) else str(value)
    return str(int(value))


def shape_text(shape):
    return "x".join(map(str, shape)) if shape else "-"


def array_text(a):
    a = np.asarray(a)
    return " ".join([a.dtype.name, shape_text(a.shape)] + [text(v) for v in a.ravel()])


class Golden:
    def __init__(self, name):
        self.name = name
        self.lines = []
        self.names = {}

    def array(self, a):
        a = np.asarray(a)
        line = array_text(a)
        if line not in self.names:
            self.names[line] = f"a{len(self.names)}"
            self.lines.append(f"array {self.names[line]} {line}")
        return self.names[line]

    def case(self, function, arguments, inputs, compute):
        arrays = ",".join(self.array(a) for a in inputs)
        head = f"{function} {','.join(map(str, arguments)) or '-'} {arrays}"
        try:
            self.lines.append(f"case {head} = {array_text(compute())}")
        except (ValueError, TypeError, IndexError):
            self.lines.append(f"error {head}")

    def write(self):
        ROOT.mkdir(exist_ok=True)
        (ROOT / f"{self.name}.txt").write_text("\n".join(self.lines) + "\n")


def special(dtype):
    """Values at the dtype's edges."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return [0, 1]
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return [info.min, info.max, info.min + 1, info.max - 1, 0, 1, 2, 3]
    tiny = np.finfo(dtype).smallest_subnormal
    return [np.nan, np.inf, -np.inf, -0.0, 0.0, 1.5, -1.5, tiny, -tiny, np.finfo(dtype).max, np.finfo(dtype).min, 0.1, 0.0, -0.0]


def make(rng, dtype, shape, kind):
    """kind: 'edge' mixes in the special values, 'few' repeats small numbers, 'plain' is ordinary numbers."""
    size = int(np.prod(shape))
    if kind == "few":
        a = rng.integers(0, 4, size)
    elif kind == "edge":
        a = np.array(special(dtype), dtype=dtype)[rng.integers(0, len(special(dtype)), size)]
    elif np.dtype(dtype).kind == "f":
        a = rng.normal(0, 10, size)
    elif dtype == "bool":
        a = rng.integers(0, 2, size)
    else:
        low = 0 if dtype.startswith("u") else -100
        a = rng.integers(low, 100, size)
    return np.asarray(a).astype(dtype).reshape(shape)


def grid(seed, dtypes, kinds=("edge", "few", "plain")):
    """Arrays of all dtypes and edge shapes, each with the axes worth trying (None for flattened)."""
    rng = np.random.default_rng(seed)
    for dtype in dtypes:
        for shape, axes in [((), (None,)), ((0,), (0, None)), ((1,), (-1,)), ((9,), (0, None)), ((3, 4), (0, -1, None)),
                            ((2, 3, 3), (1, -3)), ((2, 0, 3), (0, 2)), ((2, 1), (1,))]:
            for kind in kinds if np.prod(shape) > 1 else kinds[:1]:
                yield make(rng, dtype, shape, kind), axes
        yield make(rng, dtype, (70,), kinds[0]), (0,)
        yield np.full((2, 3), special(dtype)[1]).astype(dtype), (0, 1)


def sorting():
    g = Golden("sorting")
    for a, axes in grid(1, DTYPES):
        for axis in axes:
            g.case("sort", [axis], [a], lambda: np.sort(a, axis=axis))
            g.case("argsort", [axis], [a], lambda: np.argsort(a, axis=axis, kind="stable"))
    g.write()


def scans():
    g = Golden("scans")
    for a, axes in grid(2, DTYPES):
        for axis in axes:
            g.case("cumsum", [axis], [a], lambda: np.cumsum(a, axis=axis))
            g.case("cumprod", [axis], [a], lambda: np.cumprod(a, axis=axis))
    g.write()


def searching():
    g = Golden("searching")
    for a, axes in grid(3, DTYPES):
        for axis in axes:
            g.case("argmax", [axis], [a], lambda: np.argmax(a, axis=axis))
            g.case("argmin", [axis], [a], lambda: np.argmin(a, axis=axis))
    for axis in (0, 1):
        empty = np.zeros((2, 0))
        g.case("argmax", [axis], [empty], lambda: np.argmax(empty, axis=axis))
    g.write()


if __name__ == "__main__":
    assert np.__version__.startswith("2."), np.__version__
    for group in (sorting, scans, searching):
        group()
