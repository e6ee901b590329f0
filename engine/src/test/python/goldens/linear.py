"""Linear algebra. Products of small whole numbers are exact; factorizations are NumPy's in float64, made unique by the signs that Tharsis
promises, with bounds that grow with size and condition."""

import numpy as np

from .table import DTYPES, FLOATS, B, D, I, Is, L, S
from .values import plain, small

STACKS = [(), (3,), (2, 1)]


def matrices(rng, dtype, shape, cond=10.0):
    """Of a known condition; integers where the dtype is one."""
    if dtype not in FLOATS:
        return small(dtype, rng, shape)
    m, n = shape[-2:]
    k = min(m, n)
    u = np.linalg.qr(rng.standard_normal(shape[:-2] + (m, k)))[0]
    v = np.linalg.qr(rng.standard_normal(shape[:-2] + (n, k)))[0]
    s = np.logspace(0, -np.log10(cond), k) if k > 1 else np.ones(k)
    return ((u * s) @ np.swapaxes(v, -1, -2) * 3).astype(dtype)


def near(table, method, args, expected, factor=1.0, numpy="-", scale=0.0):
    """expected in float64; kept in float32 if all arrays are float32. The bound is relative to the largest element of the result, or to
    scale if that is more."""
    first = next(a for a in args if isinstance(a, np.ndarray))
    dtype = "float32" if all(a.dtype == "float32" for a in args if isinstance(a, np.ndarray)) else "float64"
    several = list(expected) if isinstance(expected, (list, tuple)) else [expected]
    epsilon = np.finfo(dtype).eps
    results, bounds = [], []
    for e in several:
        e = np.asarray(e)
        size = np.max(np.abs(e[np.isfinite(e)]), initial=scale) if e.dtype.kind == "f" else 0
        results.append(e.astype(dtype) if e.dtype.kind == "f" else e)
        bounds.append(np.full(e.shape, 40 * factor * epsilon * max(size, 1e-300) * max(first.shape[-2:], default=1)))
    if len(results) == 1:
        table.case(method, args, results[0], bounds[0], numpy)
    else:
        worst = max(float(np.max(b, initial=0)) for b in bounds)
        size = max(r.size for r in results)
        table.case(method, args, results, np.full(max(size, 1), worst), numpy)


def signs(v):
    """1 or -1 for each row: the sign of its largest element, the first among equals."""
    size = np.abs(v)
    return np.sign(np.take_along_axis(v, np.argmax(size > size.max(-1, keepdims=True) * (1 - 1e-9), -1, keepdims=True), -1))


def qr(a, mode="reduced"):
    q, r = np.linalg.qr(a.astype("float64"), mode)
    k = min(a.shape[-2:])
    d = np.where(np.diagonal(r, axis1=-2, axis2=-1) < 0, -1.0, 1.0)
    q, r = q.copy(), r.copy()
    q[..., :, :k] *= d[..., None, :]
    r[..., :k, :] *= d[..., :, None]
    return q, r


def svd(a):
    u, s, vt = np.linalg.svd(a.astype("float64"), full_matrices=False)
    if a.shape[-2] >= a.shape[-1]:
        d = signs(vt)
    else:
        d = signs(np.swapaxes(u, -1, -2))
    return u * np.swapaxes(d, -1, -2), s, vt * d


def eigh(a):
    w, v = np.linalg.eigh(a.astype("float64"))
    return w, v * np.swapaxes(signs(np.swapaxes(v, -1, -2)), -1, -2)


