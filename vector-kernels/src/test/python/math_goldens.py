#!/usr/bin/env python3
"""Writes math_goldens.bin.gz: points and exact results of the elementary functions, for MathGoldenTest.

Needs mpmath and NumPy. Results are computed with 250 bits or more; results that are zero, infinite or NaN at special arguments are NumPy's.
Format, big-endian: per function: UTF name, int arity, int count, then count times: arity doubles of arguments, the nearest double of the
result, and as a float what the exact result is beyond it, in units of its last place.
"""
import gzip
import io
import math
import random
import struct
import sys
import zlib

import numpy as np
from mpmath import mp, mpf

mp.prec = 250
MIN_NORMAL = 2.0**-1022
INF = math.inf
SPECIAL = [0.0, -0.0, INF, -INF, math.nan, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 5e-324, -5e-324, MIN_NORMAL, -MIN_NORMAL,
           1.7976931348623157e308, -1.7976931348623157e308, 2.0**53, -(2.0**53), 2.0**52 + 1, -(2.0**52) - 1, 2.5, -2.5]


def logaddexp(x, y):
    with mp.workprec(500):
        m, d = max(x, y), -abs(x - y)
        return m if d < -3000 else m + mp.log1p(mp.exp(d))


def c99_power(x, y):
    """np.power takes sqrt for an exponent of 1/2, which differs at -0.0 and -inf."""
    return abs(x) ** 0.5 if y == 0.5 and (x == 0 or math.isinf(x)) else np.power(x, y)


def small(f, cubic):
    """Odd functions near 0, where the closed form cancels."""
    return lambda x: x + cubic * x**3 if abs(x) < mpf(2) ** -100 else f(x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x)) if x > 0 else np.exp(x) / (1 + np.exp(x))


UNARY = {
    "exp": (mp.exp, np.exp), "exp2": (lambda x: mp.power(2, x), np.exp2), "expm1": (mp.expm1, np.expm1),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), sigmoid),
    "log": (mp.log, np.log), "log2": (lambda x: mp.log(x, 2), np.log2), "log10": (mp.log10, np.log10), "log1p": (mp.log1p, np.log1p),
    "sin": (mp.sin, np.sin), "cos": (mp.cos, np.cos), "tan": (mp.tan, np.tan),
    "asin": (small(mp.asin, mpf(1) / 6), np.arcsin), "acos": (mp.acos, np.arccos), "atan": (small(mp.atan, -mpf(1) / 3), np.arctan),
    "sinh": (small(mp.sinh, mpf(1) / 6), np.sinh), "cosh": (mp.cosh, np.cosh), "tanh": (small(mp.tanh, -mpf(1) / 3), np.tanh),
    "asinh": (small(mp.asinh, -mpf(1) / 6), np.arcsinh), "acosh": (mp.acosh, np.arccosh),
    "atanh": (small(mp.atanh, mpf(1) / 3), np.arctanh),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), np.cbrt),
    "rint": (lambda x: mpf(float(np.rint(float(x)))), np.rint), "floor": (mp.floor, np.floor), "ceil": (mp.ceil, np.ceil),
    "trunc": (lambda x: mpf(math.trunc(float(x))), np.trunc),
}
BINARY = {
    "pow": (mp.power, c99_power), "atan2": (mp.atan2, np.arctan2),
    "hypot": (lambda x, y: mp.sqrt(x * x + y * y), np.hypot), "logaddexp": (logaddexp, np.logaddexp),
    "fmod": (lambda x, y: mpf(math.fmod(float(x), float(y))), np.fmod),
    "nextafter": (lambda x, y: mpf(math.nextafter(float(x), float(y))), np.nextafter),
    "copysign": (lambda x, y: mpf(math.copysign(float(x), float(y))), np.copysign),
}
DOMAIN = {"log": "positive", "log2": "positive", "log10": "positive", "acosh": "positive", "asin": "unit", "acos": "unit",
          "atanh": "unit", "log1p": "above -1"}
# arguments around which something changes: thresholds of the result and of the algorithms
AROUND = {
    "exp": [709.782712893384, -708.3964185322641, -745.1332191019411], "exp2": [1024, -1022, -1074, -1075],
    "sigmoid": [-745.1332191019411, -708.3964185322641], "expm1": [709.782712893384, -37.42994775023705, -40], "sinh": [710.4758600739439, 18.4, 22], "cosh": [710.4758600739439, 18.4],
    "tanh": [22, 18.4, 19.06], "sin": [1e6, 1e15], "cos": [1e6, 1e15], "tan": [1e6, 1e15],
    "atan": [math.tan(math.pi / 8), 1, math.tan(3 * math.pi / 8), 1e16], "asin": [0.5, 1], "acos": [0.5, 1], "atanh": [1],
    "log": [math.sqrt(0.5), math.sqrt(2), 1], "log2": [math.sqrt(0.5), math.sqrt(2), 1], "log10": [math.sqrt(0.5), math.sqrt(2), 1],
    "log1p": [math.sqrt(0.5) - 1, math.sqrt(2) - 1, -1, 2.0**60], "acosh": [1, 2.0**30], "asinh": [2.0**30],
    "rint": [0.5, 1.5, 2.0**52, 2.0**51], "floor": [1, 2.0**52], "ceil": [1, 2.0**52], "trunc": [1, 2.0**52, 2.0**51],
}


def steps(x, n):
    """The n doubles on either side of x, and x."""
    result = [x]
    up = down = x
    for _ in range(n):
        up, down = math.nextafter(up, INF), math.nextafter(down, -INF)
        result += [up, down]
    return result


def bits(rng):
    while True:
        x = struct.unpack(">d", struct.pack(">Q", rng.getrandbits(64)))[0]
        if math.isfinite(x):
            return x


