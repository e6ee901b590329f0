package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The form of the operands that shaping, joining and indexing make, and their errors. */
class ShapingTest {
    private static Operand data(long... shape) {
        return Values.longs(new long[(int) Shapes.size(shape)], shape);
    }

    private static String view(Operand x) {
        return assertInstanceOf(Op.Viewed.class, x.op()).view().toString();
    }

    @Test
    void shouldMakeOneViewOfManyViews() {
        Operand x = data(4, 6);
        Operand y = Shaping.flip(Shaping.transpose(Indexing.get(x, Slice.parse("1:, ::2"))), 0);
        assertSame(x, y.input(0));
        assertEquals("[axis1*-2, axis0] from [1, 4]", view(y));
        assertArrayEquals(new long[] {3, 3}, y.shape());
    }

    @Test
    void shouldAnswerTheInputWhenViewsCancelOut() {
        Operand x = data(4, 6);
        assertSame(x, Shaping.transpose(Shaping.transpose(x)));
        assertSame(x, Shaping.flip(Shaping.flip(x)));
        assertSame(x, Shaping.reshape(Shaping.reshape(x, 8, 3), 4, 6));
        assertSame(x, Shaping.squeeze(Shaping.expandDims(x, 0, -1)));
        assertSame(x, Indexing.get(x, Slice.ELLIPSIS));
        assertSame(x, Shaping.roll(x, 6, 1));
        assertSame(x, Joining.concatenate(0, x));
    }

    @Test
    void shouldNotComposeBehindAStoredView() {
        Operand turned = Shaping.transpose(data(4, 6));
        Values.run(turned);
        assertSame(turned, Shaping.flip(turned).input(0));
    }

    @Test
    void shouldReshapeByAViewWhenOnlyAxesOfLengthOneChange() {
        Operand x = data(4, 6);
        assertEquals("[axis0, new, axis1] from [0, 0]", view(Shaping.reshape(x, 4, 1, 6)));
    }

    @Test
    void shouldMergeReshapes() {
        Operand x = data(4, 6);
        Operand y = Shaping.reshape(Shaping.expandDims(Shaping.reshape(x, 8, 3), 1), 3, 8);
        assertSame(x, y.input(0));
        assertInstanceOf(Op.Reshape.class, y.op());
    }

    @Test
    void shouldReshapeSourcesOfPositionsInPlace() {
        assertInstanceOf(Op.Iota.class, Shaping.reshape(Values.iota(12), 3, 4).op());
        assertInstanceOf(
                Op.Fill.class,
                Shaping.transpose(Shaping.broadcastTo(Promotion.scalar(DType.INT8, 3), 3, 4)).op());
    }

    @Test
    void shouldRollByConcatenatingTwoViews() {
        Operand x = data(5);
        Operand y = Shaping.roll(x, 2);
        assertEquals("concat int64(5,)", y.toString());
        assertEquals("[axis0] from [3]", view(y.input(0)));
        assertEquals("[axis0] from [0]", view(y.input(1)));
    }

    @Test
    void shouldPromoteWhatIsConcatenated() {
        Operand y =
                Joining.concatenate(
                        0,
                        Elementwise.cast(data(2), DType.INT8),
                        Elementwise.cast(data(2), DType.FLOAT32));
        assertEquals(DType.FLOAT32, y.dtype());
    }

    @Test
    void shouldReplaceAllByAViewOfTheValue() {
        Operand value = data(6);
        Operand y = Indexing.set(data(4, 6), new Slice[] {Slice.ELLIPSIS}, value);
        assertSame(value, y.input(0));
        assertEquals("[new, axis0] from [0]", view(y));
    }

