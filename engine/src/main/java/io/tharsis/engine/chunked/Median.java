package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The mean of the middle one or two elements of every line along an axis, which becomes 1 long.
 * Float32 for float32, else float64. A line with a NaN gives NaN, unless NaNs are ignored; a line
 * without elements gives NaN.
 */
public record Median(int axis, boolean ignoreNan) implements ChunkFunction {
    @Override
    public String name() {
        return ignoreNan ? "nanmedian" : "median";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
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
        SortedLines.visit(
                call,
                input,
                lines,
                (o, k, line) -> {
                    long at = o * lines.inner() + k;
                    if (output.dtype() == DType.FLOAT32) {
                        output.segment().setAtIndex(JAVA_FLOAT, at, ofFloats(line));
                    } else {
                        output.segment()
                                .setAtIndex(JAVA_DOUBLE, at, ofDoubles(input.dtype(), line));
                    }
                });
    }

    /** The number of elements that count; 0 if the answer is NaN. */
    private long numbers(DType dtype, SortedLines.Line line) {
        long numbers = line.numbers(dtype);
        return ignoreNan || numbers == line.length() ? numbers : 0;
    }

    private float ofFloats(SortedLines.Line line) {
        long n = numbers(DType.FLOAT32, line);
        if (n == 0) {
            return Float.NaN;
        }
        float high = Keys.toFloat(line.key(n / 2));
        // NumPy takes a mean, whose sum starts at 0.0: a middle of -0.0 gives 0.0
        return n % 2 == 1 ? 0.0f + high : (0.0f + Keys.toFloat(line.key(n / 2 - 1)) + high) / 2;
    }

    private double ofDoubles(DType dtype, SortedLines.Line line) {
        long n = numbers(dtype, line);
        if (n == 0) {
            return Double.NaN;
        }
        double high = Keys.toDouble(dtype, line.key(n / 2));
        return n % 2 == 1
                ? 0.0 + high
                : (0.0 + Keys.toDouble(dtype, line.key(n / 2 - 1)) + high) / 2;
    }
}
