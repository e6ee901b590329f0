package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.ir.Lane;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A loop that folds axes which are not the innermost: rows are added into rows of accumulators. A
 * unit is a tile of the inner axes at one outer index; where there are few, each is also cut into
 * nodes of the tree that run apart.
 */
final class RowFoldJob implements Job {
    private static final long SHORT_ROW = 256;
    private static final long MORSEL = 1 << 17;

    /**
     * Rows so short that a kernel call costs as much as they do are folded some blocks a call; no
     * more than {@link PackedInput#GROUP} rows.
     */
    private static final long MOST_BLOCKS = PackedInput.GROUP / FoldTree.ROW_BLOCK;

    /** Elements of accumulators that stay in the first-level cache. */
    private static final long SHORT_ROWS = 8192;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int runAt;
    private final int groupAxis;
    private final int tile;
    private final long runLength;
    private final long tiles;
    private final long tileUnits;
    private final long rows;
    private final long positions;
    private final List<FoldTree.Node> parts;
    private final MemorySegment[] tables;
    private final long units;
    private final long unitsPerMorsel;

    RowFoldJob(LoopFrame frame, int threads) {
        this.frame = frame;
        this.g = frame.geometry();
        int last = g.axes() - 1;
        boolean flat =
                last > g.innerAt() && g.length(last) < SHORT_ROW && frame.canRunOver(g.innerAt());
        runAt = flat ? g.innerAt() : last;
        int nearest = frame.groupAxis(runAt);
        // Only the last folded axis is walked row by row.
        groupAxis = nearest == g.innerAt() - 1 ? nearest : -1;
        runLength = g.product(runAt, g.axes());
        tile = frame.packs(runAt) ? PackedInput.RUN : LaneKernels.ROW;
        tiles = Math.ceilDiv(runLength, tile);
        tileUnits = g.product(0, g.foldAt()) * g.product(g.innerAt(), runAt) * tiles;
        rows = g.product(g.foldAt(), g.innerAt());
        positions = g.product(0, g.foldAt()) * g.product(g.innerAt(), g.axes());
        long blocks = Math.ceilDiv(rows, FoldTree.ROW_BLOCK);
        long unitSize = Math.min(tile, runLength) * rows;
        boolean apart = tileUnits < 4L * threads && unitSize > MORSEL;
        int outputs = frame.outputs().length;
        if (apart) {
            long blockSize = FoldTree.ROW_BLOCK * Math.min(tile, runLength);
            int level = 63 - Long.numberOfLeadingZeros(Math.max(1, MORSEL / blockSize));
            long first = frame.task().firstBlock();
            parts = FoldTree.nodes(first, first + blocks, level);
            tables = new MemorySegment[outputs];
            for (int o = 0; o < outputs; o++) {
                if (isFold(o)) {
                    tables[o] =
                            frame.memory()
                                    .take(parts.size() * positions * frame.lane(o).byteSize());
                }
            }
            units = parts.size() * tileUnits;
            unitsPerMorsel = 1;
        } else {
            parts = null;
            tables = null;
            units = tileUnits;
            unitsPerMorsel = Math.max(1, MORSEL / Math.max(1, unitSize));
        }
    }

    private boolean isFold(int o) {
        return frame.loop().outputs().get(o).fold() != null;
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

    @Override
    public void finish() {
        if (parts == null) {
            return;
        }
        for (int o = 0; o < tables.length; o++) {
            if (tables[o] != null) {
                TreeFold.fold(
                        frame.loop().outputs().get(o).fold(),
                        frame.lane(o),
                        List.of(tables[o]),
                        List.of(parts),
                        positions,
                        frame.task().whole() ? frame.formats()[o] : null,
                        frame.outputs()[o]);
            }
        }
    }

    private final class Walker {
        private final RunCursor cursor;
        private final long[] index = new long[g.axes()];

        /** Of {@link #most} blocks. */
        private final MemorySegment[] accumulators;

        /** For half as many, where these are combined. */
        private final MemorySegment[] pairs;

        /** Blocks of rows that one kernel call may fold, a power of two. */
        private final int most;

        private final RowStack[] stacks;
        private final Scratch scratch;
        private final RowCursor rowCursor;

        /** True if a block of rows is one call of the kernel. */
        private final boolean runsRows;

        /** True if accumulators after a row's own may be written. */
        private final boolean pads;

        private final long[] noSteps;

        Walker(Scratch scratch) {
            this.scratch = scratch;
            cursor = new RunCursor(frame, runAt, groupAxis, scratch);
            accumulators = new MemorySegment[frame.outputs().length];
            stacks = new RowStack[accumulators.length];
            pairs = new MemorySegment[accumulators.length];
            long longest = Math.min(tile, runLength);
            most =
                    RowCursor.fits(frame, runAt)
                            ? (int)
                                    Long.highestOneBit(
                                            Math.clamp(
                                                    SHORT_ROWS / Math.max(1, longest),
                                                    1,
                                                    MOST_BLOCKS))
                            : 1;
            for (int o = 0; o < accumulators.length; o++) {
                if (isFold(o)) {
                    long byteSize = Math.max(tile, most * longest) * frame.lane(o).byteSize();
                    accumulators[o] = scratch.take(byteSize);
                    pairs[o] = most > 1 ? scratch.take(byteSize) : null;
                }
            }
            noSteps = new long[accumulators.length];
            runsRows =
                    g.innerAt() - g.foldAt() == 1
                            && frame.canRunOver(runAt)
                            && frame.canRunRows(runAt, g.foldAt());
            pads = Arrays.stream(accumulators).allMatch(Objects::nonNull);
            rowCursor =
                    RowCursor.fits(frame, runAt)
                            ? new RowCursor(frame, runAt, accumulators, scratch)
                            : null;
        }

        void unit(long unit) {
            long mark = scratch.mark();
            int part = parts == null ? -1 : (int) (unit / tileUnits);
            long rest = parts == null ? unit : unit % tileUnits;
            long start = rest % tiles * tile;
            int width = (int) Math.min(tile, runLength - start);
            rest /= tiles;
            for (int axis = runAt - 1; axis >= 0; axis--) {
                if (axis < g.foldAt() || axis >= g.innerAt()) {
                    index[axis] = rest % g.length(axis);
                    rest /= g.length(axis);
                }
            }
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    stacks[o] =
                            new RowStack(
                                    frame.loop().outputs().get(o).fold(),
                                    frame.lane(o),
                                    width,
                                    scratch);
                }
            }
            long blocks = Math.ceilDiv(rows, FoldTree.ROW_BLOCK);
            long from = part < 0 ? 0 : parts.get(part).firstBlock() - frame.task().firstBlock();
            long to = part < 0 ? blocks : from + parts.get(part).blockCount();
            for (long block = from; block < to; ) {
                int count = rowCursor == null ? 0 : blocksAtOnce(block, to);
                if (count > 0) {
                    rowCursor.fold(index, block * FoldTree.ROW_BLOCK, count, start, width);
                    push(block, count, width);
                } else {
                    block(block, start, width);
                    count = 1;
                }
                block += count;
            }
            write(part, start, width);
            scratch.reset(mark);
        }

