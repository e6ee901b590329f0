package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import java.lang.foreign.MemorySegment;

/** Accumulators of FoldLanes in memory: their start and the elements of a tail. */
final class Folds {
    private Folds() {}

    /**
     * Fills the accumulators of {@code blocks} blocks with the identity. {@code op(identity, x)} is {@code x} bit for bit, so folding
     * from the identity is folding from the first element.
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

    /** {@code accumulator[i] = op(accumulator[i], element[i])} for {@code i < count}. */
    static void combine(FoldOp op, Lane lane, long accumulators, long elements, int count) {
        MemorySegment memory = Memory.ALL;
        for (int i = 0; i < count; i++) {
            long at = accumulators + (long) i * lane.byteSize();
            long from = elements + (long) i * lane.byteSize();
            switch (lane) {
                case I32 -> memory.set(Memory.INT, at, (int) apply(op, memory.get(Memory.INT, at), memory.get(Memory.INT, from)));
                case I64 -> memory.set(Memory.LONG, at, apply(op, memory.get(Memory.LONG, at), memory.get(Memory.LONG, from)));
                case F32 -> memory.set(Memory.FLOAT, at, apply(op, memory.get(Memory.FLOAT, at), memory.get(Memory.FLOAT, from)));
                case F64 -> memory.set(Memory.DOUBLE, at, apply(op, memory.get(Memory.DOUBLE, at), memory.get(Memory.DOUBLE, from)));
                case MASK -> throw new IllegalArgumentException("masks are folded as integers");
            }
        }
    }

    /** Right for sign-extended ints too, cut to their low half. */
    private static long apply(FoldOp op, long a, long b) {
        return switch (op) {
            case ADD -> a + b;
            case MUL -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
        };
    }

    private static float apply(FoldOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case MUL -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case AND, OR, XOR -> throw new IllegalArgumentException(op + " has no float form");
        };
    }

    private static double apply(FoldOp op, double a, double b) {
        return switch (op) {
            case ADD -> a + b;
            case MUL -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case AND, OR, XOR -> throw new IllegalArgumentException(op + " has no float form");
        };
    }
}
