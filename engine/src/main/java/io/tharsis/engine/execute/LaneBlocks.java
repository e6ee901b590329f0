package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
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

    /** This many accumulators of each of several blocks are halved here. */
    private static final int LAST = 16;

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
            halveThrice(op, lane, accumulators, offset, count, 0, 1);
        }
        return halveFew(op, lane, accumulators, offset, count);
    }

    /**
     * As {@link #halve(FoldOp, Lane, MemorySegment, long, int)} for {@code blocks} whole blocks,
     * one after the other.
     *
     * @param values takes the blocks' values
     */
    void halveWhole(FoldOp op, Lane lane, MemorySegment accumulators, int blocks, long[] values) {
        long pitch = (long) FoldTree.ACCUMULATORS * lane.byteSize();
        int count = FoldTree.ACCUMULATORS;
        while (count > FEW) {
            count /= LaneKernels.WAYS;
            halveThrice(op, lane, accumulators, 0, count, pitch, blocks);
        }
        for (int block = 0; block < blocks; block++) {
            values[block] = halveFew(op, lane, accumulators, block * pitch, count);
        }
    }

    /** Halves at most {@link #FEW} accumulators. */
    private long halveFew(
            FoldOp op, Lane lane, MemorySegment accumulators, long offset, int count) {
        if (op == FoldOp.ADD && lane == Lane.F64) {
            return Double.doubleToRawLongBits(doubles(accumulators, offset, count));
        }
        if (op == FoldOp.ADD && lane == Lane.F32) {
            return Float.floatToRawIntBits(floats(accumulators, offset, count));
        }
        return halve(op, lane, accumulators, offset, count, new long[count]);
    }

    /**
     * As {@link #halve(FoldOp, Lane, MemorySegment, long, int)} for the accumulators of {@code
     * lines} blocks, one after the other.
     *
     * @param values takes the blocks' values
     */
    void halve(
            FoldOp op,
            Lane lane,
            MemorySegment accumulators,
            int groups,
            int lines,
            long[] values) {
        long pitch = (long) groups * Program.FOLD_LANES * lane.byteSize();
        int count = groups * Program.FOLD_LANES;
        for (int half = Integer.highestOneBit(count - 1); half >= LAST; half /= 2) {
            LaneKernels.halve(op, lane, accumulators, pitch, half, count - half, lines);
            count = half;
        }
        for (int line = 0; line < lines; line++) {
            values[line] = last(op, lane, accumulators, line * pitch);
        }
    }

    /** Halves the last {@link #LAST} accumulators. */
    private long last(FoldOp op, Lane lane, MemorySegment accumulators, long offset) {
        if (op == FoldOp.ADD && lane == Lane.F64) {
            return Double.doubleToRawLongBits(doubles(accumulators, offset, LAST));
        }
        if (op == FoldOp.ADD && lane == Lane.F32) {
            float[] f = floats;
            MemorySegment.copy(accumulators, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, f, 0, LAST);
            // Written out: the loop of loops takes as long as the line's own sum.
            float a = (f[0] + f[8]) + (f[4] + f[12]);
            float b = (f[1] + f[9]) + (f[5] + f[13]);
            float c = (f[2] + f[10]) + (f[6] + f[14]);
            float d = (f[3] + f[11]) + (f[7] + f[15]);
            return Float.floatToRawIntBits((a + c) + (b + d));
        }
        return halve(op, lane, accumulators, offset, LAST, new long[LAST]);
    }

    private static long halve(
            FoldOp op, Lane lane, MemorySegment accumulators, long offset, int n, long[] lanes) {
        for (int l = 0; l < n; l++) {
            lanes[l] = FoldMath.get(lane, accumulators, offset + (long) l * lane.byteSize());
        }
        int count = n;
        for (int half = Integer.highestOneBit(n - 1); half > 0; half /= 2) {
            for (int l = 0; l + half < count; l++) {
                lanes[l] = FoldMath.apply(op, lane, lanes[l], lanes[l + half]);
            }
            count = half;
        }
        return lanes[0];
    }

    /**
     * Eight rows of {@code n} accumulators become the first one, of each of {@code lines} blocks
     * that are {@code pitch} bytes apart.
     */
    private void halveThrice(
            FoldOp op,
            Lane lane,
            MemorySegment accumulators,
            long offset,
            int n,
            long pitch,
            int lines) {
        if (halving == null || halvingOp != op || halvingLane != lane) {
            halving = LaneKernels.halving(op, lane);
            halvingOp = op;
            halvingLane = lane;
            call = new KernelCall(halving.program());
        }
        for (int i = 0; i < LaneKernels.WAYS; i++) {
            call.inputs[i] = accumulators;
            call.inputOffsets[i] = offset + (long) i * n * lane.byteSize();
            call.inputSteps[i] = pitch;
        }
        call.outputs[0] = accumulators;
        call.outputOffsets[0] = offset;
        call.outputSteps[0] = pitch;
        halving.run(call, n, lines);
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
