package io.tharsis.engine.functions.indexing;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/** Moves elements of any dtype as bytes. Offsets and strides are in bytes. */
final class Elements {
    /** Bytes a parallel part should move at least, so that handing it out costs little. */
    private static final long PART_BYTES = 1 << 18;

    /**
     * Rows that are gathered in one loop, which counts them with an int: of one that counted with a
     * long, C2 hoisted checks that failed at each run, and compiled it again each time (measured in
     * `solve`).
     */
    private static final int GATHERED = 1 << 16;

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
     * Copies rows of {@code from} to {@code count} rows of {@code to} that lie in order: to row i
     * the one at position {@code indices[first + i]} of an axis of {@code length}.
     *
     * @param from native, as {@code to}
     * @param fromOffset of position 0
     * @param axis for messages
     * @param toOffset of row 0
     */
    static void gather(
            MemorySegment from,
            long fromOffset,
            MemorySegment indices,
            long first,
            long count,
            int axis,
            long length,
            MemorySegment to,
            long toOffset,
            long rowBytes) {
        for (long i = 0; i < count; i += GATHERED) {
            int part = (int) Math.min(GATHERED, count - i);
            MemorySegment some =
                    indices.asSlice((first + i) * Long.BYTES, (long) part * Long.BYTES);
            MemorySegment target = to.asSlice(toOffset + i * rowBytes, part * rowBytes);
            if (rowBytes == Long.BYTES) {
                gatherLongs(from, fromOffset, some, part, axis, length, target);
            } else if (rowBytes < Long.BYTES) {
                gatherElements(from, fromOffset, some, part, axis, length, target, rowBytes);
            } else {
                gatherRows(from, fromOffset, some, part, axis, length, target, rowBytes);
            }
        }
    }

    private static void gatherLongs(
            MemorySegment from,
            long fromOffset,
            MemorySegment indices,
            int count,
            int axis,
            long length,
            MemorySegment to) {
        for (int i = 0; i < count; i++) {
            long index = indices.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
            long source = fromOffset + position(index, axis, length) * Long.BYTES;
            long value = from.get(ValueLayout.JAVA_LONG_UNALIGNED, source);
            to.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, value);
        }
    }

    private static void gatherElements(
            MemorySegment from,
            long fromOffset,
            MemorySegment indices,
            int count,
            int axis,
            long length,
            MemorySegment to,
            long width) {
        for (int i = 0; i < count; i++) {
            long index = indices.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
            long source = fromOffset + position(index, axis, length) * width;
            copy(from, source, to, i * width, width);
        }
    }

    /** By address: C2 hoisted checks of segments that failed at each run (measured in `solve`). */
    private static void gatherRows(
            MemorySegment from,
            long fromOffset,
            MemorySegment indices,
            int count,
            int axis,
            long length,
            MemorySegment to,
            long rowBytes) {
        long source = from.asSlice(fromOffset, length * rowBytes).address();
        long target = to.asSlice(0, count * rowBytes).address();
        for (int i = 0; i < count; i++, target += rowBytes) {
            long index = indices.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
            Memory.copy(source + position(index, axis, length) * rowBytes, target, rowBytes);
        }
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(to);
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
