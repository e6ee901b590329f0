package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Chooses where to cut. */
final class Grids {
    /**
     * Automatic cuts are multiples of this many elements along an axis where the axis is long
     * enough, so that trees align.
     */
    private static final long ALIGNMENT = FoldTree.LANE_BLOCK;

    private static final long TILE = TileTree.TILE;

    private final long chunkBytes;

    Grids(long chunkBytes) {
        this.chunkBytes = chunkBytes;
    }

    /**
     * Slabs of about the chunk size: outer axes are cut first, so every chunk is contiguous in
     * row-major order.
     */
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
     * Cuts of a matrix product that fits: batches apart first, then matrices into blocks about as
     * long as wide, at multiples of a tile.
     */
    ChunkGrid ofProduct(long[] shape, int elementSize) {
        int rank = shape.length;
        long elements = Math.max(1, chunkBytes / elementSize);
        long rows = shape[rank - 2];
        long columns = shape[rank - 1];
        if (rows * columns <= elements) {
            return automatic(shape, elementSize);
        }
        long side = (long) Math.sqrt(elements);
        return inBlocks(shape, Math.max(side, elements / columns), Math.max(side, elements / rows));
    }

    /** Matrices apart, in blocks of whole tiles near so many rows and columns. */
    ChunkGrid inBlocks(long[] shape, long rows, long columns) {
        int rank = shape.length;
        long[] lengths = new long[rank];
        Arrays.fill(lengths, 1);
        lengths[rank - 2] = tiles(rows, shape[rank - 2]);
        lengths[rank - 1] = tiles(columns, shape[rank - 1]);
        return ChunkGrid.regular(shape, lengths);
    }

    /** Whole matrices, at most {@code matrices} of them together, but one at the least. */
    ChunkGrid inStacks(long[] shape, long matrices) {
        long[] lengths = shape.clone();
        long left = Math.max(1, matrices);
        for (int axis = shape.length - 3; axis >= 0; axis--) {
            lengths[axis] = Math.max(1, Math.min(left, shape[axis]));
            left = lengths[axis] < shape[axis] ? 1 : left / lengths[axis];
        }
        return ChunkGrid.regular(shape, lengths);
    }

    /** A whole number of tiles near {@code length}, unless that is all of {@code whole}. */
    private static long tiles(long length, long whole) {
        return length >= whole ? whole : Math.max(1, length / TILE) * TILE;
    }

    /**
     * The cuts of a loop's domain: those of its largest cut input where they carry over, else
     * automatic; then moved so that a fold is cut only between blocks of its tree and only along
     * its first axis.
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
            int source = leader == null ? -1 : leaderView.source()[axis];
            boolean follows = leader != null && walks(leaderView, axis);
            cuts[axis] =
                    follows
                            ? followed(
                                    leader.cuts(source),
                                    leaderView.offset()[source],
                                    leaderView.step()[axis],
                                    domain[axis])
                            : leader != null
                                    ? new long[] {0, domain[axis]}
                                    : regular(domain[axis], lengths[axis]);
        }
        if (leader != null && loop.outputs().stream().anyMatch(out -> out.fold() == null)) {
            // an input may be much smaller than what is made of it
            long[] units = new long[domain.length];
            for (int axis = 0; axis < domain.length; axis++) {
                units[axis] = walks(leaderView, axis) ? 0 : 1;
            }
            cutLarge(cuts, units, elementSize);
        }
        if (loop.folds()) {
            alignFold(loop, cuts);
            cutLarge(cuts, foldUnits(loop), elementSize, walked(loop));
        }
        return ChunkGrid.ofCuts(cuts);
    }

    private static long[] regular(long length, long chunk) {
        return ChunkGrid.regular(new long[] {length}, new long[] {chunk}).cuts(0);
    }

    private static boolean walks(View view, int axis) {
        return view.source()[axis] >= 0 && view.step()[axis] != 0;
    }

    /** For each input which axes of the domain it walks. */
    private static boolean[][] walked(Loop loop) {
        boolean[][] walked = new boolean[loop.inputs().size()][loop.domain().length];
        for (int i = 0; i < walked.length; i++) {
            for (int axis = 0; axis < walked[i].length; axis++) {
                walked[i][axis] = walks(loop.inputs().get(i).view(), axis);
            }
        }
        return walked;
    }

