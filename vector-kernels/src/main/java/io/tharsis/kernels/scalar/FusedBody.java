package io.tharsis.kernels.scalar;

/** A generated loop over many nodes of a program at once. <b>Thread-safe: it has no state.</b> */
abstract class FusedBody {
    /** Computes elements {@code from <= i < to} of the block that lies in {@code r}. */
    abstract void run(Registers r, int from, int to);
}
