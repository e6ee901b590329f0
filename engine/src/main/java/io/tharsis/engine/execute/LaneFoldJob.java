package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A loop that folds its innermost axes: one value, or one list of tree nodes, for each position of
 * the outer axes. Where there are few positions a fold is cut into nodes that run apart; else
 * positions run apart.
 */
final class LaneFoldJob implements Job {
    private static final long MORSEL = 1 << 17;

    /** Log2 of the blocks of a node that runs apart: 8 blocks are 2^18 elements. */
    private static final int PART_LEVEL = 3;

    /** Whole blocks of a row that one call of the kernel folds at most, where nothing is packed. */
    private static final int MOST_BLOCKS = 8;

    /** Bytes of accumulators that it fills at most, if of more than one block. */
    private static final long MOST_BYTES = 128 << 10;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final Lane[] lanes;
    private final FoldOp[] folds;
    private final int runAt;
    private final long positions;
    private final long length;

    /** Groups of accumulators in the longest block. */
    private final int groups;

    private final int groupAxis;
    private final int rowsPerUnit;
    private final List<FoldTree.Node> parts;
    private final MemorySegment[] tables;
    private final long unitsPerMorsel;
    private final long units;

    LaneFoldJob(LoopFrame frame, int threads) {
        this.frame = frame;
        this.g = frame.geometry();
        this.lanes = new Lane[frame.outputs().length];
        this.folds = new FoldOp[lanes.length];
        for (int o = 0; o < lanes.length; o++) {
            lanes[o] = frame.lane(o);
            folds[o] = frame.loop().outputs().get(o).fold();
        }
        this.runAt = g.foldAt();
        this.positions = g.product(0, runAt);
        this.length = g.product(runAt, g.axes());
        long blocks = Math.ceilDiv(length, FoldTree.LANE_BLOCK);
        this.groups = Math.clamp(Math.ceilDiv(length, Program.FOLD_BLOCK), 1, FoldTree.LANE_GROUPS);
        boolean apart = positions < 4L * threads && blocks > 1 << PART_LEVEL;
        this.groupAxis = apart ? -1 : frame.groupAxis(runAt);
        int outputs = frame.outputs().length;
        if (apart) {
            long first = frame.task().firstBlock();
            parts = FoldTree.nodes(first, first + blocks, PART_LEVEL);
            tables = new MemorySegment[outputs];
            for (int o = 0; o < outputs; o++) {
                if (isFold(o)) {
                    tables[o] = frame.memory().take(parts.size() * positions * lanes[o].byteSize());
                }
            }
            rowsPerUnit = 1;
            units = parts.size() * positions;
            unitsPerMorsel = 1;
        } else {
            parts = null;
            tables = null;
            rowsPerUnit = groupAxis < 0 ? 1 : PackedInput.GROUP;
            long groupRows =
                    groupAxis < 0
                            ? positions
                            : positions
                                    / g.length(groupAxis)
                                    * Math.ceilDiv(g.length(groupAxis), rowsPerUnit);
            units = groupRows;
            unitsPerMorsel = Math.max(1, MORSEL / Math.max(1, length * rowsPerUnit));
        }
    }

