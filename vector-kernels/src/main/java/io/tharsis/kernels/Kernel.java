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
     * @param call where inputs, outputs and parameters are; as it was when this returns
     * @param n elements; 0 does nothing (a FoldLanes of 0 elements writes nothing)
     */
    void run(KernelCall call, int n);

    /**
     * Runs {@code rows} rows of {@code n} elements in order, as that many calls of {@link
     * #run(KernelCall, int)} would, of which each finds inputs and outputs a step further; the
     * parameters and the index bases are the same for all. Cheaper than the calls where rows are
     * short. The outputs of a row may be the outputs of the next (a fold across rows).
     *
     * @param call where the first row is, and the steps
     */
    default void run(KernelCall call, int n, int rows) {
        for (int row = 0; row < rows; row++) {
            run(call, n);
            step(call, 1);
        }
        step(call, -rows);
    }

    /**
     * Calls each generated loop of this kernel so that it goes {@code rounds} rounds without doing
     * anything; returns at once where there are none. See {@link LoopWarmUp}.
     *
     * @param rounds at least 1
     */
    default void idle(int rounds) {}

    /** Elements that a run from memory must have at least for some loop of this kernel to run. */
    default int leastRun() {
        return 0;
    }

    private static void step(KernelCall call, int rows) {
        for (int i = 0; i < call.inputOffsets.length; i++) {
            call.inputOffsets[i] += rows * call.inputSteps[i];
        }
        for (int o = 0; o < call.outputOffsets.length; o++) {
            call.outputOffsets[o] += rows * call.outputSteps[o];
        }
    }
}
