package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts matrix products, and loops that run tile by tile, into tasks: one for each chunk of the
 * result; where half of a product is the other half transposed, one for each pair of chunks.
 */
final class ProductTiler {
    private final Tiler tiler;

    ProductTiler(Tiler tiler) {
        this.tiler = tiler;
    }

    /** Slots in order and their places; what is needed is added. */
    private static final class Places {
        private final Map<Integer, Integer> places = new LinkedHashMap<>();

        int of(int slot) {
            return places.computeIfAbsent(slot, _ -> places.size());
        }

        int[] slots() {
            return places.keySet().stream().mapToInt(Integer::intValue).toArray();
        }
    }

    void tile(Step.Product step) {
        PlanGraph.Node node = tiler.node(step.node());
        ChunkGrid grid = grid(step, node.dtype().byteSize());
        tiler.place(step.node(), grid);
        int[] slots = tiler.slotsOf(step.node());
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            int mirror = step.mirrored() ? mirrored(grid, chunk) : chunk;
            if (mirror < chunk) {
                continue;
            }
            var writes = new Places();
            List<Task.Face> faces = new ArrayList<>();
            for (int face : mirror == chunk ? new int[] {chunk} : new int[] {chunk, mirror}) {
                faces.add(
                        new Task.Face(
                                grid.origin(face),
                                grid.chunkShape(face),
                                new int[0],
                                List.of(),
                                new int[] {writes.of(slots[face])}));
            }
            add(step, null, faces, new Places(), writes);
        }
    }

    void tile(Step.Tiles step) {
        Loop loop = step.loop();
        ChunkGrid grid =
                step.product() != null
                        ? grid(step.product(), widest(loop))
                        : tiler.grids().ofProduct(loop.domain(), widest(loop), 0);
        List<Task.End> ends = new ArrayList<>();
        for (Loop.Out out : loop.outputs()) {
            Task.End end = end(out);
            ends.add(end);
            boolean isStored = end.kind() == Task.End.Kind.STORE;
            tiler.place(out.node(), isStored ? grid : ChunkGrid.whole(shape(out.node())));
        }
        var epilogue = new Task.Epilogue(loop, step.productInput(), List.copyOf(ends));
        List<List<Integer>> tables = new ArrayList<>();
        List<Task.TileBox> boxes = new ArrayList<>();
        loop.outputs().forEach(_ -> tables.add(new ArrayList<>()));
        boolean mirrors = step.product() != null && step.product().mirrored();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            int mirror = mirrors ? mirrored(grid, chunk) : chunk;
            if (mirror < chunk) {
                continue;
            }
            var reads = new Places();
            var writes = new Places();
            List<Task.Face> faces = new ArrayList<>();
            for (int face : mirror == chunk ? new int[] {chunk} : new int[] {chunk, mirror}) {
                faces.add(face(epilogue, grid, face, reads, writes, tables));
                boxes.add(tileBox(grid.origin(face), grid.chunkShape(face)));
            }
            if (step.product() == null) {
                tiler.add(
                        new Task.Tiles(epilogue, faces.getFirst(), reads.slots(), writes.slots()));
            } else {
                add(step.product(), epilogue, faces, reads, writes);
            }
        }
        for (int o = 0; o < ends.size(); o++) {
            if (ends.get(o).kind() != Task.End.Kind.STORE) {
                combine(loop, ends.get(o), o, boxes, tables.get(o));
            }
        }
    }

    private long[] shape(int node) {
        return tiler.node(node).shape();
    }

    private ChunkGrid grid(Step.Product step, int elementSize) {
        PlanGraph.Node node = tiler.node(step.node());
        long[] shape = node.shape();
        long inner = shape(node.inputs()[0])[shape.length - 1];
        ChunkGrid grid =
                tiler.grids().ofProduct(shape, elementSize, inner * node.dtype().byteSize());
        int rows = shape.length - 2;
        if (step.mirrored() && grid.count(rows) != grid.count(rows + 1)) {
            // rows and columns are cut alike, so that each chunk has a mirrored one
            long[][] cuts = new long[shape.length][];
            for (int axis = 0; axis < shape.length; axis++) {
                cuts[axis] = grid.cuts(axis);
            }
            int finer = grid.count(rows) > grid.count(rows + 1) ? rows : rows + 1;
            cuts[rows] = cuts[finer];
            cuts[rows + 1] = cuts[finer];
            return ChunkGrid.ofCuts(cuts);
        }
        return grid;
    }

    /** The chunk with row and column exchanged. */
    private static int mirrored(ChunkGrid grid, int chunk) {
        int count = grid.count(grid.rank() - 1);
        int row = chunk / count % count;
        int column = chunk % count;
        return chunk + (column - row) * count + (row - column);
    }

    private int widest(Loop loop) {
        return loop.outputs().stream().mapToInt(out -> out.format().byteSize()).max().orElse(8);
    }

    private Task.End end(Loop.Out out) {
        return switch (tiler.node(out.node()).op()) {
            case Op.TileFold fold -> new Task.End(Task.End.Kind.FOLD, fold.op(), out.format());
            case Op.TileMoments _ -> new Task.End(Task.End.Kind.MOMENTS, null, out.format());
            default -> new Task.End(Task.End.Kind.STORE, null, out.format());
        };
    }

    private static Task.TileBox tileBox(long[] origin, long[] shape) {
        return new Task.TileBox(
                Math.toIntExact(origin[0] / TileTree.TILE),
                Math.toIntExact(origin[1] / TileTree.TILE),
                Math.toIntExact(Math.ceilDiv(shape[0], TileTree.TILE)),
                Math.toIntExact(Math.ceilDiv(shape[1], TileTree.TILE)));
    }

    private Task.Face face(
            Task.Epilogue epilogue,
            ChunkGrid grid,
            int chunk,
            Places reads,
            Places writes,
            List<List<Integer>> tables) {
        Loop loop = epilogue.loop();
        long[] origin = grid.origin(chunk);
        long[] shape = grid.chunkShape(chunk);
        int[] places = new int[loop.inputs().size()];
        List<LoopGeometry.Placement> placements = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            Loop.Input input = loop.inputs().get(i);
            if (i == epilogue.productInput()) {
                places[i] = -1;
                placements.add(new LoopGeometry.Placement(0, new long[2]));
                continue;
            }
            var box = InputBox.of(input.view(), origin, shape, shape(input.node()));
            ChunkGrid own = tiler.gridOf(input.node());
            int home = box.chunkOf(own);
            places[i] =
                    reads.of(
                            home >= 0
                                    ? tiler.slotsOf(input.node())[home]
                                    : tiler.assemble(input.node(), box));
            placements.add(box.placement(input.view(), origin, home >= 0 ? own : null, home));
        }
        int[] targets = new int[loop.outputs().size()];
        Task.TileBox tiles = tileBox(origin, shape);
        for (int o = 0; o < targets.length; o++) {
            int node = loop.outputs().get(o).node();
            if (epilogue.ends().get(o).kind() == Task.End.Kind.STORE) {
                targets[o] = writes.of(tiler.slotsOf(node)[chunk]);
            } else {
                long values = (long) tiles.rows() * tiles.columns() * TileTree.WIDTH;
                int table = tiler.addSlot(values * Long.BYTES);
                tables.get(o).add(table);
                targets[o] = writes.of(table);
            }
        }
        return new Task.Face(origin, shape, places, List.copyOf(placements), targets);
    }

    private void combine(
            Loop loop, Task.End end, int o, List<Task.TileBox> boxes, List<Integer> tables) {
        Task.TileBox all = tileBox(new long[2], loop.domain());
        int node = loop.outputs().get(o).node();
        tiler.add(
                new Task.TileCombine(
                        end,
                        tiler.node(node).dtype().format(),
                        all.rows(),
                        all.columns(),
                        List.copyOf(boxes),
                        tables.stream().mapToInt(Integer::intValue).toArray(),
                        tiler.slotsOf(node)));
    }

    private void add(
            Step.Product step,
            Task.Epilogue epilogue,
            List<Task.Face> faces,
            Places reads,
            Places writes) {
        PlanGraph.Node node = tiler.node(step.node());
        long[] origin = faces.getFirst().origin();
        long[] shape = faces.getFirst().shape();
        int rank = shape.length;
        long inner = shape(node.inputs()[0])[rank - 1];
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
                        step.mirrored(),
                        epilogue,
                        List.copyOf(faces),
                        reads.slots(),
                        writes.slots()));
    }

    /**
     * @param innerAxis the operand's axis that is the inner dimension; all of it is read
     */
    private Task.Matrix matrix(
            Step.Matrix operand,
            long[] origin,
            long[] shape,
            int innerAxis,
            long inner,
            Places reads) {
        long[] from = origin.clone();
        long[] lengths = shape.clone();
        from[innerAxis] = 0;
        lengths[innerAxis] = inner;
        var box = InputBox.of(operand.view(), from, lengths, shape(operand.node()));
        ChunkGrid grid = tiler.gridOf(operand.node());
        int[] slots = tiler.slotsOf(operand.node());
        int[] places = new int[slots.length];
        Arrays.fill(places, -1);
        for (int chunk : box.chunksOf(grid)) {
            places[chunk] = reads.of(slots[chunk]);
        }
        return new Task.Matrix(operand.view(), grid, places);
    }
}
