package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.ir.Ops.FoldOp;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The order in which axes are folded, and that short folds written out have the bits of folds. */
class FoldsTest {
    private static final int[] ALL = {};

    /** The folds of a graph from the last to the first, as {@code ADD[from,to) of shape}. */
    private static List<String> folds(Operand x) {
        List<String> folds = new ArrayList<>();
        for (Operand o = x; ; o = o.input(0)) {
            if (o.op() instanceof Op.Reduce(FoldOp op, int from, int to)) {
                folds.add(op + "[" + from + "," + to + ") of " + Shapes.text(o.input(0).shape()));
            }
            if (o.inputCount() == 0) {
                return folds;
            }
        }
    }

    private static Operand source(long... shape) {
        return new Operand(new Op.RandomBits(1, 2), DType.UINT64, shape);
    }

    private static List<String> foldsOfSum(long[] shape, int... axes) {
        return folds(Reductions.sum(source(shape), axes, false));
    }

    @Test
    void shouldFoldOneAxisAtOnce() {
        assertEquals(List.of("ADD[0,1) of (1000,)"), foldsOfSum(new long[] {1000}));
        assertEquals(List.of("ADD[1,2) of (5, 40, 6)"), foldsOfSum(new long[] {5, 40, 6}, 1));
    }

    @Test
    void shouldMergeNeighboursUntilABlockIsFull() {
        assertEquals(List.of("ADD[0,3) of (40, 30, 10)"), foldsOfSum(new long[] {40, 30, 10}));
        assertEquals(
                List.of("ADD[0,1) of (40,)", "ADD[1,2) of (40, 1000)"),
                foldsOfSum(new long[] {40, 1000}));
        assertEquals(
                List.of("ADD[0,1) of (20,)", "ADD[1,4) of (20, 30, 20, 10)"),
                foldsOfSum(new long[] {20, 30, 20, 10}));
        assertEquals(List.of("ADD[0,2) of (1000000, 2)"), foldsOfSum(new long[] {1000000, 2}));
    }

    @Test
    void shouldFoldGroupsInnermostFirst() {
        assertEquals(
                List.of("ADD[0,1) of (40, 50)", "ADD[2,3) of (40, 50, 60)"),
                foldsOfSum(new long[] {40, 50, 60}, 0, 2));
    }

    @Test
    void shouldLookPastAxesOfLengthOne() {
        assertEquals(List.of("ADD[0,1) of (40,)"), foldsOfSum(new long[] {1, 40, 1}, 1));
        assertEquals(List.of("ADD[0,2) of (40, 30)"), foldsOfSum(new long[] {40, 1, 30, 1}, 0, 2));
        assertEquals(List.of(), foldsOfSum(new long[] {1, 40, 1}, 0, 2));
    }

    @Test
    void shouldWriteShortAxesOutAsOneTree() {
        Operand pairs = Elementwise.square(Elementwise.cast(source(1000, 2), DType.FLOAT64));
        Operand sum = Reductions.sum(pairs, new int[] {1}, false);
        assertEquals(new Op.Elementwise(ElementOp.ADD), sum.op());
        assertArrayEquals(new long[] {1000}, sum.shape());
        assertEquals("[axis0] from [0, 0]", ((Op.Viewed) sum.input(0).op()).view().toString());
        assertEquals("[axis0] from [0, 1]", ((Op.Viewed) sum.input(1).op()).view().toString());
        assertEquals(pairs, sum.input(0).input(0));
        assertEquals(pairs, sum.input(1).input(0));
    }

    @Test
    void shouldGiveShortAxesTheBitsOfFolds() {
        long seed = Long.getLong("seed", 71);
        System.out.println("FoldsTest seed " + seed);
        var random = new Random(seed);
        for (int length = 1; length <= ShortReduction.LONGEST; length++) {
            for (long[] shape : new long[][] {{7, length}, {length}, {3, length, 5}, {length, 4}}) {
                double[] values =
                        random.doubles(Shapes.size(shape), -1e9, 1e9).map(v -> v * v * v).toArray();
                Operand x = Values.doubles(values, shape);
                int axis =
                        shape.length == 1
                                        || shape[0] == length && shape.length == 2 && shape[1] == 4
                                ? 0
                                : 1;
                long[] kept =
                        shape.length == 1
                                ? new long[0]
                                : axis == 0 ? new long[] {4} : removeAxis1(shape);
                for (FoldOp op : List.of(FoldOp.ADD, FoldOp.MUL, FoldOp.MIN, FoldOp.MAX)) {
                    Operand fold =
                            new Operand(new Op.Reduce(op, axis, axis + 1), DType.FLOAT64, kept, x);
                    Operand tree = ShortReduction.reduce(op, x, axis, axis + 1);
                    assertArrayEquals(kept, tree.shape());
                    assertArrayEquals(
                            Values.doublesOf(fold),
                            Values.doublesOf(tree),
                            0,
                            op + " over " + Shapes.text(shape));
                }
            }
        }
    }

