package io.tharsis.kernels.layout;

import io.tharsis.kernels.vector.Memory;

/**
 * The scalar twin. Four columns go together where elements are of 4 or 8 bytes: a row then takes a
 * stretch of them at a time, which saves most of the writes that miss the first-level cache.
 */
record ScalarTranspose(int elementSize) implements TransposeKernel {
    @Override
    public void run(long from, long columnStep, long to, long pitch, int rows, int columns) {
        run(from, elementSize, columnStep, to, pitch, rows, columns);
    }

    /**
     * As {@link #run(long, long, long, long, int, int)}, of rows that lie {@code rowStep} bytes
     * apart.
     */
    void run(long from, long rowStep, long columnStep, long to, long pitch, int rows, int columns) {
        int c = 0;
        if (elementSize >= Integer.BYTES) {
            for (; c + 4 <= columns; c += 4) {
                long at = from + c * columnStep;
                long row = to + (long) c * elementSize;
                if (elementSize == Long.BYTES) {
                    fourLongs(at, rowStep, columnStep, row, pitch, rows);
                } else {
                    fourInts(at, rowStep, columnStep, row, pitch, rows);
                }
            }
        }
        for (; c < columns; c++) {
            column(from + c * columnStep, rowStep, to + (long) c * elementSize, pitch, rows);
        }
    }

    private static void fourLongs(
            long from, long rowStep, long columnStep, long to, long pitch, int rows) {
        long at = from;
        long row = to;
        for (int r = 0; r < rows; r++) {
            long a = Memory.ALL.get(Memory.LONG, at);
            long b = Memory.ALL.get(Memory.LONG, at + columnStep);
            long c = Memory.ALL.get(Memory.LONG, at + 2 * columnStep);
            long d = Memory.ALL.get(Memory.LONG, at + 3 * columnStep);
            Memory.ALL.set(Memory.LONG, row, a);
            Memory.ALL.set(Memory.LONG, row + 8, b);
            Memory.ALL.set(Memory.LONG, row + 16, c);
            Memory.ALL.set(Memory.LONG, row + 24, d);
            at += rowStep;
            row += pitch;
        }
    }

    private static void fourInts(
            long from, long rowStep, long columnStep, long to, long pitch, int rows) {
        long at = from;
        long row = to;
        for (int r = 0; r < rows; r++) {
            int a = Memory.ALL.get(Memory.INT, at);
            int b = Memory.ALL.get(Memory.INT, at + columnStep);
            int c = Memory.ALL.get(Memory.INT, at + 2 * columnStep);
            int d = Memory.ALL.get(Memory.INT, at + 3 * columnStep);
            Memory.ALL.set(Memory.INT, row, a);
            Memory.ALL.set(Memory.INT, row + 4, b);
            Memory.ALL.set(Memory.INT, row + 8, c);
            Memory.ALL.set(Memory.INT, row + 12, d);
            at += rowStep;
            row += pitch;
        }
    }

    private void column(long from, long rowStep, long to, long pitch, int rows) {
        switch (elementSize) {
            case 1 -> {
                for (int r = 0; r < rows; r++) {
                    byte value = Memory.ALL.get(Memory.BYTE, from + r * rowStep);
                    Memory.ALL.set(Memory.BYTE, to + r * pitch, value);
                }
            }
            case 2 -> {
                for (int r = 0; r < rows; r++) {
                    short value = Memory.ALL.get(Memory.SHORT, from + r * rowStep);
                    Memory.ALL.set(Memory.SHORT, to + r * pitch, value);
                }
            }
            case 4 -> {
                for (int r = 0; r < rows; r++) {
                    int value = Memory.ALL.get(Memory.INT, from + r * rowStep);
                    Memory.ALL.set(Memory.INT, to + r * pitch, value);
                }
            }
            default -> {
                for (int r = 0; r < rows; r++) {
                    long value = Memory.ALL.get(Memory.LONG, from + r * rowStep);
                    Memory.ALL.set(Memory.LONG, to + r * pitch, value);
                }
            }
        }
    }
}
