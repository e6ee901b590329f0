package io.tharsis.kernels.ir;

import io.tharsis.kernels.ir.Ops.FoldOp;

/**
 * What a program does with a value. The position in {@link Program#outputs()} is the output's slot
 * in a {@code KernelCall}.
 */
public sealed interface Output {
    /** The node whose value is written. */
    int node();

    /** Element i is narrowed to {@code format} and written at byteOffset + i * byteSize. */
    record Store(int node, Format format) implements Output {}

    /**
     * A reduction along the run. The run starts at a block boundary and is cut into blocks of
     * {@link Program#FOLD_BLOCK} elements (the last may be shorter); block k overwrites {@link
     * Program#FOLD_LANES} accumulators at byteOffset + k * FOLD_LANES * lane.byteSize().
     * Accumulator l starts as its first element, then takes elements l + FOLD_LANES, l + 2 *
     * FOLD_LANES, ... of its block in this order; one that gets none holds the identity. Lane of
     * the node: I32, I64, F32 or F64.
     */
    record FoldLanes(FoldOp op, int node) implements Output {}

    /**
     * A reduction across runs: accumulator i, at byteOffset + i * lane.byteSize(), becomes {@code
     * op(accumulator, element)}.
     */
    record FoldRows(FoldOp op, int node) implements Output {}
}
