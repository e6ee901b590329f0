"""The workloads of `tharsis bench` on the libraries a user would pick instead.

    python peers.py WORKLOAD PEER [SIZE] [--threads T] [--runs K]
    python peers.py list

Prints one JSON object with the keys of `tharsis bench --json`: the first run, which compiles where a peer compiles,
then the best and the median of K more. Inputs are seeded, not constant, and made before the clock starts; a result
that our workload keeps is kept here too, and freed before the next run. Each (workload, peer) wants a process of its
own, so that the peak memory is that peer's alone. --threads pins the process to so many cores, whatever the peer.

To add a peer of a workload: a function named after both, with '-' as '_', that takes the size and returns the program
(a function without arguments) and a function that makes of its result the value to compare.
"""
import argparse
import contextlib
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RATE, VOLATILITY = 0.05, 0.2
SIZES = {
    "pi": 200_000_000,
    "add-times": 400_000_000,
    "add-times-sum": 400_000_000,
    "hypot-chain": 67_000_000,
    "sin": 67_000_000,
    "axis-sums": 120_000_000,
    "axis-sum-0": 120_000_000,
    "axis-sum-1": 120_000_000,
    "axis-sum-2": 120_000_000,
    "softmax": 50_000_000,
    "black-scholes": 10_000_000,
    "matmul": 4_000_000,
    "matmul-float": 4_000_000,
    "matmul-chain": 4_000_000,
    "gram-std": 25_000_000,
    "gram-std-npy": 25_000_000,
    "product-npy": 4_000_000,
    "zscore-npy": 25_000_000,
    "zscore-npy-1": 25_000_000,
    "svd-reconstruct": 128_000_000,
    "cholesky": 16_777_216,
    "solve": 16_777_216,
    "actor-ask-ipc": 5_000,
    "actor-tell-ipc": 20_000,
}
PEERS = ["numpy", "numexpr", "dask", "jax", "numba", "ray"]
THREADS = 1
FILES = None  # where workloads over files have them

# ---- how each peer is set up


def numpy():
    import numpy

    return numpy


def numexpr():
    import numexpr

    numexpr.set_num_threads(THREADS)
    return numexpr


def dask():
    import dask
    import dask.array

    dask.config.set(scheduler="threads", num_workers=THREADS)
    return dask.array


def jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax, jax.numpy


def numba():
    import numba

    numba.set_num_threads(min(THREADS, numba.config.NUMBA_NUM_THREADS))
    return numba


def ray():
    import ray

    if not ray.is_initialized():
        ray.init(num_cpus=THREADS, include_dashboard=False, logging_level="ERROR")
    return ray


# ---- inputs


def uniform(n, low=0.0, high=1.0, seed=0):
    values = numpy().random.default_rng(seed).random(n)
    if (low, high) != (0.0, 1.0):
        values *= high - low
        values += low
    return values


