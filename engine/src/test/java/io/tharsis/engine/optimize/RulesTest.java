package io.tharsis.engine.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tharsis.DType;
import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;

import org.junit.jupiter.api.Test;

/** Each rule alone, on graphs that it changes and graphs that it leaves alone. */
class RulesTest {
    private final PlanGraph graph = new PlanGraph();

    private int add(Op op, DType type, long[] shape, int... inputs) {
        boolean data = op instanceof Op.Data;
        return graph.add(
                new PlanGraph.Node(
                        op,
                        type,
                        shape,
                        inputs,
                        graph.size(),
                        data ? ChunkGrid.whole(shape) : null));
    }

    private int data(long... shape) {
        return add(new Op.Data(), DType.FLOAT64, shape);
    }

    private int apply(ElementFunction function, int... inputs) {
        long[] shape = Shapes.SCALAR;
        for (int input : inputs) {
            shape = Shapes.broadcast(shape, graph.node(input).shape());
        }
        return add(new Op.Elementwise(function), DType.FLOAT64, shape, inputs);
    }

    private int view(int input, View view, long... shape) {
        return add(new Op.Viewed(view), graph.node(input).dtype(), shape, input);
    }

    private int reshape(int input, long... shape) {
        return add(new Op.Reshape(), graph.node(input).dtype(), shape, input);
    }

    private static View slice(long offset, long step) {
        return new View(new int[] {0}, new long[] {step}, new long[] {offset});
    }

    private void gives(Rule rule, String expected) {
        String before = graph.toString();
        PlanGraph after = rule.apply(graph);
        assertEquals(expected.strip(), after.toString().strip());
        assertEquals(before, graph.toString(), "a rule must not change its input");
        assertSame(after, rule.apply(after), "a rule leaves nothing for itself to do");
    }

    private void leavesAlone(Rule rule) {
        assertSame(graph, rule.apply(graph));
    }

    @Test
    void shouldComposeAViewOfAView() {
        graph.addRoot(view(view(data(100), slice(10, 2), 40), slice(39, -3), 13));
        gives(
                new ComposeViews(),
                """
                  #0 = data float64(100,)  chunks (100)
                  #1 = view float64(13,) of #0  [axis0*-6] from [88]  <- root
                """);
    }

    @Test
    void shouldDropViewsThatChangeNothing() {
        int x = data(4, 5);
        View turn = new View(new int[] {1, 0}, new long[] {1, 1}, new long[] {0, 0});
        graph.addRoot(apply(ElementOp.SQRT, view(view(x, turn, 5, 4), turn, 4, 5)));
        graph.addRoot(view(x, View.identity(2), 4, 5));
        gives(
                new ComposeViews(),
                """
                  #0 = data float64(4, 5)  chunks (4, 5)  <- root
                  #1 = SQRT float64(4, 5) of #0  <- root
                """);
    }

    @Test
    void shouldKeepAViewThatCutsOrTurns() {
        graph.addRoot(view(data(100), View.identity(1), 50));
        graph.addRoot(
                view(
                        data(4, 4),
                        new View(new int[] {1, 0}, new long[] {1, 1}, new long[] {0, 0}),
                        4,
                        4));
        leavesAlone(new ComposeViews());
    }

    @Test
    void shouldMakeAViewOfEqualNumbersFewerOfThem() {
        int one = add(new Op.Fill(1), DType.INT64, new long[] {10});
        graph.addRoot(view(one, slice(0, 3), 4));
        gives(new ComposeViews(), "  #0 = fill int64(4,)  <- root");
    }

    @Test
    void shouldPushAReshapeThroughElementwiseFunctionsToTheirData() {
        int x = data(6);
        int two = add(new Op.Fill(2), DType.FLOAT64, Shapes.SCALAR);
        graph.addRoot(reshape(apply(ElementOp.ADD, apply(ElementOp.MULTIPLY, x, two), x), 2, 3));
        gives(
                new PushReshapeDown(),
                """
                  #0 = data float64(6,)  chunks (6)
                  #1 = fill float64()
                  #2 = reshape float64(2, 3) of #0
                  #3 = MULTIPLY float64(2, 3) of #2, #1
                  #4 = ADD float64(2, 3) of #3, #2  <- root
                """);
    }

