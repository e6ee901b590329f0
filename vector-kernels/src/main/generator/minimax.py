#!/usr/bin/env python3
"""Weighted minimax polynomials for io.tharsis.kernels.math, by the Remez exchange algorithm over mpmath numbers.

Usage: python3 minimax.py [name ...]      prints the coefficients, lowest degree first, and the error before rounding as log2.

Each entry of TABLE approximates g on [a, b] by a polynomial of the given degree such that the largest |w * (p - g)| is smallest. The
variable is r itself or z = r * r; w turns the error of p into the relative error of the finished function.
Method: Muller, Elementary Functions, 3rd edition, section 3.5 (Remez).
"""
import struct
import sys

from mpmath import mp, mpf

mp.dps = 70


def remez(g, w, a, b, degree):
    a, b = mpf(a), mpf(b)
    n = degree + 2
    nodes = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    grid = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * (i + mpf(1) / 2) / 600) for i in range(600)]
    gw = [(g(x), w(x)) for x in grid]
    coefficients = None
    for _ in range(12):
        rows = mp.matrix(n, n)
        right = mp.matrix(n, 1)
        for i, x in enumerate(nodes):
            wx = w(x)
            for j in range(degree + 1):
                rows[i, j] = wx * x**j
            rows[i, degree + 1] = (-1) ** i
            right[i] = wx * g(x)
        solution = mp.lu_solve(rows, right)
        coefficients = [solution[j] for j in range(degree + 1)]
        error = abs(solution[degree + 1])
        values = [wx * (mp.polyval(coefficients[::-1], x) - gx) for x, (gx, wx) in zip(grid, gw)]
        # one extremum per run of equal sign
        extrema = []
        for x, e in zip(grid, values):
            if extrema and (extrema[-1][1] > 0) == (e > 0):
                if abs(e) > abs(extrema[-1][1]):
                    extrema[-1] = (x, e)
            else:
                extrema.append((x, e))
        while len(extrema) > n:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        worst = max(abs(e) for e in values)
        if len(extrema) < n or worst < error * mpf("1.001"):
            break
        nodes = [x for x, _ in extrema]
    return coefficients, worst


def odd(f, lead):
    """(f(r) - lead * r) / r**3 as a function of z = r * r."""

    def g(z):
        r = mp.sqrt(z)
        return (f(r) - lead * r) / (r * z)

    return g


def odd_weight(f):
    return lambda z: mp.sqrt(z) * z / f(mp.sqrt(z))


def log_ratio(s):
    return mp.log((1 + s) / (1 - s))


def normal_quantile(w):
    """z / x for the normal quantile z of (1 + x) / 2, where w = -log(1 - x * x)."""
    y = mp.exp(-w)
    x = mp.sqrt(1 - y)
    if x < mpf("0.9"):
        return mp.sqrt(2) * mp.erfinv(x) / x
    q = y / (2 * (1 + x))
    t = mp.sqrt(-2 * mp.log(q))
    z = t - (mp.log(t) + mpf("0.92")) / t
    for _ in range(60):
        d = (mp.erfc(z / mp.sqrt(2)) / 2 - q) * mp.sqrt(2 * mp.pi) * mp.exp(z * z / 2)
        step = d / (1 - z * d / 2)
        z += step
        if abs(step) < mpf(10) ** -40 * z:
            break
    return z / x


HALF_LN2 = mp.log(2) / 2 * mpf("1.001")
PI4 = mp.pi / 4 * mpf("1.0001")
TINY = mpf(10) ** -12
S_MAX = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mpf("1.0001")
T_MAX = (mp.sqrt(2) - 1) * mpf("1.0001")
LN2 = mp.log(2)