def factorizations(table, rng):
    for dtype in ("float64", "float32", "int32", "bool"):
        for batch in STACKS:
            for m, n in ((1, 1), (2, 2), (5, 5), (7, 3), (3, 7), (1, 4), (4, 1)):
                a = matrices(rng, dtype, batch + (m, n))
                wide = a.astype("float64")
                if dtype in FLOATS:
                    near(table, "linalg.qr", [a], qr(a), 4)
                    near(table, "linalg.qr", [a, B(False)], qr(a), 4)
                    if m <= n:
                        near(table, "linalg.qr", [a, B(True)], qr(a, "complete"), 4)
                    near(table, "linalg.qrTriangle", [a], qr(a)[1], 4)
                    near(table, "linalg.svd", [a], svd(a), 40)
                    near(table, "linalg.svd", [a, B(False)], svd(a), 40)
                    if m == n:
                        near(table, "linalg.svd", [a, B(True)], svd(a), 40)
                near(table, "linalg.svdvals", [a], np.linalg.svd(wide, compute_uv=False), 4)
                if m == n:
                    symmetric = wide @ np.swapaxes(wide, -1, -2) + np.eye(n)
                    symmetric = symmetric.astype(dtype if dtype in FLOATS else "float64")
                    half = np.tril(symmetric) + np.triu(rng.standard_normal(symmetric.shape), 1).astype(symmetric.dtype)
                    near(table, "linalg.cholesky", [half], np.linalg.cholesky(half.astype("float64")))
                    near(table, "linalg.eigvalsh", [half], np.linalg.eigvalsh(half.astype("float64")))
                    if dtype in FLOATS:
                        spread = symmetric + np.diag(np.arange(n) * 3).astype(dtype)
                        near(table, "linalg.eigh", [spread], eigh(spread), 40)
                        vectors = np.triu(np.ones((n, n))) + np.eye(n)
                        real = (vectors @ np.diag(np.arange(n, 0, -1.0)) @ np.linalg.inv(vectors)).astype("float64")
                        triangle = np.triu(rng.standard_normal((n, n)), 1) + np.diag(np.arange(n) + 1.0)
                        for x in (real,) if n == 1 else ():
                            near(table, "linalg.eig", [x], [np.linalg.eigvals(x), np.ones((1, 1))], 4)
                        near(table, "linalg.eigvals", [triangle], np.linalg.eigvals(triangle))
                        w, v = np.linalg.eig(triangle)
                        near(table, "linalg.eig", [triangle], [w, v * np.swapaxes(signs(np.swapaxes(v, -1, -2)), -1, -2)], 100)
    for dtype in FLOATS:
        a = rng.standard_normal((6, 6)).astype(dtype)
        low = (rng.standard_normal((8, 2)) @ rng.standard_normal((2, 6))).astype(dtype)
        near(table, "linalg.svdvals", [low], np.linalg.svd(low.astype("float64"), compute_uv=False))
        u, s, vt = svd(low)
        if dtype == "float64":
            near(table, "linalg.randomizedSvd", [low, L(2)], [u[:, :2], s[:2], vt[:2]], 40)
            near(table, "linalg.randomizedSvd", [low, L(1), L(3), I(2), L(5)], [u[:, :1], s[:1], vt[:1]], 40)
        permutation, lower, upper = lu(a)
        near(table, "linalg.lu", [a], [permutation, lower, upper], 4)
        permutation, lower, upper = lu(low[:, :2])
        near(table, "linalg.lu", [low[:, :2]], [permutation, lower, upper], 4)
    for method in ("cholesky", "eigh", "eigvalsh", "eig", "eigvals", "inv", "det", "slogdet"):
        table.case("linalg." + method, [np.ones((2, 3))], None)
        table.case("linalg." + method, [np.ones(3)], None)
    for method in ("qr", "qrTriangle", "svd", "svdvals", "lu"):
        table.case("linalg." + method, [np.ones(3)], None)
    table.case("linalg.cholesky", [-np.eye(3)], None)
    table.case("linalg.svdvals", [np.array([[1, np.nan], [0, 1]])], None)
    table.case("linalg.eig", [np.array([[0.0, 1], [-1, 0]])], None)
    table.case("linalg.eigvals", [np.array([[1.0, np.inf], [0, 1]])], None)
    table.case("linalg.randomizedSvd", [np.ones((3, 2)), L(3)], None)


def lu(a):
    a = a.astype("float64").copy()
    m, n = a.shape
    rows = np.arange(m)
    for k in range(min(m, n)):
        p = k + int(np.argmax(np.abs(a[k:, k])))
        a[[k, p]], rows[[k, p]] = a[[p, k]], rows[[p, k]]
        if a[k, k] != 0:
            a[k + 1:, k] /= a[k, k]
            a[k + 1:, k + 1:] -= np.outer(a[k + 1:, k], a[k, k + 1:])
    q = min(m, n)
    return rows.astype("int64"), np.tril(a[:, :q], -1) + np.eye(m, q), np.triu(a[:q])


