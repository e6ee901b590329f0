package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * Conversions between dtypes in kernels. Integers wrap. A float is truncated, saturates at the
 * bounds of int32 (int64 for int64, uint32 and uint64) with NaN as 0, and is then wrapped to a
 * narrower dtype; NumPy leaves floats out of range undefined.
 */
final class Casts {
    private Casts() {}

    /** {@code node}, a value of {@code from}, as a value of {@code to}. */
    static int lower(ProgramBuilder b, DType from, DType to, int node) {
        if (from == to) {
            return node;
        }
        if (from == DType.UINT64 && to.isFloat()) {
            return unsignedToFloat(b, node, to.format().lane());
        }
        if (from.isFloat() && to == DType.UINT64) {
            return floatToUnsigned(b, node);
        }
        int converted = b.convert(node, to.format().lane());
        return inRange(from, to) ? converted : wrap(b, to, converted);
    }

    /**
     * {@code node}, the result of integer arithmetic in the lane of {@code type}, wrapped to the
     * range of {@code type}.
     */
    static int wrap(ProgramBuilder b, DType type, int node) {
        return switch (type) {
            case INT8 -> b.shr(b.shl(node, 24), 24);
            case INT16 -> b.shr(b.shl(node, 16), 16);
            case UINT8 -> b.and(node, b.constant(0xFF));
            case UINT16 -> b.and(node, b.constant(0xFFFF));
            case UINT32 -> b.and(node, b.constant(0xFFFFFFFFL));
            default -> node;
        };
    }

    private static boolean inRange(DType from, DType to) {
        if (from == DType.BOOL || !to.isInteger()) {
            return true;
        }
        return from.isInteger() && Promotion.common(from, to) == to;
    }

    // the upper half of the range is halved, with the lost bit kept sticky so that the one rounding
    // is right, and doubled again
    private static int unsignedToFloat(ProgramBuilder b, int node, Lane lane) {
        int halved = b.or(b.ushr(node, 1), b.and(node, b.constant(1L)));
        int doubled = b.mul(b.convert(halved, lane), b.constant(lane, 2));
        return b.select(
                b.compare(CompareOp.LT, node, b.constant(0L)), doubled, b.convert(node, lane));
    }

    private static int floatToUnsigned(ProgramBuilder b, int node) {
        int limit = b.constant(b.lane(node), 0x1p63);
        int upper = b.xor(b.convert(b.sub(node, limit), Lane.I64), b.constant(Long.MIN_VALUE));
        return b.select(b.compare(CompareOp.GE, node, limit), upper, b.convert(node, Lane.I64));
    }
}
