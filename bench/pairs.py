"""Our workloads beside a rival's, in alternating runs, as rows of a Markdown table.

    python pairs.py WORKLOAD[,WORKLOAD...] PEER[,PEER...] [--size N[,N...]] [--times 7] [--python INTERPRETER]

Each time one process of ours and one of each rival's runs (peers.py under --python, which has the rivals installed;
probe.c, compiled here, for the peer "probe"; "cooperlake" is NumPy with OpenBLAS's kernels for AVX-512). A row gives the medians over the times of each process's best run after
its first, their ratio (above 1: we are faster), the medians of the first runs, and the largest peaks of memory. The
values are compared; inputs of the two sides are other random numbers of the same distribution, so they may differ by
six standard errors. Exit code 1 if they do not agree.

First runs on a virtual machine: where its host takes back the memory that nobody uses, within some two seconds, a
program that touches it first waits for the host, up to seconds for a gigabyte, and one that gets what another has just
freed does not. With --touch 4e9 so many bytes are touched and freed right before each first run, on both sides alike.
"""
import argparse
import json
import math
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = (
    "| workload | size | threads | peer | ours, s | peer, s | ratio | ours first, s | peer first, s | ours peak, MiB | peer peak, MiB |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)
# Standard deviation of one sample over its mean, and how many elements make a sample (None: a row of a square matrix).
SPREAD = {
    "pi": (0.52, 1),
    "add-times": (0.20, 1),
    "add-times-sum": (0.20, 1),
    "hypot-chain": (0.38, 1),
    "sin": (0.75, 1),
    "axis-sums": (0.58, 1),
    "axis-sum-0": (0.58, 1),
    "axis-sum-1": (0.58, 1),
    "axis-sum-2": (0.58, 1),
    "softmax": (0.10, 1000),
    "black-scholes": (1.23, 1),
    "matmul": (0.82, 1),
    "matmul-float": (0.82, 1),
    "matmul-chain": (2.4, 1),
    "gram-std": (0.53, None),
    "gram-std-npy": (0.53, None),
    "product-npy": (0.6, None),
    "zscore-npy": (1e-9, 1),
    "zscore-npy-1": (1e-9, 1),
    "svd-reconstruct": (1.41, 1),
    "cholesky": (0.28, 1),
    "solve": (0.58, None),
    "actor-ask-ipc": (0, 1),
    "actor-tell-ipc": (0, 1),
}
# Peers that are another one under other environment variables.
VARIANTS = {"cooperlake": ("numpy", {"OPENBLAS_CORETYPE": "Cooperlake"})}
PROBES = {"add-times": "copy", "add-times-sum": "read"}


def run_json(command, variables=None):
    process = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(variables or {})})
    lines = [line for line in process.stdout.splitlines() if line.startswith("{")]
    if process.returncode != 0 or not lines:
        sys.exit(f"pairs: {shlex.join(command)} failed with exit code {process.returncode}:\n{process.stderr or process.stdout}")
    return json.loads(lines[-1])


def build_probe(folder):
    binary = os.path.join(folder, "probe")
    compiler = os.environ.get("CC", "gcc")
    try:
        subprocess.run(
            [compiler, "-O3", "-march=native", "-pthread", os.path.join(HERE, "probe.c"), "-o", binary], check=True
        )
    except (OSError, subprocess.CalledProcessError) as failure:
        sys.exit(f"pairs: the peer 'probe' needs a C compiler ({failure}); install gcc, or set CC")
    return binary


def ours(options, workload, size):
    command = [*shlex.split(options.ours), "bench", workload, "--json", *(["--runs", str(options.runs)] if options.runs else [])]
    if size:
        command += ["--size", size]
    if options.threads:
        command += ["--threads", str(options.threads)]
    return command + touch(options)


def rival(options, workload, peer, size, threads, probe):
    if peer == "probe":
        return [probe, PROBES[workload], str(size), str(threads), str(options.peer_runs)]
    name = VARIANTS.get(peer, (peer, {}))[0]
    command = [options.python, os.path.join(HERE, "peers.py"), workload, name, str(size), "--runs", str(options.peer_runs)]
    return command + ["--threads", str(threads)] + touch(options)