def systems(table, rng):
    for dtype in ("float64", "float32", "int32"):
        for batch in STACKS:
            for n in (1, 2, 5, 9):
                a = matrices(rng, dtype, batch + (n, n))
                if dtype not in FLOATS:
                    a = a + (10 * np.eye(n)).astype(dtype)
                wide = a.astype("float64")
                near(table, "linalg.inv", [a], np.linalg.inv(wide), 20)
                near(table, "linalg.det", [a], np.linalg.det(wide), 20)
                sign, log = np.linalg.slogdet(wide)
                near(table, "linalg.slogdet", [a], [sign, log], 20)
                near(table, "linalg.pinv", [a], np.linalg.pinv(wide), 20)
                table.case("linalg.matrixRank", [a], np.asarray(np.linalg.matrix_rank(a), "int64"))
                near(table, "linalg.cond", [a], np.linalg.cond(wide), 20)
                for order in (1, -1, 2, -2, np.inf, -np.inf):
                    near(table, "linalg.cond", [a, D(order)], np.linalg.cond(wide, order), 20)
                near(table, "linalg.cond", [a, S("fro")], np.linalg.cond(wide, "fro"), 20)
                near(table, "linalg.cond", [a, S("nuc")], np.linalg.cond(wide, "nuc"), 20)
                for other in ((n, 2), batch + (n, 3), (n,), (4, 1, n, 1)):
                    b = small(dtype, rng, other)
                    try:
                        x = np.linalg.solve(wide, b.astype("float64"))
                    except ValueError:
                        continue
                    near(table, "linalg.solve", [a, b], x, 20)
                    t = np.tril(wide) + 3 * np.eye(n)
                    t = t.astype(a.dtype)
                    clean = t.astype("float64")
                    near(table, "linalg.solveTriangular", [t + np.triu(a, 1), b, B(True), B(False)],
                         np.linalg.solve(clean, b.astype("float64")), 20)
                    upper = np.swapaxes(clean, -1, -2)
                    near(table, "linalg.solveTriangular", [np.swapaxes(t, -1, -2).copy(), b], np.linalg.solve(upper, b.astype("float64")), 20)
                    unit = np.triu(upper, 1) + np.eye(n)
                    near(table, "linalg.solveTriangular", [np.swapaxes(t, -1, -2).copy(), b, B(False), B(True)],
                         np.linalg.solve(unit, b.astype("float64")), 1e4)
                for power in (0, 1, 2, 5):
                    if dtype not in FLOATS:
                        table.case("linalg.matrixPower", [a, L(power)], np.linalg.matrix_power(a, power))
                    else:
                        near(table, "linalg.matrixPower", [a, L(power)], np.linalg.matrix_power(wide, power), 20)
                near(table, "linalg.matrixPower", [a, L(-2)], np.linalg.matrix_power(wide, -2), 400)
        for m, n in ((6, 3), (3, 6), (4, 4), (30, 5), (5, 1), (1, 5)):
            a = matrices(rng, dtype, (m, n)) + (np.eye(m, n) * 5).astype(dtype)
            for other in ((m,), (m, 2), (m, 7)):
                b = small(dtype, rng, other)
                x, residuals, rank, s = np.linalg.lstsq(a.astype("float64"), b.astype("float64"))
                near(table, "linalg.lstsq", [a, b], [x, residuals, np.asarray(rank, "int64"), s], 40)
            near(table, "linalg.pinv", [a, D(0.3)], np.linalg.pinv(a.astype("float64"), 0.3), 40)
            table.case("linalg.matrixRank", [a, D(4.0)], np.asarray(np.linalg.matrix_rank(a, 4.0), "int64"))
    low = np.outer(np.arange(1.0, 6), [1.0, 2, 3])
    b = np.arange(5.0)
    x, residuals, rank, s = np.linalg.lstsq(low, b)
    near(table, "linalg.lstsq", [low, b], [x, residuals, np.asarray(rank, "int64"), s], 40)
    x, residuals, rank, s = np.linalg.lstsq(low, b, 1e-3)
    near(table, "linalg.lstsq", [low, b, D(1e-3)], [x, residuals, np.asarray(rank, "int64"), s], 40)
    table.case("linalg.matrixRank", [low], np.int64(1))
    table.case("linalg.matrixRank", [np.zeros(4)], np.int64(0))
    table.case("linalg.matrixRank", [np.ones(4)], np.int64(1))
    singular = np.array([[1.0, 2], [2, 4]])
    table.case("linalg.solve", [singular, np.ones(2)], None)
    table.case("linalg.inv", [singular], None)
    table.case("linalg.solveTriangular", [np.array([[1.0, 2], [0, 0]]), np.ones(2)], None)
    for x in (singular, np.zeros((3, 3))):
        table.case("linalg.det", [x], np.float64(0), np.asarray(0.0))
        table.case("linalg.slogdet", [x], [np.float64(0), np.float64(-np.inf)], np.zeros(1))
        table.case("linalg.cond", [x, D(1)], np.float64(np.inf))
    for a, b in (((3, 3), (4,)), ((3, 3), (2, 2)), ((2, 3, 3), (3, 3, 2)), ((2, 3), (2,)), ((3, 3), ())):
        table.case("linalg.solve", [np.ones(a), np.ones(b)], None)
        table.case("linalg.solveTriangular", [np.ones(a), np.ones(b)], None)
    for a, b in (((3, 2), (4,)), ((3,), (3,)), ((2, 3, 3), (3,)), ((3, 2), (3, 1, 1))):
        table.case("linalg.lstsq", [np.ones(a), np.ones(b)], None)
    for shape in ((0, 0), (2, 0, 0), (0, 3, 3)):
        e = np.zeros(shape)
        table.case("linalg.det", [e], np.linalg.det(e))
        table.case("linalg.inv", [e], np.linalg.inv(e))
        table.case("linalg.cholesky", [e], np.linalg.cholesky(e))
        table.case("linalg.eigvalsh", [e], np.linalg.eigvalsh(e))


