package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Ascending sort of every line along an axis; same dtype and shape. NaN goes last (with its sign
 * and payload dropped), and -0.0 before 0.0: equal to NumPy, whose order among equal zeros is
 * unspecified.
 */
public record Sort(int axis) implements ChunkFunction {
    private static final int PIECE = 1 << 15;
    private static final int BLOCK = 4096;

    @Override
    public String name() {
        return "sort";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return type.byteSize() <= Short.BYTES ? 0 : RunSort.bytes(Lines.of(inputs[0], axis));
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        MemorySegment output = call.output().segment();
        Lines lines = Lines.of(input.shape(), axis);
        if (RunSort.worthwhile(lines.length(), lines.count())) {
            if (input.dtype().byteSize() <= Short.BYTES) {
                MemorySegment counts = call.scratch((long) kinds(input.dtype()) * Long.BYTES);
                for (long line = 0; line < lines.count(); line++) {
                    countLong(call, counts, input, output, lines, lines.start(line));
                }
                return;
            }
            var sorter = new RunSort(call, lines.length());
            for (long line = 0; line < lines.count(); line++) {
                sortLong(call, sorter, input, output, lines, lines.start(line));
            }
        } else {
            sortShort(call, input, output, lines);
        }
    }

    private static void sortShort(Call call, Block input, MemorySegment output, Lines lines) {
        DType dtype = input.dtype();
        int length = (int) lines.length();
        int width = lines.panelWidth(RunSort.SMALL);
        lines.forEachPanel(
                call,
                width,
                () -> {
                    long[] keys = new long[width * length];
                    return (o, k, count) -> {
                        long start = o * length * lines.inner() + k;
                        Panels.load(input, lines, start, count, keys);
                        for (int line = 0; line < count; line++) {
                            Arrays.sort(keys, line * length, (line + 1) * length);
                        }
                        Panels.store(dtype, keys, lines, start, count, output);
                    };
                });
    }

    private static void sortLong(
            Call call, RunSort sorter, Block input, MemorySegment output, Lines lines, long start) {
        long length = lines.length();
        DType dtype = input.dtype();
        MemorySegment sorted =
                sorter.sort(
                        (from, count, target) ->
                                Keys.load(
                                        dtype,
                                        input.segment(),
                                        start + from * lines.inner(),
                                        lines.inner(),
                                        count,
                                        target,
                                        0,
                                        1));
        Pieces.forEach(
                call,
                length,
                PIECE,
                (_, from, to) -> {
                    int count = (int) (to - from);
                    long[] keys = new long[count];
                    MemorySegment.copy(sorted, JAVA_LONG, from * Long.BYTES, keys, 0, count);
                    Keys.store(
                            dtype,
                            keys,
                            0,
                            1,
                            count,
                            output,
                            start + from * lines.inner(),
                            lines.inner());
                });
    }

    private static int kinds(DType dtype) {
        return 1 << 8 * dtype.byteSize();
    }

    /** Narrow elements are only counted: there are few kinds of them. */
    private static void countLong(
            Call call,
            MemorySegment counts,
            Block input,
            MemorySegment output,
            Lines lines,
            long start) {
        DType dtype = input.dtype();
        int kinds = kinds(dtype);
        int lowest = dtype.kind() == DType.Kind.SIGNED ? -kinds / 2 : 0;
        Tallies.add(
                call,
                lines.length(),
                kinds,
                counts,
                (from, to, tally) -> {
                    long[] keys = new long[BLOCK];
                    for (long done = from; done < to; done += BLOCK) {
                        int count = (int) Math.min(BLOCK, to - done);
                        Keys.load(
                                dtype,
                                input.segment(),
                                start + done * lines.inner(),
                                lines.inner(),
                                count,
                                keys,
                                0,
                                1);
                        for (int i = 0; i < count; i++) {
                            tally[(int) keys[i] - lowest]++;
                        }
                    }
                });
        long[] ends = counts.toArray(JAVA_LONG);
        for (int kind = 1; kind < kinds; kind++) {
            ends[kind] += ends[kind - 1];
        }
        Pieces.forEach(
                call,
                lines.length(),
                PIECE,
                (_, from, to) -> {
                    int count = (int) (to - from);
                    long[] keys = new long[count];
                    int kind = SearchSorted.search(ends, from, true);
                    for (int i = 0; i < count; i++) {
                        while (ends[kind] <= from + i) {
                            kind++;
                        }
                        keys[i] = (long) kind + lowest;
                    }
                    Keys.store(
                            dtype,
                            keys,
                            0,
                            1,
                            count,
                            output,
                            start + from * lines.inner(),
                            lines.inner());
                });
    }
}
