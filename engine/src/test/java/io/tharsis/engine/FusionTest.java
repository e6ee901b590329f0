package io.tharsis.engine;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.execute;
import static io.tharsis.Tensors.random;
import static io.tharsis.Tensors.softmax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.fuse.Fuser;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.optimize.Optimizer;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.plan.PlanGraph;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which loops common programs become. */
class FusionTest {
    private final Session session =
            Session.over(new LocalEngine(2, new MemoryBudget(1 << 28), 1 << 22), false);
    private final Session.Binding bound = session.bind();

    @AfterEach
    void close() {
        bound.close();
        session.close();
    }

    private static List<Step> steps(Tensor... tensors) {
        var reader = new GraphReader(Arrays.stream(tensors).map(Tensor::operand).toList());
        try {
            return Fuser.fuse(Optimizer.optimize(reader.graph()), 1 << 28);
        } finally {
            reader.releaseHeld();
        }
    }

    /** One line a step: {@code (20, 3) fold 1..1 -> ADD} for loops, else the name. */
    private static String plan(Tensor... tensors) {
        var reader = new GraphReader(Arrays.stream(tensors).map(Tensor::operand).toList());
        try {
            PlanGraph graph = Optimizer.optimize(reader.graph());
            List<String> lines = new ArrayList<>();
            for (Step step : Fuser.fuse(graph, 1 << 28)) {
                lines.add(
                        step instanceof Loop loop
                                ? text(loop, graph)
                                : step instanceof Step.Tiles tiles
                                        ? text(tiles, graph)
                                        : step.getClass().getSimpleName());
            }
            return String.join("\n", lines);
        } finally {
            reader.releaseHeld();
        }
    }

    private static String text(Step.Tiles tiles, PlanGraph graph) {
        String made =
                tiles.product() == null
                        ? "tiles"
                        : tiles.product().mirrored() ? "half a product" : "a product";
        return text(tiles.loop(), graph) + " after " + made;
    }

    private static String text(Loop loop, PlanGraph graph) {
        List<String> outs =
                loop.outputs().stream()
                        .map(
                                out ->
                                        out.fold() == null
                                                ? graph.node(out.node()).op().name()
                                                : out.fold().toString())
                        .sorted()
                        .toList();
        String fold = loop.folds() ? " fold " + loop.foldFrom() + ".." + (loop.foldTo() - 1) : "";
        return Shapes.text(loop.domain()) + fold + " -> " + String.join(", ", outs);
    }

    /** Processor time of this thread: other processes do not count. */
    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Tensor stored(long... shape) {
        return arange(Shapes.size(shape)).astype(DType.FLOAT64).reshape(shape).execute();
    }

    @Test
    void shouldComputePiInOneLoop() {
        Tensor pi = random(1).uniform(1_000_000, 2).square().sum(1).sqrt().lt(1).sum();
        assertEquals(1, steps(pi).size(), () -> plan(pi));
        assertEquals(Math.PI / 4, pi.item() / 1e6, 0.002);
    }

    @Test
    void shouldFoldAProductWithoutStoringIt() {
        Tensor a = stored(600, 300);
        Tensor b = stored(600, 600);
        Tensor spread = a.matmul(a.T()).minus(b).std();
        assertEquals(
                """
                (600, 600) -> tileMoments after half a product
                () -> SQRT\
                """,
                plan(spread));
    }

    @Test
    void shouldStoreWhatFollowsAProductAndNotTheProduct() {
        Tensor x = stored(500, 300);
        Tensor w = stored(300, 400);
        Tensor layer = x.matmul(w).plus(1).clip(Tensors.scalar(0.0), null);
        assertEquals("(500, 400) -> MAXIMUM after a product", plan(layer));
        assertEquals(
                "(500, 400) -> ADD, tileFold after a product",
                plan(x.matmul(w).plus(1), x.matmul(w).plus(1).max()));
    }

    @Test
    void shouldStoreAProductThatIsNeededOtherwise() {
        Tensor x = stored(500, 300);
        Tensor product = x.matmul(x.T());
        assertEquals("Product\n(500, 500) -> ADD", plan(product.plus(product.T())));
        assertEquals("Product\n(500, 500) -> ADD", plan(product, product.plus(1)));
        assertEquals("Product\n(500, 500) fold 1..1 -> ADD", plan(product.plus(1).sum(1)));
    }

    @Test
    void shouldComputeSoftmaxInThreeLoops() {
        Tensor x = stored(300, 400);
        assertEquals(
                """
                (300, 400) fold 1..1 -> MAX
                (300, 400) fold 1..1 -> ADD, EXP
                (300, 400) -> DIVIDE\
                """,
                plan(softmax(x, -1)));
    }

