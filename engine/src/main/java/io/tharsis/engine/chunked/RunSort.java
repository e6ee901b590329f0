package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sorts one long line of keys: runs are sorted in Java arrays, then merged two by two between two
 * scratch segments; runs, and equal shares of the merged output (their bounds found by the merge
 * path's binary search), go in parallel. The result does not depend on how many threads there are.
 */
final class RunSort {
    /** Lines longer than this are worth more than one task. */
    static final int SMALL = 1 << 17;

    /** Longest run; its array of longs is 16 MiB. */
    static final int LONGEST_RUN = 1 << 21;

    /** Output elements of one merging task, a power of two. */
    private static final int PIECE = 1 << 15;

    private final ChunkFunction.Call call;
    private final long length;
    private final MemorySegment first;
    private final MemorySegment second;

    /**
     * Takes scratch memory of 16 bytes an element; one sorter serves any number of lines of this
     * length, one at a time.
     */
    RunSort(ChunkFunction.Call call, long length) {
        this.call = call;
        this.length = length;
        first = call.scratch(length * Long.BYTES);
        second = call.scratch(length * Long.BYTES);
    }

    /** Bytes that it takes for a line. */
    static long bytes(long length) {
        return 2 * length * Long.BYTES;
    }

    /** Bytes that it takes where {@link #worthwhile} chooses it; 0 elsewhere. */
    static long bytes(Lines lines) {
        return worthwhile(lines.length(), lines.count()) ? bytes(lines.length()) : 0;
    }

    /** Hands out keys of the line. */
    @FunctionalInterface
    interface Loader {
        /**
         * Writes the keys of elements {@code from} to {@code from + count - 1} to the front of
         * {@code target}.
         */
        void load(long from, int count, long[] target);
    }

    /**
     * True if a line of this many elements, one of {@code lines}, should be sorted by this class
     * rather than in one array.
     */
    static boolean worthwhile(long length, long lines) {
        return length > LONGEST_RUN || length > SMALL && lines < 8;
    }

    /** The sorted keys as longs, in scratch memory; valid until the next line is sorted. */
    MemorySegment sort(Loader loader) {
        int run = runLength(length);
        int runs = (int) Math.ceilDiv(length, (long) run);
        call.parallelFor(
                runs,
                r -> {
                    call.checkCancelled();
                    long start = (long) r * run;
                    int count = (int) Math.min(run, length - start);
                    long[] keys = new long[count];
                    loader.load(start, count, keys);
                    Arrays.sort(keys);
                    MemorySegment.copy(keys, 0, first, JAVA_LONG, start * Long.BYTES, count);
                });
        return merge(run);
    }

    /**
     * A power of two that cuts the length into four runs or more where that leaves them long
     * enough.
     */
    private static int runLength(long length) {
        long quarter = Math.ceilDiv(length, 4L);
        long run = quarter <= 1 ? 1 : Long.highestOneBit(quarter - 1) << 1;
        return Math.clamp(run, PIECE, LONGEST_RUN);
    }

    private MemorySegment merge(long run) {
        MemorySegment from = first;
        MemorySegment to = second;
        for (long width = run; width < length; width *= 2) {
            MemorySegment source = from;
            MemorySegment target = to;
            long w = width;
            call.parallelFor(
                    (int) Math.ceilDiv(length, (long) PIECE),
                    piece -> {
                        call.checkCancelled();
                        long start = (long) piece * PIECE;
                        long base = start / (2 * w) * (2 * w);
                        long middle = Math.min(base + w, length);
                        long end = Math.min(base + 2 * w, length);
                        long stop = Math.min(start + PIECE, end);
                        long left = base + rank(source, base, middle, end, start - base);
                        long leftEnd = base + rank(source, base, middle, end, stop - base);
                        mergePiece(
                                source,
                                left,
                                leftEnd,
                                middle + start - left,
                                middle + stop - leftEnd,
                                target,
                                start);
                    });
            from = target;
            to = source;
        }
        return from;
    }

    /**
     * How many of the first {@code count} elements of the merged pair come from its left half, ties
     * going left first. The halves are [base, middle) and [middle, end).
     */
    static long rank(MemorySegment keys, long base, long middle, long end, long count) {
        long low = Math.max(0, count - (end - middle));
        long high = Math.min(count, middle - base);
        while (low < high) {
            long fromLeft = (low + high) >>> 1;
            long right = middle + count - fromLeft - 1;
            if (keys.getAtIndex(JAVA_LONG, base + fromLeft) <= keys.getAtIndex(JAVA_LONG, right)) {
                low = fromLeft + 1;
            } else {
                high = fromLeft;
            }
        }
        return low;
    }

    private static void mergePiece(
            MemorySegment source,
            long left,
            long leftEnd,
            long right,
            long rightEnd,
            MemorySegment target,
            long at) {
        // arrays, because their loops compile better than those over segments
        int leftCount = (int) (leftEnd - left);
        int rightCount = (int) (rightEnd - right);
        if (leftCount == 0 || rightCount == 0) {
            long start = leftCount == 0 ? right : left;
            MemorySegment.copy(
                    source,
                    start * Long.BYTES,
                    target,
                    at * Long.BYTES,
                    (long) (leftCount + rightCount) * Long.BYTES);
            return;
        }
        long[] a = new long[leftCount];
        long[] b = new long[rightCount];
        long[] merged = new long[leftCount + rightCount];
        MemorySegment.copy(source, JAVA_LONG, left * Long.BYTES, a, 0, leftCount);
        MemorySegment.copy(source, JAVA_LONG, right * Long.BYTES, b, 0, rightCount);
        int i = 0;
        int j = 0;
        int m = 0;
        while (i < leftCount && j < rightCount) {
            long x = a[i];
            long y = b[j];
            boolean takeLeft = x <= y;
            merged[m++] = takeLeft ? x : y;
            i += takeLeft ? 1 : 0;
            j += takeLeft ? 0 : 1;
        }
        System.arraycopy(a, i, merged, m, leftCount - i);
        System.arraycopy(b, j, merged, m + leftCount - i, rightCount - j);
        MemorySegment.copy(merged, 0, target, JAVA_LONG, at * Long.BYTES, merged.length);
    }
}
