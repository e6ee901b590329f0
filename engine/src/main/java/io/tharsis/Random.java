package io.tharsis;

import io.tharsis.engine.functions.RandomNumbers;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A generator of random tensors. Counter-based: element e of the k-th call is a function of (seed, k, e) alone, so the same seed gives
 * the same numbers for every chunking and thread count. Float64 numbers have 53 random bits, float32 ones 24.
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

    private static Tensor make(io.tharsis.engine.graph.Operand operand) {
        return Tensor.of(Session.current(), operand);
    }

    /** Uniform in [0, 1), float64. Give bounds as doubles: integers are lengths. */
    public Tensor uniform(long... shape) {
        return uniform(DType.FLOAT64, shape);
    }

    /** Uniform in [0, 1), float64 or float32. */
    public Tensor uniform(DType type, long... shape) {
        return make(next().uniform(type, shape));
    }

    /** Uniform in [low, high), float64. */
    public Tensor uniform(double low, double high, long... shape) {
        return make(next().uniform(low, high, shape));
    }
}
