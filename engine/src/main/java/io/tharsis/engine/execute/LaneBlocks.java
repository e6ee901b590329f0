package io.tharsis.engine.execute;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The end of a block of a fold along lanes: its accumulators halved to one value, as {@code
 * FoldTree} defines.
 *
 * <p><b>Confined to one thread.</b>
 */
final class LaneBlocks {
    /** This many accumulators are halved here; more by kernels. */
    private static final int FEW = 128;

    private final double[] doubles = new double[FEW];
    private final float[] floats = new float[FEW];

    /**
     * @param accumulators {@code groups} times {@link Program#FOLD_LANES} lanes at {@code offset};
     *     overwritten
     * @return the block's value as bits
     */
    long halve(FoldOp op, Lane lane, MemorySegment accumulators, long offset, int groups) {
        int width = lane.byteSize();
        int count = groups * Program.FOLD_LANES;
        int half = Integer.highestOneBit(count - 1);
        for (; half >= FEW; half /= 2) {
            LaneKernels.combine(
                    op,
                    lane,
                    accumulators,
                    offset,
                    accumulators,
                    offset + (long) half * width,
                    accumulators,
                    offset,
                    count - half);
            count = half;
        }
        if (op == FoldOp.ADD && lane == Lane.F64) {
            return Double.doubleToRawLongBits(doubles(accumulators, offset, count));
        }
        if (op == FoldOp.ADD && lane == Lane.F32) {
            return Float.floatToRawIntBits(floats(accumulators, offset, count));
        }
        long[] lanes = new long[count];
        for (int l = 0; l < count; l++) {
            lanes[l] = FoldMath.get(lane, accumulators, offset + (long) l * width);
        }
        for (; half > 0; half /= 2) {
            for (int l = 0; l + half < count; l++) {
                lanes[l] = FoldMath.apply(op, lane, lanes[l], lanes[l + half]);
            }
            count = half;
        }
        return lanes[0];
    }

    /** The commonest cases without a switch per addition. */
    private double doubles(MemorySegment accumulators, long offset, int count) {
        double[] lanes = doubles;
        MemorySegment.copy(
                accumulators, ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, lanes, 0, count);
        int live = count;
        for (int half = Integer.highestOneBit(count - 1); half > 0; half /= 2) {
            for (int l = 0; l < live - half; l++) {
                lanes[l] += lanes[l + half];
            }
            live = half;
        }
        return lanes[0];
    }

    private float floats(MemorySegment accumulators, long offset, int count) {
        float[] lanes = floats;
        MemorySegment.copy(accumulators, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, lanes, 0, count);
        int live = count;
        for (int half = Integer.highestOneBit(count - 1); half > 0; half /= 2) {
            for (int l = 0; l < live - half; l++) {
                lanes[l] += lanes[l + half];
            }
            live = half;
        }
        return lanes[0];
    }
}
