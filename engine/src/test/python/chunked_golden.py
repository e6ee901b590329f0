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
    for a, _ in grid(11, DTYPES):
        g.case("unique", [], [a], lambda: np.unique(a))
        g.case("uniqueCounts", [], [a], lambda: np.unique(a, return_counts=True)[1])
        g.case("uniqueIndex", [], [a], lambda: np.unique(a, return_index=True)[1])
        g.case("uniqueInverse", [], [a], lambda: np.unique(a, return_inverse=True)[1])
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
    rng = np.random.default_rng(31)
    for dtype in DTYPES:
        for kind in ("edge", "few", "plain"):
            for n, shape in [(0, (3,)), (1, (2, 2)), (9, ()), (40, (3, 4)), (5, (0, 2))]:
                table = np.sort(make(rng, dtype, (n,), kind))
                values = make(rng, dtype, shape, kind)
                for side in ("left", "right"):
                    g.case("searchSorted", [side], [table, values], lambda: np.searchsorted(table, values, side))
    edges = np.array([-5.0, 0.0, 0.0, 2.5, 30.0])
    for a in (rng.normal(0, 10, 20), np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 2.5, 30.0, -5.0])):
        for right in (False, True):
            g.case("digitize", [right], [a, edges], lambda: np.digitize(a, edges, right))
    for a, _ in grid(32, DTYPES, ("edge", "few")):
        g.case("flatNonzero", [], [a], lambda: np.flatnonzero(a))
        for axis in range(max(a.ndim, 1)):
            g.case("nonzero", [axis], [a], lambda: np.nonzero(a)[axis])
    g.write()


def order_statistics():
    g = Golden("order-statistics")
    for dtype in DTYPES:
        for a, axes in grid(4, [dtype], ("edge", "few", "plain") if dtype[0] in "uf" else ("few", "plain")):
            for axis in axes:
                g.case("median", [axis, False], [a], lambda: np.median(a, axis=axis))
        # differences of signed integers wrap in NumPy and are exact here, so keep them small
        kinds = ("edge", "few", "plain") if dtype[0] in "uf" else ("few",)
        for a, axes in grid(5, [dtype], kinds):
            if dtype[0] == "i" and np.any(np.abs(a.astype(float)) > 100):
                continue
            for axis in axes:
                for q in (0.0, 0.3, 0.5, 0.75, 1.0):
                    g.case("quantile", [axis, q, False], [a], lambda: np.quantile(a, q, axis=axis))
                if axis is not None:
                    g.case("percentile", [axis, 12.5, True], [a], lambda: np.percentile(a, 12.5, axis=axis, keepdims=True))
                    g.case("quantiles", [axis, True, 0.6], [a], lambda: np.quantile(a, [0.6], axis=axis, keepdims=True))
                g.case("percentiles", [axis, False, 90, 10, 33.3], [a], lambda: np.percentile(a, [90, 10, 33.3], axis=axis))
        a = make(np.random.default_rng(51), dtype, (4, 5), "few")
        g.case("median", [1, True], [a], lambda: np.median(a, axis=1, keepdims=True))
        for q in (-0.1, 1.5, np.nan):
            g.case("quantile", [0, q, False], [a], lambda: np.quantile(a, q, axis=0))
    for dtype in FLOATS:
        for a, axes in grid(6, [dtype], ("edge", "plain")):
            a = np.where(np.random.default_rng(61).random(a.shape) < 0.3, np.array(np.nan, dtype), a)
            # nanmedian averages a middle element with itself, which overflows for the largest
            a = np.where(np.abs(a) == np.finfo(dtype).max, np.array(100, dtype), a)
            for axis in axes:
                if a.size == 0:
                    continue
                g.case("nanMedian", [axis], [a], lambda: np.nanmedian(a, axis=axis))
                g.case("nanQuantile", [axis, 0.3], [a], lambda: np.nanquantile(a, 0.3, axis=axis))
                g.case("nanQuantiles", [axis, 0.25, 0.7], [a], lambda: np.nanquantile(a, [0.25, 0.7], axis=axis))
    g.write()


def counts():
    g = Golden("counts")
    rng = np.random.default_rng(7)

    def some_weights(shape):
        return np.round(np.random.default_rng(71).normal(1, 2, shape), 2)

    def both(arguments, inputs, bins, range, density, weights):
        compute = lambda: np.histogram(inputs[0], bins, range, density, weights)
        g.case("histogram", arguments, inputs, lambda: compute()[0])
        if len(arguments) > 1 and weights is None and not density:
            g.case("histogramEdges", arguments, inputs, lambda: compute()[1])

    for dtype in DTYPES:
        arrays = [make(rng, dtype, shape, kind) for shape in ((), (0,), (30,), (5, 8)) for kind in ("few", "plain")]
        arrays += [make(rng, dtype, (20,), "edge"), np.full(4, special(dtype)[1]).astype(dtype)]
        for a in arrays:
            weights = some_weights(a.shape)
            for bins in (1, 7, 10):
                for density in (False, True):
                    both([bins, "None", "None", density], [a], bins, None, density, None)
                    both([bins, -3.3, 41.7, density], [a], bins, (-3.3, 41.7), density, None)
            both([4, "None", "None", False], [a, weights], 4, None, False, weights)
            both([4, 0.1, 0.1, True], [a, weights], 4, (0.1, 0.1), True, weights)
            for edges in (np.array([-50.0, -1.5, 0.0, 0.0, 2.0, 3.0]), np.unique(a[a == a]) if a.size else np.zeros(0)):
                if edges.size > 1 and a.dtype != bool and np.all(edges[:-1] < edges[1:] + 1):
                    both([False], [a, edges], edges, None, False, None)
                    both([True], [a, edges], edges, None, True, None)
        if dtype == "bool" or dtype in INTS:
            for a in arrays:
                if a.size and (int(a.max()) > 1000) and int(a.min()) >= 0:
                    continue
                for least in (0, 5, -1):
                    g.case("bincount", [least], [a], lambda: np.bincount(a, minlength=least))
                    # of nothing, NumPy's weighted counts are int64 instead of float64
                    weights = some_weights(a.shape)
                    if a.size:
                        g.case("bincount", [least], [a, weights], lambda: np.bincount(a, weights, least))
    # values on and beside the edges of bins
    for n in (3, 10, 49):
        for dtype in FLOATS:
            a = np.linspace(0, 1, n + 1, dtype=dtype)
            a = np.concatenate([a, np.nextafter(a, np.array(2, dtype)), np.nextafter(a, np.array(-1, dtype))])
            both([n, 0.0, 1.0, False], [a], n, (0.0, 1.0), False, None)
    both([0, "None", "None", False], [np.arange(3)], 0, None, False, None)
    both([3, 2.0, 1.0, False], [np.arange(3)], 3, (2.0, 1.0), False, None)
    both([False], [np.arange(3), np.array([3, 1])], np.array([3, 1]), None, False, None)
    both([100, "None", "None", False], [np.array([1.0, np.nextafter(1, 2)])], 100, None, False, None)
    g.write()


if __name__ == "__main__":
    assert np.__version__.startswith("2."), np.__version__
    for group in (sorting, scans, searching, order_statistics, counts):
        group()