    private boolean isFold(int o) {
        return folds[o] != null;
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
            if (parts != null) {
                walker.part((int) (unit / positions), unit % positions);
            } else {
                walker.rows(unit);
            }
        }
        scratch.reset(mark);
    }

    @Override
    public void finish() {
        if (parts == null) {
            return;
        }
        for (int o = 0; o < tables.length; o++) {
            if (tables[o] != null) {
                TreeFold.fold(
                        folds[o],
                        lanes[o],
                        List.of(tables[o]),
                        List.of(parts),
                        positions,
                        frame.task().whole() ? frame.formats()[o] : null,
                        frame.outputs()[o]);
            }
        }
    }

    /**
     * One thread's state: a cursor, and for each output accumulators and a stack for each row of a
     * unit.
     */
    private final class Walker {
        private final RunCursor cursor;
        private final long[] index = new long[g.axes()];
        private final MemorySegment[] accumulators;
        private final ValueStack[][] stacks;
        private final LaneBlocks ends = new LaneBlocks();
        private final int longestRun;
        private final int batch;
        private final long[] values = new long[MOST_BLOCKS];

        Walker(Scratch scratch) {
            cursor = new RunCursor(frame, runAt, groupAxis, scratch);
            longestRun = Math.min(cursor.longestRun(), FoldTree.LANE_BLOCK);
            batch = groupAxis >= 0 || cursor.packs() ? 1 : batch();
            int outputs = frame.outputs().length;
            accumulators = new MemorySegment[outputs];
            stacks = new ValueStack[outputs][rowsPerUnit];
            for (int o = 0; o < outputs; o++) {
                if (isFold(o)) {
                    accumulators[o] = scratch.take(tableBytes(o) * rowsPerUnit * batch);
                    for (int r = 0; r < rowsPerUnit; r++) {
                        stacks[o][r] = new ValueStack(folds[o], lanes[o]);
                    }
                }
            }
        }

        private int batch() {
            long blockBytes = 0;
            for (int o = 0; o < lanes.length; o++) {
                blockBytes += isFold(o) ? tableBytes(o) : 0;
            }
            long most = Math.min(length / FoldTree.LANE_BLOCK, MOST_BYTES / blockBytes);
            return Math.clamp(most, 1, MOST_BLOCKS);
        }

        private long tableBytes(int o) {
            return (long) groups * Program.FOLD_LANES * lanes[o].byteSize();
        }

        /** Has the next run fold into the accumulators of row {@code r} from its element on. */
        private void foldInto(int r, int element) {
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    long filled = (long) element / Program.FOLD_BLOCK * Program.FOLD_LANES;
                    cursor.foldInto(
                            o, accumulators[o], r * tableBytes(o) + filled * lanes[o].byteSize());
                }
            }
        }

        /**
         * Blocks {@code from} to {@code to} of this box, for {@code rows} rows from the current
         * index along the group axis.
         */
        private void blocks(long from, long to, int rows) {
            long firstRow = groupAxis < 0 ? 0 : index[groupAxis];
            long whole = Math.min(to, length / FoldTree.LANE_BLOCK);
            long next = from;
            while (batch > 1 && next < whole) {
                int count = (int) Math.min(batch, whole - next);
                wholeBlocks(next, count);
                next += count;
            }
            for (long block = next; block < to; block++) {
                long start = block * FoldTree.LANE_BLOCK;
                int count = (int) Math.min(FoldTree.LANE_BLOCK, length - start);
                for (int done = 0; done < count; done += longestRun) {
                    int stretch = Math.min(longestRun, count - done);
                    for (int r = 0; r < rows; r++) {
                        if (groupAxis >= 0) {
                            index[groupAxis] = firstRow + r;
                        }
                        cursor.seek(index);
                        foldInto(r, done);
                        cursor.run(start + done, stretch);
                    }
                }
                int filled = Math.ceilDiv(count, Program.FOLD_BLOCK);
                for (int r = 0; r < rows; r++) {
                    for (int o = 0; o < accumulators.length; o++) {
                        if (accumulators[o] != null) {
                            long value =
                                    ends.halve(
                                            folds[o],
                                            lanes[o],
                                            accumulators[o],
                                            r * tableBytes(o),
                                            filled);
                            stacks[o][r].push(0, frame.task().firstBlock() + block, value);
                        }
                    }
                }
            }
            if (groupAxis >= 0) {
                index[groupAxis] = firstRow;
            }
        }

        /** As {@link #blocks} for {@code count} whole blocks of one row. */
        private void wholeBlocks(long first, int count) {
            cursor.seek(index);
            foldInto(0, 0);
            cursor.run(first * FoldTree.LANE_BLOCK, count * FoldTree.LANE_BLOCK);
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    ends.halveWhole(folds[o], lanes[o], accumulators[o], count, values);
                    for (int b = 0; b < count; b++) {
                        stacks[o][0].push(0, frame.task().firstBlock() + first + b, values[b]);
                    }
                }
            }
        }

        private void clear(int rows) {
            for (ValueStack[] own : stacks) {
                for (int r = 0; r < rows; r++) {
                    if (own[r] != null) {
                        own[r].clear();
                    }
                }
            }
        }

        private void locate(long position) {
            long rest = position;
            for (int axis = runAt - 1; axis >= 0; axis--) {
                index[axis] = rest % g.length(axis);
                rest /= g.length(axis);
            }
        }

        void part(int part, long position) {
            locate(position);
            clear(1);
            FoldTree.Node node = parts.get(part);
            long from = node.firstBlock() - frame.task().firstBlock();
            blocks(from, from + node.blockCount(), 1);
            for (int o = 0; o < tables.length; o++) {
                if (tables[o] != null) {
                    Lane lane = lanes[o];
                    FoldMath.put(
                            lane,
                            tables[o],
                            (part * positions + position) * lane.byteSize(),
                            stacks[o][0].result());
                }
            }
        }

        void rows(long unit) {
            int rows = 1;
            if (groupAxis < 0) {
                locate(unit);
            } else {
                long groups = Math.ceilDiv(g.length(groupAxis), rowsPerUnit);
                long rest = unit / groups;
                for (int axis = runAt - 1; axis >= 0; axis--) {
                    if (axis != groupAxis) {
                        index[axis] = rest % g.length(axis);
                        rest /= g.length(axis);
                    }
                }
                index[groupAxis] = unit % groups * rowsPerUnit;
                rows = (int) Math.min(rowsPerUnit, g.length(groupAxis) - index[groupAxis]);
            }
            clear(rows);
            blocks(0, Math.ceilDiv(length, FoldTree.LANE_BLOCK), rows);
            long position = 0;
            long stride = 1;
            long rowStride = 1;
            for (int axis = runAt - 1; axis >= 0; axis--) {
                position += index[axis] * stride;
                if (axis == groupAxis) {
                    rowStride = stride;
                }
                stride *= g.length(axis);
            }
            for (int r = 0; r < rows; r++) {
                write(position + r * rowStride, r);
            }
        }

        private void write(long position, int r) {
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] == null) {
                    continue;
                }
                Lane lane = lanes[o];
                ValueStack stack = stacks[o][r];
                if (frame.task().whole()) {
                    var format = frame.formats()[o];
                    TreeFold.putElement(
                            format,
                            lane,
                            stack.result(),
                            frame.outputs()[o],
                            position * format.byteSize());
                } else {
                    for (int i = 0; i < stack.size(); i++) {
                        FoldMath.put(
                                lane,
                                frame.outputs()[o],
                                (i * positions + position) * lane.byteSize(),
                                stack.value(i));
                    }
                }
            }
        }
    }
}
