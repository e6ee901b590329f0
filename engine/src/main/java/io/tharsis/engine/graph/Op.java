package io.tharsis.engine.graph;

import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.ir.Ops.FoldOp;

/**
 * What an operand does with its inputs; few kinds, attributes only. Shapes and dtypes stand in the
 * {@link Operand}.
 */
public sealed interface Op {
    /** The name shown by {@code explain()}. */
    String name();

    /** Data that is there already; the operand is born with its {@code stored} result. */
    record Data() implements Op {
        @Override
        public String name() {
            return "data";
        }
    }

    /**
     * Every element is the same number, a source that is never stored unless asked for.
     *
     * @param bits the number in the lane of the dtype's format (a 0/1 for bool, sign- or
     *     zero-extended for integers, raw bits of a float or a double); a parameter of kernels, not
     *     part of a plan's structure
     */
    record Fill(long bits) implements Op {
        @Override
        public String name() {
            return "fill";
        }
    }

    /** Element at row-major position p is p; dtype int64. */
    record Iota() implements Op {
        @Override
        public String name() {
            return "iota";
        }
    }

    /**
     * Random bits by Philox4x32-10 of the row-major position, as {@code Node.PhiloxStream}: dtype
     * uint64 (one half block an element) or uint32 (one word an element, from the stream of
     * floats). Seed and stream are parameters of kernels.
     */
    record RandomBits(long seed, long stream) implements Op {
        @Override
        public String name() {
            return "randomBits";
        }
    }

    /**
     * Chunks that are read or computed on demand by a user-supplied or file-backed source; no
     * inputs.
     */
    record Read(ChunkSource source) implements Op {
        @Override
        public String name() {
            return source.name();
        }
    }

    /**
     * Inputs broadcast to the operand's shape by NumPy's rule, then {@code function} for each
     * element.
     */
    record Elementwise(ElementFunction function) implements Op {
        @Override
        public String name() {
            return function.name();
        }
    }

    /** One input seen through an affine map. */
    record Viewed(View view) implements Op {
        @Override
        public String name() {
            return "view";
        }
    }

    /** One input, the same elements in row-major order under another shape. */
    record Reshape() implements Op {
        @Override
        public String name() {
            return "reshape";
        }
    }

    /**
     * One input, axes {@code from} (inclusive) to {@code to} (exclusive) folded, as one flattened
     * index, and removed. The operand's dtype has the input's lane type; bool inputs are converted
     * before.
     */
    record Reduce(FoldOp op, int from, int to) implements Op {
        @Override
        public String name() {
            return "reduce";
        }
    }

    /**
     * The matrix product of two inputs, {@code (..., m, k)} and {@code (..., k, n)}, over the same
     * batch axes: {@code (..., m, n)}. All three have one dtype: float64, float32, int64 or int32,
     * which wrap. No length is 0. The bits are those of {@link
     * io.tharsis.kernels.matrix.MatrixProduct}.
     */
    record Product() implements Op {
        @Override
        public String name() {
            return "matmul";
        }
    }

    /**
     * One input of two axes, all elements folded tile by tile, in the order of {@link
     * io.tharsis.engine.tile.TileTree}; a scalar of the input's dtype, which is not bool.
     */
    record TileFold(FoldOp op) implements Op {
        @Override
        public String name() {
            return "tileFold";
        }
    }

    /**
     * One input of two axes, float: the mean of all elements and the sum of their squared distances
     * from it, as two float64, in one pass over tiles in the order of {@link
     * io.tharsis.engine.tile.TileTree}.
     */
    record TileMoments() implements Op {
        @Override
        public String name() {
            return "tileMoments";
        }
    }

    /** Inputs laid end to end along {@code axis}; equal dtypes and other lengths. */
    record Concat(int axis) implements Op {
        @Override
        public String name() {
            return "concat";
        }
    }

    /** One input, cut along {@code grid}. */
    record Rechunk(ChunkGrid grid) implements Op {
        @Override
        public String name() {
            return "rechunk";
        }
    }

    /** Inputs through a function of whole chunks. */
    record Chunked(ChunkFunction function) implements Op {
        @Override
        public String name() {
            return function.name();
        }
    }
}