def in_chunks(array, length=4_000_000):
    rows = max(1, length // max(1, array[0].size if array.ndim > 1 else 1))
    return dask().from_array(array, chunks=(rows,) + array.shape[1:])


def on_device(array):
    return jax()[1].asarray(array)


def mean(result):
    return float(result.mean())


# ---- pi


def numpy_pi(n, chunk=10_000_000):
    np = numpy()

    def run():
        rng = np.random.default_rng(0)
        inside = 0
        for start in range(0, n, chunk):
            points = rng.random((min(chunk, n - start), 2))
            inside += int((np.sqrt((points**2).sum(axis=1)) < 1).sum())
        return 4 * inside / n

    return run, float


def numexpr_pi(n, chunk=10_000_000):
    np, ne = numpy(), numexpr()

    def run():
        rng = np.random.default_rng(0)
        inside = 0
        for start in range(0, n, chunk):
            size = min(chunk, n - start)
            variables = {"x": rng.random(size), "y": rng.random(size)}
            inside += int(ne.evaluate("sum(where(sqrt(x*x+y*y)<1,1,0))", variables))
        return 4 * inside / n

    return run, float


def dask_pi(n):
    da = dask()

    def run():
        points = da.random.default_rng(0).random((n, 2), chunks=(5_000_000, 2))
        return float(4 * (da.sqrt((points**2).sum(axis=1)) < 1).sum().compute() / n)

    return run, float


def jax_pi(n, chunk=10_000_000):
    jx, jnp = jax()

    def inside(key, size):
        points = jx.random.uniform(key, (size, 2), dtype=jnp.float64)
        return (jnp.sqrt((points**2).sum(axis=1)) < 1).sum()

    inside = jx.jit(inside, static_argnums=1)

    def run():
        keys = jx.random.split(jx.random.key(0), -(-n // chunk))
        counts = [int(inside(key, min(chunk, n - i * chunk))) for i, key in enumerate(keys)]
        return 4 * sum(counts) / n

    return run, float


def numba_pi(n):
    nb, np = numba(), numpy()

    @nb.njit(parallel=True, fastmath=True)
    def count(n):
        inside = 0
        for _ in nb.prange(n):
            x = np.random.random()
            y = np.random.random()
            if np.sqrt(x * x + y * y) < 1:
                inside += 1
        return inside

    return lambda: 4 * count(n) / n, float


# ---- chains over one or two inputs: kept results, as NumPy, numexpr, Dask, JAX and Numba expressions


def chain(peer, inputs, numpy_run, expression, jax_run, numba_body, value=mean):
    """The program of one peer for an element-wise expression whose result is kept."""
    if peer == "numpy":
        return lambda: numpy_run(numpy(), *inputs), value
    if peer == "numexpr":
        ne = numexpr()
        return lambda: ne.evaluate(expression, dict(zip("ab", inputs))), value
    if peer == "dask":
        da = dask()
        arrays = [in_chunks(a) for a in inputs]
        return lambda: numpy_run(da, *arrays).compute(), value
    if peer == "jax":
        jx, jnp = jax()
        compiled = jx.jit(lambda *arrays: jax_run(jnp, *arrays))
        arrays = [on_device(a) for a in inputs]
        return lambda: compiled(*arrays).block_until_ready(), value
    nb, np = numba(), numpy()
    body = nb.njit(numba_body)
    if len(inputs) == 1:

        @nb.njit(parallel=True)
        def loop(a):
            result = np.empty_like(a)
            for i in nb.prange(a.size):
                result[i] = body(a[i])
            return result

    else:

        @nb.njit(parallel=True)
        def loop(a, b):
            result = np.empty_like(a)
            for i in nb.prange(a.size):
                result[i] = body(a[i], b[i])
            return result

    return lambda: loop(*inputs), value


def any_add_times(peer, n):
    return chain(
        peer,
        [uniform(n)],
        lambda np, a: (a + 1) * 2,
        "(a + 1) * 2",
        lambda jnp, a: (a + 1) * 2,
        lambda a: (a + 1) * 2,
    )


def any_hypot_chain(peer, n):
    import math

    return chain(
        peer,
        [uniform(n), uniform(n, seed=1)],
        lambda np, a, b: np.sqrt(a * a + b * b),
        "sqrt(a * a + b * b)",
        lambda jnp, a, b: jnp.sqrt(a * a + b * b),
        lambda a, b: math.sqrt(a * a + b * b),
    )


def any_sin(peer, n):
    import math

    return chain(
        peer,
        [uniform(n, -10.0, 10.0)],
        lambda np, a: np.sin(a),
        "sin(a)",
        lambda jnp, a: jnp.sin(a),
        lambda a: math.sin(a),
        value=lambda result: float((result**2).mean()),
    )


# ---- add-times-sum


def numpy_add_times_sum(n):
    a = uniform(n)
    return lambda: ((a + 1) * 2).sum(), float


def numexpr_add_times_sum(n):
    ne, a = numexpr(), uniform(n)
    return lambda: ne.evaluate("sum((a + 1) * 2)", {"a": a}), float


def dask_add_times_sum(n):
    a = in_chunks(uniform(n))
    return lambda: ((a + 1) * 2).sum().compute(), float


def jax_add_times_sum(n):
    jx, _ = jax()
    a = on_device(uniform(n))
    program = jx.jit(lambda a: ((a + 1) * 2).sum())
    return lambda: float(program(a)), float


def numba_add_times_sum(n):
    nb, a = numba(), uniform(n)

    @nb.njit(parallel=True, fastmath=True)
    def program(a):
        total = 0.0
        for i in nb.prange(a.size):
            total += (a[i] + 1) * 2
        return total

    return lambda: program(a), float


# ---- axis-sums: float32 (n / 300000, 500, 600)


def axis_sums(peer, n, axes):
    np = numpy()
    planes = max(1, n // 300_000)
    a = np.random.default_rng(0).random((planes, 500, 600), dtype=np.float32)

    def value(sums):
        return float(np.asarray(sums[0]).mean(dtype=np.float64)) / a.shape[axes[0]]

    if peer == "numpy":
        return lambda: [a.sum(axis=axis) for axis in axes], value
    if peer == "dask":
        chunks = in_chunks(a)
        return lambda: [chunks.sum(axis=axis).compute() for axis in axes], value
    if peer == "jax":
        jx, _ = jax()
        array = on_device(a)
        programs = [jx.jit(lambda x, axis=axis: x.sum(axis=axis)) for axis in axes]
        return lambda: [program(array).block_until_ready() for program in programs], value
    return None


def any_axis_sums(peer, n):
    return axis_sums(peer, n, [0, 1, 2])


def any_axis_sum_0(peer, n):
    return axis_sums(peer, n, [0])


def any_axis_sum_1(peer, n):
    return axis_sums(peer, n, [1])


def any_axis_sum_2(peer, n):
    return axis_sums(peer, n, [2])


# ---- softmax of (n / 1000, 1000) along the last axis


def any_softmax(peer, n):
    np = numpy()
    a = uniform(max(1, n // 1000) * 1000, -10.0, 10.0).reshape(-1, 1000)

    def value(result):
        return float(np.asarray(result).max(axis=-1).mean())

    def program(np, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    if peer == "numpy":
        return lambda: program(np, a), value
    if peer == "dask":
        da, chunks = dask(), in_chunks(a)
        return lambda: program(da, chunks).compute(), value
    if peer == "jax":
        jx, _ = jax()
        array, compiled = on_device(a), jx.jit(lambda x: jx.nn.softmax(x, axis=-1))
        return lambda: compiled(array).block_until_ready(), value
    if peer == "numba":
        nb = numba()

        @nb.njit(parallel=True, fastmath=True)
        def loop(x):
            result = np.empty_like(x)
            for i in nb.prange(x.shape[0]):
                largest = x[i].max()
                total = 0.0
                for j in range(x.shape[1]):
                    result[i, j] = np.exp(x[i, j] - largest)
                    total += result[i, j]
                for j in range(x.shape[1]):
                    result[i, j] /= total
            return result

        return lambda: loop(a), value
    return None


# ---- black-scholes: calls and puts, both kept


def options(n):
    return uniform(n, 10.0, 50.0), uniform(n, 10.0, 50.0, seed=1), uniform(n, 0.25, 2.0, seed=2)


def prices(np, cdf, spot, strike, years):
    deviation = VOLATILITY * np.sqrt(years)
    d1 = (np.log(spot / strike) + (RATE + VOLATILITY**2 / 2) * years) / deviation
    discounted = strike * np.exp(-RATE * years)
    call = spot * cdf(d1) - discounted * cdf(d1 - deviation)
    return call, call - spot + discounted


def any_black_scholes(peer, n):
    inputs = options(n)

    def value(both):
        return float(both[0].mean())

    if peer == "numpy":
        from scipy.special import ndtr

        return lambda: prices(numpy(), ndtr, *inputs), value
    if peer == "numexpr":
        return numexpr_prices(*inputs), value
    if peer == "dask":
        from scipy.special import ndtr

        da = dask()
        arrays = [in_chunks(a, 1_000_000) for a in inputs]

        def cdf(x):
            return x.map_blocks(ndtr)

        return lambda: da.compute(*prices(da, cdf, *arrays)), value
    if peer == "jax":
        jx, jnp = jax()
        from jax.scipy.stats import norm

        compiled = jx.jit(lambda *arrays: prices(jnp, norm.cdf, *arrays))
        arrays = [on_device(a) for a in inputs]
        return lambda: jx.block_until_ready(compiled(*arrays)), value
    nb, np = numba(), numpy()
    import math

    @nb.njit
    def cdf(x):
        return 0.5 * math.erfc(-x / math.sqrt(2.0))

    @nb.njit(parallel=True, fastmath=True)
    def loop(spot, strike, years):
        call, put = np.empty_like(spot), np.empty_like(spot)
        for i in nb.prange(spot.size):
            deviation = VOLATILITY * math.sqrt(years[i])
            d1 = (math.log(spot[i] / strike[i]) + (RATE + VOLATILITY**2 / 2) * years[i]) / deviation
            discounted = strike[i] * math.exp(-RATE * years[i])
            call[i] = spot[i] * cdf(d1) - discounted * cdf(d1 - deviation)
            put[i] = call[i] - spot[i] + discounted
        return call, put

    return lambda: loop(*inputs), value


def numexpr_prices(spot, strike, years):
    """numexpr has no normal distribution: Hart's rational approximation (G. West, 2005), as our own workload has it."""
    ne = numexpr()
    numerator = [0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
                 220.206867912376]
    denominator = [0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
                   793.826512519948, 440.413735824752]

    def polynomial(coefficients):
        text = str(coefficients[0])
        for coefficient in coefficients[1:]:
            text = f"({text} * z + {coefficient})"
        return text

    tail = f"exp(-0.5 * z * z) * {polynomial(numerator)} / {polynomial(denominator)}"

    def cdf(x):
        t = ne.evaluate(tail, {"z": ne.evaluate("abs(x)", {"x": x})})
        return ne.evaluate("where(x > 0, 1 - t, t)", {"x": x, "t": t})

    def run():
        v = {"spot": spot, "strike": strike, "years": years}
        v["deviation"] = ne.evaluate(f"{VOLATILITY} * sqrt(years)", v)
        v["d1"] = ne.evaluate(f"(log(spot / strike) + {RATE + VOLATILITY**2 / 2} * years) / deviation", v)
        v["discounted"] = ne.evaluate(f"strike * exp({-RATE} * years)", v)
        v["first"] = cdf(v["d1"])
        v["second"] = cdf(ne.evaluate("d1 - deviation", v))
        call = ne.evaluate("spot * first - discounted * second", v)
        return call, ne.evaluate("call - spot + discounted", {**v, "call": call})

    return run


# ---- matrix products


def square(size, seed=0, dtype="float64"):
    n = math.isqrt(size)
    return uniform(n * n, seed=seed).astype(dtype).reshape(n, n)


def numpy_matmul(size, dtype="float64"):
    a, b = square(size, 0, dtype), square(size, 1, dtype)
    return lambda: a @ b, lambda c: mean(c) / len(a)


def numpy_matmul_float(size):
    return numpy_matmul(size, "float32")


def jax_matmul(size, dtype="float64"):
    jx, _ = jax()
    a, b = on_device(square(size, 0, dtype)), on_device(square(size, 1, dtype))
    product = jx.jit(lambda a, b: a @ b)
    return lambda: product(a, b).block_until_ready(), lambda c: mean(c) / len(a)


def jax_matmul_float(size):
    return jax_matmul(size, "float32")


def dask_matmul(size, dtype="float64"):
    a, b = square(size, 0, dtype), square(size, 1, dtype)
    da = dask()
    left, right = da.from_array(a, chunks=(1024, 1024)), da.from_array(b, chunks=(1024, 1024))
    return lambda: (left @ right).compute(), lambda c: mean(c) / len(a)


def dask_matmul_float(size):
    return dask_matmul(size, "float32")


def chain_inputs(size):
    n = math.isqrt(size)
    r = max(1, n // 8)
    return square(size), uniform(n * r, seed=1).reshape(n, r), uniform(r * n, seed=2).reshape(r, n)


def numpy_matmul_chain(size):
    a, b, c = chain_inputs(size)
    return lambda: a @ b @ c, lambda d: mean(d) / (len(a) * len(c))


def jax_matmul_chain(size):
    jx, _ = jax()
    a, b, c = map(on_device, chain_inputs(size))
    product = jx.jit(lambda a, b, c: a @ b @ c)
    return lambda: product(a, b, c).block_until_ready(), lambda d: mean(d) / (len(a) * len(c))


def numpy_gram_std(size):
    a = square(size)
    return lambda: float((a @ a.T - a).std()), float


def jax_gram_std(size):
    jx, _ = jax()
    a = on_device(square(size))
    program = jx.jit(lambda a: (a @ a.T - a).std())
    return lambda: float(program(a)), float


def dask_gram_std(size):
    a = dask().from_array(square(size), chunks=(2500, 2500))
    return lambda: float((a @ a.T - a).std().compute()), float


# ---- from and to .npy files


def input_file(name, rows, columns, scale=1.0):
    """A file of uniform numbers, made band by band where it is not there, seen through a map."""
    np, path = numpy(), os.path.join(FILES, name + ".npy")
    if not os.path.exists(path):
        target = np.lib.format.open_memmap(path, "w+", np.float64, (rows, columns))
        rng = np.random.default_rng(0)
        for start in range(0, rows, 4096):
            target[start : start + 4096] = rng.random((min(4096, rows - start), columns)) * scale
        target.flush()
    return np.load(path, mmap_mode="r")


def output_file(name, shape):
    return numpy().lib.format.open_memmap(os.path.join(FILES, name + "-out.npy"), "w+", numpy().float64, shape)


def cool():
    """Has the system forget its copies of all input files in memory."""
    for name in os.listdir(FILES):
        if name.endswith("-out.npy"):
            os.remove(os.path.join(FILES, name))
            continue
        file = os.open(os.path.join(FILES, name), os.O_RDONLY)
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def in_bands(array, band_bytes=64 << 20):
    return dask().from_array(array, chunks=(max(1, band_bytes // array[0].nbytes), array.shape[1]))


def dask_gram_std_npy(size):
    n = math.isqrt(size)
    input_file(f"gram-std-{n}", n, n)

    def run():
        a = dask().from_array(input_file(f"gram-std-{n}", n, n), chunks=(2500, 2500))
        return float((a @ a.T - a).std().compute())

    return run, float


def dask_product_npy(size):
    np, n = numpy(), math.isqrt(size)

    def run():
        rng = dask().random.default_rng(0)
        b = (rng.random((n, n), chunks=(2500, 2500)) + rng.random((n, 1))).persist()
        c = (rng.random((n, n), chunks=(2500, 2500)) + rng.random(n)).persist()
        target = output_file(f"product-{n}", (n, n))
        dask().store((b * 2 - b.T) @ c, target, lock=False)
        target.flush()
        return target

    return run, lambda product: float(np.mean([band.mean() for band in product])) / n


def dask_zscore(size, axis):
    np, rows = numpy(), max(2, size // 1000)
    input_file(f"zscore-{rows}", rows, 1000, 3.0)

    def run():
        x = in_bands(input_file(f"zscore-{rows}", rows, 1000))
        target = output_file(f"zscore-{rows}", (rows, 1000))
        z = (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)
        dask().store(z, target, lock=False)
        return target

    return run, lambda z: float(np.mean([(band * band).mean() for band in z]))


def dask_zscore_npy(size):
    return dask_zscore(size, 0)


def dask_zscore_npy_1(size):
    return dask_zscore(size, 1)


# ---- factorizations


def tall(size):
    return numpy().random.default_rng(0).standard_normal((max(1, size // 32), 32))


def squares(result):
    return float((result * result).mean())


def numpy_svd_reconstruct(size):
    np, a = numpy(), tall(size)

    def run():
        u, s, vt = np.linalg.svd(a, full_matrices=False)
        return (u * s) @ vt

    return run, squares


def jax_svd_reconstruct(size):
    jx, jnp = jax()
    a = on_device(tall(size))

    def program(a):
        u, s, vt = jnp.linalg.svd(a, full_matrices=False)
        return (u * s) @ vt

    compiled = jx.jit(program)
    return lambda: compiled(a).block_until_ready(), squares


def dask_svd_reconstruct(size):
    a = in_chunks(tall(size))

    def run():
        u, s, vt = dask().linalg.svd(a)
        return ((u * s) @ vt).compute()

    return run, squares


def definite(size):
    u = square(size)
    a = (u + u.T) / 2
    a[numpy().diag_indices(len(a))] += len(a)
    return a


def column_squares(lower):
    return float((lower.sum(axis=0) ** 2).sum() / len(lower) ** 2)


def numpy_cholesky(size):
    np, a = numpy(), definite(size)
    return lambda: np.linalg.cholesky(a), column_squares


def jax_cholesky(size):
    jx, jnp = jax()
    a = on_device(definite(size))
    factor = jx.jit(jnp.linalg.cholesky)
    return lambda: factor(a).block_until_ready(), column_squares


def dask_cholesky(size):
    a = definite(size)
    blocks = dask().from_array(a, chunks=(1024, 1024))
    return lambda: dask().linalg.cholesky(blocks, lower=True).compute(), column_squares


def system(size):
    a = square(size)
    return a, uniform(len(a), seed=1)


def numpy_solve(size):
    np = numpy()
    a, b = system(size)
    return lambda: np.linalg.solve(a, b), lambda x: mean(a @ x)


def jax_solve(size):
    jx, jnp = jax()
    a, b = map(on_device, system(size))
    solve = jx.jit(jnp.linalg.solve)
    return lambda: solve(a, b).block_until_ready(), lambda x: mean(a @ x)


def dask_solve(size):
    a, b = system(size)
    left, right = dask().from_array(a, chunks=(1024, 1024)), dask().from_array(b, chunks=1024)
    return lambda: dask().linalg.solve(left, right).compute(), lambda x: mean(a @ x)


# ---- the clock

# In a process of its own, so that the peak of this one stays its own.
TOUCH = """
import mmap, sys
size, block = int(sys.argv[1]), bytes(1 << 26)
memory = mmap.mmap(-1, size)
for start in range(0, size - len(block) + 1, len(block)):
    memory[start : start + len(block)] = block
"""


def find(workload, peer):
    """A function of the size that answers the program and its value, or None."""
    name = workload.replace("-", "_")
    own = globals().get(f"{peer}_{name}")
    if own:
        return own
    shared = globals().get(f"any_{name}")
    if shared is None or (peer == "numexpr" and workload in ("softmax", "axis-sums", "axis-sum-0", "axis-sum-1", "axis-sum-2")):
        return None
    if peer == "numba" and workload.startswith("axis-sum"):
        return None
    return lambda size: shared(peer, size)


def real_size(workload, size):
    """What the workload makes of a size."""
    if workload.startswith("axis-sum"):
        return size // 300_000 * 300_000
    if workload.startswith("zscore"):
        return max(2, size // 1000) * 1000
    if workload == "svd-reconstruct":
        return size // 32 * 32
    return math.isqrt(size) ** 2 if workload.startswith(("matmul", "gram", "product", "cholesky", "solve")) else size


def measure(workload, peer, size, runs, cold, touched):
    program, value = find(workload, peer)(size)
    if touched:
        subprocess.run([sys.executable, "-c", TOUCH, str(touched)], check=True)
    seconds = []
    result = None
    for _ in range(runs + 1):
        result = None  # frees what the last run kept
        if cold:
            cool()
        start = time.perf_counter()
        result = program()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform.startswith("linux") else 1 << 20)
    return {
        "workload": workload,
        "peer": peer,
        "size": real_size(workload, size),
        "threads": THREADS,
        "first": seconds[0],
        "seconds": min(seconds[1:] or seconds),
        "median": statistics.median(seconds[1:] or seconds),
        "value": value(result),
        "peakRssMiB": round(peak, 1),
    }


# ---- calls of an actor in another process: one at a time, and all at once


def ray_actor_ask_ipc(n):
    rays = ray()

    class Echo:
        def echo(self, number):
            return number

    actor = rays.remote(Echo).remote()
    rays.get(actor.echo.remote(0))

    def run():
        return sum(rays.get(actor.echo.remote(i)) for i in range(n)) / n

    return run, float


def ray_actor_tell_ipc(n):
    rays = ray()

    class Counter:
        def __init__(self):
            self.hits = 0

        def hit(self, a, b, c, d):
            self.hits += 1

        def count(self):
            hits, self.hits = self.hits, 0
            return hits

    actor = rays.remote(Counter).remote()
    rays.get(actor.count.remote())

    def run():
        for i in range(n):
            actor.hit.remote(i, i, i, i)
        return rays.get(actor.count.remote())

    return run, float


def main():
    global THREADS, FILES
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], usage="peers.py WORKLOAD PEER [SIZE] [options] | list")
    parser.add_argument("workload", choices=[*SIZES, "list"])
    parser.add_argument("peer", nargs="?", choices=PEERS)
    parser.add_argument("size", nargs="?", help="elements, as 4e8 or 400_000_000")
    parser.add_argument("--threads", type=int, help="cores to run on; all if not given")
    parser.add_argument("--runs", type=int, default=3, help="runs after the first (%(default)s)")
    parser.add_argument("--files", help="where workloads over files have them; a temporary folder if not given")
    parser.add_argument("--cold", action="store_true", help="have each run of a workload over files read them from disk")
    parser.add_argument("--touch", type=lambda n: int(float(n)), default=0, help="bytes to touch and free right before the first run, as 4e9")
    options = parser.parse_args()
    if options.workload == "list":
        for workload, size in SIZES.items():
            print(f"{workload:14s} {size:>13,d}  " + " ".join(peer for peer in PEERS if find(workload, peer)))
        return
    if options.peer is None or find(options.workload, options.peer) is None:
        parser.error(f"{options.workload} has peers " + ", ".join(peer for peer in PEERS if find(options.workload, peer)))
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count()))
    if options.threads and options.threads < len(cores):
        cores = cores[: options.threads]
        os.sched_setaffinity(0, cores)  # before any library counts them
    THREADS = len(cores)
    size = int(float(options.size.replace("_", ""))) if options.size else SIZES[options.workload]
    with contextlib.ExitStack() as stack:
        FILES = options.files or stack.enter_context(tempfile.TemporaryDirectory())
        os.makedirs(FILES, exist_ok=True)
        print(json.dumps(measure(options.workload, options.peer, size, options.runs, options.cold, options.touch)), flush=True)


if __name__ == "__main__":
    main()
