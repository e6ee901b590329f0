package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Running sums or products along an axis, from its first element to its last, each step rounded to
 * the output's dtype: the bits NumPy gives. The output is int64, uint64, float32 or float64;
 * integers wrap around.
 */
public record Scan(Kind kind, int axis) implements ChunkFunction {
    /** What is accumulated. */
    public enum Kind {
        SUM,
        PRODUCT
    }

    /** Elements taken from a line at a time. */
    private static final int BLOCK = 4096;

    /** Strided lines worked together: a row of them is a run of whole cache lines. */
    private static final int COLUMNS = 512;

    @Override
    public String name() {
        return kind == Kind.SUM ? "cumsum" : "cumprod";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        Lines lines = Lines.of(input.shape(), axis);
        if (lines.length() == 0) {
            return;
        }
        int width = (int) Math.min(lines.inner(), COLUMNS);
        boolean contiguous = lines.inner() == 1;
        lines.forEachPanel(
                call,
                width,
                () ->
                        switch (output.dtype()) {
                            case FLOAT32 ->
                                    (o, k, count) -> {
                                        long start = o * lines.length() * lines.inner() + k;
                                        if (contiguous) {
                                            floatLine(
                                                    input.segment(),
                                                    output.segment(),
                                                    start,
                                                    lines.length());
                                        } else {
                                            floatRows(
                                                    input.segment(),
                                                    output.segment(),
                                                    start,
                                                    lines,
                                                    count);
                                        }
                                    };
                            case FLOAT64 ->
                                    (o, k, count) -> {
                                        long start = o * lines.length() * lines.inner() + k;
                                        if (contiguous) {
                                            doubleLine(
                                                    input.segment(),
                                                    output.segment(),
                                                    start,
                                                    lines.length());
                                        } else {
                                            doubleRows(
                                                    input.segment(),
                                                    output.segment(),
                                                    start,
                                                    lines,
                                                    count);
                                        }
                                    };
                            default -> {
                                long[] running = new long[width];
                                long[] block = new long[contiguous ? BLOCK : width];
                                yield (o, k, count) -> {
                                    long start = o * lines.length() * lines.inner() + k;
                                    if (contiguous) {
                                        longLine(
                                                input,
                                                output.segment(),
                                                start,
                                                lines.length(),
                                                block);
                                    } else {
                                        longRows(
                                                input,
                                                output.segment(),
                                                start,
                                                lines,
                                                count,
                                                running,
                                                block);
                                    }
                                };
                            }
                        });
    }

    private void floatLine(MemorySegment in, MemorySegment out, long start, long length) {
        float running = in.getAtIndex(JAVA_FLOAT, start);
        out.setAtIndex(JAVA_FLOAT, start, running);
        for (long i = start + 1; i < start + length; i++) {
            float x = in.getAtIndex(JAVA_FLOAT, i);
            running = kind == Kind.SUM ? running + x : running * x;
            out.setAtIndex(JAVA_FLOAT, i, running);
        }
    }

    private void doubleLine(MemorySegment in, MemorySegment out, long start, long length) {
        double running = in.getAtIndex(JAVA_DOUBLE, start);
        out.setAtIndex(JAVA_DOUBLE, start, running);
        for (long i = start + 1; i < start + length; i++) {
            double x = in.getAtIndex(JAVA_DOUBLE, i);
            running = kind == Kind.SUM ? running + x : running * x;
            out.setAtIndex(JAVA_DOUBLE, i, running);
        }
    }

    private void longLine(Block in, MemorySegment out, long start, long length, long[] block) {
        long running = kind == Kind.SUM ? 0 : 1;
        for (long done = 0; done < length; done += block.length) {
            int count = (int) Math.min(block.length, length - done);
            Integers.load(in.dtype(), in.segment(), start + done, count, block);
            for (int i = 0; i < count; i++) {
                running = kind == Kind.SUM ? running + block[i] : running * block[i];
                block[i] = running;
            }
            MemorySegment.copy(block, 0, out, JAVA_LONG, (start + done) * Long.BYTES, count);
        }
    }

    private void floatRows(
            MemorySegment in, MemorySegment out, long start, Lines lines, int count) {
        MemorySegment.copy(
                in, start * Float.BYTES, out, start * Float.BYTES, (long) count * Float.BYTES);
        for (long row = 1; row < lines.length(); row++) {
            long at = start + row * lines.inner();
            long above = at - lines.inner();
            for (int i = 0; i < count; i++) {
                float x = in.getAtIndex(JAVA_FLOAT, at + i);
                float running = out.getAtIndex(JAVA_FLOAT, above + i);
                out.setAtIndex(JAVA_FLOAT, at + i, kind == Kind.SUM ? running + x : running * x);
            }
        }
    }

    private void doubleRows(
            MemorySegment in, MemorySegment out, long start, Lines lines, int count) {
        MemorySegment.copy(
                in, start * Double.BYTES, out, start * Double.BYTES, (long) count * Double.BYTES);
        for (long row = 1; row < lines.length(); row++) {
            long at = start + row * lines.inner();
            long above = at - lines.inner();
            for (int i = 0; i < count; i++) {
                double x = in.getAtIndex(JAVA_DOUBLE, at + i);
                double running = out.getAtIndex(JAVA_DOUBLE, above + i);
                out.setAtIndex(JAVA_DOUBLE, at + i, kind == Kind.SUM ? running + x : running * x);
            }
        }
    }

    private void longRows(
            Block in,
            MemorySegment out,
            long start,
            Lines lines,
            int count,
            long[] running,
            long[] block) {
        Arrays.fill(running, kind == Kind.SUM ? 0 : 1);
        for (long row = 0; row < lines.length(); row++) {
            long at = start + row * lines.inner();
            Integers.load(in.dtype(), in.segment(), at, count, block);
            for (int i = 0; i < count; i++) {
                running[i] = kind == Kind.SUM ? running[i] + block[i] : running[i] * block[i];
            }
            MemorySegment.copy(running, 0, out, JAVA_LONG, at * Long.BYTES, count);
        }
    }
}
