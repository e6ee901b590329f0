package io.tharsis.engine.verify;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.List;

/**
 * What holds of plans: slots are written once and before they are read, bytes match boxes, and no
 * task leaves its slots.
 */
final class PlanChecks {
    private static final String STAGE = "tiling";

    private final PlanGraph graph;
    private final Plan plan;
    private final boolean[] filled;
    private String where = "the plan";

    PlanChecks(PlanGraph graph, Plan plan) {
        this.graph = graph;
        this.plan = plan;
        this.filled = new boolean[plan.slotBytes().length];
    }

    void check() {
        checkBound();
        for (int t = 0; t < plan.tasks().size(); t++) {
            Task task = plan.tasks().get(t);
            where = "task " + t + ", " + describe(task) + ",";
            for (int slot : task.reads()) {
                require(
                        isSlot(slot) && filled[slot],
                        "reads slot " + slot + ", which nothing before it has filled");
            }
            checkTask(task);
            for (int slot : task.writes()) {
                require(
                        isSlot(slot) && !filled[slot],
                        "writes slot " + slot + ", which is filled already");
                filled[slot] = true;
            }
        }
        checkResults();
    }

    private String describe(Task task) {
        if (task instanceof Task.Run run) {
            int id = run.loop().outputs().getFirst().node();
            return "a loop for #" + id + " = " + graph.node(id);
        }
        return task instanceof Task.Apply apply
                ? apply.function().name()
                : task.getClass().getSimpleName();
    }

