package io.tharsis.engine.execute;

import io.tharsis.kernels.layout.Transposition;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

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
     * {@code target[r * pitch + c] = source[from + r * rowStep + c * columnStep]}; the two must not
     * overlap.
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
        long lastRow = (rows - 1) * rowStep;
        long lastColumn = (columns - 1) * columnStep;
        long lowest = from + Math.min(0, lastRow) + Math.min(0, lastColumn);
        long count = Math.abs(lastRow) + Math.abs(lastColumn) + 1;
        // Elements are reached by absolute address, so the ranges are checked here.
        long base = source.asSlice(lowest * elementSize, count * elementSize).address();
        long to = target.asSlice(0, ((rows - 1L) * pitch + columns) * elementSize).address();
        Transposition.of(elementSize)
                .run(
                        base + (from - lowest) * elementSize,
                        rowStep * elementSize,
                        columnStep * elementSize,
                        to,
                        (long) pitch * elementSize,
                        rows,
                        columns);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(target);
    }

    /** A matrix of {@code rows} by {@code columns} written column by column. */
    static void turn(
            int elementSize, MemorySegment source, MemorySegment target, int rows, int columns) {
        transposed(elementSize, source, 0, 1, columns, target, rows, columns, rows);
    }
}
