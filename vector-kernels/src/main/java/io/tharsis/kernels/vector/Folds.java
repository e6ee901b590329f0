package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/** Accumulators of FoldLanes in memory: their start and the elements of a tail. */
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

    /** {@code accumulator[i] = op(accumulator[i], element[i])} for {@code i < count}. */
    static void combine(FoldOp op, Lane lane, long accumulators, long elements, int count) {
        MemorySegment memory = Memory.ALL;
        switch (lane) {
            case I32 -> {
                for (long i = 0; i < 4L * count; i += 4) {
                    long value =
                            apply(
                                    op,
                                    memory.get(Memory.INT, accumulators + i),
                                    memory.get(Memory.INT, elements + i));
                    memory.set(Memory.INT, accumulators + i, (int) value);
                }
            }
            case I64 -> {
                for (long i = 0; i < 8L * count; i += 8) {
                    long value =
                            apply(
                                    op,
                                    memory.get(Memory.LONG, accumulators + i),
                                    memory.get(Memory.LONG, elements + i));
                    memory.set(Memory.LONG, accumulators + i, value);
                }
            }
            case F32 -> {
                for (long i = 0; i < 4L * count; i += 4) {
                    float value =
                            apply(
                                    op,
                                    memory.get(Memory.FLOAT, accumulators + i),
                                    memory.get(Memory.FLOAT, elements + i));
                    memory.set(Memory.FLOAT, accumulators + i, value);
                }
            }
            case F64 -> {
                for (long i = 0; i < 8L * count; i += 8) {
                    double value =
                            apply(
                                    op,
                                    memory.get(Memory.DOUBLE, accumulators + i),
                                    memory.get(Memory.DOUBLE, elements + i));
                    memory.set(Memory.DOUBLE, accumulators + i, value);
                }
            }
            case MASK -> throw new IllegalArgumentException("masks are folded as integers");
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
