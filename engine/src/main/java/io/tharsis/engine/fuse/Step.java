package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.ChunkFunction;

/**
 * Something that makes stored nodes of the graph from stored nodes; node numbers are those of the
 * optimized graph.
 */
public sealed interface Step permits Loop, Step.Concat, Step.Reshape, Step.Chunked, Step.Read {
    /** Inputs laid end to end along {@code axis}. */
    record Concat(int node, int[] inputs, int axis) implements Step {}

    /** The elements of {@code input}, in row-major order, under the shape of {@code node}. */
    record Reshape(int node, int input) implements Step {}

    record Chunked(int node, ChunkFunction function, int[] inputs) implements Step {}

    /** A file or another chunk source. */
    record Read(int node) implements Step {}
}
