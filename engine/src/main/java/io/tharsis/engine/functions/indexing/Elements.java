package io.tharsis.engine.functions.indexing;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves elements of any dtype as bytes. Offsets and strides are in bytes. */
final class Elements {
    /** Bytes a parallel part should move at least, so that handing it out costs little. */
    private static final long PART_BYTES = 1 << 18;

    private Elements() {}

    /** Copies {@code byteSize} bytes, fast for one element. */
    static void copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long byteSize) {
        if (byteSize == 8) {
            to.set(
                    ValueLayout.JAVA_LONG_UNALIGNED,
                    toOffset,
                    from.get(ValueLayout.JAVA_LONG_UNALIGNED, fromOffset));
        } else if (byteSize == 4) {
            to.set(
                    ValueLayout.JAVA_INT_UNALIGNED,
                    toOffset,
                    from.get(ValueLayout.JAVA_INT_UNALIGNED, fromOffset));
        } else if (byteSize == 1) {
            to.set(ValueLayout.JAVA_BYTE, toOffset, from.get(ValueLayout.JAVA_BYTE, fromOffset));
        } else if (byteSize == 2) {
            to.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED,
                    toOffset,
                    from.get(ValueLayout.JAVA_SHORT_UNALIGNED, fromOffset));
        } else {
            MemorySegment.copy(from, fromOffset, to, toOffset, byteSize);
        }
    }

    /**
     * Copies {@code count} elements of {@code width} bytes from places {@code fromStride} apart to
     * places {@code toStride} apart.
     */
    static void copy(
            MemorySegment from,
            long fromOffset,
            long fromStride,
            MemorySegment to,
            long toOffset,
            long toStride,
            long count,
            int width) {
        if (fromStride == width && toStride == width) {
            MemorySegment.copy(from, fromOffset, to, toOffset, count * width);
            return;
        }
        for (long i = 0; i < count; i++) {
            copy(from, fromOffset + i * fromStride, to, toOffset + i * toStride, width);
        }
    }

    /**
     * {@code index} counted from the front of an axis of {@code length}; throws naming all three if
     * it is out of range.
     */
    static long position(long index, int axis, long length) {
        if (index < -length || index >= length) {
            throw new ShapeException(
                    "index "
                            + index
                            + " is out of range for axis "
                            + axis
                            + " of length "
                            + length);
        }
        return index < 0 ? index + length : index;
    }

    /**
     * Cuts {@code rows} rows into parts worth a thread each, and runs {@code body} for all of them.
     */
    static void parallelRows(ChunkFunction.Call call, long rows, long rowBytes, RowRange body) {
        long perPart = Math.max(1, PART_BYTES / Math.max(1, rowBytes));
        // at most a million parts: parts are counted in ints
        long size = Math.max(perPart, Math.ceilDiv(rows, 1L << 20));
        call.parallelFor(
                (int) Math.ceilDiv(rows, size),
                part -> {
                    call.checkCancelled();
                    body.accept(part * size, Math.min(rows, (part + 1) * size));
                });
    }

    /** Work on rows {@code from} (inclusive) to {@code to} (exclusive). */
    @FunctionalInterface
    interface RowRange {
        void accept(long from, long to);
    }

    /** The product of {@code shape[from]} to {@code shape[to - 1]}. */
    static long product(long[] shape, int from, int to) {
        long product = 1;
        for (int k = from; k < to; k++) {
            product *= shape[k];
        }
        return product;
    }
}