def unary_points(name, rng):
    points = [rng.uniform(-10, 10) for _ in range(300)] + [rng.uniform(-1, 1) for _ in range(300)]
    points += [rng.choice((-1, 1)) * 2.0 ** rng.uniform(-60, 12) for _ in range(250)]
    points += [rng.uniform(-750, 750) for _ in range(200)] + [bits(rng) for _ in range(150)]
    points += [rng.choice((-1, 1)) * rng.random() * MIN_NORMAL for _ in range(40)]
    points += [1 + rng.choice((-1, 1)) * 2.0 ** rng.uniform(-52, -1) for _ in range(100)]
    points += [float(k) for k in range(-40, 41)] + [10.0**k for k in range(-25, 26)] + [2.0**k for k in range(-1074, 1024, 53)]
    for x in AROUND.get(name, []):
        for sign in (1, -1):
            points += steps(sign * float(x), 6)
            points += [sign * x * (1 + rng.uniform(-1e-3, 1e-3)) for _ in range(20)]
    if name in ("sin", "cos", "tan"):
        for _ in range(150):
            n = int(2 ** rng.uniform(0, 20))
            points += steps(float(n * mp.pi / 4), 1)
        # the hardest double: closest to a multiple of pi/2
        points += [5.319372648326541e255, 1e22, 1e300, 2.0**1000]
        points += [rng.uniform(-1e6, 1e6) for _ in range(200)]
    domain = DOMAIN.get(name)
    if domain == "positive":
        points = [abs(x) for x in points]
    elif domain == "unit":
        points = [x if abs(x) <= 1 else 1 / x for x in points]
    elif domain == "above -1":
        points = [x if x >= -1 else -x for x in points]
    if name == "acosh":
        points = [x if x >= 1 or x == 0 else 1 / x if x > 1e-300 else 1 + x for x in points]
    return [(x,) for x in SPECIAL + points]


def binary_points(name, rng):
    points = [(x, y) for x in SPECIAL for y in SPECIAL]
    points += [(rng.uniform(-10, 10), rng.uniform(-10, 10)) for _ in range(400)]
    signed = lambda low, high: rng.choice((-1, 1)) * 2.0 ** rng.uniform(low, high)
    points += [(signed(-30, 30), signed(-30, 30)) for _ in range(400)]
    points += [(bits(rng), bits(rng)) for _ in range(200)]
    points += [(rng.random() * MIN_NORMAL, rng.random() * MIN_NORMAL) for _ in range(50)]
    points += [(signed(-1070, 1020), signed(-1070, 1020)) for _ in range(200)]
    if name == "pow":
        points += [(abs(x), y) for x, y in points[-1200:]]
        for _ in range(600):
            x = 2.0 ** rng.uniform(-40, 40)
            points.append((x, rng.uniform(-1080, 1025) / math.log2(x)))
        points += [(1 + signed(-50, -5), signed(5, 50)) for _ in range(300)]
        points += [(float(rng.randint(-30, 30)), float(rng.randint(-30, 30))) for _ in range(300)]
    if name in ("atan2", "hypot"):
        for _ in range(400):
            x = signed(-1000, 1000)
            points.append((x, x * signed(-3, 3)))
    if name == "fmod":
        for _ in range(400):
            y = signed(-20, 20)
            points.append((y * rng.randint(-(2**53), 2**53), y))
    return points


def exact(function, args):
    try:
        value = function(*(mpf(a) for a in args))
    except (OverflowError, ValueError, ZeroDivisionError):
        return None
    return value if isinstance(value, mpf) and mp.isfinite(value) else None


def nearest(value):
    """The nearest double, subnormals included, and the rest in ulps."""
    exponent = max(int(mp.floor(mp.log(abs(value), 2))), -1022)
    if abs(value) >= mpf(2) ** (exponent + 1):
        exponent += 1
    ulp = mpf(2) ** (exponent - 52)
    whole = mp.nint(value / ulp)
    if abs(whole * ulp) >= mpf(2) ** 1024:
        return math.copysign(INF, value), 0.0
    return math.copysign(float(whole * ulp), value), float(value / ulp - whole)


def rows(function, reference, points):
    signs_matter = reference in (np.arctan2, np.copysign)
    for args in points:
        with np.errstate(all="ignore"):
            approximate = float(reference(*args))
        value = None
        if all(math.isfinite(a) for a in args) and not math.isnan(approximate) and not (signs_matter and 0.0 in args):
            # far out of range NumPy is right, and mpmath's exponents are not endless
            if max(abs(a) for a in args) < 1e5 or (math.isfinite(approximate) and approximate != 0):
                value = exact(function, args)
        if value is not None and value != 0:
            yield args, *nearest(value)
        elif signs_matter and reference is np.arctan2 and math.isfinite(approximate) and approximate != 0:
            quarters = round(approximate / (math.pi / 4))
            yield args, *nearest(mp.pi * quarters / 4)
        else:
            yield args, approximate, 0.0


def main(path):
    out = io.BytesIO()
    total = 0
    for arity, table in ((1, UNARY), (2, BINARY)):
        for name, (function, reference) in table.items():
            rng = random.Random(zlib.crc32(name.encode()))
            points = unary_points(name, rng) if arity == 1 else binary_points(name, rng)
            encoded = name.encode()
            body = [struct.pack(f">{arity + 1}df", *args, result, rest) for args, result, rest in rows(function, reference, points)]
            out.write(struct.pack(">H", len(encoded)) + encoded + struct.pack(">ii", arity, len(body)) + b"".join(body))
            total += len(body)
            print(name, len(body), file=sys.stderr)
    with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as zipped:
        zipped.write(out.getvalue())
    print(total, "points", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "src/test/resources/io/tharsis/kernels/math/math_goldens.bin.gz")
