package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.util.List;

/**
 * Quantiles of every line along an axis, which becomes as long as there are fractions. The linear
 * method (Hyndman and Fan's seventh) in NumPy's own steps, so that the bits are NumPy's: {@code a +
 * (b - a) * t} below t = 0.5, {@code b - (b - a) * (1 - t)} from there on; hence, as in NumPy, a
 * quantile that lands on an infinity may be NaN. Differences of integers are exact where NumPy's
 * wrap.
 *
 * <p>The output is float32 or float64, which is also the precision of the interpolation. A line
 * with a NaN gives NaN, unless NaNs are ignored.
 *
 * @param fractions from 0 to 1
 */
public record Quantile(List<Double> fractions, int axis, boolean ignoreNan)
        implements ChunkFunction {
    public Quantile {
        fractions = List.copyOf(fractions);
    }

    @Override
    public String name() {
        return ignoreNan ? "nanquantile" : "quantile";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    /** Throws {@link ShapeException} if lines of this shape have no elements. */
    public void requireElements(long[] shape) {
        if (shape[axis] == 0 && !ignoreNan) {
            throw new ShapeException(
                    "a quantile of nothing: axis "
                            + axis
                            + " of shape "
                            + Shapes.text(shape)
                            + " has no elements");
        }
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return RunSort.bytes(Lines.of(inputs[0], axis));
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        Lines lines = Lines.of(input.shape(), axis);
        if (lines.count() > 0) {
            requireElements(input.shape());
        }
        int count = fractions.size();
        SortedLines.visit(
                call,
                input,
                lines,
                (o, k, line) -> {
                    long numbers = line.numbers(input.dtype());
                    long n = ignoreNan || numbers == line.length() ? numbers : 0;
                    for (int f = 0; f < count; f++) {
                        long at = (o * count + f) * lines.inner() + k;
                        double fraction = fractions.get(f);
                        if (output.dtype() == DType.FLOAT32) {
                            output.segment()
                                    .setAtIndex(JAVA_FLOAT, at, ofFloats(line, n, fraction));
                        } else {
                            output.segment()
                                    .setAtIndex(
                                            JAVA_DOUBLE,
                                            at,
                                            ofDoubles(input.dtype(), line, n, fraction));
                        }
                    }
                });
    }

    private static float ofFloats(SortedLines.Line line, long n, double fraction) {
        if (n == 0) {
            return Float.NaN;
        }
        double virtual = (n - 1) * fraction;
        long previous = previous(virtual, n);
        double t = virtual - previous;
        float a = Keys.toFloat(line.key(index(previous, n)));
        float b = Keys.toFloat(line.key(index(previous < 0 ? -1 : previous + 1, n)));
        float difference = b - a;
        return t >= 0.5 ? b - difference * (float) (1 - t) : a + difference * (float) t;
    }

    private static double ofDoubles(DType dtype, SortedLines.Line line, long n, double fraction) {
        if (n == 0) {
            return Double.NaN;
        }
        double virtual = (n - 1) * fraction;
        long previous = previous(virtual, n);
        double t = virtual - previous;
        long keyA = line.key(index(previous, n));
        long keyB = line.key(index(previous < 0 ? -1 : previous + 1, n));
        double a = Keys.toDouble(dtype, keyA);
        double b = Keys.toDouble(dtype, keyB);
        double difference = difference(dtype, keyA, keyB, a, b);
        return t >= 0.5 ? b - difference * (1 - t) : a + difference * t;
    }

    /** b - a in the input's own arithmetic. */
    private static double difference(DType dtype, long keyA, long keyB, double a, double b) {
        return switch (dtype) {
            case FLOAT64 -> b - a;
            case FLOAT32 -> Keys.toFloat(keyB) - Keys.toFloat(keyA);
            // sorted, so the exact difference is not negative and fits 64 unsigned bits
            default -> Keys.unsignedToDouble(keyB - keyA);
        };
    }

    /** -1, as NumPy says it, for the last element: the weight t counts from there too. */
    private static long previous(double virtual, long n) {
        return virtual >= n - 1 ? -1 : (long) virtual;
    }

    private static long index(long index, long n) {
        return index < 0 ? n + index : index;
    }
}
