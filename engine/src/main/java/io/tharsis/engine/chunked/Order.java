package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * The stable order of one long line. A key of up to 32 bits and a position share a long, so that a
 * plain sort of longs is a stable sort of pairs; wider keys go through {@link PairSort}.
 */
final class Order {
    /** The bits of a packed pair that hold the position. */
    static final long POSITION = 0xFFFFFFFFL;

    private final DType dtype;
    private final RunSort packed;
    private final PairSort pairs;

    /**
     * Takes scratch memory of 16 or 32 bytes an element; serves any number of lines of this length,
     * one at a time.
     */
    Order(ChunkFunction.Call call, DType dtype, long length) {
        this.dtype = dtype;
        boolean packable = isPackable(dtype, length);
        packed = packable ? new RunSort(call, length) : null;
        pairs = packable ? null : new PairSort(call, length);
    }

    /** Bytes that it takes for a line. */
    static long bytes(DType dtype, long length) {
        return (isPackable(dtype, length) ? 1 : 2) * RunSort.bytes(length);
    }

    static boolean isPackable(DType dtype, long length) {
        return dtype.byteSize() <= Integer.BYTES && length <= POSITION;
    }

    /**
     * Replaces keys by canonical keys with the positions {@code firstPosition, firstPosition + 1,
     * ...} in their low halves.
     */
    static void pack(DType dtype, long[] keys, int at, int count, long firstPosition) {
        Keys.canonicalise(dtype, keys, at, count);
        for (int i = 0; i < count; i++) {
            keys[at + i] = keys[at + i] << 32 | firstPosition + i;
        }
    }

    /** A sorted line, valid until the next one is sorted. */
    interface Line {
        /** Where the element at sorted position {@code i} was. */
        long position(long i);

        /** Its canonical key. */
        long key(long i);
    }

    Line of(Block input, long start, long step) {
        RunSort.Loader keys =
                (from, count, target) -> {
                    Keys.load(
                            dtype, input.segment(), start + from * step, step, count, target, 0, 1);
                    Keys.canonicalise(dtype, target, 0, count);
                };
        if (pairs != null) {
            return pairs.sort(keys);
        }
        return new Packed(
                packed.sort(
                        (from, count, target) -> {
                            keys.load(from, count, target);
                            pack(dtype, target, 0, count, from);
                        }));
    }

    private record Packed(MemorySegment pairs) implements Line {
        @Override
        public long position(long i) {
            return pairs.getAtIndex(JAVA_LONG, i) & POSITION;
        }

        @Override
        public long key(long i) {
            return pairs.getAtIndex(JAVA_LONG, i) >> 32;
        }
    }
}
