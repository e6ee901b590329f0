"""Makes reductions.txt: NumPy's reductions of small tensors, with the dtype of each result.

Element i is i * 7 % 11 - 3 converted to the dtype (for float dtypes a quarter of it added, and NaN for every fifth element where the
line says nan). Run it in this folder with Python 3 and NumPy 2: python3 reductions.py
"""

import warnings

import numpy as np

warnings.simplefilter("ignore")

DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()

PLAIN = {
    "sum": np.sum,
    "prod": np.prod,
    "min": np.min,
    "max": np.max,
    "ptp": np.ptp,
    "mean": np.mean,
    "var": np.var,
    "std": np.std,
    "var1": lambda x, **k: np.var(x, ddof=1, **k),
    "std2": lambda x, **k: np.std(x, ddof=2, **k),
    "any": np.any,
    "all": np.all,
    "countNonzero": np.count_nonzero,
    "average": lambda x, **k: np.average(x, weights=np.arange(x.size).reshape(x.shape) % 4 + 1.0, **k),
    "logSumExp": lambda x, axis, keepdims: log_sum_exp(x, axis, keepdims),
}
NAN = {
    "nansum": np.nansum,
    "nanprod": np.nanprod,
    "nanmin": np.nanmin,
    "nanmax": np.nanmax,
    "nanmean": np.nanmean,
    "nanvar": np.nanvar,
    "nanstd": np.nanstd,
    "nanvar1": lambda x, **k: np.nanvar(x, ddof=1, **k),
}


def log_sum_exp(x, axis, keepdims):
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def numbers(values):
    return ",".join(str(int(v)) for v in values)


def tensor(shape, dtype, with_nan):
    i = np.arange(int(np.prod(shape, dtype=np.int64)))
    values = i * 7 % 11 - 3
    if dtype.startswith("float"):
        values = values * 1.25
        if with_nan:
            values[i % 5 == 1] = np.nan
    with np.errstate(all="ignore"):
        return values.astype(dtype).reshape(shape)


def written(value):
    return repr(float(value)) if value.dtype.kind == "f" else str(int(value))


def lines():
    plans = [
        ([], [None]),
        ([1], [None, (0,)]),
        ([5], [None, (0,), (-1,)]),
        ([2, 3], [None, (0,), (1,), (0, 1)]),
        ([3, 1, 4], [None, (1,), (0, 2), (-1,)]),
        ([2, 9, 3], [(1,), (0, 1), (0, 2), (1, 2)]),
        ([4, 20], [None, (0,), (1,)]),
        ([0], [None]),
        ([0, 3], [(0,), (1,)]),
        ([3, 0], [(0,), (1,), None]),
    ]
    for name, function in {**PLAIN, **NAN}.items():
        for dtype in DTYPES:
            for shape, axes in plans:
                small = dtype in ("float64", "int8", "uint64") or len(shape) == 2
                if not small:
                    continue
                for axis in axes:
                    for with_nan in [False, True] if dtype.startswith("float") and len(shape) < 3 else [False]:
                        keepdims = (len(shape) + len(axis or ())) % 2 == 0
                        x = tensor(shape, dtype, with_nan)
                        head = f"{name}|{dtype}|{'nan' if with_nan else ''}|{numbers(shape)}|{numbers(axis or ())}|{keepdims}"
                        try:
                            y = np.asarray(function(x, axis=axis, keepdims=keepdims))
                        except (ValueError, TypeError, ZeroDivisionError) as error:
                            if not isinstance(error, ZeroDivisionError) and name != "logSumExp":
                                yield f"{head}|{type(error).__name__}||"
                            continue
                        yield f"{head}|{y.dtype}|{numbers(y.shape)}|{','.join(written(v) for v in y.flat)}"


with open("reductions.txt", "w", newline="\n") as file:
    file.write("\n".join(lines()) + "\n")