        private void block(long block, long start, int width) {
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    Lane lane = frame.lane(o);
                    MemorySegment identities =
                            LaneKernels.identities(frame.loop().outputs().get(o).fold(), lane);
                    long byteSize =
                            Math.min(tile, width + RunCursor.VECTOR) * (long) lane.byteSize();
                    MemorySegment.copy(identities, 0, accumulators[o], 0, byteSize);
                    cursor.foldInto(o, accumulators[o], 0);
                }
            }
            long from = block * FoldTree.ROW_BLOCK;
            long end = Math.min(rows, from + FoldTree.ROW_BLOCK);
            if (runsRows) {
                int count = (int) (end - from);
                index[g.foldAt()] = from;
                cursor.seek(index);
                int padded = pads ? cursor.padded(start, width, g.foldAt(), count) : width;
                cursor.runRows(start, padded, g.foldAt(), count, noSteps);
            } else {
                for (long row = from; row < end; row++) {
                    long rest = row;
                    for (int axis = g.innerAt() - 1; axis >= g.foldAt(); axis--) {
                        index[axis] = rest % g.length(axis);
                        rest /= g.length(axis);
                    }
                    cursor.seek(index);
                    cursor.run(start, width);
                }
            }
            push(block, 1, width);
        }

        /** Whole blocks from {@code block} on that one call folds: one node of the tree, or one. */
        private int blocksAtOnce(long block, long to) {
            long whole = Math.min(to, rows / FoldTree.ROW_BLOCK) - block;
            boolean node = (frame.task().firstBlock() + block) % most == 0 && whole >= most;
            // A group of packed rows starts at a multiple of its length.
            boolean inGroup = groupAxis < 0 || block % most == 0;
            return node && inGroup ? most : (int) Math.min(1, Math.max(0, whole));
        }

        /** The accumulators of {@code count} blocks, one or {@link #most}, are the next node. */
        private void push(long block, int count, int width) {
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] != null) {
                    var op = frame.loop().outputs().get(o).fold();
                    MemorySegment row = accumulators[o];
                    MemorySegment other = pairs[o];
                    for (int live = count; live > 1; live /= 2) {
                        LaneKernels.combinePairs(op, frame.lane(o), row, other, width, live / 2);
                        MemorySegment next = row;
                        row = other;
                        other = next;
                    }
                    long index = frame.task().firstBlock() + block;
                    int level = Integer.numberOfTrailingZeros(count);
                    stacks[o].push(level, index >> level, row, 0);
                }
            }
        }

        private void write(int part, long start, int width) {
            long position = 0;
            for (int axis = 0; axis < runAt; axis++) {
                if (axis < g.foldAt() || axis >= g.innerAt()) {
                    position = position * g.length(axis) + index[axis];
                }
            }
            position = position * runLength + start;
            for (int o = 0; o < accumulators.length; o++) {
                if (accumulators[o] == null) {
                    continue;
                }
                var op = frame.loop().outputs().get(o).fold();
                Lane lane = frame.lane(o);
                if (part >= 0) {
                    long at = (part * positions + position) * lane.byteSize();
                    MemorySegment.copy(
                            stacks[o].result(), 0, tables[o], at, (long) width * lane.byteSize());
                } else {
                    var format = frame.task().whole() ? frame.formats()[o] : null;
                    TreeFold.write(
                            op,
                            lane,
                            stacks[o],
                            position,
                            width,
                            positions,
                            format,
                            frame.outputs()[o]);
                }
            }
        }
    }
}
