package io.tharsis.engine.execute;

import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/**
 * A fold along lanes of lines that are one block of the tree or less: several lines a kernel call,
 * and their accumulators halved together. A unit is some neighbouring lines.
 */
final class LineFoldJob implements Job {
    /** Longest line that is folded this way. */
    static final long LONGEST = 4096;

    private static final long MORSEL = 1 << 17;

    /** What the lines of a kernel call should fit in: the first-level cache. */
    private static final int CALL_BYTES = 32 * 1024;

    private static final int MOST_LINES = 64;

    /** Lines whose accumulators are better halved side by side. */
    private static final int MANY_LINES = 16;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int length;
    private final int lineAxis;
    private final int linesPerCall;
    private final int linesPerUnit;
    private final long unitsPerAxis;
    private final long units;
    private final long unitsPerMorsel;

    LineFoldJob(LoopFrame frame) {
        this.frame = frame;
        this.g = frame.geometry();
        this.length = (int) g.product(g.foldAt(), g.axes());
        this.lineAxis = g.foldAt() - 1;
        long bytes = 0;
        for (int i = 0; i < frame.inputs().length; i++) {
            bytes += (long) length * frame.elementSize(i);
        }
        linesPerCall = Math.clamp(CALL_BYTES / Math.max(1, bytes), 2, MOST_LINES);
        linesPerUnit = Math.clamp(MORSEL / length, linesPerCall, MOST_LINES);
        unitsPerAxis = Math.ceilDiv(g.length(lineAxis), linesPerUnit);
        units = g.product(0, lineAxis) * unitsPerAxis;
        unitsPerMorsel = Math.max(1, MORSEL / ((long) length * linesPerUnit));
    }

    /** True if this job can run the loop and gains by it. */
    static boolean fits(LoopFrame frame) {
        LoopGeometry g = frame.geometry();
        long length = g.product(g.foldAt(), g.axes());
        return length > 0
                && length <= LONGEST
                && g.foldAt() > 0
                && g.length(g.foldAt() - 1) > 1
                && !frame.packs(g.foldAt())
                && frame.canRunRows(g.foldAt(), g.foldAt() - 1);
    }

    @Override
    public int morsels() {
        return (int) Math.max(1, Math.ceilDiv(units, unitsPerMorsel));
    }

    @Override
    public void run(int morsel) {
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        var walker = new Walker(scratch);
        long end = Math.min(units, (morsel + 1) * unitsPerMorsel);
        for (long unit = morsel * unitsPerMorsel; unit < end; unit++) {
            walker.unit(unit);
        }
        scratch.reset(mark);
    }

    private final class Walker {
        private final RunCursor cursor;
        private final long[] index = new long[g.axes()];
        private final int groups = Math.ceilDiv(length, Program.FOLD_BLOCK);
        private final MemorySegment[] accumulators;
        private final long[] pitches;
        private final long[] values = new long[linesPerUnit];
        private final LaneBlocks ends = new LaneBlocks();

        /** A unit's accumulators, equal places of all lines side by side. */
        private final MemorySegment turned;

        Walker(Scratch scratch) {
            cursor = new RunCursor(frame, g.foldAt(), -1, scratch);
            accumulators = new MemorySegment[frame.outputs().length];
            pitches = new long[accumulators.length];
            turned = scratch.take((long) groups * Program.FOLD_LANES * linesPerUnit * Long.BYTES);
            for (int o = 0; o < accumulators.length; o++) {
                if (frame.loop().outputs().get(o).fold() != null) {
                    pitches[o] = (long) groups * Program.FOLD_LANES * frame.lane(o).byteSize();
                    accumulators[o] = scratch.take(pitches[o] * linesPerUnit);
                }
            }
        }

        void unit(long unit) {
            long rest = unit / unitsPerAxis;
            for (int axis = lineAxis - 1; axis >= 0; axis--) {
                index[axis] = rest % g.length(axis);
                rest /= g.length(axis);
            }
            index[lineAxis] = unit % unitsPerAxis * linesPerUnit;
            int lines = (int) Math.min(linesPerUnit, g.length(lineAxis) - index[lineAxis]);
            long line = unit / unitsPerAxis * g.length(lineAxis) + index[lineAxis];
            for (int done = 0; done < lines; done += linesPerCall) {
                int count = Math.min(linesPerCall, lines - done);
                for (int o = 0; o < accumulators.length; o++) {
                    if (accumulators[o] != null) {
                        cursor.foldInto(o, accumulators[o], done * pitches[o]);
                    }
                }
                cursor.seek(index);
                cursor.touch(length, lineAxis, count);
                cursor.runRows(0, length, lineAxis, count, pitches);
                index[lineAxis] += count;
            }
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    if (lines < MANY_LINES) {
                        FoldOp op = frame.loop().outputs().get(o).fold();
                        ends.halve(op, frame.lane(o), accumulators[o], groups, lines, values);
                        write(o, line, lines);
                    } else {
                        halveSideBySide(o, line, lines);
                    }
                }
            }
        }

        /** The order of {@link LaneBlocks#halve}, all lines at once. */
        private void halveSideBySide(int o, long line, int lines) {
            FoldOp op = frame.loop().outputs().get(o).fold();
            Lane lane = frame.lane(o);
            int live = groups * Program.FOLD_LANES;
            Packer.turn(lane.byteSize(), accumulators[o], turned, lines, live);
            long pitch = (long) lines * lane.byteSize();
            for (int half = Integer.highestOneBit(live - 1); half > 0; half /= 2) {
                int pairs = (live - half) * lines;
                LaneKernels.combine(op, lane, turned, 0, turned, half * pitch, turned, 0, pairs);
                live = half;
            }
            var format = format(o);
            long at = line * format.byteSize();
            LaneKernels.narrow(lane, turned, 0, format, frame.outputs()[o], at, lines);
        }

        private Format format(int o) {
            return frame.task().whole() ? frame.formats()[o] : LaneKernels.format(frame.lane(o));
        }

        private void write(int o, long line, int lines) {
            Lane lane = frame.lane(o);
            var format = format(o);
            for (int l = 0; l < lines; l++) {
                TreeFold.putElement(
                        format,
                        lane,
                        values[l],
                        frame.outputs()[o],
                        (line + l) * format.byteSize());
            }
        }
    }
}
