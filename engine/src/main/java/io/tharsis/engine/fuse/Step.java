package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.View;

/**
 * Something that makes stored nodes of the graph from stored nodes; node numbers are those of the
 * optimized graph.
 */
public sealed interface Step
        permits Loop, Step.Product, Step.Tiles, Step.Concat, Step.Reshape, Step.Chunked, Step.Read {
    /** A stored node and the view through which it is a matrix, or a batch of them. */
    record Matrix(int node, View view) {}

    /**
     * The matrix product of {@code left} and {@code right}.
     *
     * @param mirrored true if the right operand is the left one transposed, so that half of the
     *     product is the other half transposed
     */
    record Product(int node, Matrix left, Matrix right, boolean mirrored) implements Step {}

    /**
     * A loop over a matrix that runs tile by tile, where each tile may be made just before.
     *
     * @param loop stores all it makes; what it stores for a {@code TileFold} or {@code TileMoments}
     *     is the argument of that, and folded while it is in cache
     * @param product makes a tile of input {@code productInput}, whose node is not stored; null if
     *     all inputs are stored
     */
    record Tiles(Loop loop, Product product, int productInput) implements Step {}

    /** Inputs laid end to end along {@code axis}. */
    record Concat(int node, int[] inputs, int axis) implements Step {}

    /** The elements of {@code input}, in row-major order, under the shape of {@code node}. */
    record Reshape(int node, int input) implements Step {}

    record Chunked(int node, ChunkFunction function, int[] inputs) implements Step {}

    /** A file or another chunk source. */
    record Read(int node) implements Step {}
}