def norms(table, rng):
    for dtype in ("float64", "float32", "int32", "bool"):
        for shape in ((5,), (1,), (3, 4), (4, 4), (2, 3, 4), (3, 1, 2, 5)):
            a = plain(dtype, rng, shape) if dtype in FLOATS else small(dtype, rng, shape)
            wide = a.astype("float64")
            near(table, "linalg.norm", [a], np.linalg.norm(wide))
            for axis in range(-1, len(shape)):
                near(table, "linalg.norm", [a, B(True), Is(axis)], np.linalg.norm(wide, axis=axis, keepdims=True))
                near(table, "linalg.norm", [a, B(False), Is(axis)], np.linalg.norm(wide, axis=axis))
                for order in (np.inf, -np.inf, 0, 1, 2, 3, 0.5, -1):
                    if order == 0 and dtype == "bool":
                        continue
                    near(table, "linalg.norm", [a, D(order), Is(axis)], np.linalg.norm(wide, order, axis), 10)
                    near(table, "linalg.norm", [a, D(order), B(True), Is(axis)], np.linalg.norm(wide, order, axis, True), 10)
            pairs = [(0, 1), (1, 0)] if len(shape) == 2 else [(0, 2), (-1, -2)] if len(shape) > 2 else []
            for pair in pairs:
                near(table, "linalg.norm", [a, B(False), Is(*pair)], np.linalg.norm(wide, axis=pair))
                for order in (1, -1, 2, -2, np.inf, -np.inf):
                    near(table, "linalg.norm", [a, D(order), Is(*pair)], np.linalg.norm(wide, order, pair), 10, scale=np.linalg.norm(wide))
                    near(table, "linalg.norm", [a, D(order), B(True), Is(*pair)], np.linalg.norm(wide, order, pair, True), 10, scale=np.linalg.norm(wide))
                for order in ("fro", "nuc"):
                    near(table, "linalg.norm", [a, S(order), Is(*pair)], np.linalg.norm(wide, order, pair), 10, scale=np.linalg.norm(wide))
                    near(table, "linalg.norm", [a, S(order), B(True), Is(*pair)], np.linalg.norm(wide, order, pair, True), 10, scale=np.linalg.norm(wide))
            if len(shape) == 2:
                near(table, "linalg.norm", [a, D(2), Is()], np.linalg.norm(wide, 2), 10)
                near(table, "linalg.norm", [a, S("nuc"), Is()], np.linalg.norm(wide, "nuc"), 10)
    a = np.ones((3, 4))
    for args in ([a, D(3), Is()], [a, S("odd"), Is()], [a, S("fro"), Is(0)], [a, D(1), Is(0, 0)], [a, D(1), Is(0, 5)],
                 [np.ones((2, 2, 2)), D(1), Is()], [a, B(False), Is(0, 1, 0)]):
        table.case("linalg.norm", args, None)
    table.case("linalg.cond", [np.ones((2, 3)), D(1)], None)
    table.case("linalg.cond", [np.ones((2, 3)), S("fro")], None)


