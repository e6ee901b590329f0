package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Slices, indexing and shaping against Python and NumPy; see moving.py. */
class MovingGoldenTest {
    @Test
    void shouldWalkRangesAsPython() {
        Golden.lines("slices.txt")
                .forEach(
                        line -> {
                            var range = (Slice.Range) Slice.parse(line[0])[0];
                            long length = Long.parseLong(line[1]);
                            long first = range.first(length);
                            long[] walked =
                                    LongStream.range(0, range.count(length))
                                            .map(k -> first + k * range.step())
                                            .toArray();
                            assertArrayEquals(
                                    Values.numbers(line[2]),
                                    walked,
                                    () -> line[0] + " of length " + length);
                        });
    }

    @Test
    void shouldIndexAsNumPy() {
        Golden.lines("expressions.txt")
                .forEach(
                        line -> {
                            Operand x = Values.iota(Values.numbers(line[0]));
                            Slice[] slices = Slice.parse(line[1]);
                            if (line[2].equals("error")) {
                                assertThrows(
                                        ShapeException.class,
                                        () -> Indexing.get(x, slices),
                                        line[1]);
                                return;
                            }
                            check(Indexing.get(x, slices), line[2], line[3], line);
                        });
    }

    @Test
    void shouldSetAsNumPy() {
        Golden.lines("expressions.txt")
                .filter(line -> !line[2].equals("error"))
                .forEach(
                        line -> {
                            long[] shape = Values.numbers(line[0]);
                            long[] selected = Values.numbers(line[2]);
                            Operand value =
                                    Values.longs(
                                            LongStream.range(0, Shapes.size(selected))
                                                    .map(i -> -1 - i)
                                                    .toArray(),
                                            selected);
                            check(
                                    Indexing.set(Values.iota(shape), Slice.parse(line[1]), value),
                                    line[0],
                                    line[4],
                                    line);
                        });
    }

    @Test
    void shouldMoveElementsAsNumPy() {
        Golden.lines("moving.txt")
                .forEach(
                        line -> {
                            Operand x = Values.iota(Values.numbers(line[1]));
                            check(
                                    move(line[0], x, Values.numbers(line[2])),
                                    line[3],
                                    line[4],
                                    line);
                        });
    }

    private static void check(Operand result, String shape, String values, String... line) {
        long[] found = Values.longsOf(result);
        assertArrayEquals(
                Values.numbers(values),
                found,
                () -> String.join("|", line) + " gave " + Arrays.toString(found));
        boolean isMask = !Shapes.isKnown(result.shape());
        if (!isMask) {
            assertArrayEquals(Values.numbers(shape), result.shape(), () -> String.join("|", line));
        }
        assertEquals(DType.INT64, result.dtype());
    }

