package io.tharsis.engine.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.engine.chunked.Sort;
import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.ir.Ops.FoldOp;

import org.junit.jupiter.api.Test;

/** Each kind of broken graph is caught, and its rule and node are named. */
class GraphChecksTest {
    private final PlanGraph graph = new PlanGraph();

    private int add(Op op, DType type, long[] shape, int... inputs) {
        ChunkGrid grid = op instanceof Op.Data ? ChunkGrid.whole(shape) : null;
        return graph.add(new PlanGraph.Node(op, type, shape, inputs, 0, grid));
    }

    private int data(long... shape) {
        return add(new Op.Data(), DType.FLOAT64, shape);
    }

    private static long[] shape(long... lengths) {
        return lengths;
    }

    private void catches(String... parts) {
        var thrown =
                assertThrows(
                        VerificationException.class,
                        () -> new GraphChecks("rule Example", graph).check());
        assertEquals("rule Example", thrown.stage());
        String message = thrown.getMessage();
        assertTrue(
                message.startsWith("after rule Example: #" + (graph.size() - 1) + " = "), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void shouldPassASoundGraph() {
        int x = data(4, 6);
        int y =
                add(
                        new Op.Viewed(
                                new View(new int[] {1, -1}, new long[] {-2, 0}, new long[] {3, 5})),
                        DType.FLOAT64,
                        shape(3, 7),
                        x);
        int z = add(new Op.Reduce(FoldOp.ADD, 0, 1), DType.FLOAT64, shape(7), y);
        graph.addRoot(add(new Op.Reshape(), DType.FLOAT64, shape(7, 1), z));
        new GraphChecks("rule Example", graph).check();
    }

    @Test
    void shouldCatchAUserBeforeItsInput() {
        add(new Op.Elementwise(ElementOp.ABS), DType.FLOAT64, shape(3), 1);
        var thrown =
                assertThrows(
                        VerificationException.class,
                        () -> new GraphChecks("rule Example", graph).check());
        assertTrue(
                thrown.getMessage()
                        .contains("#0 = ABS float64(3,) uses #1, which does not come before it"),
                thrown.getMessage());
    }

    @Test
    void shouldCatchAnElementwiseShapeThatIsNoBroadcast() {
        add(new Op.Elementwise(ElementOp.ADD), DType.FLOAT64, shape(4, 5), data(4, 1), data(6));
        catches("ADD float64(4, 5) should have shape (4, 6)");
    }

    @Test
    void shouldCatchAViewThatLeavesItsInput() {
        add(
                new Op.Viewed(new View(new int[] {0}, new long[] {-2}, new long[] {5})),
                DType.FLOAT64,
                shape(4),
                data(6));
        catches("leaves its input, at axis 0 from -1 to 5");
    }

    @Test
    void shouldCatchAViewThatWalksAnAxisTwice() {
        add(
                new Op.Viewed(new View(new int[] {0, 0}, new long[] {1, 1}, new long[] {0})),
                DType.FLOAT64,
                shape(2, 2),
                data(6));
        catches("walks an axis twice");
    }

    @Test
    void shouldCatchAViewOfAnotherRank() {
        add(new Op.Viewed(View.identity(1)), DType.FLOAT64, shape(2, 2), data(2, 2));
        catches("a view of other ranks");
    }

    @Test
    void shouldCatchAChangedDtype() {
        add(new Op.Viewed(View.identity(1)), DType.FLOAT32, shape(6), data(6));
        catches("has an input of another dtype, data float64(6,)");
    }

    @Test
    void shouldCatchAReshapeOfAnotherSize() {
        add(new Op.Reshape(), DType.FLOAT64, shape(2, 2), data(6));
        catches("another number of elements than its input, data float64(6,)");
    }

    @Test
    void shouldCatchAReductionOfAnotherShape() {
        add(new Op.Reduce(FoldOp.ADD, 0, 1), DType.FLOAT64, shape(4), data(4, 6));
        catches("should have shape (6,)");
    }

    @Test
    void shouldCatchFoldedAxesThatAreNotThere() {
        add(new Op.Reduce(FoldOp.ADD, 1, 3), DType.FLOAT64, shape(4), data(4, 6));
        catches("folds axes 1 to 3");
    }

    @Test
    void shouldCatchAProductOfLengthsThatDiffer() {
        add(new Op.Product(), DType.FLOAT64, shape(4, 2), data(4, 6), data(5, 2));
        catches("inner lengths that differ");
    }

    @Test
    void shouldCatchAProductOverOtherBatches() {
        add(new Op.Product(), DType.FLOAT64, shape(3, 4, 2), data(3, 4, 6), data(1, 6, 2));
        catches("over other batches");
    }

    @Test
    void shouldCatchAProductOfAnotherShape() {
        add(new Op.Product(), DType.FLOAT64, shape(2, 4), data(4, 6), data(6, 2));
        catches("should have shape (4, 2)");
    }

    @Test
    void shouldCatchTilesOfWhatIsNoMatrix() {
        add(new Op.TileFold(FoldOp.ADD), DType.FLOAT64, shape(), data(4, 6, 2));
        catches("other than a matrix");
    }

    @Test
    void shouldCatchMomentsOfAnotherDtype() {
        add(new Op.TileMoments(), DType.FLOAT32, shape(2), data(4, 6));
        catches("moments of another dtype");
    }

    @Test
    void shouldCatchAJoinThatDoesNotAddUp() {
        add(new Op.Concat(0), DType.FLOAT64, shape(9, 2), data(4, 2), data(4, 2));
        catches("should have shape (8, 2)");
    }

    @Test
    void shouldCatchAGridOfAnotherShape() {
        add(new Op.Rechunk(ChunkGrid.whole(5)), DType.FLOAT64, shape(6), data(6));
        catches("should have shape (5,)");
    }

    @Test
    void shouldCatchDataWithoutAGrid() {
        graph.add(new PlanGraph.Node(new Op.Data(), DType.FLOAT64, shape(3), new int[0], 0, null));
        catches("has no grid");
    }

    @Test
    void shouldCatchAFillWithoutAnOperand() {
        graph.add(
                new PlanGraph.Node(new Op.Fill(1), DType.FLOAT64, shape(3), new int[0], -1, null));
        catches("no operand to take its data or parameters from");
    }

    @Test
    void shouldCatchAChunkFunctionThatChangesAnotherAxisThanItsOwn() {
        add(new Op.Chunked(new Sort(1)), DType.FLOAT64, shape(5, 6), data(4, 6));
        catches("should have shape (4, 6)");
    }

    @Test
    void shouldCatchALostOrChangedRoot() {
        graph.addRoot(data(3));
        var lost = new PlanGraph();
        lost.add(graph.node(0));
        var thrown =
                assertThrows(
                        VerificationException.class,
                        () -> new GraphChecks("rule Loses", lost).checkRewritten(graph));
        assertTrue(
                thrown.getMessage().contains("after rule Loses: the graph has 0 roots, but had 1"),
                thrown.getMessage());
        var changed = new PlanGraph();
        changed.addRoot(
                changed.add(
                        new PlanGraph.Node(
                                new Op.Data(),
                                DType.FLOAT64,
                                shape(4),
                                new int[0],
                                0,
                                ChunkGrid.whole(4))));
        thrown =
                assertThrows(
                        VerificationException.class,
                        () -> new GraphChecks("rule Changes", changed).checkRewritten(graph));
        assertTrue(
                thrown.getMessage().contains("root #0 = data float64(4,) was data float64(3,)"),
                thrown.getMessage());
    }
}
