package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
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
        var cuts = ProductCuts.of(step, node.dtype().byteSize(), tiler);
        tiler.place(step.node(), cuts.grid());
        int[] slots = tiler.slotsOf(step.node());
        List<List<Block>> bands = new ArrayList<>();
        for (int chunk : cuts.order()) {
            int mirror = step.mirrored() ? cuts.mirrored(chunk) : chunk;
            if (mirror < chunk) {
                continue;
            }
            var writes = new Places();
            List<Task.Face> faces = new ArrayList<>();
            for (int face : mirror == chunk ? new int[] {chunk} : new int[] {chunk, mirror}) {
                int place = writes.of(slots[face]);
                faces.add(plain(cuts.grid().origin(face), cuts.grid().chunkShape(face), place));
            }
            collect(cuts, new Block(cuts.bandOf(chunk), faces, new Places(), writes), bands);
        }
        bands.forEach(band -> add(step, null, cuts, band));
    }

    /** A box of a product that is stored. */
    private static Task.Face plain(long[] origin, long[] shape, int place) {
        return new Task.Face(origin, shape, Map.of(), new int[] {place});
    }

    /** One chunk of a product, or a pair of them, and what its task reads and writes. */
    private record Block(int band, List<Task.Face> faces, Places reads, Places writes) {}

    /** Adds a block to the band it belongs to, which is the last one or a new one. */
    private static void collect(ProductCuts cuts, Block block, List<List<Block>> bands) {
        if (cuts.band() == 0
                || bands.isEmpty()
                || block.band() != bands.getLast().getLast().band()) {
            bands.add(new ArrayList<>());
        }
        bands.getLast().add(block);
    }

    void tile(Step.Tiles step) {
        Loop loop = step.loop();
        ProductCuts cuts =
                step.product() != null
                        ? ProductCuts.of(step.product(), widest(loop), tiler)
                        : new ProductCuts(
                                tiler.grids().ofProduct(loop.domain(), widest(loop)),
                                new long[2],
                                0);
        ChunkGrid grid = cuts.grid();
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
        List<List<Block>> bands = new ArrayList<>();
        for (int chunk : cuts.order()) {
            int mirror = mirrors ? cuts.mirrored(chunk) : chunk;
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
                collect(cuts, new Block(cuts.bandOf(chunk), faces, reads, writes), bands);
            }
        }
        bands.forEach(band -> add(step.product(), epilogue, cuts, band));
        for (int o = 0; o < ends.size(); o++) {
            if (ends.get(o).kind() != Task.End.Kind.STORE) {
                combine(loop, ends.get(o), o, boxes, tables.get(o));
            }
        }
    }

    private long[] shape(int node) {
        return tiler.node(node).shape();
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
        Map<Integer, Task.Matrix> inputs = new LinkedHashMap<>();
        for (int i = 0; i < loop.inputs().size(); i++) {
            if (i != epilogue.productInput()) {
                Loop.Input input = loop.inputs().get(i);
                inputs.put(i, matrix(input.node(), input.view(), origin, shape, reads));
            }
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
        return new Task.Face(origin, shape, inputs, targets);
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

    /**
     * Adds the tasks of a band, one inner part after the other for all its blocks, so that what a
     * part needs of the right operand is read once.
     */
    private void add(
            Step.Product step, Task.Epilogue epilogue, ProductCuts cuts, List<Block> band) {
        long[] inner = cuts.inner();
        int parts = inner.length - 1;
        int[] sums = new int[band.size()];
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < sums.length; i++) {
                Block block = band.get(i);
                boolean isLast = part == parts - 1;
                Task.Face box = block.faces().getFirst();
                Places reads = isLast ? block.reads() : new Places();
                int prior = part == 0 ? -1 : reads.of(sums[i]);
                var writes = new Places();
                List<Task.Face> faces = block.faces();
                boolean mirrored = step.mirrored();
                if (isLast) {
                    writes = block.writes();
                } else {
                    long elements = Shapes.size(box.shape());
                    sums[i] = tiler.addSlot(elements * tiler.node(step.node()).dtype().byteSize());
                    faces = List.of(plain(box.origin(), box.shape(), writes.of(sums[i])));
                    mirrored &= block.faces().size() == 1;
                }
                long from = inner[part];
                long length = inner[part + 1] - from;
                int rank = box.shape().length;
                Task.Matrix left = matrix(step.left(), box, rank - 1, from, length, reads);
                Task.Matrix right = matrix(step.right(), box, rank - 2, from, length, reads);
                tiler.add(
                        new Task.Product(
                                tiler.node(step.node()).dtype().format(),
                                left,
                                right,
                                box.origin(),
                                box.shape(),
                                from,
                                length,
                                prior,
                                mirrored,
                                isLast ? epilogue : null,
                                List.copyOf(faces),
                                reads.slots(),
                                writes.slots()));
                if (cuts.band() > 0) {
                    tiler.prefer(isLast ? writes.slots()[0] : sums[i]);
                }
            }
        }
    }

    /**
     * @param innerAxis the operand's axis that is the inner dimension, of which {@code length} from
     *     {@code from} on are read
     */
    private Task.Matrix matrix(
            Step.Matrix operand,
            Task.Face face,
            int innerAxis,
            long from,
            long length,
            Places reads) {
        long[] origin = face.origin().clone();
        long[] lengths = face.shape().clone();
        origin[innerAxis] = from;
        lengths[innerAxis] = length;
        return matrix(operand.node(), operand.view(), origin, lengths, reads);
    }

    /** What a box of a domain needs of a node that it sees through a view. */
    private Task.Matrix matrix(int node, View view, long[] origin, long[] lengths, Places reads) {
        ChunkGrid grid = tiler.gridOf(node);
        int[] slots = tiler.slotsOf(node);
        int[] places = new int[slots.length];
        Arrays.fill(places, -1);
        for (int chunk : InputBox.of(view, origin, lengths, shape(node)).chunksOf(grid)) {
            places[chunk] = reads.of(slots[chunk]);
        }
        return new Task.Matrix(view, grid, places);
    }
}
