package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Folds tables of tree nodes, a row of lanes each, into finished elements or larger nodes. */
final class TreeFold {
    private TreeFold() {}

    /**
     * @param tables each a row of {@code positions} lanes for each of its nodes
     * @param nodes the nodes of each table; all together in order
     * @param format what to write: one element a position; null to write the merged nodes as lanes
     *     instead
     */
    static void fold(
            FoldOp op,
            Lane lane,
            List<MemorySegment> tables,
            List<List<FoldTree.Node>> nodes,
            long positions,
            Format format,
            MemorySegment out) {
        Scratch scratch = Scratch.ofThread();
        for (long start = 0; start < positions; start += LaneKernels.ROW) {
            int width = (int) Math.min(LaneKernels.ROW, positions - start);
            long mark = scratch.mark();
            var stack = new RowStack(op, lane, width, scratch);
            MemorySegment row = scratch.take((long) width * lane.byteSize());
            for (int t = 0; t < tables.size(); t++) {
                long at = start * lane.byteSize();
                for (FoldTree.Node node : nodes.get(t)) {
                    MemorySegment.copy(tables.get(t), at, row, 0, (long) width * lane.byteSize());
                    stack.push(node.level(), node.index(), row, 0);
                    at += positions * lane.byteSize();
                }
            }
            write(op, lane, stack, start, width, positions, format, out);
            scratch.reset(mark);
        }
    }

    /**
     * Writes a stack's result, or its nodes, for positions {@code start} to {@code start + width}.
     */
    static void write(
            FoldOp op,
            Lane lane,
            RowStack stack,
            long start,
            int width,
            long positions,
            Format format,
            MemorySegment out) {
        if (format == null) {
            for (int i = 0; i < stack.size(); i++) {
                long at = (i * positions + start) * lane.byteSize();
                MemorySegment.copy(stack.row(i), 0, out, at, (long) width * lane.byteSize());
            }
            return;
        }
        long outOffset = start * format.byteSize();
        if (stack.size() > 0) {
            LaneKernels.narrow(lane, stack.result(), 0, format, out, outOffset, width);
            return;
        }
        for (int i = 0; i < width; i++) {
            putElement(
                    format,
                    lane,
                    FoldMath.empty(op, lane),
                    out,
                    outOffset + (long) i * format.byteSize());
        }
    }

    /** Writes lane bits as one element. */
    static void putElement(
            Format format, Lane lane, long bits, MemorySegment out, long byteOffset) {
        switch (format.byteSize()) {
            case 1 -> out.set(ValueLayout.JAVA_BYTE, byteOffset, (byte) bits);
            case 2 -> out.set(ValueLayout.JAVA_SHORT_UNALIGNED, byteOffset, (short) bits);
            case 4 -> out.set(ValueLayout.JAVA_INT_UNALIGNED, byteOffset, (int) bits);
            default -> FoldMath.put(lane, out, byteOffset, bits);
        }
    }
}
