package io.tharsis.engine.tile;

import io.tharsis.DType;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.ProgramCost;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.util.List;
import java.util.Map;

/**
 * A unit of scheduling: reads whole slots, writes whole slots. A slot is a buffer's place in a
 * plan: a chunk of a stored node, or something between.
 */
public sealed interface Task {
    /** Slots read; a slot may occur twice. */
    int[] reads();

    /** Slots written, each by one task alone. */
    int[] writes();

    /**
     * Elements worked on, for progress and for the choice between the caller's thread and the pool.
     */
    long work();

    /** Vector operations for each element that are as usual as not. */
    int USUAL_OPERATIONS = 16;

    /** Operations on elements: about as many as a loop has, or as many as usual. */
    default long operations() {
        return USUAL_OPERATIONS * work();
    }

    /**
     * A box of a loop. {@code reads} are the loop's inputs in order. A stored output is a dense
     * box; a fold's output is either the finished chunk, if {@code whole}, or the partial values of
     * {@code nodes}, each one lane for each position.
     *
     * @param firstBlock the tree's first block in this box
     */
    record Run(
            Loop loop,
            LoopGeometry geometry,
            int[] reads,
            int[] writes,
            boolean whole,
            long firstBlock,
            List<FoldTree.Node> nodes)
            implements Task {
        @Override
        public long work() {
            return geometry.size();
        }

        @Override
        public long operations() {
            return ProgramCost.of(loop.program()) * work();
        }
    }

    /**
     * Folds partial values, in the order of their slots, into a finished chunk of {@code positions}
     * elements.
     */
    record Combine(
            FoldOp op,
            Lane lane,
            Format format,
            long positions,
            List<List<FoldTree.Node>> nodes,
            int[] reads,
            int[] writes)
            implements Task {
        @Override
        public long work() {
            return positions * reads.length;
        }
    }

    /**
     * A box of a matrix product: batch axes, rows, columns. Without an epilogue the box is stored,
     * dense; with one, tiles of it are made and handed on.
     *
     * @param origin of the box in the product
     * @param from where the part of the inner dimension starts that this task adds; 0, or a
     *     multiple of {@code MatrixProduct.INNER_BLOCK}
     * @param inner length of that part
     * @param prior if {@code from} is not 0, the place in reads of the box as it is without this
     *     part
     * @param mirrored true if the product is its own transpose; then the box is on the diagonal, or
     *     the task makes the mirrored box too
     * @param epilogue what is done with each tile, null if the product is stored
     * @param faces the box, and the mirrored one if that is another
     */
    record Product(
            Format format,
            Matrix left,
            Matrix right,
            long[] origin,
            long[] shape,
            long from,
            long inner,
            int prior,
            boolean mirrored,
            Epilogue epilogue,
            List<Face> faces,
            int[] reads,
            int[] writes)
            implements Task {
        /** Multiplications that take as long as an element of a loop. */
        private static final long PER_ELEMENT = 32;

        @Override
        public long work() {
            return Math.max(1, Shapes.size(shape) * inner / PER_ELEMENT);
        }
    }

    /** A box of a loop that runs tile by tile, over inputs that are stored. */
    record Tiles(Epilogue epilogue, Face face, int[] reads, int[] writes) implements Task {
        @Override
        public long work() {
            return Shapes.size(face.shape());
        }
    }

    /**
     * A loop that runs over tiles.
     *
     * @param productInput which of its inputs is made tile by tile, -1 if none
     * @param ends what becomes of each output
     */
    record Epilogue(Loop loop, int productInput, List<End> ends) {}

    /**
     * What becomes of an output of a loop over tiles: it is stored, or folded by {@code op}, or its
     * moments are taken.
     */
    record End(Kind kind, FoldOp op, Format format) {
        public enum Kind {
            STORE,
            FOLD,
            MOMENTS
        }

        /** The lanes of the values that are folded. */
        public Lane lane() {
            return kind == Kind.MOMENTS ? Lane.F64 : format.lane();
        }

        /** How values of parts become one. */
        public TileTree.Combiner combiner(LaneOperator operator) {
            return kind == Kind.MOMENTS
                    ? TileTree::combineMoments
                    : (values, into, from) ->
                            values[into] = operator.apply(op, lane(), values[into], values[from]);
        }
    }

    /** Applies a fold's operator to lane bits. */
    interface LaneOperator {
        long apply(FoldOp op, Lane lane, long a, long b);
    }

    /**
     * A box that a loop over tiles writes, and where that finds its inputs.
     *
     * @param inputs for each input of the loop, but for the product, where it lies, seen from the
     *     loop's domain
     * @param writes for each output of the loop (or for the product alone) its place in the task's
     *     writes: a dense box, or a table of {@link TileTree#WIDTH} longs for each tile, row-major
     */
    record Face(long[] origin, long[] shape, Map<Integer, Matrix> inputs, int[] writes) {}

    /**
     * Folds tables of tiles into one value.
     *
     * @param format of the result
     * @param tables for each slot read the box of tiles it has values of
     */
    record TileCombine(
            End end,
            Format format,
            int tileRows,
            int tileColumns,
            List<TileBox> tables,
            int[] reads,
            int[] writes)
            implements Task {
        @Override
        public long work() {
            return (long) tileRows * tileColumns;
        }
    }

    /** Tiles {@code row} to {@code row + rows}, {@code column} to {@code column + columns}. */
    record TileBox(int row, int column, int rows, int columns) {}

    /**
     * A chunked operand of a product.
     *
     * @param view from batch axes, row and column to the indices of what is stored
     * @param grid how that is cut
     * @param places for each chunk its place in the task's reads, -1 if the task does not need it
     */
    record Matrix(View view, ChunkGrid grid, int[] places) {}

    /**
     * Copies boxes of chunks into dense boxes.
     *
     * @param shapes lengths of each box written
     */
    record Assemble(
            int elementSize,
            List<long[]> shapes,
            List<Piece> pieces,
            int[] reads,
            int[] writes,
            long work)
            implements Task {}

    /**
     * A box of a dense chunk of shape {@code sourceShape} at {@code sourceOrigin}, and where it
     * goes. {@code read} and {@code write} are places in reads and writes.
     */
    record Piece(
            int read,
            int write,
            long[] sourceShape,
            long[] sourceOrigin,
            long[] targetOrigin,
            long[] extent) {}

    /** Copies ranges of elements, all chunks seen as flat. */
    record FlatCopy(int elementSize, List<FlatPiece> pieces, int[] reads, int[] writes, long work)
            implements Task {}

    record FlatPiece(int read, long sourceIndex, long targetIndex, long count) {}

    /** The slot written is the very buffer that is read. */
    record Alias(int[] reads, int[] writes) implements Task {
        @Override
        public long work() {
            return 0;
        }
    }

    /** Applies a chunk function; {@code output} is null if its shape is known only when run. */
    record Apply(
            ChunkFunction function,
            List<Box> inputs,
            Box output,
            int[] reads,
            int[] writes,
            long work)
            implements Task {
        /** See {@link ChunkFunction#scratchBytes}. */
        long scratchBytes() {
            long[][] shapes = inputs.stream().map(Box::shape).toArray(long[][]::new);
            return function.scratchBytes(
                    inputs.getFirst().dtype(), shapes, output == null ? null : output.shape());
        }
    }

    /** What a slot holds. */
    record Box(DType dtype, long[] origin, long[] shape) {}

    /** Reads a box of a source. */
    record Read(ChunkSource source, Box box, int[] reads, int[] writes, long work)
            implements Task {}
}
