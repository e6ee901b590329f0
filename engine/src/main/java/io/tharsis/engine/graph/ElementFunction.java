package io.tharsis.engine.graph;

import io.tharsis.DType;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * A function of elements, one result for one element of each argument. Implemented by enum
 * constants, so that equal functions are identical.
 */
public interface ElementFunction {
    /** The name shown by {@code explain()}. */
    String name();

    /**
     * Writes the function into a kernel.
     *
     * @param b the program under construction
     * @param types dtypes of the arguments
     * @param result dtype of the result; the node answered has this dtype's lane and, for integers
     *     narrower than their lane, a value already wrapped to the dtype's range
     * @param args nodes of the arguments, each with its dtype's lane; narrow integers are in range
     * @return the node of the result
     */
    int lower(ProgramBuilder b, DType[] types, DType result, int[] args);
}
