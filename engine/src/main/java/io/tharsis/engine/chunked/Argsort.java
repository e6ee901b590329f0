package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The stable order of every line along an axis, as int64 positions (NumPy's {@code argsort} with
 * {@code kind='stable'}). NaN goes last, -0.0 equals 0.0.
 */
public record Argsort(int axis) implements ChunkFunction {
    private static final int PIECE = 1 << 15;

    @Override
    public String name() {
        return "argsort";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        Lines lines = Lines.of(inputs[0], axis);
        return RunSort.bytes(lines) == 0 ? 0 : Order.bytes(type, lines.length());
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        MemorySegment output = call.output().segment();
        Lines lines = Lines.of(input.shape(), axis);
        if (RunSort.worthwhile(lines.length(), lines.count())) {
            var order = new Order(call, input.dtype(), lines.length());
            for (long line = 0; line < lines.count(); line++) {
                long start = lines.start(line);
                copy(call, order.of(input, start, lines.inner()), output, lines, start);
            }
        } else {
            sortShort(call, input, output, lines);
        }
    }

    private static void copy(
            Call call, Order.Line line, MemorySegment output, Lines lines, long start) {
        Pieces.forEach(
                call,
                lines.length(),
                PIECE,
                (_, from, to) -> {
                    for (long i = from; i < to; i++) {
                        output.setAtIndex(JAVA_LONG, start + i * lines.inner(), line.position(i));
                    }
                });
    }

    private static void sortShort(Call call, Block input, MemorySegment output, Lines lines) {
        DType dtype = input.dtype();
        int length = (int) lines.length();
        int width = lines.panelWidth(RunSort.SMALL);
        boolean packable = Order.isPackable(dtype, length);
        lines.forEachPanel(
                call,
                width,
                () -> {
                    long[] keys = new long[width * length];
                    var buffers = packable ? null : new PairSort.Buffers(length);
                    return (o, k, count) -> {
                        long start = o * length * lines.inner() + k;
                        Panels.load(input, lines, start, count, keys);
                        for (int line = 0; line < count; line++) {
                            if (packable) {
                                orderPacked(dtype, keys, line * length, length);
                            } else {
                                orderPairs(dtype, keys, line * length, length, buffers);
                            }
                        }
                        Panels.store(DType.INT64, keys, lines, start, count, output);
                    };
                });
    }

    /** Replaces the keys of a line by its order. */
    private static void orderPacked(DType dtype, long[] keys, int at, int length) {
        Order.pack(dtype, keys, at, length, 0);
        Arrays.sort(keys, at, at + length);
        for (int i = at; i < at + length; i++) {
            keys[i] &= Order.POSITION;
        }
    }

    private static void orderPairs(
            DType dtype, long[] keys, int at, int length, PairSort.Buffers buffers) {
        Keys.canonicalise(dtype, keys, at, length);
        System.arraycopy(keys, at, buffers.keys, 0, length);
        buffers.sort(length);
        for (int i = 0; i < length; i++) {
            keys[at + i] = buffers.positions[i];
        }
    }
}
