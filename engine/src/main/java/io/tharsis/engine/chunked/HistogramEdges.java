package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tharsis.DType;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * The {@code bins + 1} edges of equal bins, from the smallest to the largest element or over a
 * given range, by NumPy's linspace: {@code first + i * (step)}, the last edge exact. Float32 for
 * float32, else float64. An empty input has the range 0 to 1; a range of one value is widened by a
 * half on either side.
 *
 * @param range null for the range of the data
 * @param shape of the data, for messages; the input is its smallest and its largest element, or
 *     empty if there are none or they are not needed
 */
public record HistogramEdges(int bins, Range range, String shape) implements ChunkFunction {
    /** The outer edges; finite and not descending. */
    public record Range(double first, double last) {}

    @Override
    public String name() {
        return "histogramEdges";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        boolean floats = output.dtype() == DType.FLOAT32;
        boolean ofData = range == null && input.size() > 0;
        Range outer = ofData ? rangeOf(input) : range == null ? new Range(0, 1) : range;
        if (outer.first == outer.last) {
            outer =
                    floats && ofData
                            ? new Range((float) outer.first - 0.5f, (float) outer.last + 0.5f)
                            : new Range(outer.first - 0.5, outer.last + 0.5);
        }
        // NumPy computes a float32 tensor's own range in float32, a given one in float64
        if (floats && ofData) {
            floatEdges((float) outer.first, (float) outer.last, output.segment());
        } else {
            doubleEdges(outer.first, outer.last, output);
        }
        requireAscending(output, outer);
    }

    private Range rangeOf(Block input) {
        double first = Doubles.at(input.dtype(), input.segment(), 0);
        double last = Doubles.at(input.dtype(), input.segment(), 1);
        if (!Double.isFinite(first) || !Double.isFinite(last)) {
            throw new TharsisException(
                    "the elements of shape "
                            + shape
                            + " have the range ["
                            + first
                            + ", "
                            + last
                            + "], which is not finite; give the histogram a range");
        }
        return new Range(first, last);
    }

    private void floatEdges(float first, float last, MemorySegment edges) {
        float delta = last - first;
        float step = delta / bins;
        for (int i = 0; i < bins; i++) {
            float offset = step == 0 ? (float) i / bins * delta : i * step;
            edges.setAtIndex(JAVA_FLOAT, i, offset + first);
        }
        edges.setAtIndex(JAVA_FLOAT, bins, last);
    }

    private void doubleEdges(double first, double last, Block edges) {
        double delta = last - first;
        double step = delta / bins;
        for (int i = 0; i <= bins; i++) {
            double offset = step == 0 ? (double) i / bins * delta : i * step;
            double edge = i == bins ? last : offset + first;
            if (edges.dtype() == DType.FLOAT32) {
                edges.segment().setAtIndex(JAVA_FLOAT, i, (float) edge);
            } else {
                edges.segment().setAtIndex(JAVA_DOUBLE, i, edge);
            }
        }
    }

    private void requireAscending(Block edges, Range outer) {
        double[] values = new double[bins + 1];
        Doubles.load(edges.dtype(), edges.segment(), 0, bins + 1, values);
        for (int i = 0; i < bins; i++) {
            if (values[i] >= values[i + 1]) {
                throw new TharsisException(
                        "too many bins for the range: "
                                + edges.dtype()
                                + " cannot tell "
                                + bins
                                + " bins from "
                                + outer.first
                                + " to "
                                + outer.last
                                + " apart; use fewer");
            }
        }
    }
}
