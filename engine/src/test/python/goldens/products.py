"""Matrix products. Of floats exact ones, correctly rounded, with the bound that adding in order keeps; of integers and bools NumPy's."""

import math
from fractions import Fraction

import numpy as np

from .reductions import unit
from .table import DTYPES, FLOATS
from .values import plain, salted, small, special

SHAPES = [((2, 3), (3, 4)), ((1, 1), (1, 1)), ((5, 7), (7, 1)), ((1, 7), (7, 5)), ((9, 2), (2, 9)), ((17, 33), (33, 25)), ((3,), (3,)),
          ((4,), (4, 3)), ((3, 4), (4,)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((2, 3, 4), (4,)),
          ((4,), (2, 4, 3)), ((1, 3, 4), (6, 4, 2)), ((3, 0), (0, 2)), ((0, 3), (3, 2)), ((2, 3), (3, 0)), ((0,), (0,)),
          ((0, 2, 3), (3, 2)), ((2, 0), (0,))]
WRONG = [((2, 3), (2, 3)), ((3,), (4,)), ((2, 3, 4), (3, 4, 5)), ((), (3,)), ((3, 3), ()), ((2, 3), (2,))]
LONG = [((3, 600), (600, 2)), ((2, 256), (256, 3)), ((2, 257), (257, 2)), ((1, 513), (513, 1))]


def make(table, rng):
    for left, right in SHAPES + LONG:
        for dtype in DTYPES:
            a, b = small(dtype, rng, left), small(dtype, rng, right)
            table.case("matmul", [a, b], a @ b)
            if dtype in FLOATS:
                bounded(table, plain(dtype, rng, left), plain(dtype, rng, right))
            else:
                a, b = plain(dtype, rng, left), plain(dtype, rng, right)
                table.case("matmul", [a, b], a @ b)
    for one in DTYPES:
        for other in DTYPES:
            a, b = small(one, rng, (3, 5)), small(other, rng, (5, 2))
            table.case("matmul", [a, b], a @ b)
        wide = np.resize(special(one), (4, 4))
        if one not in FLOATS:
            table.case("matmul", [wide, wide], wide @ wide)
    for dtype in FLOATS:
        for shape in (3, 3), (9, 10):
            # nothing overflows: whether a sum meets an infinity on its way depends on its order
            a, b = (np.where(np.isfinite(x), np.clip(x, -1e10, 1e10), x)
                    for x in (salted(dtype, rng, shape), salted(dtype, rng, shape[::-1])))
            bounded(table, a, b)
    for left, right in WRONG:
        a, b = np.ones(left), np.ones(right)
        try:
            np.matmul(a, b)
        except ValueError:
            table.case("matmul", [a, b], None)
        table.case(".matmul", [a, b], None)
    a, b = small("float64", rng, (3, 4)), small("float64", rng, (4, 2))
    table.case(".matmul", [a, b], a @ b)


def bounded(table, a, b):
    """The exact product, and (k + 1) roundings of the sum of magnitudes for each element."""
    with np.errstate(all="ignore"):
        like = np.asarray(np.matmul(a, b))
    left = a[None, :] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left, right = np.broadcast_to(left, batch + left.shape[-2:]), np.broadcast_to(right, batch + right.shape[-2:])
    full = batch + (left.shape[-2], right.shape[-1])
    exact, bound = np.zeros(full), np.zeros(full)
    k = left.shape[-1]
    for place in np.ndindex(full):
        row = [float(x) for x in left[place[:-1]]]
        column = [float(x) for x in right[place[:-2] + (slice(None), place[-1])]]
        exact[place], bound[place] = element(row, column, k, a.dtype)
    with np.errstate(all="ignore"):
        exact = exact.astype(a.dtype)
    table.case("matmul", [a, b], exact.reshape(like.shape), bound.reshape(like.shape))


def element(row, column, k, dtype):
    if not all(map(math.isfinite, row + column)):
        with np.errstate(all="ignore"):
            return float(np.sum(np.array(row) * np.array(column))), 0.0
    products = [Fraction(x) * Fraction(y) for x, y in zip(row, column)]
    total, size = sum(products), sum(map(abs, products))
    tiny = float(np.finfo(dtype).smallest_subnormal)
    return float(total), (k + 2) * (unit(dtype) * float(size) + tiny)
