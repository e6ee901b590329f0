package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.ir.Lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Cuts steps into tasks. One tiler makes one plan. */
public final class Tiler {
    private final PlanGraph graph;
    private final Grids grids;
    private final long budgetBytes;
    private final List<Integer> preferred = new ArrayList<>();
    private final ChunkGrid[] gridOf;
    private final int[][] slotsOf;
    private final Slots slots = new Slots();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Plan.Bound> bound = new ArrayList<>();

    private Tiler(PlanGraph graph, long chunkBytes, long budgetBytes) {
        this.budgetBytes = budgetBytes;
        this.graph = graph;
        this.grids = new Grids(chunkBytes);
        this.gridOf = new ChunkGrid[graph.size()];
        this.slotsOf = new int[graph.size()][];
    }

    /**
     * @param chunkBytes about how large a stored chunk shall be
     * @param budgetBytes what the session may hold
     */
    public static Plan tile(PlanGraph graph, List<Step> steps, long chunkBytes, long budgetBytes) {
        return new Tiler(graph, chunkBytes, budgetBytes).plan(steps);
    }

    /** How the steps would be tiled, in words. */
    public static String explain(
            PlanGraph graph, List<Step> steps, long chunkBytes, long budgetBytes) {
        var tiler = new Tiler(graph, chunkBytes, budgetBytes);
        tiler.plan(steps);
        return tiler.chunkText();
    }

    private Plan plan(List<Step> steps) {
        for (int id = 0; id < graph.size(); id++) {
            PlanGraph.Node node = graph.node(id);
            if (node.op() instanceof Op.Data) {
                place(id, node.grid());
                for (int chunk = 0; chunk < slotsOf[id].length; chunk++) {
                    bound.add(new Plan.Bound(slotsOf[id][chunk], node.origin(), chunk));
                }
            }
        }
        for (Step step : steps) {
            switch (step) {
                case Loop loop -> tileLoop(loop);
                case Step.Product product -> new ProductTiler(this).tile(product);
                case Step.Tiles tiles -> new ProductTiler(this).tile(tiles);
                case Step.Concat concat -> tileConcat(concat);
                case Step.Reshape reshape -> tileReshape(reshape);
                case Step.Chunked chunked -> tileChunked(chunked);
                case Step.Read read -> tileRead(read);
            }
        }
        List<Plan.Result> results = new ArrayList<>();
        for (int root : graph.roots()) {
            results.add(new Plan.Result(graph.node(root).dtype(), gridOf[root], slotsOf[root]));
        }
        int[] wanted =
                IntStream.concat(
                                preferred.stream().mapToInt(Integer::intValue),
                                graph.roots().stream()
                                        .flatMapToInt(root -> Arrays.stream(slotsOf[root])))
                        .toArray();
        List<Task> ordered = DepthFirst.order(tasks, slots.bytes(), wanted);
        return new Plan(
                List.copyOf(ordered), slots.bytes(), List.copyOf(bound), List.copyOf(results));
    }

    private String chunkText() {
        var text = new StringBuilder("tiled:\n");
        for (int id = 0; id < graph.size(); id++) {
            if (gridOf[id] != null) {
                text.append("  #")
                        .append(id)
                        .append(' ')
                        .append(graph.node(id))
                        .append(" in ")
                        .append(gridOf[id].chunkCount())
                        .append(gridOf[id].chunkCount() == 1 ? " chunk " : " chunks ")
                        .append(gridOf[id])
                        .append('\n');
            }
        }
        return text.append("  ")
                .append(tasks.size())
                .append(tasks.size() == 1 ? " task\n" : " tasks\n")
                .toString();
    }

    PlanGraph.Node node(int id) {
        return graph.node(id);
    }

    /** How node {@code id}, which has been placed, is cut. */
    ChunkGrid gridOf(int id) {
        return gridOf[id];
    }

