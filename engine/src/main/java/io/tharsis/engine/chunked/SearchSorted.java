package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/**
 * Where each element of the first input belongs in the second, an ascending line of the same dtype:
 * the int64 number of its elements below (left) or not above (right) the element. NaN is above
 * everything, -0.0 equals 0.0.
 */
public record SearchSorted(boolean right) implements ChunkFunction {
    private static final int PIECE = 1 << 12;

    @Override
    public String name() {
        return right ? "searchSortedRight" : "searchSorted";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return Shapes.size(inputs[1]) * Long.BYTES;
    }

    @Override
    public void apply(Call call) {
        Block values = call.input(0);
        Block sorted = call.input(1);
        DType dtype = values.dtype();
        MemorySegment output = call.output().segment();
        long length = sorted.size();
        // turning the table into keys costs less than some searches for every eighth of its
        // elements
        MemorySegment table =
                length > 0 && length / 8 <= values.size() ? table(call, sorted) : null;
        Pieces.forEach(
                call,
                values.size(),
                PIECE,
                (_, from, to) -> {
                    int count = (int) (to - from);
                    long[] wanted = new long[count];
                    Keys.load(dtype, values.segment(), from, 1, count, wanted, 0, 1);
                    Keys.canonicalise(dtype, wanted, 0, count);
                    for (int i = 0; i < count; i++) {
                        wanted[i] =
                                table != null
                                        ? search(table, length, wanted[i])
                                        : search(sorted, wanted[i]);
                    }
                    MemorySegment.copy(wanted, 0, output, JAVA_LONG, from * Long.BYTES, count);
                });
    }

    private static MemorySegment table(Call call, Block sorted) {
        DType dtype = sorted.dtype();
        MemorySegment table = call.scratch(sorted.size() * Long.BYTES);
        Pieces.forEach(
                call,
                sorted.size(),
                PIECE,
                (_, from, to) -> {
                    int count = (int) (to - from);
                    long[] keys = new long[count];
                    Keys.load(dtype, sorted.segment(), from, 1, count, keys, 0, 1);
                    Keys.canonicalise(dtype, keys, 0, count);
                    MemorySegment.copy(keys, 0, table, JAVA_LONG, from * Long.BYTES, count);
                });
        return table;
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
        if (right && key == Long.MAX_VALUE) {
            return table.length;
        }
        long bound = right ? key + 1 : key;
        int from = 0;
        int count = table.length;
        // the steps do not depend on what is found, so that the compiler can do without
        // unpredictable jumps
        while (count > 1) {
            int half = count >>> 1;
            from += table[from + half - 1] < bound ? half : 0;
            count -= half;
        }
        return count == 1 && table[from] < bound ? from + 1 : from;
    }

    private long search(MemorySegment table, long length, long key) {
        if (right && key == Long.MAX_VALUE) {
            return length;
        }
        long bound = right ? key + 1 : key;
        long from = 0;
        long count = length;
        while (count > 1) {
            long half = count >>> 1;
            from += table.getAtIndex(JAVA_LONG, from + half - 1) < bound ? half : 0;
            count -= half;
        }
        return count == 1 && table.getAtIndex(JAVA_LONG, from) < bound ? from + 1 : from;
    }

    private long search(Block sorted, long key) {
        long from = 0;
        long to = sorted.size();
        while (from < to) {
            long middle = (from + to) >>> 1;
            long probe =
                    Keys.canonical(
                            sorted.dtype(), Keys.at(sorted.dtype(), sorted.segment(), middle));
            if (probe < key || right && probe == key) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
