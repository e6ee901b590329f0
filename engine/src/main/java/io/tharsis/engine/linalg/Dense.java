package io.tharsis.engine.linalg;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/**
 * Matrices in float64 or float32 memory, row-major, as Java arrays of rows or columns. Everything
 * inside a chunk function is computed in double; a float32 is rounded once, when it is stored.
 */
final class Dense {
    private Dense() {}

    /** {@code count} rows of {@code columns} elements from element {@code index} on. */
    static double[][] rows(DType type, MemorySegment from, long index, int count, int columns) {
        return rows(type, from, index, columns, count, columns);
    }

    /** As {@link #rows}, of rows that lie {@code stride} elements apart. */
    static double[][] rows(
            DType type, MemorySegment from, long index, long stride, int count, int columns) {
        double[][] rows = new double[count][columns];
        for (int i = 0; i < count; i++) {
            loadRow(type, from, index + i * stride, columns, rows[i]);
        }
        return rows;
    }

    /** Elements next to each other as float64, from element {@code at} of {@code to} on. */
    static void widen(
            DType type, MemorySegment from, long index, long count, MemorySegment to, long at) {
        if (type == DType.FLOAT64) {
            MemorySegment.copy(
                    from, index * Double.BYTES, to, at * Double.BYTES, count * Double.BYTES);
        } else {
            for (long i = 0; i < count; i++) {
                to.setAtIndex(JAVA_DOUBLE, at + i, from.getAtIndex(JAVA_FLOAT, index + i));
            }
        }
    }

    /** The reverse of {@link #widen}, rounded. */
    static void narrow(
            MemorySegment from, long at, long count, DType type, MemorySegment to, long index) {
        if (type == DType.FLOAT64) {
            MemorySegment.copy(
                    from, at * Double.BYTES, to, index * Double.BYTES, count * Double.BYTES);
        } else {
            for (long i = 0; i < count; i++) {
                to.setAtIndex(JAVA_FLOAT, index + i, (float) from.getAtIndex(JAVA_DOUBLE, at + i));
            }
        }
    }

    static void loadRow(DType type, MemorySegment from, long index, int count, double[] row) {
        if (type == DType.FLOAT64) {
            MemorySegment.copy(from, JAVA_DOUBLE, index * Double.BYTES, row, 0, count);
        } else {
            for (int j = 0; j < count; j++) {
                row[j] = from.getAtIndex(JAVA_FLOAT, index + j);
            }
        }
    }

    static void storeRow(double[] row, int count, DType type, MemorySegment to, long index) {
        if (type == DType.FLOAT64) {
            MemorySegment.copy(row, 0, to, JAVA_DOUBLE, index * Double.BYTES, count);
        } else {
            for (int j = 0; j < count; j++) {
                to.setAtIndex(JAVA_FLOAT, index + j, (float) row[j]);
            }
        }
    }

    /** Rows one after the other, from element {@code index} on. */
    static void storeRows(double[][] rows, DType type, MemorySegment to, long index) {
        long at = index;
        for (double[] row : rows) {
            storeRow(row, row.length, type, to, at);
            at += row.length;
        }
    }

    /**
     * Loads {@code count} rows of {@code width} elements into columns: {@code columns[j][at + i]}.
     */
    static void loadColumns(
            DType type,
            MemorySegment from,
            long index,
            int count,
            int width,
            double[][] columns,
            int at) {
        if (type == DType.FLOAT64) {
            for (int j = 0; j < width; j++) {
                double[] column = columns[j];
                for (int i = 0; i < count; i++) {
                    column[at + i] = from.getAtIndex(JAVA_DOUBLE, index + (long) i * width + j);
                }
            }
        } else {
            for (int j = 0; j < width; j++) {
                double[] column = columns[j];
                for (int i = 0; i < count; i++) {
                    column[at + i] = from.getAtIndex(JAVA_FLOAT, index + (long) i * width + j);
                }
            }
        }
    }

    /** The reverse of {@link #loadColumns}. */
    static void storeColumns(
            double[][] columns,
            int at,
            int count,
            int width,
            DType type,
            MemorySegment to,
            long index) {
        if (type == DType.FLOAT64) {
            for (int j = 0; j < width; j++) {
                double[] column = columns[j];
                for (int i = 0; i < count; i++) {
                    to.setAtIndex(JAVA_DOUBLE, index + (long) i * width + j, column[at + i]);
                }
            }
        } else {
            for (int j = 0; j < width; j++) {
                double[] column = columns[j];
                for (int i = 0; i < count; i++) {
                    to.setAtIndex(JAVA_FLOAT, index + (long) i * width + j, (float) column[at + i]);
                }
            }
        }
    }
}