    /** The slot of each chunk of node {@code id}, which has been placed. */
    int[] slotsOf(int id) {
        return slotsOf[id];
    }

    Grids grids() {
        return grids;
    }

    void add(Task task) {
        tasks.add(task);
    }

    /** Gives node {@code id} a grid and a slot for each chunk. */
    void place(int id, ChunkGrid grid) {
        gridOf[id] = grid;
        slotsOf[id] = new int[grid.chunkCount()];
        int width = graph.node(id).dtype().byteSize();
        for (int chunk = 0; chunk < slotsOf[id].length; chunk++) {
            slotsOf[id][chunk] = slots.add(Shapes.size(grid.chunkShape(chunk)) * width);
        }
    }

    private void tileLoop(Loop loop) {
        List<ChunkGrid> inputGrids =
                loop.inputs().stream().map(input -> gridOf[input.node()]).toList();
        int width =
                loop.outputs().stream()
                        .mapToInt(out -> graph.node(out.node()).dtype().byteSize())
                        .max()
                        .orElse(8);
        ChunkGrid grid = grids.ofLoop(loop, width, inputGrids);
        Map<Integer, int[][]> partials = new HashMap<>();
        for (Loop.Out out : loop.outputs()) {
            if (out.fold() == null) {
                place(out.node(), grid);
            } else {
                place(out.node(), foldedGrid(loop, grid));
                partials.put(
                        out.node(), new int[slotsOf[out.node()].length][foldChunks(loop, grid)]);
            }
        }
        List<Boxes> boxes =
                loop.inputs().stream().map(input -> new Boxes(this, input.node())).toList();
        boolean whole = foldChunks(loop, grid) == 1;
        Map<Integer, List<List<FoldTree.Node>>> nodesOf = new HashMap<>();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] origin = grid.origin(chunk);
            long[] shape = grid.chunkShape(chunk);
            int[] reads = new int[loop.inputs().size()];
            List<LoopGeometry.Placement> placements = new ArrayList<>();
            for (int i = 0; i < reads.length; i++) {
                Loop.Input input = loop.inputs().get(i);
                var box =
                        InputBox.of(input.view(), origin, shape, graph.node(input.node()).shape());
                int home = box.chunkOf(gridOf[input.node()]);
                reads[i] = home >= 0 ? slotsOf[input.node()][home] : boxes.get(i).slotOf(box);
                placements.add(
                        box.placement(
                                input.view(),
                                origin,
                                home >= 0 ? gridOf[input.node()] : null,
                                home));
            }
            long block = loop.foldsLanes() ? FoldTree.LANE_BLOCK : FoldTree.ROW_BLOCK;
            long foldOrigin = loop.folds() ? foldOrigin(loop, origin) : 0;
            long firstBlock = foldOrigin / block;
            long lastBlock = Math.ceilDiv(foldOrigin + loop.foldSize(shape), block);
            List<FoldTree.Node> nodes =
                    loop.folds() ? FoldTree.nodes(firstBlock, lastBlock, 62) : List.of();
            int[] writes = new int[loop.outputs().size()];
            for (int o = 0; o < writes.length; o++) {
                Loop.Out out = loop.outputs().get(o);
                if (out.fold() == null) {
                    writes[o] = slotsOf[out.node()][chunk];
                    continue;
                }
                int target = foldedChunk(loop, grid, chunk);
                if (whole) {
                    writes[o] = slotsOf[out.node()][target];
                } else {
                    Lane lane = graph.node(out.node()).dtype().format().lane();
                    long positions = loop.outerSize(shape) * loop.innerSize(shape);
                    writes[o] = slots.add(nodes.size() * positions * lane.byteSize());
                    partials.get(out.node())[target][foldChunk(loop, grid, chunk)] = writes[o];
                    List<List<FoldTree.Node>> known =
                            nodesOf.computeIfAbsent(out.node(), _ -> new ArrayList<>());
                    while (known.size() <= foldChunk(loop, grid, chunk)) {
                        known.add(nodes);
                    }
                    known.set(foldChunk(loop, grid, chunk), nodes);
                }
            }
            tasks.add(
                    new Task.Run(
                            loop,
                            new LoopGeometry(loop, origin, shape, placements),
                            reads,
                            writes,
                            whole,
                            firstBlock,
                            nodes));
        }
        boxes.forEach(Boxes::finish);
        if (!whole) {
            combine(loop, partials, nodesOf);
        }
    }

    private void combine(
            Loop loop,
            Map<Integer, int[][]> partials,
            Map<Integer, List<List<FoldTree.Node>>> nodesOf) {
        for (Loop.Out out : loop.outputs()) {
            if (out.fold() == null) {
                continue;
            }
            PlanGraph.Node node = graph.node(out.node());
            for (int target = 0; target < slotsOf[out.node()].length; target++) {
                long positions = Shapes.size(gridOf[out.node()].chunkShape(target));
                tasks.add(
                        new Task.Combine(
                                out.fold(),
                                node.dtype().format().lane(),
                                node.dtype().format(),
                                positions,
                                List.copyOf(nodesOf.get(out.node())),
                                partials.get(out.node())[target],
                                new int[] {slotsOf[out.node()][target]}));
            }
        }
    }

    private static ChunkGrid foldedGrid(Loop loop, ChunkGrid grid) {
        long[][] cuts = new long[grid.rank() - (loop.foldTo() - loop.foldFrom())][];
        int kept = 0;
        for (int axis = 0; axis < grid.rank(); axis++) {
            if (axis < loop.foldFrom() || axis >= loop.foldTo()) {
                cuts[kept++] = grid.cuts(axis);
            }
        }
        return ChunkGrid.ofCuts(cuts);
    }

    private static int foldChunks(Loop loop, ChunkGrid grid) {
        return loop.folds() && loop.foldFrom() < loop.foldTo() ? grid.count(loop.foldFrom()) : 1;
    }

    private static long foldOrigin(Loop loop, long[] origin) {
        if (loop.foldFrom() == loop.foldTo()) {
            return 0;
        }
        long row = 1;
        for (int axis = loop.foldFrom() + 1; axis < loop.foldTo(); axis++) {
            row *= loop.domain()[axis];
        }
        return origin[loop.foldFrom()] * row;
    }

    /** Which part of a fold's axis a chunk of the domain is. */
    private static int foldChunk(Loop loop, ChunkGrid grid, int chunk) {
        int below = 1;
        for (int axis = loop.foldFrom() + 1; axis < grid.rank(); axis++) {
            below *= grid.count(axis);
        }
        return loop.foldFrom() == loop.foldTo() ? 0 : chunk / below % grid.count(loop.foldFrom());
    }

    /** Which chunk of a fold's result a chunk of the domain goes to. */
    private static int foldedChunk(Loop loop, ChunkGrid grid, int chunk) {
        int target = 0;
        int[] position = new int[grid.rank()];
        int rest = chunk;
        for (int axis = grid.rank() - 1; axis >= 0; axis--) {
            position[axis] = rest % grid.count(axis);
            rest /= grid.count(axis);
        }
        for (int axis = 0; axis < grid.rank(); axis++) {
            if (axis < loop.foldFrom() || axis >= loop.foldTo()) {
                target = target * grid.count(axis) + position[axis];
            }
        }
        return target;
    }

    long budgetBytes() {
        return budgetBytes;
    }

    /** Slot {@code slot} is to be made next, with what it needs, before any result. */
    void prefer(int slot) {
        preferred.add(slot);
    }

    /** A new slot. */
    int addSlot(long byteSize) {
        return slots.add(byteSize);
    }

    /** Bytes of a slot, -1 if only a run can tell. */
    long slotBytes(int slot) {
        return slots.bytesOf(slot);
    }

    /** A slot with a dense copy of {@code box} of node {@code id}. */
    private int assemble(int id, InputBox box) {
        var boxes = new Boxes(this, id);
        int slot = boxes.slotOf(box);
        boxes.finish();
        return slot;
    }

    /** The slot that holds all of node {@code id} as one dense chunk. */
    private int whole(int id) {
        return gridOf[id].chunkCount() == 1
                ? slotsOf[id][0]
                : assemble(id, InputBox.whole(graph.node(id).shape()));
    }

    private void tileConcat(Step.Concat step) {
        PlanGraph.Node node = graph.node(step.node());
        int width = node.dtype().byteSize();
        ChunkGrid grid = grids.automatic(node.shape(), width);
        place(step.node(), grid);
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] origin = grid.origin(chunk);
            long[] shape = grid.chunkShape(chunk);
            var assembly = new Assembly(width);
            assembly.into(slotsOf[step.node()][chunk], shape);
            long start = 0;
            for (int input : step.inputs()) {
                long length = graph.node(input).shape()[step.axis()];
                long from = Math.max(origin[step.axis()], start);
                long to = Math.min(origin[step.axis()] + shape[step.axis()], start + length);
                if (from < to) {
                    long[] source = origin.clone();
                    source[step.axis()] = from - start;
                    long[] target = new long[shape.length];
                    target[step.axis()] = from - origin[step.axis()];
                    long[] extent = shape.clone();
                    extent[step.axis()] = to - from;
                    assembly.add(gridOf[input], slotsOf[input], source, target, extent);
                }
                start += length;
            }
            tasks.add(assembly.task());
        }
    }

    private void tileReshape(Step.Reshape step) {
        PlanGraph.Node node = graph.node(step.node());
        int input = step.input();
        int width = node.dtype().byteSize();
        if (gridOf[input].chunkCount() == 1) {
            place(step.node(), ChunkGrid.whole(node.shape()));
            tasks.add(new Task.Alias(slotsOf[input], slotsOf[step.node()]));
            return;
        }
        ChunkGrid grid = grids.automatic(node.shape(), width);
        place(step.node(), grid);
        FlatSource source = flat(input);
        long start = 0;
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long count = Shapes.size(grid.chunkShape(chunk));
            tasks.add(source.copy(width, start, count, slotsOf[step.node()][chunk]));
            start += count;
        }
    }

    /** Node {@code id} as chunks that follow each other in row-major order. */
    private FlatSource flat(int id) {
        if (FlatSource.isFlat(gridOf[id])) {
            return new FlatSource(gridOf[id], slotsOf[id]);
        }
        PlanGraph.Node node = graph.node(id);
        ChunkGrid slabs = grids.automatic(node.shape(), node.dtype().byteSize());
        int[] copies = new int[slabs.chunkCount()];
        var boxes = new Boxes(this, id);
        for (int chunk = 0; chunk < copies.length; chunk++) {
            copies[chunk] =
                    boxes.slotOf(new InputBox(slabs.origin(chunk), slabs.chunkShape(chunk)));
        }
        boxes.finish();
        return new FlatSource(slabs, copies);
    }

    private void tileChunked(Step.Chunked step) {
        PlanGraph.Node node = graph.node(step.node());
        boolean known = Shapes.isKnown(node.shape());
        if (!known || step.function().tiling() instanceof ChunkFunction.Tiling.Whole) {
            if (known) {
                place(step.node(), ChunkGrid.whole(node.shape()));
            } else {
                slotsOf[step.node()] = new int[] {slots.add(-1)};
            }
            int[] reads = Arrays.stream(step.inputs()).map(this::whole).toArray();
            Task.Box output =
                    known
                            ? new Task.Box(
                                    node.dtype(), new long[node.shape().length], node.shape())
                            : null;
            tasks.add(
                    new Task.Apply(
                            step.function(),
                            wholeBoxes(step.inputs()),
                            output,
                            reads,
                            slotsOf[step.node()],
                            work(step)));
            return;
        }
        int first = step.inputs()[0];
        long[] shape = graph.node(first).shape();
        int elementSize = Math.max(graph.node(first).dtype().byteSize(), node.dtype().byteSize());
        if (step.function().tiling() instanceof ChunkFunction.Tiling.RowBlocks blocks) {
            long[] rows = RowCuts.rows(blocks, gridOf[first], grids, elementSize);
            tileChunked(
                    step,
                    RowCuts.grid(rows, shape),
                    RowCuts.grid(blocks.resultCuts(rows), node.shape()));
            return;
        }
        int worked =
                step.function().tiling() instanceof ChunkFunction.Tiling.Along along
                        ? along.axis()
                        : -1;
        long[][] inputCuts = new long[shape.length][];
        long[] units = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            boolean isWhole = axis == worked;
            inputCuts[axis] = isWhole ? new long[] {0, shape[axis]} : gridOf[first].cuts(axis);
            units[axis] = isWhole ? 0 : 1;
        }
        grids.cutLarge(inputCuts, units, elementSize);
        long[][] outputCuts = inputCuts.clone();
        if (worked >= 0) {
            outputCuts[worked] = new long[] {0, node.shape()[worked]};
        }
        tileChunked(step, ChunkGrid.ofCuts(inputCuts), ChunkGrid.ofCuts(outputCuts));
    }

    /** A task for each chunk of {@code inputGrid}, which gives the same chunk of the output. */
    private void tileChunked(Step.Chunked step, ChunkGrid inputGrid, ChunkGrid outputGrid) {
        PlanGraph.Node node = graph.node(step.node());
        int first = step.inputs()[0];
        place(step.node(), outputGrid);
        int[] reads = new int[step.inputs().length];
        for (int i = 1; i < reads.length; i++) {
            reads[i] = whole(step.inputs()[i]);
        }
        List<Task.Box> wholeBoxes = wholeBoxes(step.inputs());
        var copies = new Boxes(this, first);
        for (int chunk = 0; chunk < inputGrid.chunkCount(); chunk++) {
            var box = new InputBox(inputGrid.origin(chunk), inputGrid.chunkShape(chunk));
            int home = gridOf[first].equals(inputGrid) ? chunk : -1;
            int[] own = reads.clone();
            own[0] = home >= 0 ? slotsOf[first][home] : copies.slotOf(box);
            List<Task.Box> boxes = new ArrayList<>(wholeBoxes);
            boxes.set(0, new Task.Box(graph.node(first).dtype(), box.origin(), box.extent()));
            var output =
                    new Task.Box(
                            node.dtype(), outputGrid.origin(chunk), outputGrid.chunkShape(chunk));
            tasks.add(
                    new Task.Apply(
                            step.function(),
                            boxes,
                            output,
                            own,
                            new int[] {slotsOf[step.node()][chunk]},
                            box.size()));
        }
        copies.finish();
    }

    private List<Task.Box> wholeBoxes(int[] inputs) {
        return Arrays.stream(inputs)
                .mapToObj(
                        i ->
                                new Task.Box(
                                        graph.node(i).dtype(),
                                        new long[graph.node(i).shape().length],
                                        graph.node(i).shape()))
                .toList();
    }

    private long work(Step.Chunked step) {
        return Arrays.stream(step.inputs()).mapToLong(i -> graph.node(i).size()).sum();
    }

    private void tileRead(Step.Read step) {
        PlanGraph.Node node = graph.node(step.node());
        ChunkGrid grid = grids.automatic(node.shape(), node.dtype().byteSize());
        place(step.node(), grid);
        var source = ((Op.Read) node.op()).source();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            var box = new Task.Box(node.dtype(), grid.origin(chunk), grid.chunkShape(chunk));
            int[] writes = {slotsOf[step.node()][chunk]};
            tasks.add(new Task.Read(source, box, new int[0], writes, Shapes.size(box.shape())));
        }
    }
}
