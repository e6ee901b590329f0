package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Shows every line of a block along an axis in sorted order, for what depends on the order alone:
 * medians, quantiles.
 */
final class SortedLines {
    private SortedLines() {}

    /** A sorted line. */
    interface Line {
        long length();

        /** The key of the element at sorted position {@code i}. */
        long key(long i);

        /** How many elements are no NaN; they come first. */
        default long numbers(DType dtype) {
            if (length() == 0 || !Keys.isNan(dtype, key(length() - 1))) {
                return length();
            }
            long low = 0;
            long high = length() - 1;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (Keys.isNan(dtype, key(middle))) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    }

    /** Takes line {@code (o, k)}; the line is valid during the call only. */
    @FunctionalInterface
    interface Visitor {
        void visit(long o, long k, Line line);
    }

    static void visit(ChunkFunction.Call call, Block input, Lines lines, Visitor visitor) {
        if (RunSort.worthwhile(lines.length(), lines.count())) {
            visitLong(call, input, lines, visitor);
            return;
        }
        int length = (int) lines.length();
        int width = lines.panelWidth(RunSort.SMALL);
        lines.forEachPanel(
                call,
                width,
                () -> {
                    long[] keys = new long[width * length];
                    return (o, k, count) -> {
                        Panels.load(input, lines, o * length * lines.inner() + k, count, keys);
                        for (int line = 0; line < count; line++) {
                            int at = line * length;
                            Arrays.sort(keys, at, at + length);
                            visitor.visit(o, k + line, new ArrayLine(keys, at, length));
                        }
                    };
                });
    }

    private static void visitLong(
            ChunkFunction.Call call, Block input, Lines lines, Visitor visitor) {
        var sorter = new RunSort(call, lines.length());
        for (long line = 0; line < lines.count(); line++) {
            long start = lines.start(line);
            MemorySegment sorted =
                    sorter.sort(
                            (from, count, target) ->
                                    Keys.load(
                                            input.dtype(),
                                            input.segment(),
                                            start + from * lines.inner(),
                                            lines.inner(),
                                            count,
                                            target,
                                            0,
                                            1));
            visitor.visit(
                    line / lines.inner(),
                    line % lines.inner(),
                    new SegmentLine(sorted, lines.length()));
        }
    }

    private record ArrayLine(long[] keys, int at, long length) implements Line {
        @Override
        public long key(long i) {
            return keys[at + (int) i];
        }
    }

    private record SegmentLine(MemorySegment keys, long length) implements Line {
        @Override
        public long key(long i) {
            return keys.getAtIndex(JAVA_LONG, i);
        }
    }
}