def touch(options):
    return ["--touch", str(options.touch)] if options.touch else []


def agree(workload, mine, other, size):
    deviation, elements = SPREAD[workload]
    elements = elements or math.sqrt(size)
    tolerance = 6 * math.sqrt(2) * deviation / math.sqrt(max(1, size / elements)) + 1e-6
    return abs(mine - other) <= tolerance * abs(other)


def compare(options, workload, wanted, peers, probe):
    results = {"ours": [], **{peer: [] for peer in peers}}
    for time in range(options.times):
        mine = run_json(ours(options, workload, wanted))
        results["ours"].append(mine)
        for peer in peers:
            command = rival(options, workload, peer, mine["size"], mine["threads"], probe)
            results[peer].append(run_json(command, VARIANTS.get(peer, (peer, {}))[1]))
        print(f"pairs: {workload}: {time + 1} of {options.times}", file=sys.stderr)

    def middle(who, key):
        return statistics.median(result[key] for result in results[who])

    def peak(who):
        return max(result["peakRssMiB"] or 0 for result in results[who])

    def seconds(value):
        return f"{value:.4f}" if value >= 0.01 else f"{value:.7f}"

    good = True
    for peer in peers:
        mine, other = results["ours"][0], results[peer][0]
        row = [
            workload,
            f"{mine['size']:,}",
            str(mine["threads"]),
            peer,
            f"{seconds(middle('ours', 'seconds'))}",
            f"{seconds(middle(peer, 'seconds'))}",
            f"{middle(peer, 'seconds') / middle('ours', 'seconds'):.2f}",
            f"{middle('ours', 'first'):.3f}",
            f"{middle(peer, 'first'):.3f}",
            f"{peak('ours'):.0f}",
            f"{peak(peer):.0f}",
        ]
        print("| " + " | ".join(row) + " |", flush=True)
        if not agree(workload, mine["value"], other["value"], mine["size"]):
            print(f"pairs: {workload}: our value {mine['value']} and that of {peer}, {other['value']}, differ", file=sys.stderr)
            good = False
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("workloads", help="comma-separated: " + ", ".join(SPREAD))
    parser.add_argument("peers", help="comma-separated: numpy, cooperlake, numexpr, dask, jax, numba, ray, probe")
    parser.add_argument("--size", help="elements, comma-separated; each workload's own default if not given")
    parser.add_argument("--times", type=int, default=7, help="alternating runs (%(default)s)")
    parser.add_argument("--runs", type=int, default=0, help="runs after the first in each of our processes (0: 21 and more for 4 seconds, once compiled)")
    parser.add_argument("--peer-runs", type=int, default=5, help="runs after the first in each peer's process (%(default)s)")
    parser.add_argument("--touch", type=lambda n: int(float(n)), default=0, help="bytes to touch and free right before each first run, as 4e9")
    parser.add_argument("--threads", type=int, help="threads of both sides; all cores if not given")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has the rivals (default: this one)")
    parser.add_argument("--ours", default=shlex.quote(os.path.join(os.path.dirname(HERE), "tharsis")), help="our launcher (default: %(default)s)")
    options = parser.parse_args()
    workloads, peers = options.workloads.split(","), options.peers.split(",")
    for workload in workloads:
        if workload not in SPREAD:
            parser.error(f"there is no workload '{workload}'; choose from " + ", ".join(SPREAD))
        if "probe" in peers and workload not in PROBES:
            parser.error("the probe has " + " and ".join(PROBES) + f", not {workload}")
    with tempfile.TemporaryDirectory() as folder:
        probe = build_probe(folder) if "probe" in peers else None
        print(HEADER, flush=True)
        sizes = options.size.split(",") if options.size else [None]
        good = [compare(options, workload, size, peers, probe) for workload in workloads for size in sizes]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
