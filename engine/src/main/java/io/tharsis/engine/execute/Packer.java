package io.tharsis.engine.execute;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies strided elements into dense scratch. Offsets and steps are in elements unless they say
 * bytes.
 */
final class Packer {
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
        switch (elementSize) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    target.set(
                            ValueLayout.JAVA_BYTE,
                            to + i,
                            source.get(ValueLayout.JAVA_BYTE, from + i * step));
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    short value =
                            source.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i * step) << 1);
                    target.set(ValueLayout.JAVA_SHORT_UNALIGNED, (to + i) << 1, value);
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    int value = source.get(ValueLayout.JAVA_INT_UNALIGNED, (from + i * step) << 2);
                    target.set(ValueLayout.JAVA_INT_UNALIGNED, (to + i) << 2, value);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    long value =
                            source.get(ValueLayout.JAVA_LONG_UNALIGNED, (from + i * step) << 3);
                    target.set(ValueLayout.JAVA_LONG_UNALIGNED, (to + i) << 3, value);
                }
            }
        }
    }

    /**
     * {@code target[r * pitch + c] = source[from + r * rowStep + c * columnStep]}, columns outside,
     * so that rows share cache lines.
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
        switch (elementSize) {
            case 8 -> {
                for (int c = 0; c < columns; c++) {
                    long at = from + c * columnStep;
                    for (int r = 0; r < rows; r++) {
                        long value =
                                source.get(
                                        ValueLayout.JAVA_LONG_UNALIGNED, (at + r * rowStep) << 3);
                        target.set(
                                ValueLayout.JAVA_LONG_UNALIGNED,
                                (long) (r * pitch + c) << 3,
                                value);
                    }
                }
            }
            case 4 -> {
                for (int c = 0; c < columns; c++) {
                    long at = from + c * columnStep;
                    for (int r = 0; r < rows; r++) {
                        int value =
                                source.get(ValueLayout.JAVA_INT_UNALIGNED, (at + r * rowStep) << 2);
                        target.set(
                                ValueLayout.JAVA_INT_UNALIGNED, (long) (r * pitch + c) << 2, value);
                    }
                }
            }
            default -> {
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
