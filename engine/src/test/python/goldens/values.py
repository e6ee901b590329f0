"""The inputs: values at the edges of each dtype, and seeded random ones."""

import numpy as np

SHAPES = [(), (0,), (1,), (5,), (33,), (0, 3), (3, 0), (2, 3), (4, 1), (1, 1, 1), (2, 3, 4)]
PAIRS = [((), ()), ((3,), ()), ((), (2, 3)), ((1,), (0,)), ((5,), (5,)), ((3,), (2, 3)), ((2, 1), (3,)), ((4, 1, 3), (2, 1)),
         ((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (3, 1)), ((0, 3), (3,)), ((1, 1), (1, 1, 1))]


def special(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        small = [-7, -3, -2, -1] if info.min < 0 else [100]
        return np.array([info.min, info.min + 1, info.max - 1, info.max, 0, 1, 2, 3, 10] + small, dtype)
    info = np.finfo(dtype)
    tiny = info.smallest_subnormal
    base = [0.0, -0.0, np.inf, -np.inf, np.nan, tiny, -tiny, info.tiny, -info.tiny, info.max, info.min, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5,
            3, -7, 0.1, 1e10, -123.456, 1 + info.eps, 2.0 ** 31, -2.0 ** 53]
    return np.array(base, dtype)


def few(dtype, rng, count):
    """Specials and ordinary values, for tables of pairs of dtypes."""
    s = special(dtype)
    picked = rng.choice(s, min(count, len(s)), replace=False)
    return picked


def plain(dtype, rng, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        wide = rng.integers(info.min, info.max, shape, dtype, endpoint=True)
        small = rng.integers(max(info.min, -20), 20, shape).astype(dtype)
        return np.where(rng.random(shape) < 0.3, wide, small).astype(dtype) if shape != () else small
    return np.asarray(rng.standard_normal(shape) * 10.0 ** rng.integers(-3, 4, shape), dtype)


def small(dtype, rng, shape):
    """Values whose sums and products stay small and exact."""
    if np.dtype(dtype).kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    return np.asarray(rng.integers(0, 6, shape), dtype)


def salted(dtype, rng, shape):
    """Plain values with specials strewn in."""
    a = np.array(plain(dtype, rng, shape))
    if a.size:
        flat = a.reshape(-1)
        places = rng.integers(0, flat.size, max(1, flat.size // 5))
        flat[places] = rng.choice(special(dtype), len(places))
    return a
