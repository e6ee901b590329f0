package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Cuts a matrix product into tasks, one for each chunk of it. */
final class ProductTiler {
    private final Tiler tiler;

    ProductTiler(Tiler tiler) {
        this.tiler = tiler;
    }

    void tile(Step.Product step) {
        PlanGraph.Node node = tiler.node(step.node());
        ChunkGrid grid = tiler.grids().ofProduct(node.shape(), node.dtype().byteSize());
        tiler.place(step.node(), grid);
        int rank = node.shape().length;
        long inner = tiler.node(node.inputs()[0]).shape()[rank - 1];
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] origin = grid.origin(chunk);
            long[] shape = grid.chunkShape(chunk);
            Map<Integer, Integer> reads = new LinkedHashMap<>();
            Task.Matrix left = matrix(step.left(), origin, shape, rank - 1, inner, reads);
            Task.Matrix right = matrix(step.right(), origin, shape, rank - 2, inner, reads);
            tiler.add(
                    new Task.Product(
                            node.dtype().format(),
                            left,
                            right,
                            origin,
                            shape,
                            inner,
                            reads.keySet().stream().mapToInt(Integer::intValue).toArray(),
                            new int[] {tiler.slotsOf(step.node())[chunk]}));
        }
    }

    /**
     * @param innerAxis the operand's axis that is the inner dimension; all of it is read
     * @param reads slots so far and their places; what this operand needs is added
     */
    private Task.Matrix matrix(
            Step.Matrix operand,
            long[] origin,
            long[] shape,
            int innerAxis,
            long inner,
            Map<Integer, Integer> reads) {
        long[] from = origin.clone();
        long[] lengths = shape.clone();
        from[innerAxis] = 0;
        lengths[innerAxis] = inner;
        var box = InputBox.of(operand.view(), from, lengths, tiler.node(operand.node()).shape());
        ChunkGrid grid = tiler.gridOf(operand.node());
        int[] slots = tiler.slotsOf(operand.node());
        int[] places = new int[slots.length];
        Arrays.fill(places, -1);
        for (int chunk : box.chunksOf(grid)) {
            places[chunk] = reads.computeIfAbsent(slots[chunk], _ -> reads.size());
        }
        return new Task.Matrix(operand.view(), grid, places);
    }
}
