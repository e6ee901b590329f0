package io.tharsis.engine.functions;

import static io.tharsis.DType.FLOAT32;
import static io.tharsis.DType.FLOAT64;
import static io.tharsis.DType.INT64;
import static io.tharsis.DType.UINT32;
import static io.tharsis.DType.UINT64;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/** Builders of random operands: element-wise functions of the raw bits of one stream. */
public record RandomNumbers(long seed, long stream) {

    private Operand draw(RandomOp op, DType result, long[] shape, Operand... parameters) {
        Shapes.size(shape);
        Operand[] inputs = new Operand[parameters.length + 1];
        inputs[0] =
                new Operand(
                        new Op.RandomBits(seed, stream),
                        result == FLOAT32 ? UINT32 : UINT64,
                        shape.clone());
        System.arraycopy(parameters, 0, inputs, 1, parameters.length);
        return Elementwise.apply(op, result, inputs);
    }

    private static DType floating(String function, DType type) {
        if (!type.isFloat()) {
            throw new DTypeException(
                    function
                            + " makes float64 or float32, not "
                            + type
                            + "; convert with astype, or use integers");
        }
        return type;
    }

    /** Uniform in [0, 1), float64 or float32. */
    public Operand uniform(DType type, long... shape) {
        return draw(RandomOp.UNIFORM_01, floating("uniform", type), shape);
    }

    /** Uniform in [low, high), float64 or float32. */
    public Operand uniform(DType type, double low, double high, long... shape) {
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new TharsisException(
                    "uniform wants low < high at a finite distance, not " + low + " and " + high);
        }
        floating("uniform", type);
        return draw(
                RandomOp.UNIFORM,
                type,
                shape,
                Promotion.scalar(type, low),
                Promotion.scalar(type, high));
    }

    /** Uniform integers in [low, high), int64. */
    public Operand integers(long low, long high, long... shape) {
        if (low >= high) {
            throw new TharsisException("integers wants low < high, not " + low + " and " + high);
        }
        return draw(
                RandomOp.INTEGERS,
                INT64,
                shape,
                Promotion.scalar(INT64, low),
                Promotion.scalar(INT64, high - low));
    }

    /** Standard normal, float64 or float32. */
    public Operand normal(DType type, long... shape) {
        return draw(RandomOp.NORMAL, floating("normal", type), shape);
    }

    /** Exponential of mean 1, float64 or float32. */
    public Operand exponential(DType type, long... shape) {
        return draw(RandomOp.EXPONENTIAL, floating("exponential", type), shape);
    }

    /** True with probability {@code p}. */
    public Operand bernoulli(double p, long... shape) {
        if (!(p >= 0 && p <= 1)) {
            throw new TharsisException("bernoulli wants a probability from 0 to 1, not " + p);
        }
        return draw(RandomOp.BERNOULLI, DType.BOOL, shape, Promotion.scalar(FLOAT64, p));
    }

    /** A random order of 0 to n - 1, int64. */
    public Operand permutation(long n) {
        if (n < 0) {
            throw new ShapeException("permutation wants a length of 0 or more, not " + n);
        }
        return new Operand(
                new Op.Read(new PermutationSource(n, seed, stream)), INT64, new long[] {n});
    }

    /** The parts of {@code a} along {@code axis} in a random order. */
    public Operand shuffle(Operand a, int axis) {
        int along = Shapes.axis(axis, a.shape());
        return Indexing.take(a, permutation(a.shape()[along]), along);
    }
}
