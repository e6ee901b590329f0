package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayList;
import java.util.List;

/**
 * The tree of a reduction over n elements, a function of n alone. The elements are cut into blocks;
 * above the blocks {@code tree(0, K) = op(tree(0, p), tree(p, K))} with p the largest power of two
 * below K. So a range of blocks is a list of aligned nodes, and folding ranges apart and then their
 * nodes in order gives the same bits as folding at once.
 */
public final class FoldTree {
    /**
     * Elements of a block when the fold runs along the innermost axes: {@link #LANE_GROUPS} of
     * {@link Program#FOLD_BLOCK} elements, each with {@link Program#FOLD_LANES} accumulators, which
     * are halved together: accumulator q takes q + 1024, then q + 512, ..., then q + 1.
     */
    public static final int LANE_BLOCK = 32768;

    public static final int LANE_GROUPS = LANE_BLOCK / Program.FOLD_BLOCK;

    /** Accumulators of a block. */
    public static final int ACCUMULATORS = LANE_GROUPS * Program.FOLD_LANES;

    /** Elements of a block when the fold runs across rows; they are folded in order. */
    public static final int ROW_BLOCK = Loop.ROW_BLOCK;

    /** The node of {@code 1 << level} blocks that starts at block {@code index << level}. */
    public record Node(int level, long index) {
        public long firstBlock() {
            return index << level;
        }

        public long blockCount() {
            return 1L << level;
        }
    }

    private FoldTree() {}

    /**
     * The largest aligned nodes that make up blocks {@code from} to {@code to}, in order, none
     * above {@code maxLevel}.
     */
    public static List<Node> nodes(long from, long to, int maxLevel) {
        List<Node> nodes = new ArrayList<>();
        long block = from;
        while (block < to) {
            int level =
                    Math.min(
                            maxLevel,
                            Math.min(
                                    Long.numberOfTrailingZeros(block),
                                    63 - Long.numberOfLeadingZeros(to - block)));
            nodes.add(new Node(level, block >> level));
            block += 1L << level;
        }
        return nodes;
    }
}
