package io.tharsis.engine.execute;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
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
    private Kernel halving;
    private FoldOp halvingOp;
    private Lane halvingLane;
    private KernelCall call;

    /**
     * @param accumulators {@code groups} times {@link Program#FOLD_LANES} lanes at {@code offset};
     *     overwritten
     * @return the block's value as bits
     */
    long halve(FoldOp op, Lane lane, MemorySegment accumulators, long offset, int groups) {
        int width = lane.byteSize();
        int count = groups * Program.FOLD_LANES;
        int half = Integer.highestOneBit(count - 1);
        if (half >= FEW && count < 2 * half) {
            long upper = offset + (long) half * width;
            int rest = count - half;
            LaneKernels.combine(
                    op,
                    lane,
                    accumulators,
                    offset,
                    accumulators,
                    upper,
                    accumulators,
                    offset,
                    rest);
            count = half;
        }
        while (count > FEW) {
            count /= LaneKernels.WAYS;
            halveThrice(op, lane, accumulators, offset, count);
        }
        half = Integer.highestOneBit(count - 1);
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

    /** Eight rows of {@code n} accumulators become the first one. */
    private void halveThrice(FoldOp op, Lane lane, MemorySegment accumulators, long offset, int n) {
        if (halving == null || halvingOp != op || halvingLane != lane) {
            halving = LaneKernels.halving(op, lane);
            halvingOp = op;
            halvingLane = lane;
            call = new KernelCall(halving.program());
        }
        for (int i = 0; i < LaneKernels.WAYS; i++) {
            call.inputs[i] = accumulators;
            call.inputOffsets[i] = offset + (long) i * n * lane.byteSize();
        }
        call.outputs[0] = accumulators;
        call.outputOffsets[0] = offset;
        halving.run(call, n);
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
