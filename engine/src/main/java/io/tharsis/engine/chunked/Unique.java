package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.function.LongUnaryOperator;

/**
 * The distinct elements of a whole tensor, ascending, or one of their companions. All NaNs are one,
 * at the end; -0.0 and 0.0 are one, shown as -0.0 if there is a -0.0.
 */
public record Unique(Part part) implements ChunkFunction {
    /** What is answered. */
    public enum Part {
        /** The distinct elements, in the input's dtype. */
        VALUES,
        /** How often each occurs, int64. */
        COUNTS,
        /** Where each occurs first, as an int64 row-major position. */
        INDEX,
        /**
         * For each input element the position of its value among the distinct ones; int64, the
         * input's shape.
         */
        INVERSE
    }

    private static final int PIECE = 1 << 15;

    @Override
    public String name() {
        return part == Part.VALUES
                ? "unique"
                : "unique"
                        + part.name().charAt(0)
                        + part.name().substring(1).toLowerCase(Locale.ROOT);
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        long size = Shapes.size(inputs[0]);
        return part == Part.VALUES || part == Part.COUNTS
                ? RunSort.bytes(size)
                : Order.bytes(type, size);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        DType dtype = input.dtype();
        long size = input.size();
        if (size == 0) {
            if (part != Part.INVERSE) {
                call.allocate(part == Part.VALUES ? dtype : DType.INT64, 0);
            }
            return;
        }
        if (part == Part.VALUES || part == Part.COUNTS) {
            MemorySegment sorted =
                    new RunSort(call, size)
                            .sort(
                                    (from, count, target) ->
                                            Keys.load(
                                                    dtype,
                                                    input.segment(),
                                                    from,
                                                    1,
                                                    count,
                                                    target,
                                                    0,
                                                    1));
            LongUnaryOperator key = i -> Keys.canonical(dtype, sorted.getAtIndex(JAVA_LONG, i));
            long[] heads = heads(call, size, key);
            if (part == Part.VALUES) {
                values(call, sorted, size, key, heads);
            } else {
                counts(call, size, key, heads);
            }
            return;
        }
        Order.Line order = new Order(call, dtype, size).of(input, 0, 1);
        companions(call, order, size, heads(call, size, order::key));
    }

    private static boolean isHead(LongUnaryOperator key, long i) {
        return i == 0 || key.applyAsLong(i) != key.applyAsLong(i - 1);
    }

    /** How many distinct values start before each piece; one more entry for all. */
    private static long[] heads(Call call, long size, LongUnaryOperator key) {
        return Pieces.prefix(
                call,
                size,
                PIECE,
                (from, to) -> {
                    long found = 0;
                    for (long i = from; i < to; i++) {
                        found += isHead(key, i) ? 1 : 0;
                    }
                    return found;
                });
    }

    private static void values(
            Call call, MemorySegment sorted, long size, LongUnaryOperator key, long[] heads) {
        DType dtype = call.input(0).dtype();
        MemorySegment output = call.allocate(dtype, heads[heads.length - 1]).segment();
        Pieces.forEach(
                call,
                size,
                PIECE,
                (piece, from, to) -> {
                    long[] found = new long[(int) (heads[piece + 1] - heads[piece])];
                    int count = 0;
                    for (long i = from; i < to; i++) {
                        if (isHead(key, i)) {
                            found[count++] = sorted.getAtIndex(JAVA_LONG, i);
                        }
                    }
                    Keys.store(dtype, found, 0, 1, count, output, heads[piece], 1);
                });
    }

    private static void counts(Call call, long size, LongUnaryOperator key, long[] heads) {
        long distinct = heads[heads.length - 1];
        MemorySegment output = call.allocate(DType.INT64, distinct).segment();
        Pieces.forEach(
                call,
                size,
                PIECE,
                (piece, from, to) -> {
                    long at = heads[piece];
                    for (long i = from; i < to; i++) {
                        if (isHead(key, i)) {
                            output.setAtIndex(JAVA_LONG, at++, i);
                        }
                    }
                });
        for (long i = 0; i < distinct; i++) {
            long end = i + 1 < distinct ? output.getAtIndex(JAVA_LONG, i + 1) : size;
            output.setAtIndex(JAVA_LONG, i, end - output.getAtIndex(JAVA_LONG, i));
        }
    }

    private void companions(Call call, Order.Line order, long size, long[] heads) {
        boolean inverse = part == Part.INVERSE;
        Block block = inverse ? call.output() : call.allocate(DType.INT64, heads[heads.length - 1]);
        MemorySegment output = block.segment();
        Pieces.forEach(
                call,
                size,
                PIECE,
                (piece, from, to) -> {
                    long at = heads[piece] - 1;
                    for (long i = from; i < to; i++) {
                        boolean head = isHead(order::key, i);
                        at += head ? 1 : 0;
                        if (inverse) {
                            output.setAtIndex(JAVA_LONG, order.position(i), at);
                        } else if (head) {
                            output.setAtIndex(JAVA_LONG, at, order.position(i));
                        }
                    }
                });
    }
}