    @Test
    void shouldShareThePassesOfStatistics() {
        Tensor x = stored(300, 400);
        Tensor[] statistics = {x.mean(), x.std(), x.min(), x.max()};
        long passes =
                steps(statistics).stream()
                        .filter(step -> step instanceof Loop loop && Shapes.size(loop.domain()) > 1)
                        .count();
        assertEquals(2, passes, () -> plan(statistics));
    }

    @Test
    void shouldStoreWhatIsKeptInTheLoopThatUsesItOn() {
        Tensor x = stored(500);
        Tensor y = x.times(2);
        assertEquals("(500,) fold 0..0 -> ADD, MULTIPLY", plan(y, y.plus(1).sum()));
        assertEquals("(500,) -> ADD, MULTIPLY", plan(y, y.plus(1)));
    }

    @Test
    void shouldReadOnceForSiblings() {
        Tensor x = stored(500);
        assertEquals("(500,) -> ADD, MULTIPLY", plan(x.times(2), x.plus(1)));
        assertEquals(
                "(500,)\n(500,)".length(),
                plan(x.times(2), stored(500).plus(1)).replaceAll(" -> \\w+", "").length());
    }

    @Test
    void shouldNotJoinLoopsThatNeedEachOther() {
        Tensor x = stored(400);
        Tensor centred = x.minus(x.mean());
        Tensor scaled = centred.div(centred.square().mean().sqrt());
        Tensor[] all = {centred, scaled, x.sum(), scaled.sum()};
        execute(all);
        assertEquals(0, all[3].item(), 1e-9);
        assertEquals(0, all[0].sum().item(), 1e-9);
    }

    @Test
    void shouldStoreASmallComputedTensorThatIsBroadcastOnce() {
        Tensor row = stored(400).sin();
        Tensor x = stored(300, 400);
        assertTrue(plan(x.times(row)).startsWith("(400,) -> "), () -> plan(x.times(row)));
        assertEquals(2, steps(x.times(row)).size());
        assertEquals("(300, 400) -> MULTIPLY", plan(x.times(stored(400))));
    }

    @Test
    void shouldFoldViewsIntoTheLoopThatReadsThem() {
        Tensor x = stored(300, 400);
        assertEquals("(400, 300) fold 0..0 -> ADD", plan(x.T().plus(stored(400, 300)).sum(0)));
        assertEquals("(150, 400) -> ADD", plan(x.get(Slice.every(2)).plus(1)));
        assertEquals("(400,) -> MULTIPLY", plan(x.get(Slice.at(7)).times(3)));
    }

    @Test
    void shouldLoadOneElementARunOnlyAlongLongAxes() {
        Tensor column = stored(300, 1);
        for (long length : new long[] {8, 4000}) {
            var loop = (Loop) steps(stored(300, length).plus(column)).getFirst();
            assertEquals(
                    length > 64,
                    loop.inputs().stream().anyMatch(Loop.Input::uniform),
                    () -> "columns: " + length);
        }
    }

    @Test
    void shouldPlanAVeryLongChainWithoutOverflow() {
        Tensor x = stored(1000);
        Operand operand = x.operand();
        Tensor y = x;
        for (int i = 0; i < 100_000; i++) {
            y = y.plus(1);
        }
        Tensor last = y;
        long start = cpuNs();
        List<Step> steps = steps(last);
        System.out.println(
                "a chain of 100,000: planned in CPU time of "
                        + (cpuNs() - start) / 1_000_000
                        + " ms");
        assertTrue(steps.size() <= 1 + 100_000 / 100, () -> steps.size() + " steps");
        start = cpuNs();
        assertEquals(100_999, last.get(Slice.at(-1)).item());
        System.out.println(
                "planned and run in CPU time of " + (cpuNs() - start) / 1_000_000 + " ms");
        assertEquals(1000, operand.shape()[0]);
    }

    @Test
    void shouldPlanAThousandDoublingsWithoutOverflow() {
        Tensor x = stored(100).times(0).plus(1).execute();
        Tensor y = x;
        for (int i = 0; i < 1000; i++) {
            y = y.plus(y);
        }
        long start = cpuNs();
        assertEquals(Math.scalb(1.0, 1000), y.max().item());
        System.out.println(
                "1,000 doublings: planned and run in CPU time of "
                        + (cpuNs() - start) / 1_000_000
                        + " ms");
    }
}
