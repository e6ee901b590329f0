package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.View;

/**
 * Something that makes stored nodes of the graph from stored nodes; node numbers are those of the
 * optimized graph.
 */
public sealed interface Step
        permits Loop, Step.Product, Step.Concat, Step.Reshape, Step.Chunked, Step.Read {
    /** A stored node and the view through which it is a matrix, or a batch of them. */
    record Matrix(int node, View view) {}

    /** The matrix product of {@code left} and {@code right}. */
    record Product(int node, Matrix left, Matrix right) implements Step {}

    /** Inputs laid end to end along {@code axis}. */
    record Concat(int node, int[] inputs, int axis) implements Step {}

    /** The elements of {@code input}, in row-major order, under the shape of {@code node}. */
    record Reshape(int node, int input) implements Step {}

    record Chunked(int node, ChunkFunction function, int[] inputs) implements Step {}

    /** A file or another chunk source. */
    record Read(int node) implements Step {}
}
