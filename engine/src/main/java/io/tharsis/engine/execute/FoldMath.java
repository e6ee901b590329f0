package io.tharsis.engine.execute;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fold operators on single lanes, as bits. 32-bit lanes use the low half. */
final class FoldMath {
    private FoldMath() {}

    static long apply(FoldOp op, Lane lane, long a, long b) {
        return switch (lane) {
            case F64 ->
                    Double.doubleToRawLongBits(
                            apply(op, Double.longBitsToDouble(a), Double.longBitsToDouble(b)));
            case F32 ->
                    Float.floatToRawIntBits(
                            apply(
                                    op,
                                    Float.intBitsToFloat((int) a),
                                    Float.intBitsToFloat((int) b)));
            case I64 -> apply(op, a, b);
            case I32 -> apply(op, (int) a, (int) b);
            case MASK -> throw new IllegalArgumentException("masks are folded as integers");
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

    private static float apply(FoldOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case MUL -> a * b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case AND, OR, XOR -> throw new IllegalArgumentException(op + " has no float form");
        };
    }

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

    private static int apply(FoldOp op, int a, int b) {
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

    /** The value of a fold over nothing. */
    static long empty(FoldOp op, Lane lane) {
        return op == FoldOp.ADD ? 0 : op.identity(lane);
    }

    static long get(Lane lane, MemorySegment segment, long byteOffset) {
        return lane.byteSize() == 4
                ? segment.get(ValueLayout.JAVA_INT_UNALIGNED, byteOffset)
                : segment.get(ValueLayout.JAVA_LONG_UNALIGNED, byteOffset);
    }

    static void put(Lane lane, MemorySegment segment, long byteOffset, long bits) {
        if (lane.byteSize() == 4) {
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, byteOffset, (int) bits);
        } else {
            segment.set(ValueLayout.JAVA_LONG_UNALIGNED, byteOffset, bits);
        }
    }
}
