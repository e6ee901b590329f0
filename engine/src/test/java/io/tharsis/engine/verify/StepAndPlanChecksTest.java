package io.tharsis.engine.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.fuse.Fuser;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.Tiler;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Ops.FoldOp;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * Each kind of broken step or plan is caught and named: a sound one is made, then one thing in it
 * is changed.
 */
class StepAndPlanChecksTest {
    private final PlanGraph graph = new PlanGraph();
    private List<Step> steps;
    private Plan plan;

    @BeforeEach
    void makeSoundPlan() {
        long[] shape = {100, 8};
        int x =
                graph.add(
                        new PlanGraph.Node(
                                new Op.Data(),
                                DType.FLOAT64,
                                shape,
                                new int[0],
                                0,
                                ChunkGrid.regular(shape, new long[] {30, 8})));
        int seven =
                graph.add(
                        new PlanGraph.Node(
                                new Op.Fill(7), DType.FLOAT64, new long[0], new int[0], 1, null));
        int y = add(new Op.Elementwise(ElementOp.ADD), shape, x, seven);
        int sum = add(new Op.Reduce(FoldOp.ADD, 0, 1), new long[] {8}, y);
        int joined = add(new Op.Concat(0), new long[] {200, 8}, y, y);
        graph.addRoot(sum);
        graph.addRoot(add(new Op.Reshape(), new long[] {1600}, joined));
        steps = Fuser.fuse(graph, 1 << 20);
        plan = Tiler.tile(graph, steps, 1024, 1 << 30);
    }

    private int add(Op op, long[] shape, int... inputs) {
        return graph.add(new PlanGraph.Node(op, DType.FLOAT64, shape, inputs, -1, null));
    }

    private Loop loop() {
        return (Loop) steps.stream().filter(Loop.class::isInstance).findFirst().orElseThrow();
    }

    private void catchesSteps(List<Step> broken, String part) {
        var thrown =
                assertThrows(
                        VerificationException.class, () -> new StepChecks(graph).check(broken));
        assertEquals("fusing", thrown.stage());
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }

    private List<Step> withLoop(Loop other) {
        return steps.stream().map(step -> step == loop() ? other : step).toList();
    }

    private Loop with(
            Loop l, List<Loop.Input> inputs, List<Loop.Param> params, List<Loop.Out> outputs) {
        return new Loop(
                l.domain(),
                l.foldFrom(),
                l.foldTo(),
                inputs,
                l.indexes(),
                params,
                outputs,
                l.program(),
                l.kernel(),
                l.variant(),
                l.rowVariant(),
                l.grid());
    }

    private void catchesPlan(Plan broken, String... parts) {
        var thrown =
                assertThrows(
                        VerificationException.class, () -> new PlanChecks(graph, broken).check());
        assertEquals("tiling", thrown.stage());
        for (String part : parts) {
            assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
        }
    }

    private Plan withTasks(List<Task> tasks) {
        return new Plan(tasks, plan.slotBytes(), plan.bound(), plan.results());
    }

    private <T extends Task> Plan replacing(
            Class<T> kind, java.util.function.UnaryOperator<T> change) {
        List<Task> tasks = new ArrayList<>(plan.tasks());
        for (int t = 0; t < tasks.size(); t++) {
            if (kind.isInstance(tasks.get(t))) {
                tasks.set(t, change.apply(kind.cast(tasks.get(t))));
                return withTasks(tasks);
            }
        }
        throw new AssertionError("the plan has no " + kind.getSimpleName());
    }

    @Test
    void shouldPassSoundStepsAndPlans() {
        new GraphChecks("reading", graph).check();
        new StepChecks(graph).check(steps);
        new PlanChecks(graph, plan).check();
    }

    @Test
    void shouldCatchStepsInTheWrongOrder() {
        catchesSteps(steps.reversed(), "which is not made before it");
    }

    @Test
    void shouldCatchANodeThatIsMadeTwice() {
        List<Step> twice = new ArrayList<>(steps);
        twice.add(steps.getLast());
        catchesSteps(twice, "is made twice");
    }

    @Test
    void shouldCatchARootThatNobodyMakes() {
        catchesSteps(steps.subList(0, steps.size() - 1), "is asked for but made by no step");
    }

    @Test
    void shouldCatchAnOutputInAnotherFormat() {
        Loop l = loop();
        List<Loop.Out> outputs = new ArrayList<>(l.outputs());
        outputs.set(
                0, new Loop.Out(outputs.getFirst().node(), outputs.getFirst().fold(), Format.F32));
        catchesSteps(withLoop(with(l, l.inputs(), l.params(), outputs)), "is stored as F32");
    }

