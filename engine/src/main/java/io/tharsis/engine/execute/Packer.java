package io.tharsis.engine.execute;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Copies strided elements into dense scratch. Offsets and steps are in elements unless they say
 * bytes.
 */
final class Packer {
    /** Columns whose memory is read ahead together. */
    private static final int AHEAD = 64;

    private Packer() {}

    /**
     * {@code target[i] = source[from + i * step]} for i below {@code count}; {@code to} counts from
     * the start of the target.
     */
    static void strided(
            int elementSize,
            MemorySegment source,
            long from,
            long step,
            MemorySegment target,
            long to,
            int count) {
        if (step == 1) {
            MemorySegment.copy(
                    source,
                    from * elementSize,
                    target,
                    to * elementSize,
                    (long) count * elementSize);
            return;
        }
        strided(elementSize, source, from, step, target, to, 1, count);
    }

    /** {@code target[to + i * toStep] = source[from + i * step]} for i below {@code count}. */
    private static void strided(
            int elementSize,
            MemorySegment source,
            long from,
            long step,
            MemorySegment target,
            long to,
            long toStep,
            int count) {
        switch (elementSize) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    target.set(
                            ValueLayout.JAVA_BYTE,
                            to + i * toStep,
                            source.get(ValueLayout.JAVA_BYTE, from + i * step));
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    short value =
                            source.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i * step) << 1);
                    target.set(ValueLayout.JAVA_SHORT_UNALIGNED, (to + i * toStep) << 1, value);
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    int value = source.get(ValueLayout.JAVA_INT_UNALIGNED, (from + i * step) << 2);
                    target.set(ValueLayout.JAVA_INT_UNALIGNED, (to + i * toStep) << 2, value);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    long value =
                            source.get(ValueLayout.JAVA_LONG_UNALIGNED, (from + i * step) << 3);
                    target.set(ValueLayout.JAVA_LONG_UNALIGNED, (to + i * toStep) << 3, value);
                }
            }
        }
    }

    /**
     * {@code target[r * pitch + c] = source[from + r * rowStep + c * columnStep]}, columns outside,
     * so that rows share cache lines. Four columns go together: a row then takes a stretch of them
     * at a time, which saves most of the writes that miss the first-level cache (measured: 0.6 ns a
     * double instead of 1.3, from the third-level cache).
     */
    static void transposed(
            int elementSize,
            MemorySegment source,
            long from,
            long rowStep,
            long columnStep,
            MemorySegment target,
            int pitch,
            int rows,
            int columns) {
        if (elementSize < 4) {
            for (int r = 0; r < rows; r++) {
                strided(
                        elementSize,
                        source,
                        from + r * rowStep,
                        columnStep,
                        target,
                        (long) r * pitch,
                        columns);
            }
            return;
        }
        long last = (rows - 1) * rowStep;
        long lowest = Math.min(0, last) + Math.min(0, (columns - 1) * columnStep);
        long highest = Math.max(0, last) + Math.max(0, (columns - 1) * columnStep);
        long base = source.address() + from * elementSize;
        source.asSlice((from + lowest) * elementSize, (highest - lowest + 1) * elementSize);
        long to = target.asSlice(0, ((rows - 1L) * pitch + columns) * elementSize).address();
        var turn =
                new Turn(
                        rowStep * elementSize,
                        columnStep * elementSize,
                        (long) pitch * elementSize);
        int fours = columns & -4;
        for (int c = 0; c < fours; c += 4) {
            if (c % AHEAD == 0) {
                int ahead = Math.min(AHEAD, columns - c);
                turn.touch(
                        base + Math.min(0, last) * elementSize + c * turn.columnStep,
                        rows * elementSize,
                        ahead);
            }
            long at = base + c * turn.columnStep;
            if (elementSize == 8) {
                turn.fourLongs(at, to + 8L * c, rows);
            } else {
                turn.fourInts(at, to + 4L * c, rows);
            }
        }
        for (int c = fours; c < columns; c++) {
            strided(elementSize, source, from + c * columnStep, rowStep, target, c, pitch, rows);
        }
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(target);
    }

    /**
     * Steps in bytes of a transposition. Elements are read and written by absolute address, in
     * ranges that were checked: a check of each costs more than the element.
     */
    private static final class Turn {
        private final long rowStep;
        private final long columnStep;
        private final long pitch;

        /** Keeps the reads of {@link #touch} from being left out. */
        private int touched;

        Turn(long rowStep, long columnStep, long pitch) {
            this.rowStep = rowStep;
            this.columnStep = columnStep;
            this.pitch = pitch;
        }

        @SuppressWarnings("restricted")
        private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

        /**
         * Reads a byte of each cache line of {@code columns} columns, which are short stretches of
         * memory far apart: so many come at once, while {@link #fourLongs} waits for four.
         */
        void touch(long from, int byteSize, int columns) {
            int seen = 0;
            for (int c = 0; c < columns; c++) {
                long at = from + c * columnStep;
                for (int b = 0; b < byteSize; b += 64) {
                    seen += ALL.get(ValueLayout.JAVA_BYTE, at + b);
                }
            }
            touched = seen;
        }

        void fourLongs(long from, long to, int rows) {
            long at = from;
            long row = to;
            for (int r = 0; r < rows; r++) {
                long a = ALL.get(LONG, at);
                long b = ALL.get(LONG, at + columnStep);
                long c = ALL.get(LONG, at + 2 * columnStep);
                long d = ALL.get(LONG, at + 3 * columnStep);
                ALL.set(LONG, row, a);
                ALL.set(LONG, row + 8, b);
                ALL.set(LONG, row + 16, c);
                ALL.set(LONG, row + 24, d);
                at += rowStep;
                row += pitch;
            }
        }

        void fourInts(long from, long to, int rows) {
            long at = from;
            long row = to;
            for (int r = 0; r < rows; r++) {
                int a = ALL.get(INT, at);
                int b = ALL.get(INT, at + columnStep);
                int c = ALL.get(INT, at + 2 * columnStep);
                int d = ALL.get(INT, at + 3 * columnStep);
                ALL.set(INT, row, a);
                ALL.set(INT, row + 4, b);
                ALL.set(INT, row + 8, c);
                ALL.set(INT, row + 12, d);
                at += rowStep;
                row += pitch;
            }
        }
    }

    /** A matrix of {@code rows} by {@code columns} written column by column. */
    static void turn(
            int elementSize, MemorySegment source, MemorySegment target, int rows, int columns) {
        for (int c = 0; c < columns; c++) {
            strided(elementSize, source, c, columns, target, (long) c * rows, rows);
        }
    }
}
