package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Stable sorts of keys that carry their positions along; a long line goes in parallel, as in {@link
 * RunSort}.
 */
final class PairSort {
    /** Below this, an insertion sort. */
    private static final int TINY = 40;

    private static final int RUN = 1 << 17;
    private static final int PIECE = 1 << 14;

    private final ChunkFunction.Call call;
    private final long length;
    private final Sorted first;
    private final Sorted second;

    /**
     * Takes scratch memory of 32 bytes an element; one sorter serves any number of lines of this
     * length, one at a time.
     */
    PairSort(ChunkFunction.Call call, long length) {
        this.call = call;
        this.length = length;
        long byteSize = length * Long.BYTES;
        first = new Sorted(call.scratch(byteSize), call.scratch(byteSize));
        second = new Sorted(call.scratch(byteSize), call.scratch(byteSize));
    }

    /** A sorted line: keys and the positions they came from, as longs in scratch memory. */
    record Sorted(MemorySegment keys, MemorySegment positions) implements Order.Line {
        @Override
        public long position(long i) {
            return positions.getAtIndex(JAVA_LONG, i);
        }

        @Override
        public long key(long i) {
            return keys.getAtIndex(JAVA_LONG, i);
        }
    }

    /** Buffers for sorting lines of up to a given length in arrays, one line at a time. */
    static final class Buffers {
        long[] keys;
        int[] positions;
        private long[] otherKeys;
        private int[] otherPositions;
        private final int[][] counts = new int[8][256];

        Buffers(int length) {
            keys = new long[length];
            otherKeys = new long[length];
            positions = new int[length];
            otherPositions = new int[length];
        }

        /**
         * Sorts the first {@code count} of {@link #keys}, leaving in {@link #positions} where each
         * one was.
         */
        void sort(int count) {
            for (int i = 0; i < count; i++) {
                positions[i] = i;
            }
            if (count <= TINY) {
                insertionSort(count);
            } else {
                radixSort(count);
            }
        }

        private void insertionSort(int count) {
            for (int i = 1; i < count; i++) {
                long key = keys[i];
                int position = positions[i];
                int j = i - 1;
                while (j >= 0 && keys[j] > key) {
                    keys[j + 1] = keys[j];
                    positions[j + 1] = positions[j];
                    j--;
                }
                keys[j + 1] = key;
                positions[j + 1] = position;
            }
        }

        /**
         * Least significant digit first, eight bits each; digits that are the same in all keys are
         * passed over.
         */
        private void radixSort(int count) {
            for (int[] c : counts) {
                Arrays.fill(c, 0);
            }
            for (int i = 0; i < count; i++) {
                long key = keys[i] ^ Long.MIN_VALUE;
                for (int digit = 0; digit < 8; digit++) {
                    counts[digit][(int) (key >>> 8 * digit) & 255]++;
                }
            }
            for (int digit = 0; digit < 8; digit++) {
                int[] offsets = counts[digit];
                int sum = 0;
                boolean same = false;
                for (int value = 0; value < 256; value++) {
                    int here = offsets[value];
                    same |= here == count;
                    offsets[value] = sum;
                    sum += here;
                }
                if (!same) {
                    scatter(count, 8 * digit, offsets);
                }
            }
        }

        private void scatter(int count, int shift, int[] offsets) {
            long[] from = keys;
            long[] to = otherKeys;
            int[] fromPositions = positions;
            int[] toPositions = otherPositions;
            for (int i = 0; i < count; i++) {
                long key = from[i];
                int at = offsets[(int) ((key ^ Long.MIN_VALUE) >>> shift) & 255]++;
                to[at] = key;
                toPositions[at] = fromPositions[i];
            }
            keys = to;
            otherKeys = from;
            positions = toPositions;
            otherPositions = fromPositions;
        }
    }

    /** The sorted line, valid until the next one is sorted. */
    Sorted sort(RunSort.Loader loader) {
        int runs = (int) Math.ceilDiv(length, (long) RUN);
        call.parallelFor(
                runs,
                r -> {
                    call.checkCancelled();
                    long start = (long) r * RUN;
                    int count = (int) Math.min(RUN, length - start);
                    var buffers = new Buffers(count);
                    loader.load(start, count, buffers.keys);
                    buffers.sort(count);
                    MemorySegment.copy(
                            buffers.keys, 0, first.keys, JAVA_LONG, start * Long.BYTES, count);
                    for (int i = 0; i < count; i++) {
                        first.positions.setAtIndex(
                                JAVA_LONG, start + i, start + buffers.positions[i]);
                    }
                });
        return merge();
    }

    private Sorted merge() {
        Sorted from = first;
        Sorted to = second;
        for (long width = RUN; width < length; width *= 2) {
            Sorted source = from;
            Sorted target = to;
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
                        long left =
                                base + RunSort.rank(source.keys, base, middle, end, start - base);
                        long leftEnd =
                                base + RunSort.rank(source.keys, base, middle, end, stop - base);
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

    private static void mergePiece(
            Sorted source,
            long left,
            long leftEnd,
            long right,
            long rightEnd,
            Sorted target,
            long at) {
        long i = left;
        long j = right;
        long m = at;
        while (i < leftEnd && j < rightEnd) {
            long x = source.keys.getAtIndex(JAVA_LONG, i);
            long y = source.keys.getAtIndex(JAVA_LONG, j);
            boolean takeLeft = x <= y;
            target.keys.setAtIndex(JAVA_LONG, m, takeLeft ? x : y);
            target.positions.setAtIndex(
                    JAVA_LONG, m++, source.positions.getAtIndex(JAVA_LONG, takeLeft ? i : j));
            i += takeLeft ? 1 : 0;
            j += takeLeft ? 0 : 1;
        }
        long rest = i < leftEnd ? i : j;
        long restCount = (i < leftEnd ? leftEnd : rightEnd) - rest;
        MemorySegment.copy(
                source.keys,
                rest * Long.BYTES,
                target.keys,
                m * Long.BYTES,
                restCount * Long.BYTES);
        MemorySegment.copy(
                source.positions,
                rest * Long.BYTES,
                target.positions,
                m * Long.BYTES,
                restCount * Long.BYTES);
    }
}
