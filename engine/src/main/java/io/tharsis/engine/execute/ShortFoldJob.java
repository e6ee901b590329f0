package io.tharsis.engine.execute;

import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/**
 * A fold along lanes that are too short for a kernel call each. The elements of many lines are
 * computed together and stored in scratch, turned so that equal places of all lines lie together,
 * and folded place by place, all lines at once, in the order of the tree.
 */
final class ShortFoldJob implements Job {
    /** Longest line that is folded this way. */
    static final long LONGEST = 128;

    /** Elements worked on at a time. */
    private static final int BLOCK = 8192;

    private static final long MORSEL = 1 << 17;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int length;
    private final long lines;
    private final int linesPerBlock;
    private final long blocksPerMorsel;

    ShortFoldJob(LoopFrame frame) {
        this.frame = frame;
        this.g = frame.geometry();
        this.lines = g.product(0, g.foldAt());
        this.length = (int) g.product(g.foldAt(), g.axes());
        this.linesPerBlock = Math.max(1, BLOCK / length);
        this.blocksPerMorsel = Math.max(1, MORSEL / BLOCK);
    }

    /** True if this job can run the loop and gains by it. */
    static boolean fits(LoopFrame frame) {
        LoopGeometry g = frame.geometry();
        long length = g.product(g.foldAt(), g.axes());
        return length > 0
                && length <= LONGEST
                && g.product(0, g.foldAt()) >= 16
                && frame.canRunOver(0);
    }

    @Override
    public int morsels() {
        return (int) Math.max(1, Math.ceilDiv(Math.ceilDiv(lines, linesPerBlock), blocksPerMorsel));
    }

    @Override
    public void run(int morsel) {
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        var cursor = new RunCursor(frame, frame.loop().variant().kernel(), 0, -1, scratch);
        cursor.seek(new long[g.axes()]);
        int outputs = frame.outputs().length;
        MemorySegment[] values = new MemorySegment[outputs];
        for (int o = 0; o < outputs; o++) {
            if (frame.loop().outputs().get(o).fold() != null) {
                values[o] = scratch.take((long) BLOCK * frame.lane(o).byteSize());
            }
        }
        MemorySegment turned = scratch.take(BLOCK * 8L);
        long first = morsel * blocksPerMorsel * linesPerBlock;
        long end = Math.min(lines, first + blocksPerMorsel * linesPerBlock);
        for (long line = first; line < end; line += linesPerBlock) {
            int count = (int) Math.min(linesPerBlock, end - line);
            int elements = count * length;
            for (int done = 0; done < elements; done += cursor.longestRun()) {
                for (int o = 0; o < outputs; o++) {
                    if (values[o] != null) {
                        cursor.foldInto(o, values[o], (long) done * frame.lane(o).byteSize());
                    }
                }
                cursor.run(line * length + done, Math.min(cursor.longestRun(), elements - done));
            }
            for (int o = 0; o < outputs; o++) {
                if (values[o] != null) {
                    fold(o, values[o], turned, line, count);
                }
            }
        }
        scratch.reset(mark);
    }

    private void fold(int o, MemorySegment values, MemorySegment turned, long line, int count) {
        FoldOp op = frame.loop().outputs().get(o).fold();
        Lane lane = frame.lane(o);
        int width = lane.byteSize();
        Packer.turn(width, values, turned, count, length);
        long pitch = (long) count * width;
        for (int k = Program.FOLD_LANES; k < length; k++) {
            long into = k % Program.FOLD_LANES * pitch;
            LaneKernels.combine(op, lane, turned, into, turned, k * pitch, turned, into, count);
        }
        int live = Math.min(length, Program.FOLD_LANES);
        for (int half = Program.FOLD_LANES / 2; half > 0; half /= 2) {
            if (live > half) {
                int pairs = live - half;
                LaneKernels.combine(
                        op, lane, turned, 0, turned, half * pitch, turned, 0, pairs * count);
                live = half;
            }
        }
        Format format = frame.task().whole() ? frame.formats()[o] : LaneKernels.format(lane);
        LaneKernels.narrow(
                lane, turned, 0, format, frame.outputs()[o], line * format.byteSize(), count);
    }
}
