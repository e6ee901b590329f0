package io.tharsis;

import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.RandomNumbers;
import io.tharsis.engine.graph.Operand;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A generator of random tensors. Counter-based (Philox4x32-10): element e of the k-th call is a
 * function of (seed, k, e) alone, so the same seed gives the same numbers for every chunking and
 * thread count, and those numbers never change between versions. Float64 numbers have 53 random
 * bits, float32 ones 24.
 *
 * <p>Where bounds and lengths could be confused, bounds are doubles: {@code uniform(2, 3)} is a
 * matrix, {@code uniform(2.0, 3.0)} a number between 2 and 3.
 *
 * <p>Thread-safe; calls from several threads take their numbers k in the order they come.
 */
public final class Random {
    private static volatile Random shared = new Random(0);

    private final long seed;
    private final AtomicLong streams = new AtomicLong();

    Random(long seed) {
        this.seed = seed;
    }

    static Random shared() {
        return shared;
    }

    static void seedShared(long seed) {
        shared = new Random(seed);
    }

    private RandomNumbers next() {
        return new RandomNumbers(seed, streams.getAndIncrement());
    }

    private static Tensor make(Operand operand) {
        return Tensor.of(Session.current(), operand);
    }

    private static Tensor scaled(Operand operand, double scale, double shift) {
        Operand scaled = Elementwise.multiply(operand, Promotion.scalar(operand.dtype(), scale));
        return make(
                shift == 0
                        ? scaled
                        : Elementwise.add(scaled, Promotion.scalar(operand.dtype(), shift)));
    }

    /**
     * Uniform in [0, 1), float64. Whole numbers are lengths, all of them: bounds are written as
     * doubles, {@code uniform(0.0, 1.0, n)}.
     */
    public Tensor uniform(long... shape) {
        return uniform(DType.FLOAT64, shape);
    }

    /** Uniform in [0, 1), float64 or float32. */
    public Tensor uniform(DType type, long... shape) {
        return make(next().uniform(type, shape));
    }

    /** Uniform in [low, high), float64. */
    public Tensor uniform(double low, double high, long... shape) {
        return uniform(DType.FLOAT64, low, high, shape);
    }

    /** Uniform in [low, high), float64 or float32. */
    public Tensor uniform(DType type, double low, double high, long... shape) {
        return make(next().uniform(type, low, high, shape));
    }

    /** Uniform integers in [low, high), int64; {@link TharsisException} unless low &lt; high. */
    public Tensor integers(long low, long high, long... shape) {
        return make(next().integers(low, high, shape));
    }

    /**
     * Standard normal, float64; from a 53-bit uniform by inversion, within 8.3. Whole numbers are
     * lengths: a mean and a deviation are written as doubles, {@code normal(0.0, 1.0, n)}.
     */
    public Tensor normal(long... shape) {
        return normal(DType.FLOAT64, shape);
    }

    /** Standard normal, float64 or float32. */
    public Tensor normal(DType type, long... shape) {
        return make(next().normal(type, shape));
    }

    /** Normal with this mean and standard deviation, float64. */
    public Tensor normal(double mean, double deviation, long... shape) {
        return scaled(next().normal(DType.FLOAT64, shape), deviation, mean);
    }

    /**
     * Exponential of mean 1, float64. Whole numbers are lengths: a mean is written as a double,
     * {@code exponential(2.0, n)}.
     */
    public Tensor exponential(long... shape) {
        return exponential(DType.FLOAT64, shape);
    }

    /** Exponential of mean 1, float64 or float32. */
    public Tensor exponential(DType type, long... shape) {
        return make(next().exponential(type, shape));
    }

    /** Exponential with this mean, float64. */
    public Tensor exponential(double mean, long... shape) {
        return scaled(next().exponential(DType.FLOAT64, shape), mean, 0);
    }

    /** True with probability {@code p}, 0 to 1; bool. */
    public Tensor bernoulli(double p, long... shape) {
        return make(next().bernoulli(p, shape));
    }

    /** 0 to n - 1 in a random order, int64; any part is computed without the rest. */
    public Tensor permutation(long n) {
        return make(next().permutation(n));
    }

    /** The parts of {@code a} along its first axis in a random order. */
    public Tensor shuffle(Tensor a) {
        return shuffle(a, 0);
    }

    /** The parts of {@code a} along {@code axis} in a random order. */
    public Tensor shuffle(Tensor a, int axis) {
        return a.shaped(x -> next().shuffle(x, axis));
    }
}