    @Test
    void shouldStopWritingOutWhatGrowsTooLarge() {
        Operand x = Elementwise.cast(source(8, 8, 8, 8, 8), DType.FLOAT64);
        Operand sum = x;
        while (sum.rank() > 0) {
            sum = Reductions.sum(sum, new int[] {-1}, false);
        }
        assertEquals(List.of("ADD[2,3) of (8, 8, 8)"), folds(sum));
    }

    @Test
    void shouldWeighAlongTheAxesNamed() {
        Operand x = Values.iota(2, 3, 4);
        Operand weights = Values.longs(new long[] {1, 2, 0, 1, 5, 3, 1, 1}, 4, 2);
        Operand average = Reductions.average(x, weights, new int[] {2, 0}, false);
        assertEquals(DType.FLOAT64, average.dtype());
        assertArrayEquals(
                new double[] {107.0 / 14, 163.0 / 14, 219.0 / 14},
                Values.doublesOf(average),
                1e-14);
        assertMessage(
                "average: weights of shape (4, 2) for a tensor of shape (2, 3, 4) over axes [0, 2];"
                        + " they must have its shape, or the lengths of the axes named",
                () -> Reductions.average(x, weights, new int[] {0, 2}, false));
    }

    private static long[] removeAxis1(long... shape) {
        return shape.length == 2 ? new long[] {shape[0]} : new long[] {shape[0], shape[2]};
    }

    @Test
    void shouldSumManyShapesExactlyInIntegers() {
        for (long[] shape :
                new long[][] {{3, 700}, {20, 1, 30}, {600, 2}, {2, 600}, {9, 1, 1, 70, 2}}) {
            long size = Shapes.size(shape);
            Operand x = Values.iota(shape);
            assertArrayEquals(
                    new long[] {size * (size - 1) / 2},
                    Values.longsOf(Reductions.sum(x, ALL, false)));
        }
    }

    @Test
    void shouldOrderUnsignedLongsAboveTheSignedOnes() {
        long[] values = new long[20];
        Arrays.setAll(values, i -> i - 10);
        Operand x = Elementwise.cast(Values.longs(values, 20), DType.UINT64);
        assertArrayEquals(new long[] {-1}, Values.longsOf(Reductions.max(x, ALL, false)));
        assertArrayEquals(new long[] {0}, Values.longsOf(Reductions.min(x, ALL, false)));
    }

    @Test
    void shouldRefuseBadAxesAndExtremesOfNothing() {
        Operand x = Values.iota(2, 0, 3);
        assertMessage(
                "axis 3 is out of range for shape (2, 0, 3) of rank 3",
                () -> Reductions.sum(x, new int[] {3}, false));
        assertMessage(
                "sum: axis 1 of shape (2, 0, 3) is named twice in [1, -2]",
                () -> Reductions.sum(x, new int[] {1, -2}, false));
        assertMessage(
                "zero-size array to reduction operation minimum which has no identity: shape (2, 0,"
                        + " 3) over axes [1]",
                () -> Reductions.min(x, new int[] {1}, false));
        Operand masked =
                Indexing.mask(Values.iota(3), Elementwise.less(Values.iota(3), Values.iota(3)));
        assertMessage(
                "sum needs the shape of its argument, but a length of (?,) is known only when run;"
                        + " execute() it first",
                () -> Reductions.sum(masked, ALL, false));
    }

    private static void assertMessage(
            String message, org.junit.jupiter.api.function.Executable code) {
        assertEquals(message, assertThrows(ShapeException.class, code).getMessage());
    }

    @Test
    void shouldKeepSoftmaxFiniteAndSummingToOne() {
        Operand x = Values.doubles(new double[] {1000, 1001, 1002, -1000, 0, 1000}, 2, 3);
        Operand softmax = Reductions.softmax(x, -1);
        double[] p = Values.doublesOf(softmax);
        assertArrayEquals(
                new double[] {
                    0.09003057317038046, 0.24472847105479767, 0.6652409557748219, 0, 0, 1
                },
                p,
                1e-15);
        assertArrayEquals(
                new double[] {1002.4076059644444, 1000},
                Values.doublesOf(Reductions.logSumExp(x, new int[] {1}, false)),
                1e-12);
        Operand nothing =
                Values.doubles(
                        new double[] {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}, 2);
        assertArrayEquals(
                new double[] {Double.NEGATIVE_INFINITY},
                Values.doublesOf(Reductions.logSumExp(nothing, ALL, false)));
    }
}
