package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.random.Distributions;

/**
 * Random bits to numbers: the first argument is the bits, uint64 for float64 and int64 results,
 * uint32 for float32 ones; the others are parameters, as {@link Distributions} says.
 */
public enum RandomOp implements ElementFunction {
    UNIFORM_01((b, bits, _) -> Distributions.uniform01(b, bits)),
    /** Low and high, of the result's dtype. */
    UNIFORM((b, bits, args) -> Distributions.uniform(b, bits, args[1], args[2])),
    /** Low and count, int64. */
    INTEGERS((b, bits, args) -> Distributions.integers(b, bits, args[1], args[2])),
    NORMAL((b, bits, _) -> Distributions.normal(b, bits)),
    EXPONENTIAL((b, bits, _) -> Distributions.exponential(b, bits)),
    /** Probability, float64; a bool. */
    BERNOULLI((b, bits, args) -> Distributions.bernoulli(b, bits, args[1]));

    @FunctionalInterface
    private interface Lowering {
        int lower(ProgramBuilder b, int bits, int[] args);
    }

    private final Lowering lowering;

    RandomOp(Lowering lowering) {
        this.lowering = lowering;
    }

    @Override
    public int lower(ProgramBuilder b, DType[] types, DType result, int[] args) {
        return lowering.lower(b, types[0] == DType.UINT32 ? word(b, args[0]) : args[0], args);
    }

    // a uint32 is a zero-extended word: take the word itself if it is still in sight
    private static int word(ProgramBuilder b, int bits) {
        if (b.node(bits) instanceof Node.Binary masked
                && b.node(masked.a()) instanceof Node.Convert widened
                && widened.from() == Lane.I32) {
            return widened.a();
        }
        return b.convert(bits, Lane.I32);
    }
}
