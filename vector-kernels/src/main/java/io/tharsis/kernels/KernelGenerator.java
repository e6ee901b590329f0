package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

/** Makes compiled kernels. <b>Thread-safe.</b> */
interface KernelGenerator {
    /**
     * A fresh kernel whose first runs may be very slow.
     *
     * @throws IllegalArgumentException if the program has a form that this generator does not know
     */
    Kernel generate(Program program);

    /** Bits of its vectors, by which its speed is judged. */
    int vectorBits();
}
