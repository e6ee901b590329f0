package io.tharsis.engine.chunked;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.functions.Statistics;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.Operand;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import java.lang.foreign.ValueLayout;

/** Bad input is named on the caller's line where shapes tell, else when run. */
class ChunkedErrorsTest {
    private static Operand zeros(DType dtype, long... shape) {
        Block block = FakeCall.block(dtype, shape);
        block.segment().fill((byte) 0);
        return FakeCall.data(block);
    }

    private static <T extends TharsisException> void fails(
            Class<T> type, Executable call, String... words) {
        T error = assertThrows(type, call);
        for (String word : words) {
            assertTrue(
                    error.getMessage().contains(word),
                    () -> error.getMessage() + " should name " + word);
        }
    }

    @Test
    void shouldNameShapeAndAxisOfAnEmptyArgmax() {
        Operand empty = zeros(DType.FLOAT64, 2, 0, 3);
        String complaint = "attempt to get argmax of an empty sequence";
        fails(
                ShapeException.class,
                () -> Searching.argmax(empty, -2, false),
                complaint,
                "(2, 0, 3)",
                "axis 1");
        String nanComplaint = "attempt to get nanArgmin of an empty sequence";
        fails(
                ShapeException.class,
                () -> Searching.nanArgmin(empty, -2, false),
                nanComplaint,
                "(2, 0, 3)",
                "axis 1");
    }

    @Test
    void shouldNameShapeAndAxisOfALineOfNothingButNaNs() {
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Block block = FakeCall.block(dtype, 2, 3, 2);
            for (int i = 0; i < 12; i++) {
                // NaNs alone: one line along axis 1, two along axis 0
                double value = i % 2 == 1 && i != 3 ? Double.NaN : i;
                switch (dtype) {
                    case FLOAT32 ->
                            block.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
                    default -> block.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
                }
            }
            Operand x = FakeCall.data(block);
            String complaint = "All-NaN slice encountered";
            Operand alongRows = Searching.nanArgmax(x, 1, false);
            fails(
                    TharsisException.class,
                    () -> FakeCall.evaluate(alongRows),
                    "nanArgmax",
                    complaint,
                    "axis 1",
                    "(2, 3, 2)");
            Operand down = Searching.nanArgmin(x, -3, true);
            fails(
                    TharsisException.class,
                    () -> FakeCall.evaluate(down),
                    "nanArgmin",
                    complaint,
                    "axis 0",
                    "(2, 3, 2)");
        }
    }

    @Test
    void shouldNameTheShapeThatLacksTheAxis() {
        Operand x = zeros(DType.FLOAT64, 2, 3);
        fails(ShapeException.class, () -> Sorting.sort(x, 2), "axis 2", "(2, 3)");
        fails(ShapeException.class, () -> Sorting.argsort(x, -3), "axis -3", "(2, 3)");
    }

    @Test
    void shouldRejectDtypesThatDoNotGoTogether() {
        Operand floats = zeros(DType.FLOAT64, 3);
        fails(
                DTypeException.class,
                () -> Searching.searchSorted(floats, zeros(DType.INT32, 3), false),
                "int32",
                "float64");
        fails(DTypeException.class, () -> Statistics.bincount(floats, null, 0), "float64");
        fails(
                DTypeException.class,
                () -> Statistics.quantile(zeros(DType.BOOL, 3), 0.5, 0, false),
                "bool");
    }

    @Test
    void shouldRejectWeightsOfAnotherShape() {
        Operand x = zeros(DType.INT64, 3);
        Operand weights = zeros(DType.FLOAT64, 4);
        fails(ShapeException.class, () -> Statistics.bincount(x, weights, 0), "(3,)", "(4,)");
        fails(
                ShapeException.class,
                () -> Statistics.histogram(x, 3, weights, false),
                "(3,)",
                "(4,)");
    }

    @Test
    void shouldRejectNegativeAndHugeIntegersInABincount() {
        for (long value : new long[] {-7, Long.MAX_VALUE}) {
            Block block = FakeCall.block(DType.INT64, 1);
            block.segment().set(ValueLayout.JAVA_LONG, 0, value);
            Operand x = FakeCall.data(block);
            Operand counts = Statistics.bincount(x, null, 0);
            fails(
                    TharsisException.class,
                    () -> FakeCall.evaluate(counts),
                    Long.toString(value),
                    "(1,)");
        }
    }

    @Test
    void shouldRejectAHistogramWithoutAFiniteRange() {
        Block block = FakeCall.block(DType.FLOAT64, 1);
        block.segment().set(ValueLayout.JAVA_DOUBLE, 0, Double.POSITIVE_INFINITY);
        Operand edges = Statistics.histogram(FakeCall.data(block), 3, null, false).edges();
        fails(TharsisException.class, () -> FakeCall.evaluate(edges), "not finite", "range");
    }
}