def products(table, rng):
    for dtype in DTYPES:
        pair = lambda left, right: (small(dtype, rng, left), small(dtype, rng, right))
        for left, right in (((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
                            ((2, 3, 4), (5, 4, 2)), ((3,), (2, 3, 4)), ((0,), (0,)), ((2, 0), (0, 3))):
            a, b = pair(left, right)
            table.case("dot", [a, b], np.dot(a, b))
        for left, right in (((), ()), ((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((2, 3, 4), (5, 4))):
            a, b = pair(left, right)
            table.case("inner", [a, b], np.inner(a, b))
        for left, right in (((), ()), ((3,), (3,)), ((2, 3), (6,)), ((2, 3), (3, 2))):
            a, b = pair(left, right)
            table.case("vdot", [a, b], np.asarray(np.vdot(a, b)))
            table.case("outer", [a, b], np.outer(a, b))
        for left, right, count in (((2, 3), (2, 3), 2), ((2, 3), (3, 4), 1), ((2,), (3,), 0), ((4, 2, 3), (2, 3, 5), 2), ((2, 3, 4), (2, 3, 4), 3)):
            a, b = pair(left, right)
            table.case("tensordot", [a, b, I(count)], np.tensordot(a, b, count))
        a, b = pair((2, 3, 4), (3, 4, 5))
        table.case("tensordot", [a, b], np.tensordot(a, b))
        a, b = pair((2, 3, 4), (4, 5, 2))
        table.case("tensordot", [a, b, Is(0, 2), Is(2, 0)], np.tensordot(a, b, ((0, 2), (2, 0))))
        table.case("tensordot", [a, b, Is(-1), Is(0)], np.tensordot(a, b, ((-1,), (0,))))
        for left, right in (((), (3,)), ((2,), (3,)), ((2, 3), (2, 2)), ((2,), (2, 3)), ((2, 1, 2), (2, 3))):
            a, b = pair(left, right)
            table.case("kron", [a, b], np.kron(a, b))
        a = small(dtype, rng, (4, 5))
        table.case("trace", [a], np.asarray(np.trace(a)))
        for offset in (-5, -3, -1, 0, 2, 4, 9):
            table.case("trace", [a, L(offset), I(0), I(1)], np.asarray(np.trace(a, offset)))
            b = small(dtype, rng, (2, 3, 4))
            table.case("trace", [b, L(offset), I(2), I(-2)], np.asarray(np.trace(b, offset, 2, -2)))
        sums(table, rng, dtype)
        chain = [small(dtype, rng, s) for s in ((3, 2), (2, 4), (4, 1), (1, 3))]
        table.case("linalg.multiDot", chain, np.linalg.multi_dot(chain))
        ends = [small(dtype, rng, s) for s in ((2,), (2, 4), (4, 3), (3,))]
        table.case("linalg.multiDot", ends, np.asarray(np.linalg.multi_dot(ends)))
        if dtype != "bool":
            x = plain(dtype, rng, (3, 8)) if dtype in FLOATS else small(dtype, rng, (3, 8))
            for args, c in (([x], np.cov(x)), ([x, B(False), I(0)], np.cov(x, rowvar=False, ddof=0)), ([x[0]], np.cov(x[0])),
                            ([x, B(True), I(2)], np.cov(x, ddof=2))):
                c = np.asarray(c, "float64")
                table.case("cov", args, c, np.full(c.shape, 1e-13 * np.max(np.abs(c), initial=1e-300)))
            c = np.corrcoef(x)
            table.case("corrcoef", [x], c.astype("float64"), np.full(c.shape, 1e-13))
            c = np.corrcoef(x, rowvar=False)
            if np.isfinite(c).all():
                table.case("corrcoef", [x, B(False)], c.astype("float64"), np.full(c.shape, 1e-11))
    for method, left, right in (("dot", (2, 3), (2, 3)), ("dot", (3,), (4,)), ("vdot", (3,), (4,)), ("inner", (2, 3), (3, 2)),
                                ("tensordot", (2, 3), (3, 2))):
        table.case(method, [np.ones(left), np.ones(right)], None)
    a = np.ones((2, 3))
    for args in ([a, a, I(3)], [a, a, I(-1)], [a, a, Is(0), Is(1)], [a, a, Is(0, 0), Is(0, 0)], [a, a, Is(0), Is(0, 1)], [a, a, Is(5), Is(0)]):
        table.case("tensordot", args, None)
    table.case("trace", [np.ones(3)], None)
    table.case("linalg.multiDot", [a], None)
    table.case("linalg.multiDot", [a, a], None)
    table.case("linalg.matrixPower", [a, L(2)], None)
    table.case("cov", [np.ones((2, 2, 2))], None)


EINSUMS = [("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("ba,cb", (2, 3), (4, 2)),
           ("i,i", (5,), (5,)), ("i,j->ij", (3,), (4,)), ("i,j->ji", (3,), (4,)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->j", (2, 3)),
           ("ba", (2, 3)), ("ii", (4, 4)), ("ii->i", (4, 4)), ("iij->ij", (3, 3, 2)), ("iji->j", (3, 2, 3)), ("iii->", (2, 2, 2)),
           ("...ij,...jk->...ik", (2, 3, 4), (2, 4, 5)), ("...ij,jk->...ik", (5, 2, 3, 4), (4, 2)), ("...i->...", (2, 3, 4)),
           ("...", (2, 3)), ("i...->...", (2, 3)), ("...ii->...i", (2, 3, 3)), ("ij...,j...->i...", (2, 3, 4), (3, 4)),
           ("bij,bjk->bik", (3, 2, 4), (3, 4, 2)), ("bij,bij->b", (3, 2, 4), (3, 2, 4)), ("ij,ij->ij", (2, 3), (2, 3)),
           ("ij,j->i", (2, 3), (3,)), ("ab,bc,cd->ad", (2, 3), (3, 4), (4, 2)), ("ab,bc,cd,de", (2, 3), (3, 4), (4, 2), (2, 3)),
           ("ea,fb,abcd,gc,hd->efgh", (2, 3), (2, 3), (3, 3, 2, 2), (2, 2), (2, 2)), ("i,j,k->kji", (2,), (3,), (2,)),
           ("ij,jk->ik", (1, 3), (3, 1)), ("ij,ij->ij", (1, 3), (2, 3)), ("i,i->", (1,), (4,)), ("...j,j", (2, 3, 4), (4,)),
           (" i j , j k -> i k ", (2, 3), (3, 2)), ("Aa,aB->AB", (2, 3), (3, 2)), (",i->i", (), (3,)), (",", (), ()), ("ij,k->ijk", (2, 0), (3,)),
           ("ij,jk->ik", (2, 0), (0, 3)), ("ijk,kj->i", (2, 3, 4), (4, 3)), ("ii,ij->ij", (3, 3), (3, 2)), ("...,...->...", (2, 1), (3,))]
WRONG = [("ij,jk->ik", (2, 3), (4, 5)), ("ij->k", (2, 3)), ("ij->ii", (2, 3)), ("ijk", (2, 3)), ("i", (2, 3)), ("ij,jk", (2, 3)), ("i1", (2, 3)),
         ("ii", (2, 3)), ("...i->i", (2, 3))]


def sums(table, rng, dtype):
    for subscripts, *shapes in EINSUMS:
        operands = [small(dtype, rng, shape) for shape in shapes]
        table.case("einsum", [S(subscripts)] + operands, np.asarray(np.einsum(subscripts, *operands)))
    if dtype == "float64":
        for subscripts, *shapes in WRONG:
            table.case("einsum", [S(subscripts)] + [np.ones(shape) for shape in shapes], None)
    elif dtype == "float32":
        mixed = [small("int8", rng, (2, 3)), small("float32", rng, (3, 2))]
        table.case("einsum", [S("ij,jk->ik")] + mixed, np.einsum("ij,jk->ik", *mixed))


def make(table, rng):
    factorizations(table, rng)
    systems(table, rng)
    norms(table, rng)
    products(table, rng)