    @Test
    void shouldNameBothSidesOfWhatDoesNotFit() {
        Operand x = data(4, 6);
        assertMessage(
                "cannot reshape (4, 6) of 24 elements to [5, 5] of 25 elements",
                () -> Shaping.reshape(x, 5, 5));
        assertMessage(
                "cannot reshape (4, 6) of 24 elements to [5, -1]: 24 is not a multiple of 5",
                () -> Shaping.reshape(x, 5, -1));
        assertMessage(
                "reshape to [-1, -1]: only one length can be -1", () -> Shaping.reshape(x, -1, -1));
        assertMessage(
                "cannot reshape (0,) of 0 elements to [0, -1]: 0 is not a multiple of 0",
                () -> Shaping.reshape(data(0), 0, -1));
        assertMessage(
                "squeeze: axis 1 of shape (4, 6) has length 6; only axes of length 1 can be"
                        + " dropped",
                () -> Shaping.squeeze(x, 1));
        assertMessage(
                "axis 2 is out of range for shape (4, 6) of rank 2", () -> Shaping.flip(x, 2));
        assertMessage(
                "permute: axis 0 of shape (4, 6) is named twice in [0, -2]",
                () -> Shaping.permute(x, 0, -2));
        assertMessage(
                "cannot broadcast (4, 6) to (3, 4, 1) of 12 elements",
                () -> Shaping.broadcastTo(x, 3, 4, 1));
        assertMessage(
                "concatenate along axis 0: shapes (4, 6) and (4, 5) differ in another axis or in"
                        + " rank",
                () -> Joining.concatenate(0, x, data(4, 5)));
        assertMessage(
                "stack: shapes (4, 6) and (6, 4) differ; all must be equal",
                () -> Joining.stack(0, x, data(6, 4)));
        assertMessage(
                "split: axis 1 of shape (4, 6) has length 6, which does not divide into 4 equal"
                        + " parts; arraySplit takes unequal ones",
                () -> Joining.split(x, 4, 1));
        assertMessage(
                "index -5 is out of range for axis 0 of length 4",
                () -> Indexing.get(x, Slice.at(-5)));
        assertMessage(
                "index [0, 0, 0] is for 3 axes, but shape (4, 6) has 2",
                () -> Indexing.get(x, Slice.at(0), Slice.at(0), Slice.at(0)));
        assertMessage(
                "index [..., 0, ...] has 2 ellipses; one at most has a meaning",
                () -> Indexing.get(x, Slice.ELLIPSIS, Slice.at(0), Slice.ELLIPSIS));
        assertMessage(
                "set: a value of shape (5,) does not broadcast to the selected shape (2, 6)",
                () -> Indexing.set(x, new Slice[] {Slice.to(2)}, data(5)));
        Operand mask = Elementwise.cast(data(6), DType.BOOL);
        assertMessage(
                "mask of shape (6,) does not fit a tensor of shape (4, 6); it must have the same"
                        + " lengths along the same or the leading axes",
                () -> Indexing.mask(x, mask));
        assertMessage(
                "pad: axis 0 of shape (0,) is empty, so there is nothing to copy; pad it with a"
                        + " constant",
                () -> Padding.edge(data(0), new long[] {1}, new long[] {0}));
        assertMessage(
                "repeat: 2 counts for axis 0 of shape (4, 6), which has length 4",
                () -> Shaping.repeat(x, new long[] {1, 2}, 0));
        assertEquals(
                "mask wants a mask of dtype bool, got int64",
                assertThrows(DTypeException.class, () -> Indexing.mask(x, x)).getMessage());
    }

    @Test
    void shouldNameTheIndexThatARunFindsOutOfRange() {
        Operand x = Values.iota(4, 6);
        Operand bad = Values.longs(new long[] {0, 6, -7}, 3);
        assertMessage(
                "index 6 is out of range for axis 1 of length 6",
                () -> Values.run(Indexing.take(x, bad, 1)));
        assertMessage(
                "index 6 is out of range for axis 0 of length 4",
                () -> Values.run(Indexing.take(x, bad, 0)));
        assertMessage(
                "index 6 is out of range for axis 0 of length 4",
                () -> Values.run(Indexing.gather(x, bad, bad)));
        Operand rows = Values.longs(new long[] {0, 1, 2}, 3);
        assertMessage(
                "index 6 is out of range for axis 1 of length 6",
                () -> Values.run(Indexing.gather(x, rows, bad)));
        Operand mask = Elementwise.less(x, Promotion.scalar(DType.INT64, 5));
        assertMessage(
                "cannot set 5 places where the mask of shape (4, 6) is true from values of shape"
                        + " (3,)",
                () -> Values.run(Indexing.set(x, mask, rows)));
    }

    private static void assertMessage(String message, Executable code) {
        assertEquals(message, assertThrows(ShapeException.class, code).getMessage());
    }
}
