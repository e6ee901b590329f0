package io.tharsis.kernels.random;

import io.tharsis.kernels.ScalarRun;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Draws from {@link Distributions} on the scalar twin. */
enum DistributionPrograms {
    UNIFORM01(Lane.I64, x -> x),
    UNIFORM01_F32(Lane.I32, x -> x),
    UNIFORM(Lane.I64, x -> (x + 2) / 5),
    UNIFORM_F32(Lane.I32, x -> (x + 2) / 5),
    INTEGERS(Lane.I64, x -> (x + 1e15) / 3e15),
    NORMAL(Lane.I64, DistributionPrograms::normalCdf),
    NORMAL_F32(Lane.I32, DistributionPrograms::normalCdf),
    EXPONENTIAL(Lane.I64, x -> -Math.expm1(-x)),
    EXPONENTIAL_F32(Lane.I32, x -> -Math.expm1(-x));

    private final Lane bits;
    private final DoubleUnaryOperator cdf;

    DistributionPrograms(Lane bits, DoubleUnaryOperator cdf) {
        this.bits = bits;
        this.cdf = cdf;
    }

    double cdf(double x) {
        return cdf.applyAsDouble(x);
    }

    private Format format() {
        return this == INTEGERS ? Format.I64 : bits == Lane.I64 ? Format.F64 : Format.F32;
    }

    /** Elements {@code first} to {@code first + n - 1} as raw bits. */
    long[] bits(long key, long stream, long first, int n) {
        var b = new ProgramBuilder();
        int raw = b.philoxStream(0, b.param(0, Lane.I64), b.param(1, Lane.I64), bits);
        Lane lane = format().lane();
        int value =
                switch (this) {
                    case UNIFORM01, UNIFORM01_F32 -> Distributions.uniform01(b, raw);
                    case UNIFORM, UNIFORM_F32 ->
                            Distributions.uniform(
                                    b, raw, b.constant(lane, -2), b.constant(lane, 3));
                    case INTEGERS ->
                            Distributions.integers(
                                    b,
                                    raw,
                                    b.constant(-1_000_000_000_000_000L),
                                    b.constant(3_000_000_000_000_000L));
                    case NORMAL, NORMAL_F32 -> Distributions.normal(b, raw);
                    case EXPONENTIAL, EXPONENTIAL_F32 -> Distributions.exponential(b, raw);
                };
        b.store(value, format());
        long[] result = ScalarRun.run(b.build(), Format.F64, n, new long[] {key, stream}, first);
        if (format() == Format.F32) {
            Arrays.setAll(result, i -> result[i] & 0xffffffffL);
        }
        return result;
    }

    double[] values(long key, long stream, long first, int n) {
        long[] bits = bits(key, stream, first, n);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] =
                    switch (format()) {
                        case I64 -> bits[i];
                        case F64 -> Double.longBitsToDouble(bits[i]);
                        default -> Float.intBitsToFloat((int) bits[i]);
                    };
        }
        return values;
    }

    /** The normal cdf to about 1e-12: a series near 0, Legendre's continued fraction beyond. */
    static double normalCdf(double x) {
        double z = Math.abs(x);
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        double upper;
        if (z < 3) {
            double term = z;
            double sum = z;
            for (int k = 3; term > 1e-17 * sum; k += 2) {
                term *= z * z / k;
                sum += term;
            }
            upper = 0.5 - density * sum;
        } else {
            double fraction = z;
            for (int k = 200; k > 0; k--) {
                fraction = z + k / fraction;
            }
            upper = density / fraction;
        }
        return x < 0 ? upper : 1 - upper;
    }
}
