package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A fold across rows that are too narrow for a kernel call each. The elements of many rows are
 * computed together and stored in scratch, turned so that equal places of all blocks of rows lie
 * together, and folded place by place, all blocks at once.
 */
final class NarrowFoldJob implements Job {
    /** Widest row that is folded this way. */
    static final long WIDEST = 64;

    /** Elements worked on at a time, at least. */
    private static final int BLOCK = 8192;

    private static final long PART = 1 << 18;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int width;
    private final long rows;
    private final long outer;
    private final int level;
    private final List<FoldTree.Node> parts;
    private final MemorySegment[] tables;

    NarrowFoldJob(LoopFrame frame) {
        this.frame = frame;
        this.g = frame.geometry();
        this.outer = g.product(0, g.foldAt());
        this.rows = g.product(g.foldAt(), g.innerAt());
        this.width = (int) g.product(g.innerAt(), g.axes());
        this.level =
                31
                        - Integer.numberOfLeadingZeros(
                                Math.max(1, BLOCK / (FoldTree.ROW_BLOCK * width)));
        long first = frame.task().firstBlock();
        int partLevel =
                Math.max(
                        level,
                        63
                                - Long.numberOfLeadingZeros(
                                        Math.max(1, PART / (FoldTree.ROW_BLOCK * (long) width))));
        this.parts =
                FoldTree.nodes(first, first + Math.ceilDiv(rows, FoldTree.ROW_BLOCK), partLevel);
        this.tables = new MemorySegment[frame.outputs().length];
        for (int o = 0; o < tables.length; o++) {
            if (isFold(o)) {
                tables[o] =
                        frame.memory()
                                .take(parts.size() * outer * width * frame.lane(o).byteSize());
            }
        }
    }

    /** True if this job can run the loop and gains by it. */
    static boolean fits(LoopFrame frame) {
        LoopGeometry g = frame.geometry();
        long outer = g.product(0, g.foldAt());
        return g.size() > 0
                && g.product(g.innerAt(), g.axes()) <= WIDEST
                && g.product(g.foldAt(), g.innerAt()) >= 64
                && outer <= 1024
                && frame.canRunOver(g.foldAt());
    }

    private boolean isFold(int o) {
        return frame.loop().outputs().get(o).fold() != null;
    }

    @Override
    public int morsels() {
        return Math.toIntExact(Math.max(1, parts.size() * outer));
    }

    @Override
    public void run(int morsel) {
        FoldTree.Node part = parts.get((int) (morsel / outer));
        long position = morsel % outer;
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        var cursor = new RunCursor(frame, frame.loop().variant().kernel(), g.foldAt(), -1, scratch);
        long[] index = new long[g.axes()];
        long rest = position;
        for (int axis = g.foldAt() - 1; axis >= 0; axis--) {
            index[axis] = rest % g.length(axis);
            rest /= g.length(axis);
        }
        cursor.seek(index);
        int outputs = tables.length;
        int rowsAtOnce = FoldTree.ROW_BLOCK << level;
        MemorySegment[] values = new MemorySegment[outputs];
        RowStack[] stacks = new RowStack[outputs];
        for (int o = 0; o < outputs; o++) {
            if (isFold(o)) {
                values[o] = scratch.take((long) rowsAtOnce * width * frame.lane(o).byteSize());
                stacks[o] =
                        new RowStack(
                                frame.loop().outputs().get(o).fold(),
                                frame.lane(o),
                                width,
                                scratch);
            }
        }
        MemorySegment turned = scratch.take(rowsAtOnce * width * 8L);
        long firstBlock = frame.task().firstBlock();
        for (FoldTree.Node node :
                FoldTree.nodes(part.firstBlock(), part.firstBlock() + part.blockCount(), level)) {
            long row = (node.firstBlock() - firstBlock) * FoldTree.ROW_BLOCK;
            int count = (int) Math.min(node.blockCount() * FoldTree.ROW_BLOCK, rows - row);
            int elements = count * width;
            for (int done = 0; done < elements; done += cursor.longestRun()) {
                for (int o = 0; o < outputs; o++) {
                    if (values[o] != null) {
                        cursor.foldInto(o, values[o], (long) done * frame.lane(o).byteSize());
                    }
                }
                cursor.run(row * width + done, Math.min(cursor.longestRun(), elements - done));
            }
            for (int o = 0; o < outputs; o++) {
                if (values[o] != null) {
                    fold(o, values[o], turned, count);
                    stacks[o].push(node.level(), node.index(), turned, 0);
                }
            }
        }
        for (int o = 0; o < outputs; o++) {
            if (values[o] != null) {
                long laneBytes = frame.lane(o).byteSize();
                long at = (morsel / outer * outer * width + position * width) * laneBytes;
                MemorySegment.copy(stacks[o].result(), 0, tables[o], at, width * laneBytes);
            }
        }
        scratch.reset(mark);
    }

    /**
     * Folds {@code count} rows, whole blocks but for the last, into the first row of {@code
     * turned}.
     */
    private void fold(int o, MemorySegment values, MemorySegment turned, int count) {
        FoldOp op = frame.loop().outputs().get(o).fold();
        Lane lane = frame.lane(o);
        int blocks = Math.ceilDiv(count, FoldTree.ROW_BLOCK);
        int lastRows = count - (blocks - 1) * FoldTree.ROW_BLOCK;
        long row = (long) width * lane.byteSize();
        for (int block = 0; block < blocks; block++) {
            int own = block == blocks - 1 ? lastRows : FoldTree.ROW_BLOCK;
            for (int r = 0; r < own; r++) {
                MemorySegment.copy(
                        values,
                        (block * FoldTree.ROW_BLOCK + r) * row,
                        turned,
                        (r * blocks + block) * row,
                        row);
            }
        }
        for (int r = 1; r < FoldTree.ROW_BLOCK; r++) {
            int full = r < lastRows ? blocks : blocks - 1;
            LaneKernels.combine(
                    op, lane, turned, 0, turned, r * blocks * row, turned, 0, full * width);
        }
        for (int live = blocks; live > 1; live /= 2) {
            for (int pair = 0; pair < live / 2; pair++) {
                LaneKernels.combine(
                        op,
                        lane,
                        turned,
                        2 * pair * row,
                        turned,
                        (2 * pair + 1) * row,
                        turned,
                        pair * row,
                        width);
            }
        }
    }

    @Override
    public void finish() {
        for (int o = 0; o < tables.length; o++) {
            if (tables[o] != null) {
                TreeFold.fold(
                        frame.loop().outputs().get(o).fold(),
                        frame.lane(o),
                        List.of(tables[o]),
                        List.of(parts),
                        outer * width,
                        frame.task().whole() ? frame.formats()[o] : null,
                        frame.outputs()[o]);
            }
        }
    }
}
