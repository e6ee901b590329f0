package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;

/** Comparisons in kernels: of one dtype, or exactly of a uint64 with a signed integer. */
final class Comparisons {
    private Comparisons() {}

    static int lower(ProgramBuilder b, CompareOp op, DType left, DType right, int x, int y) {
        if (left == DType.BOOL) {
            return masks(b, op, x, y);
        }
        if (left != right) {
            return left == DType.UINT64 ? mixed(b, op.mirrored(), y, x) : mixed(b, op, x, y);
        }
        if (left == DType.UINT64 && op != CompareOp.EQ && op != CompareOp.NE) {
            return b.compare(op, Integers.flipSign(b, x), Integers.flipSign(b, y));
        }
        return b.compare(op, x, y);
    }

    private static int masks(ProgramBuilder b, CompareOp op, int x, int y) {
        return switch (op) {
            case EQ, NE -> b.compare(op, x, y);
            case LT -> b.and(b.not(x), y);
            case LE -> b.or(b.not(x), y);
            case GT -> b.and(x, b.not(y));
            case GE -> b.or(x, b.not(y));
        };
    }

    // a negative signed number is below every unsigned one, whatever its bits say
    private static int mixed(ProgramBuilder b, CompareOp op, int signed, int unsigned) {
        int negative = b.compare(CompareOp.LT, signed, b.constant(0L));
        int asUnsigned = lower(b, op, DType.UINT64, DType.UINT64, signed, unsigned);
        return switch (op) {
            case EQ, GT, GE -> b.and(b.not(negative), asUnsigned);
            case NE, LT, LE -> b.or(negative, asUnsigned);
        };
    }
}