    private static Operand move(String name, Operand x, long... a) {
        return switch (name) {
            case "reshape" -> Shaping.reshape(x, a);
            case "permute" -> Shaping.permute(x, Values.ints(a));
            case "transpose" -> Shaping.transpose(x);
            case "ravel" -> Shaping.ravel(x);
            case "swapaxes" -> Shaping.swapaxes(x, (int) a[0], (int) a[1]);
            case "moveaxis" ->
                    Shaping.moveaxis(x, Values.ints(firstHalf(a)), Values.ints(secondHalf(a)));
            case "expandDims" -> Shaping.expandDims(x, Values.ints(a));
            case "squeeze" -> Shaping.squeeze(x, Values.ints(a));
            case "broadcastTo" -> Shaping.broadcastTo(x, a);
            case "flip" -> Shaping.flip(x, Values.ints(a));
            case "rollFlat" -> Shaping.roll(x, a[0]);
            case "roll" -> Shaping.roll(x, firstHalf(a), Values.ints(secondHalf(a)));
            case "tile" -> Shaping.tile(x, a);
            case "repeatFlat" -> Shaping.repeat(x, a[0]);
            case "repeat" -> Shaping.repeat(x, a[0], (int) a[1]);
            case "repeatEach" -> Shaping.repeat(x, rest(a), (int) a[0]);
            case "padConstant" ->
                    Padding.constant(
                            x, firstHalf(a), secondHalf(a), Promotion.scalar(DType.INT32, -5));
            case "padEdge" -> Padding.edge(x, firstHalf(a), secondHalf(a));
            case "padReflect" -> Padding.reflect(x, firstHalf(a), secondHalf(a));
            case "concatenate" -> Joining.concatenate((int) a[0], x, Shaping.flip(x, -1), x);
            case "stack" -> Joining.stack((int) a[0], x, Shaping.flip(x, -1));
            case "hstack" -> Joining.hstack(x, x);
            case "vstack" -> Joining.vstack(x, x);
            case "arraySplit" ->
                    joinReversed(Joining.arraySplit(x, (int) a[0], (int) a[1]), (int) a[1]);
            case "splitAt" -> joinReversed(Joining.split(x, rest(a), (int) a[0]), (int) a[0]);
            case "take" -> Indexing.take(x, Values.longs(rest(a), a.length - 1), (int) a[0]);
            case "takeSquare" ->
                    Indexing.take(x, Values.longs(rest(a), 2, (a.length - 1) / 2), (int) a[0]);
            case "takeFlat" -> Indexing.take(x, Values.longs(a, a.length));
            case "takeAlongAxis" -> Indexing.takeAlongAxis(x, positions(x, (int) a[0]), (int) a[0]);
            case "gather" -> Indexing.gather(x, line(firstHalf(a)), line(secondHalf(a)));
            case "gatherOuter" ->
                    Indexing.gather(
                            x, Shaping.expandDims(line(firstHalf(a)), 1), line(secondHalf(a)));
            case "gatherMiddle" ->
                    Indexing.gather(x, new int[] {1, 2}, line(firstHalf(a)), line(secondHalf(a)));
            case "gatherApart" ->
                    Indexing.gather(x, new int[] {0, 2}, line(firstHalf(a)), line(secondHalf(a)));
            case "mask" -> Indexing.mask(x, notOneModThree(x));
            case "maskRows" -> Indexing.mask(x, notOneModThree(Values.iota(x.shape()[0])));
            case "setMask" -> Indexing.set(x, notOneModThree(x), Promotion.scalar(DType.INT8, -7));
            case "setMaskInOrder" ->
                    Indexing.set(x, notOneModThree(x), descending(countNotOneModThree(x)));
            case "setMaskRows" ->
                    Indexing.set(
                            x, notOneModThree(Values.iota(x.shape()[0])), descending(x.shape()[1]));
            default -> throw new AssertionError("no case for " + name);
        };
    }

    private static Operand joinReversed(List<Operand> parts, int axis) {
        return Joining.concatenate(axis, parts.reversed().toArray(Operand[]::new));
    }

    private static Operand notOneModThree(Operand x) {
        Operand three = Promotion.scalar(DType.INT64, 3);
        return Elementwise.notEqual(Elementwise.mod(x, three), Promotion.scalar(DType.INT64, 1));
    }

    private static long countNotOneModThree(Operand x) {
        return LongStream.range(0, Shapes.size(x.shape())).filter(i -> i % 3 != 1).count();
    }

    private static Operand descending(long count) {
        return Values.longs(LongStream.range(0, count).map(i -> -1 - i).toArray(), count);
    }

    private static Operand positions(Operand x, int axis) {
        long[] shape = x.shape().clone();
        int along = Shapes.axis(axis, shape);
        long length = shape[along];
        shape[along] = 3;
        long[] values =
                LongStream.range(0, Shapes.size(shape))
                        .map(i -> i * 7 % length)
                        .map(p -> p - length * (p % 2))
                        .toArray();
        return Values.longs(values, shape);
    }

    private static Operand line(long... values) {
        return Values.longs(values, values.length);
    }

    private static long[] firstHalf(long... a) {
        return Arrays.copyOf(a, a.length / 2);
    }

    private static long[] secondHalf(long... a) {
        return Arrays.copyOfRange(a, a.length / 2, a.length);
    }

    private static long[] rest(long... a) {
        return Arrays.copyOfRange(a, 1, a.length);
    }
}
