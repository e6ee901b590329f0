package io.tharsis.engine.execute;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The end of a block of a fold along lanes: its accumulators halved to one value, as {@code
 * FoldTree} defines.
 */
final class LaneBlocks {
    private LaneBlocks() {}

    /**
     * @param accumulators {@code groups} times {@link Program#FOLD_LANES} lanes at {@code offset};
     *     overwritten
     * @return the block's value as bits
     */
    static long halve(FoldOp op, Lane lane, MemorySegment accumulators, long offset, int groups) {
        int width = lane.byteSize();
        int count = groups * Program.FOLD_LANES;
        int half = Integer.highestOneBit(count - 1);
        for (; half >= Program.FOLD_LANES; half /= 2) {
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
            return Double.doubleToRawLongBits(sum(accumulators, offset));
        }
        long[] lanes = new long[Program.FOLD_LANES];
        for (int l = 0; l < lanes.length; l++) {
            lanes[l] = FoldMath.get(lane, accumulators, offset + (long) l * width);
        }
        for (half = Program.FOLD_LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] = FoldMath.apply(op, lane, lanes[l], lanes[l + half]);
            }
        }
        return lanes[0];
    }

    /** The commonest case without a switch per addition. */
    private static double sum(MemorySegment accumulators, long offset) {
        double[] lanes = new double[Program.FOLD_LANES];
        MemorySegment.copy(
                accumulators, ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, lanes, 0, lanes.length);
        for (int half = Program.FOLD_LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] += lanes[l + half];
            }
        }
        return lanes[0];
    }
}