def table():
    def exp(degree):
        # e**r = 1 + r + r*r*p(r)
        return (lambda r: (mp.exp(r) - 1 - r) / r**2, lambda r: r**2 / mp.exp(r), -HALF_LN2, HALF_LN2, degree)

    def exp_cubic(degree):
        # e**r = 1 + r + r*r/2 + r**3*p(r)
        return (lambda r: (mp.exp(r) - 1 - r - r * r / 2) / r**3, lambda r: r**2 * abs(r) / mp.exp(r), -HALF_LN2, HALF_LN2, degree)

    def exp2(degree):
        # 2**r = 1 + r*ln(2) + r*r*p(r)
        g = lambda r: (mp.expm1(r * LN2) - r * LN2) / r**2
        return (g, lambda r: r**2 / mp.exp(r * LN2), -mpf("0.5001"), mpf("0.5001"), degree)

    def on_z(f, w, top, degree):
        return (f, w, TINY, top, degree)

    def sin(degree):
        return on_z(odd(mp.sin, 1), odd_weight(mp.sin), PI4**2, degree)

    def cos(degree):
        # cos r = 1 + z * (-1/2 + z * p(z))
        return on_z(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2 / mp.cos(mp.sqrt(z)), PI4**2, degree)

    def log(degree):
        # log((1+s)/(1-s)) = 2 s + s**3 p(z)
        return on_z(odd(log_ratio, 2), odd_weight(log_ratio), S_MAX**2, degree)

    def log_rest(degree):
        # log((1+s)/(1-s)) = 2 s + 2/3 s**3 + s**5 p(z)
        f = lambda z: (log_ratio(mp.sqrt(z)) - 2 * mp.sqrt(z) - 2 * mp.sqrt(z) ** 3 / 3) / mp.sqrt(z) ** 5
        return on_z(f, lambda z: mp.sqrt(z) ** 5 / log_ratio(mp.sqrt(z)), S_MAX**2, degree)

    def log1p_f32(degree):
        # log(1+f) = f - f*f/2 + f**3 p(f), f in [sqrt(1/2)-1, sqrt(2)-1]
        g = lambda f: (mp.log1p(f) - f + f * f / 2) / f**3
        return (g, lambda f: abs(f**3 / mp.log1p(f)), (mp.sqrt(mpf(1) / 2) - 1) * mpf("1.0001"), T_MAX, degree)

    def atan(degree):
        return on_z(odd(mp.atan, 1), odd_weight(mp.atan), T_MAX**2, degree)

    def asin(degree):
        return on_z(odd(mp.asin, 1), odd_weight(mp.asin), mpf("0.2501"), degree)

    def sinh(degree):
        return on_z(odd(mp.sinh, 1), odd_weight(mp.sinh), HALF_LN2**2, degree)

    def cosh(degree):
        # cosh r = 1 + z/2 + z*z*p(z)
        return on_z(lambda z: (mp.cosh(mp.sqrt(z)) - 1 - z / 2) / z**2, lambda z: z**2 / mp.cosh(mp.sqrt(z)), HALF_LN2**2, degree)

    def cbrt(degree):
        # m**(-1/3) on [1, 2]
        return (lambda m: 1 / mp.cbrt(m), lambda m: mp.cbrt(m), 1, 2, degree)

    def quantile(transform, a, b, degree):
        cache = {}

        def g(v):
            if v not in cache:
                cache[v] = normal_quantile(transform(v))
            return cache[v]

        return (g, lambda v: 1 / g(v), a, b, degree)

    def root(middle):
        return lambda v: (v + middle) ** 2

    return {
        "quantile_central": quantile(lambda v: v + mpf("3.125"), mpf("-3.125") + TINY, mpf("3.125"), 22),
        "quantile_tail": quantile(root(mpf("3.25")), mpf("-0.75"), mpf("0.75"), 18),
        "quantile_far": quantile(root(5), mpf(-1), mpf("1.02"), 16),
        "exp": exp(9),
        "exp_f32": exp(4),
        "exp_single": exp(5),
        "exp_cubic": exp_cubic(8),
        "exp2": exp2(9),
        "sin": sin(5),
        "cos": cos(5),
        "sin_single": sin(3),
        "cos_single": cos(3),
        "log": log(6),
        "log_rest": log_rest(7),
        "log1p_f32": log1p_f32(7),
        "log_single": log(3),
        "atan": atan(10),
        "asin": asin(12),
        "sinh": sinh(4),
        "cosh": cosh(4),
        "cbrt": cbrt(5),
    }


def main(names):
    for name, (g, w, a, b, degree) in table().items():
        if names and name not in names:
            continue
        coefficients, error = remez(g, w, a, b, degree)
        print(f"{name}: degree {degree}, error 2^{float(mp.log(error, 2)):.2f}")
        for c in coefficients:
            print(f"    {float(c)!r},")


if __name__ == "__main__":
    main(sys.argv[1:])