    @Test
    void shouldPushAReshapeIntoSources() {
        int position = add(new Op.Iota(), DType.INT64, new long[] {6});
        int bits = add(new Op.RandomBits(1, 2), DType.UINT64, new long[] {6});
        graph.addRoot(reshape(position, 3, 2));
        graph.addRoot(reshape(bits, 2, 3));
        gives(
                new PushReshapeDown(),
                """
                  #0 = iota int64(3, 2)  <- root
                  #1 = randomBits uint64(2, 3)  <- root
                """);
    }

    @Test
    void shouldMakeReshapesOfReshapesOneOrNone() {
        int x = data(6);
        int y = reshape(x, 2, 3);
        graph.addRoot(reshape(y, 3, 2));
        graph.addRoot(reshape(y, 6));
        gives(
                new PushReshapeDown(),
                """
                  #0 = data float64(6,)  chunks (6)  <- root
                  #1 = reshape float64(3, 2) of #0  <- root
                """);
    }

    @Test
    void shouldNotPushAReshapeThroughABroadcastOrAReduction() {
        int x = apply(ElementOp.ADD, data(2, 3), data(3));
        int sums =
                add(
                        new Op.Reduce(io.tharsis.kernels.ir.Ops.FoldOp.ADD, 0, 1),
                        DType.FLOAT64,
                        new long[] {4},
                        data(5, 4));
        graph.addRoot(reshape(x, 6));
        graph.addRoot(reshape(sums, 2, 2));
        leavesAlone(new PushReshapeDown());
    }

    @Test
    void shouldPushAReshapeThroughAVeryLongChain() {
        int x = data(6);
        for (int i = 0; i < 100_000; i++) {
            x = apply(ElementOp.NEGATIVE, x);
        }
        graph.addRoot(reshape(x, 2, 3));
        PlanGraph after = new PushReshapeDown().apply(graph);
        assertEquals(100_002, after.size());
        assertEquals("reshape float64(2, 3)", after.node(1).toString());
    }

    @Test
    void shouldMergeWhatDoesTheSameToTheSame() {
        int x = data(6);
        int a = apply(ElementOp.SQRT, apply(ElementOp.ABS, x));
        int b = apply(ElementOp.SQRT, apply(ElementOp.ABS, x));
        graph.addRoot(apply(ElementOp.ADD, a, b));
        graph.addRoot(add(new Op.Iota(), DType.INT64, new long[] {3}));
        graph.addRoot(add(new Op.Iota(), DType.INT64, new long[] {3}));
        gives(
                new MergeDuplicates(),
                """
                  #0 = data float64(6,)  chunks (6)
                  #1 = ABS float64(6,) of #0
                  #2 = SQRT float64(6,) of #1
                  #3 = ADD float64(6,) of #2, #2  <- root
                  #4 = iota int64(3,)  <- root
                """);
    }

    @Test
    void shouldNotMergeDataNumbersOrRandomStreamsThatAPlanDoesNotKnow() {
        long[] shape = {3};
        int a = apply(ElementOp.ADD, data(3), data(3));
        int b =
                apply(
                        ElementOp.ADD,
                        add(new Op.Fill(1), DType.FLOAT64, shape),
                        add(new Op.Fill(1), DType.FLOAT64, shape));
        graph.addRoot(apply(ElementOp.ADD, a, b));
        graph.addRoot(add(new Op.RandomBits(1, 1), DType.UINT64, shape));
        graph.addRoot(add(new Op.RandomBits(1, 1), DType.UINT64, shape));
        leavesAlone(new MergeDuplicates());
    }

    @Test
    void shouldDropWhatNoRootNeeds() {
        int x = data(6);
        apply(ElementOp.SQRT, apply(ElementOp.ABS, x));
        int y = data(6);
        graph.addRoot(apply(ElementOp.NEGATIVE, y));
        assertEquals(
                """
                  #0 = data float64(6,)  chunks (6)
                  #1 = NEGATIVE float64(6,) of #0  <- root
                """
                        .strip(),
                DropUnused.keepReachable(graph).toString().strip());
        assertEquals(y, DropUnused.keepReachable(graph).node(0).origin());
    }

    @Test
    void shouldKeepAGraphOfWhichAllIsNeeded() {
        graph.addRoot(apply(ElementOp.NEGATIVE, data(6)));
        assertSame(graph, DropUnused.keepReachable(graph));
    }
}
