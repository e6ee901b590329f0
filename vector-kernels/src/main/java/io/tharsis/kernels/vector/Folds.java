package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/** Accumulators of FoldLanes in memory. */
final class Folds {
    private Folds() {}

    /**
     * Fills the accumulators of {@code blocks} blocks with the identity. {@code op(identity, x)} is
     * {@code x} bit for bit, so folding from the identity is folding from the first element.
     */
    static void fill(FoldOp op, Lane lane, long address, int blocks) {
        long bits = op.identity(lane);
        MemorySegment memory = Memory.ALL;
        long count = (long) blocks * Program.FOLD_LANES;
        if (lane.byteSize() == Long.BYTES) {
            for (long i = 0; i < count; i++) {
                memory.set(Memory.LONG, address + i * Long.BYTES, bits);
            }
        } else {
            for (long i = 0; i < count; i++) {
                memory.set(Memory.INT, address + i * Integer.BYTES, (int) bits);
            }
        }
    }
}