    private boolean isSlot(int slot) {
        return slot >= 0 && slot < filled.length;
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new VerificationException(STAGE, where, problem);
        }
    }

    private long bytes(int slot) {
        return plan.slotBytes()[slot];
    }

    private void requireBytes(int slot, long expected) {
        require(
                bytes(slot) == expected,
                "needs " + expected + " bytes in slot " + slot + ", which has " + bytes(slot));
    }

    private void checkBound() {
        for (Plan.Bound bound : plan.bound()) {
            require(
                    isSlot(bound.slot()) && !filled[bound.slot()],
                    "binds slot " + bound.slot() + " twice");
            filled[bound.slot()] = true;
            for (int id = 0; id < graph.size(); id++) {
                PlanGraph.Node node = graph.node(id);
                if (node.op() instanceof Op.Data
                        && node.origin() == bound.origin()
                        && bound.chunk() < node.grid().chunkCount()) {
                    requireBytes(
                            bound.slot(),
                            Shapes.size(node.grid().chunkShape(bound.chunk()))
                                    * node.dtype().byteSize());
                    break;
                }
            }
        }
    }

    private void checkResults() {
        require(
                plan.results().size() == graph.roots().size(),
                "has " + plan.results().size() + " results");
        for (int r = 0; r < plan.results().size(); r++) {
            Plan.Result result = plan.results().get(r);
            PlanGraph.Node root = graph.node(graph.roots().get(r));
            where = "result " + r + ", #" + graph.roots().get(r) + " = " + root + ",";
            require(result.dtype() == root.dtype(), "has dtype " + result.dtype());
            ChunkGrid grid = result.grid();
            require(
                    grid == null || java.util.Arrays.equals(grid.shape(), root.shape()),
                    "is cut for another shape");
            require(
                    result.slots().length == (grid == null ? 1 : grid.chunkCount()),
                    "has " + result.slots().length + " chunks");
            for (int chunk = 0; chunk < result.slots().length; chunk++) {
                int slot = result.slots()[chunk];
                require(
                        isSlot(slot) && filled[slot],
                        "has chunk " + chunk + " in slot " + slot + ", which nothing fills");
                if (grid != null) {
                    requireBytes(
                            slot, Shapes.size(grid.chunkShape(chunk)) * root.dtype().byteSize());
                }
            }
        }
    }

    private void checkTask(Task task) {
        switch (task) {
            case Task.Run run -> checkRun(run);
            case Task.Combine combine -> {
                require(
                        combine.nodes().size() == combine.reads().length,
                        "folds other tables than it reads");
                for (int i = 0; i < combine.reads().length; i++) {
                    long rows = combine.nodes().get(i).size();
                    requireBytes(
                            combine.reads()[i],
                            rows * combine.positions() * combine.lane().byteSize());
                }
                checkTree(combine.nodes());
                requireBytes(
                        combine.writes()[0], combine.positions() * combine.format().byteSize());
            }
            case Task.Product product -> {
                require(
                        product.from() == 0 == product.prior() < 0
                                && product.from() % MatrixProduct.INNER_BLOCK == 0,
                        "adds the part from " + product.from() + " to place " + product.prior());
                if (product.prior() >= 0) {
                    requireBytes(
                            product.reads()[product.prior()],
                            Shapes.size(product.shape()) * product.format().byteSize());
                }
                checkMatrix(task, product.left(), product.format().byteSize());
                checkMatrix(task, product.right(), product.format().byteSize());
                for (Task.Face face : product.faces()) {
                    if (product.epilogue() == null) {
                        requireBytes(
                                product.writes()[face.writes()[0]],
                                Shapes.size(face.shape()) * product.format().byteSize());
                    } else {
                        checkFace(product.epilogue(), face, task);
                    }
                }
            }
            case Task.Tiles tiles -> checkFace(tiles.epilogue(), tiles.face(), task);
            case Task.TileCombine combine -> checkTileCombine(combine);
            case Task.Assemble assemble -> checkAssemble(assemble);
            case Task.FlatCopy copy -> checkFlatCopy(copy);
            case Task.Alias alias -> requireBytes(alias.writes()[0], bytes(alias.reads()[0]));
            case Task.Apply apply -> {
                require(
                        apply.inputs().size() == apply.reads().length,
                        "takes other boxes than it reads");
                for (int i = 0; i < apply.reads().length; i++) {
                    requireBytes(apply.reads()[i], byteSize(apply.inputs().get(i)));
                }
                requireBytes(
                        apply.writes()[0], apply.output() == null ? -1 : byteSize(apply.output()));
            }
            case Task.Read read -> requireBytes(read.writes()[0], byteSize(read.box()));
        }
    }

    private static long byteSize(Task.Box box) {
        return Shapes.size(box.shape()) * box.dtype().byteSize();
    }

    /** Nodes of all tables are the blocks from the first on, in order, without a gap. */
    private void checkTree(List<List<FoldTree.Node>> tables) {
        long next = 0;
        for (List<FoldTree.Node> table : tables) {
            for (FoldTree.Node node : table) {
                require(
                        node.firstBlock() == next,
                        "folds block "
                                + node.firstBlock()
                                + " where block "
                                + next
                                + " should come");
                next += node.blockCount();
            }
        }
    }

    private void checkRun(Task.Run run) {
        LoopGeometry g = run.geometry();
        require(
                run.reads().length == run.loop().inputs().size(),
                "reads other slots than its loop has inputs");
        require(
                run.writes().length == run.loop().outputs().size(),
                "writes other slots than its loop has outputs");
        for (int i = 0; i < run.reads().length && g.size() > 0; i++) {
            long low = g.inputBase(i);
            long high = low;
            for (int axis = 0; axis < g.axes(); axis++) {
                long far = g.inputStep(i, axis) * (g.length(axis) - 1);
                low += Math.min(0, far);
                high += Math.max(0, far);
            }
            int input = run.loop().inputs().get(i).node();
            long elements = bytes(run.reads()[i]) / graph.node(input).dtype().byteSize();
            require(
                    low >= 0 && high < elements,
                    "reads elements "
                            + low
                            + " to "
                            + high
                            + " of the "
                            + elements
                            + " it has of #"
                            + input);
        }
        long positions =
                run.loop().folds()
                        ? g.product(0, g.foldAt()) * g.product(g.innerAt(), g.axes())
                        : 0;
        for (int o = 0; o < run.writes().length; o++) {
            var out = run.loop().outputs().get(o);
            if (out.fold() == null) {
                requireBytes(run.writes()[o], g.size() * out.format().byteSize());
            } else if (run.whole()) {
                requireBytes(run.writes()[o], positions * out.format().byteSize());
            } else {
                requireBytes(
                        run.writes()[o],
                        run.nodes().size() * positions * out.format().lane().byteSize());
            }
        }
    }

    /** Chunks that are read are as large as the grid says. */
    private void checkMatrix(Task task, Task.Matrix matrix, int elementSize) {
        require(
                matrix.places().length == matrix.grid().chunkCount(),
                "knows the places of " + matrix.places().length + " chunks");
        for (int chunk = 0; chunk < matrix.places().length; chunk++) {
            int place = matrix.places()[chunk];
            if (place >= 0) {
                require(place < task.reads().length, "has a chunk at place " + place);
                requireBytes(
                        task.reads()[place],
                        Shapes.size(matrix.grid().chunkShape(chunk)) * elementSize);
            }
        }
    }

    private void checkFace(Task.Epilogue epilogue, Task.Face face, Task task) {
        face.inputs()
                .forEach(
                        (i, matrix) -> {
                            int node = epilogue.loop().inputs().get(i).node();
                            checkMatrix(task, matrix, graph.node(node).dtype().byteSize());
                        });
        for (int o = 0; o < face.writes().length; o++) {
            Task.End end = epilogue.ends().get(o);
            long tiles =
                    Math.ceilDiv(face.shape()[0], TileTree.TILE)
                            * Math.ceilDiv(face.shape()[1], TileTree.TILE);
            requireBytes(
                    task.writes()[face.writes()[o]],
                    end.kind() == Task.End.Kind.STORE
                            ? Shapes.size(face.shape()) * end.format().byteSize()
                            : tiles * TileTree.WIDTH * Long.BYTES);
        }
    }

    /** Each tile is in one table. */
    private void checkTileCombine(Task.TileCombine combine) {
        boolean[] found = new boolean[combine.tileRows() * combine.tileColumns()];
        for (int i = 0; i < combine.reads().length; i++) {
            Task.TileBox box = combine.tables().get(i);
            requireBytes(
                    combine.reads()[i],
                    (long) box.rows() * box.columns() * TileTree.WIDTH * Long.BYTES);
            for (int row = box.row(); row < box.row() + box.rows(); row++) {
                for (int column = box.column(); column < box.column() + box.columns(); column++) {
                    int tile = row * combine.tileColumns() + column;
                    require(!found[tile], "folds tile " + tile + " twice");
                    found[tile] = true;
                }
            }
        }
        for (int tile = 0; tile < found.length; tile++) {
            require(found[tile], "does not fold tile " + tile);
        }
    }

    private void checkAssemble(Task.Assemble assemble) {
        require(
                assemble.shapes().size() == assemble.writes().length,
                "has " + assemble.shapes().size() + " boxes");
        long[] covered = new long[assemble.writes().length];
        for (Task.Piece piece : assemble.pieces()) {
            requireBytes(
                    assemble.reads()[piece.read()],
                    Shapes.size(piece.sourceShape()) * assemble.elementSize());
            requireInside(piece.sourceOrigin(), piece.extent(), piece.sourceShape());
            requireInside(
                    piece.targetOrigin(), piece.extent(), assemble.shapes().get(piece.write()));
            covered[piece.write()] += Shapes.size(piece.extent());
        }
        for (int i = 0; i < covered.length; i++) {
            long[] shape = assemble.shapes().get(i);
            requireBytes(assemble.writes()[i], Shapes.size(shape) * assemble.elementSize());
            require(
                    covered[i] == Shapes.size(shape),
                    "fills " + covered[i] + " elements of " + Shapes.text(shape));
        }
    }

    private void requireInside(long[] origin, long[] extent, long[] shape) {
        for (int axis = 0; axis < shape.length; axis++) {
            require(
                    origin[axis] >= 0 && origin[axis] + extent[axis] <= shape[axis],
                    "copies the box "
                            + Shapes.text(extent)
                            + " at "
                            + Shapes.text(origin)
                            + " of "
                            + Shapes.text(shape));
        }
    }

    private void checkFlatCopy(Task.FlatCopy copy) {
        long width = copy.elementSize();
        long next = 0;
        for (Task.FlatPiece piece : copy.pieces()) {
            long end = (piece.sourceIndex() + piece.count()) * width;
            require(
                    piece.sourceIndex() >= 0 && end <= bytes(copy.reads()[piece.read()]),
                    "copies more than there is: " + piece);
            require(piece.targetIndex() == next, "leaves a gap before " + piece);
            next += piece.count();
        }
        requireBytes(copy.writes()[0], next * width);
    }
}