    private static long longest(long[] cuts) {
        long longest = 0;
        for (int i = 1; i < cuts.length; i++) {
            longest = Math.max(longest, cuts[i] - cuts[i - 1]);
        }
        return longest;
    }

    /**
     * Where an axis of {@code length}, whose index i is index {@code offset + i * step} of an axis
     * cut at {@code cuts}, crosses a cut.
     */
    private static long[] followed(long[] cuts, long offset, long step, long length) {
        TreeSet<Long> crossed = new TreeSet<>(List.of(0L, length));
        for (long cut : cuts) {
            long at =
                    step > 0
                            ? Math.ceilDiv(cut - offset, step)
                            : Math.floorDiv(offset - cut, -step) + 1;
            if (at > 0 && at < length) {
                crossed.add(at);
            }
        }
        long[] moved = crossed.stream().mapToLong(Long::longValue).toArray();
        return moved.length == 1 ? new long[] {0, 0} : moved;
    }

    private static void alignFold(Loop loop, long[][] cuts) {
        for (int axis = loop.foldFrom() + 1; axis < loop.foldTo(); axis++) {
            cuts[axis] = new long[] {0, loop.domain()[axis]};
        }
        if (loop.foldFrom() == loop.foldTo()) {
            return;
        }
        long unit = foldUnit(loop);
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

    /** What a fold's axes may be cut at multiples of; 0 for those that stay whole. */
    private static long[] foldUnits(Loop loop) {
        long[] units = new long[loop.domain().length];
        for (int axis = 0; axis < units.length; axis++) {
            boolean isFolded = axis >= loop.foldFrom() && axis < loop.foldTo();
            units[axis] = !isFolded ? 1 : axis == loop.foldFrom() ? foldUnit(loop) : 0;
        }
        return units;
    }

    /**
     * What needs whole lines along an axis, however its input is cut, may need much more at a time
     * than a chunk: then it is cut along other axes, the outer ones first.
     *
     * @param units an axis is cut at multiples of its unit; 0 if it stays as it is
     * @param walked for each thing that is in memory which axes it has
     */
    void cutLarge(long[][] cuts, long[] units, int elementSize, boolean[]... walked) {
        long elements = Math.max(1, chunkBytes / elementSize);
        for (int axis = 0; axis < cuts.length; axis++) {
            long largest = 0;
            boolean helps = false;
            for (boolean[] own : walked) {
                long size = 1;
                for (int other = 0; other < cuts.length; other++) {
                    size *= own[other] ? Math.max(1, longest(cuts[other])) : 1;
                }
                helps = size > largest ? own[axis] : helps || size == largest && own[axis];
                largest = Math.max(largest, size);
            }
            long unit = units[axis];
            long length = longest(cuts[axis]);
            if (!helps || largest / 4 < elements || unit == 0 || length <= unit) {
                continue;
            }
            long rest = largest / length;
            long part = Math.max(unit, Math.clamp(elements / rest, 1, length) / unit * unit);
            if (part < length) {
                cuts[axis] = divided(cuts[axis], part);
            }
        }
    }

    /** As above, of what has all axes. */
    void cutLarge(long[][] cuts, long[] units, int elementSize) {
        boolean[] all = new boolean[cuts.length];
        Arrays.fill(all, true);
        cutLarge(cuts, units, elementSize, all);
    }

    /** Every piece in parts of at most {@code part}. */
    private static long[] divided(long[] cuts, long part) {
        List<Long> finer = new ArrayList<>(List.of(cuts[0]));
        for (int i = 1; i < cuts.length; i++) {
            for (long at = cuts[i - 1] + part; at < cuts[i]; at += part) {
                finer.add(at);
            }
            finer.add(cuts[i]);
        }
        return finer.stream().mapToLong(Long::longValue).toArray();
    }

    /** A fold may be cut at multiples of so many indices of its first axis. */
    private static long foldUnit(Loop loop) {
        long row = 1;
        for (int axis = loop.foldFrom() + 1; axis < loop.foldTo(); axis++) {
            row *= Math.max(1, loop.domain()[axis]);
        }
        long block = loop.foldsLanes() ? FoldTree.LANE_BLOCK : FoldTree.ROW_BLOCK;
        return block / gcd(block, row);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