    @Test
    void shouldCatchAMissingParameter() {
        Loop l = loop();
        catchesSteps(
                withLoop(with(l, l.inputs(), List.of(), l.outputs())),
                "whose parameter 0 is given 0 times");
    }

    @Test
    void shouldCatchAMissingInput() {
        Loop l = loop();
        catchesSteps(
                withLoop(with(l, List.of(), l.params(), l.outputs())),
                "loads input 0, which the loop does not bind");
    }

    @Test
    void shouldCatchAnInputThatTheLoopLeaves() {
        Loop l = loop();
        View shifted = new View(new int[] {0, 1}, new long[] {1, 1}, new long[] {1, 0});
        catchesSteps(
                withLoop(
                        with(
                                l,
                                List.of(
                                        new Loop.Input(
                                                l.inputs().getFirst().node(), shifted, false)),
                                l.params(),
                                l.outputs())),
                "leaves its input, at axis 0 from 1 to 100");
    }

    @Test
    void shouldCatchAReadBeforeTheWrite() {
        catchesPlan(withTasks(plan.tasks().reversed()), "which nothing before it has filled");
    }

    @Test
    void shouldCatchASlotThatIsWrittenTwice() {
        List<Task> tasks = new ArrayList<>(plan.tasks());
        tasks.add(tasks.getFirst());
        catchesPlan(withTasks(tasks), "which is filled already");
    }

    @Test
    void shouldCatchBytesThatDoNotMatchABox() {
        long[] bytes = plan.slotBytes().clone();
        Task.Run run =
                (Task.Run)
                        plan.tasks().stream()
                                .filter(Task.Run.class::isInstance)
                                .findFirst()
                                .orElseThrow();
        bytes[run.writes()[0]] -= 8;
        catchesPlan(
                new Plan(plan.tasks(), bytes, plan.bound(), plan.results()),
                "a loop for #",
                "bytes in slot " + run.writes()[0]);
    }

    @Test
    void shouldCatchDataOfOtherBytes() {
        long[] bytes = plan.slotBytes().clone();
        bytes[plan.bound().getFirst().slot()] += 8;
        catchesPlan(
                new Plan(plan.tasks(), bytes, plan.bound(), plan.results()),
                "the plan needs 1920 bytes");
    }

    @Test
    void shouldCatchALoopThatLeavesItsSlot() {
        int small = plan.bound().getLast().slot();
        catchesPlan(
                replacing(
                        Task.Run.class,
                        run -> {
                            int[] reads = {small};
                            return new Task.Run(
                                    run.loop(),
                                    run.geometry(),
                                    reads,
                                    run.writes(),
                                    run.whole(),
                                    run.firstBlock(),
                                    run.nodes());
                        }),
                "reads elements 0 to 255 of the 80 it has of #0");
    }

    @Test
    void shouldCatchACopyThatLeavesAGap() {
        catchesPlan(
                replacing(
                        Task.Assemble.class,
                        a ->
                                new Task.Assemble(
                                        a.elementSize(),
                                        a.shapes(),
                                        a.pieces().subList(1, a.pieces().size()),
                                        a.reads(),
                                        a.writes(),
                                        a.work())),
                "Assemble, fills ");
    }

    @Test
    void shouldCatchACopyOutsideItsSource() {
        catchesPlan(
                replacing(
                        Task.Assemble.class,
                        a -> {
                            List<Task.Piece> pieces = new ArrayList<>(a.pieces());
                            Task.Piece p = pieces.getFirst();
                            long[] moved = p.sourceOrigin().clone();
                            moved[0] += p.sourceShape()[0];
                            pieces.set(
                                    0,
                                    new Task.Piece(
                                            p.read(),
                                            p.write(),
                                            p.sourceShape(),
                                            moved,
                                            p.targetOrigin(),
                                            p.extent()));
                            return new Task.Assemble(
                                    a.elementSize(),
                                    a.shapes(),
                                    pieces,
                                    a.reads(),
                                    a.writes(),
                                    a.work());
                        }),
                "copies the box");
    }

    @Test
    void shouldCatchAMissingResult() {
        catchesPlan(withTasks(List.of()), "which nothing fills");
    }

