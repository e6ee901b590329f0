package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

/**
 * A program that can run. Every backend gives the same bits for the same program and data, NaN
 * counting as one value.
 *
 * <p><b>Thread-safe: any number of threads may run one kernel, each with a {@link KernelCall} of
 * its own.</b>
 */
public interface Kernel {
    /** What this kernel computes. */
    Program program();

    /**
     * Runs elements {@code 0 <= i < n}. Outputs may be the very memory of a contiguous input (same
     * offset, same element size), and must not overlap an input otherwise.
     *
     * @param call where inputs, outputs and parameters are; not modified
     * @param n elements; 0 does nothing (a FoldLanes of 0 elements writes nothing)
     */
    void run(KernelCall call, int n);
}
