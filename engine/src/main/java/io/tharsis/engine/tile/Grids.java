package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;
import java.util.ArrayList;
import java.util.List;

/** Chooses where to cut. */
final class Grids {
    /** Automatic cuts are multiples of this many elements along an axis where the axis is long enough, so that trees align. */
    private static final long ALIGNMENT = FoldTree.LANE_BLOCK;

    private final long chunkBytes;

    Grids(long chunkBytes) {
        this.chunkBytes = chunkBytes;
    }

    /** Slabs of about the chunk size: outer axes are cut first, so every chunk is contiguous in row-major order. */
    ChunkGrid automatic(long[] shape, int elementSize) {
        return ChunkGrid.regular(shape, slab(shape, elementSize));
    }

    private long[] slab(long[] shape, int elementSize) {
        long[] lengths = shape.clone();
        long elements = Math.max(1, chunkBytes / elementSize);
        for (int axis = 0; axis < shape.length; axis++) {
            long row = 1;
            for (int inner = axis + 1; inner < shape.length; inner++) {
                row *= Math.max(1, shape[inner]);
            }
            if (shape[axis] <= 0 || row * shape[axis] <= elements) {
                break;
            }
            lengths[axis] = Math.max(1, elements / row);
            if (lengths[axis] >= ALIGNMENT) {
                lengths[axis] -= lengths[axis] % ALIGNMENT;
            } else {
                lengths[axis] = Long.highestOneBit(lengths[axis]);
            }
            if (elements >= row) {
                break;
            }
        }
        return lengths;
    }

    /**
     * The cuts of a loop's domain: those of its largest cut input where they carry over, else automatic; then moved so that a fold
     * is cut only between blocks of its tree and only along its first axis.
     */
    ChunkGrid ofLoop(Loop loop, int elementSize, List<ChunkGrid> inputGrids) {
        if (loop.grid() != null) {
            return loop.grid();
        }
        long[] domain = loop.domain();
        ChunkGrid leader = null;
        View leaderView = null;
        long most = 0;
        for (int i = 0; i < inputGrids.size(); i++) {
            ChunkGrid grid = inputGrids.get(i);
            long size = Shapes.size(grid.shape());
            if (grid.chunkCount() > 1 && size > most) {
                most = size;
                leader = grid;
                leaderView = loop.inputs().get(i).view();
            }
        }
        long[] lengths = slab(domain, elementSize);
        long[][] cuts = new long[domain.length][];
        for (int axis = 0; axis < domain.length; axis++) {
            boolean follows = leader != null && leaderView.source()[axis] >= 0 && leaderView.step()[axis] == 1;
            cuts[axis] = follows
                    ? shifted(leader.cuts(leaderView.source()[axis]), leaderView.offset()[leaderView.source()[axis]], domain[axis])
                    : leader != null ? new long[] {0, domain[axis]} : regular(domain[axis], lengths[axis]);
        }
        if (loop.folds()) {
            alignFold(loop, cuts);
        }
        return ChunkGrid.ofCuts(cuts);
    }

    private static long[] regular(long length, long chunk) {
        return ChunkGrid.regular(new long[] {length}, new long[] {chunk}).cuts(0);
    }

    private static long[] shifted(long[] cuts, long offset, long length) {
        List<Long> moved = new ArrayList<>();
        moved.add(0L);
        for (long cut : cuts) {
            if (cut - offset > 0 && cut - offset < length) {
                moved.add(cut - offset);
            }
        }
        moved.add(length);
        return moved.stream().mapToLong(Long::longValue).toArray();
    }

    private static void alignFold(Loop loop, long[][] cuts) {
        long row = 1;
        for (int axis = loop.foldFrom() + 1; axis < loop.foldTo(); axis++) {
            cuts[axis] = new long[] {0, loop.domain()[axis]};
            row *= Math.max(1, loop.domain()[axis]);
        }
        if (loop.foldFrom() == loop.foldTo()) {
            return;
        }
        long block = loop.foldsLanes() ? FoldTree.LANE_BLOCK : FoldTree.ROW_BLOCK;
        long unit = block / gcd(block, row);
        long[] old = cuts[loop.foldFrom()];
        List<Long> aligned = new ArrayList<>();
        aligned.add(0L);
        for (int i = 1; i < old.length - 1; i++) {
            long cut = old[i] / unit * unit;
            if (cut > aligned.getLast()) {
                aligned.add(cut);
            }
        }
        aligned.add(old[old.length - 1]);
        cuts[loop.foldFrom()] = aligned.stream().mapToLong(Long::longValue).toArray();
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