    @Test
    void shouldCatchATreeWithAGap() {
        catchesPlan(
                replacing(
                        Task.Combine.class,
                        c -> {
                            List<List<FoldTree.Node>> nodes = new ArrayList<>(c.nodes());
                            List<FoldTree.Node> first = new ArrayList<>(nodes.getFirst());
                            first.set(0, new FoldTree.Node(first.getFirst().level(), 1));
                            nodes.set(0, first);
                            return new Task.Combine(
                                    c.op(),
                                    c.lane(),
                                    c.format(),
                                    c.positions(),
                                    nodes,
                                    c.reads(),
                                    c.writes());
                        }),
                "Combine, folds block",
                "where block 0 should come");
    }

    /** A sound plan of half a product that is folded by tiles, over data in chunks. */
    private PlanGraph product() {
        var graph = new PlanGraph();
        long[] shape = {1200, 300};
        ChunkGrid grid = ChunkGrid.regular(shape, new long[] {500, 300});
        int a =
                graph.add(
                        new PlanGraph.Node(
                                new Op.Data(), DType.FLOAT64, shape, new int[0], 0, grid));
        View turned = new View(new int[] {1, 0}, new long[] {1, 1}, new long[2]);
        int b = add(graph, new Op.Viewed(turned), new long[] {300, 1200}, a);
        int c = add(graph, new Op.Product(), new long[] {1200, 1200}, a, b);
        graph.addRoot(add(graph, new Op.TileMoments(), new long[] {2}, c));
        return graph;
    }

    private static int add(PlanGraph graph, Op op, long[] shape, int... inputs) {
        return graph.add(new PlanGraph.Node(op, DType.FLOAT64, shape, inputs, -1, null));
    }

    private static void catchesProduct(
            PlanGraph graph, Plan sound, Task from, Task to, String part) {
        List<Task> tasks = new ArrayList<>(sound.tasks());
        tasks.replaceAll(task -> task == from ? to : task);
        var broken = new Plan(tasks, sound.slotBytes(), sound.bound(), sound.results());
        var thrown =
                assertThrows(
                        VerificationException.class, () -> new PlanChecks(graph, broken).check());
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }

    @Test
    void shouldCatchATileThatIsNotFolded() {
        PlanGraph graph = product();
        Plan sound = Tiler.tile(graph, Fuser.fuse(graph, 1 << 20), 1 << 20, 1 << 30);
        new PlanChecks(graph, sound).check();
        Task.TileCombine combine = only(sound, Task.TileCombine.class);
        List<Task.TileBox> tables = new ArrayList<>(combine.tables());
        Task.TileBox first = tables.getFirst();
        tables.set(
                0,
                new Task.TileBox(first.row() + 1, first.column(), first.rows(), first.columns()));
        catchesProduct(
                graph,
                sound,
                combine,
                new Task.TileCombine(
                        combine.end(),
                        combine.format(),
                        combine.tileRows(),
                        combine.tileColumns(),
                        tables,
                        combine.reads(),
                        combine.writes()),
                "folds tile");
    }

    @Test
    void shouldCatchAProductThatReadsAChunkOfOtherBytes() {
        PlanGraph graph = product();
        Plan sound = Tiler.tile(graph, Fuser.fuse(graph, 1 << 20), 1 << 20, 1 << 30);
        Task.Product product = only(sound, Task.Product.class);
        int[] places = product.left().places().clone();
        for (int i = 0; i < places.length; i++) {
            places[i] = places[i] < 0 ? -1 : product.reads().length;
        }
        catchesProduct(
                graph,
                sound,
                product,
                new Task.Product(
                        product.format(),
                        new Task.Matrix(product.left().view(), product.left().grid(), places),
                        product.right(),
                        product.origin(),
                        product.shape(),
                        product.from(),
                        product.inner(),
                        product.prior(),
                        product.mirrored(),
                        product.epilogue(),
                        product.faces(),
                        product.reads(),
                        product.writes()),
                "has a chunk at place");
    }

    @Test
    void shouldCatchAHalfOfTwoMatrices() {
        PlanGraph graph = product();
        List<Step> sound = Fuser.fuse(graph, 1 << 20);
        Step.Tiles tiles = (Step.Tiles) sound.getFirst();
        Step.Product half = tiles.product();
        var other =
                new Step.Product(
                        half.node(), half.left(), new Step.Matrix(1, half.left().view()), true);
        var thrown =
                assertThrows(
                        VerificationException.class,
                        () -> new StepChecks(graph).check(List.of(other)));
        assertTrue(thrown.getMessage().contains("#1"), thrown.getMessage());
    }

    private static <T extends Task> T only(Plan plan, Class<T> kind) {
        return plan.tasks().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }
}
