package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import java.lang.foreign.MemorySegment;
import java.util.function.LongUnaryOperator;

/**
 * Where each element of the first input belongs in the second, an ascending line of the same dtype: the int64 number of its elements
 * below (left) or not above (right) the element. NaN is above everything, -0.0 equals 0.0.
 */
public record SearchSorted(boolean right) implements ChunkFunction {
    private static final int PIECE = 1 << 12;

    /** A table up to this long is turned into keys first, if there are enough elements to make it worthwhile. */
    private static final int TABLE = 1 << 18;

    @Override
    public String name() {
        return right ? "searchSortedRight" : "searchSorted";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        Block values = call.input(0);
        Block sorted = call.input(1);
        DType dtype = values.dtype();
        MemorySegment output = call.output().segment();
        long length = sorted.size();
        long[] table = length <= TABLE && length / 8 <= values.size() ? keys(sorted) : null;
        LongUnaryOperator key = i -> Keys.canonical(dtype, Keys.at(dtype, sorted.segment(), i));
        Pieces.forEach(call, values.size(), PIECE, (_, from, to) -> {
            int count = (int) (to - from);
            long[] wanted = new long[count];
            Keys.load(dtype, values.segment(), from, 1, count, wanted, 0, 1);
            Keys.canonicalise(dtype, wanted, 0, count);
            for (int i = 0; i < count; i++) {
                wanted[i] = table != null ? search(table, wanted[i], right) : search(key, length, wanted[i]);
            }
            MemorySegment.copy(wanted, 0, output, JAVA_LONG, from * Long.BYTES, count);
        });
    }

    /** The canonical keys of a short line. */
    static long[] keys(Block line) {
        int count = (int) line.size();
        long[] keys = new long[count];
        Keys.load(line.dtype(), line.segment(), 0, 1, count, keys, 0, 1);
        Keys.canonicalise(line.dtype(), keys, 0, count);
        return keys;
    }

    /** How many keys of an ascending table are below {@code key}, or not above it. */
    static int search(long[] table, long key, boolean right) {
        int from = 0;
        int count = table.length;
        while (count > 0) {
            int half = count >>> 1;
            long probe = table[from + half];
            boolean beyond = probe < key || right && probe == key;
            from = beyond ? from + half + 1 : from;
            count = beyond ? count - half - 1 : half;
        }
        return from;
    }

    private long search(LongUnaryOperator table, long length, long key) {
        long from = 0;
        long to = length;
        while (from < to) {
            long middle = (from + to) >>> 1;
            long probe = table.applyAsLong(middle);
            if (probe < key || right && probe == key) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
