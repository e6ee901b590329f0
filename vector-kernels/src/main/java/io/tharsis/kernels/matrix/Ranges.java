package io.tharsis.kernels.matrix;

import java.lang.foreign.MemorySegment;

/** Checks that memory is there before loops address it without checks. */
final class Ranges {
    private Ranges() {}

    /**
     * The address of element (0, 0) of a view whose elements all lie in its memory.
     *
     * @throws IndexOutOfBoundsException if some do not
     */
    static long check(MatrixView view, long rows, long columns, int elementBytes, String what) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(what + " of " + rows + " x " + columns);
        }
        live(view.memory(), what);
        if (rows == 0 || columns == 0) {
            return view.memory().address();
        }
        long low = view.byteOffset();
        long high = low;
        try {
            long down = Math.multiplyExact((rows - 1) * elementBytes, view.rowStride());
            long across = Math.multiplyExact((columns - 1) * elementBytes, view.columnStride());
            low = Math.addExact(low, Math.addExact(Math.min(0, down), Math.min(0, across)));
            high = Math.addExact(high, Math.addExact(Math.max(0, down), Math.max(0, across)));
        } catch (ArithmeticException e) {
            IndexOutOfBoundsException outside = outside(view, rows, columns, what);
            outside.initCause(e);
            throw outside;
        }
        if (low < 0 || high > view.memory().byteSize() - elementBytes) {
            throw outside(view, rows, columns, what);
        }
        return view.memory().address() + view.byteOffset();
    }

    /** The address of {@code memory}, which has {@code byteSize} bytes at least. */
    static long check(MemorySegment memory, long byteSize, String what) {
        live(memory, what);
        if (memory.byteSize() < byteSize) {
            throw new IndexOutOfBoundsException(
                    what + " has " + memory.byteSize() + " bytes, needs " + byteSize);
        }
        return memory.address();
    }

    private static void live(MemorySegment memory, String what) {
        if (!memory.isNative() || !memory.scope().isAlive()) {
            throw new IllegalArgumentException(what + " is not in live native memory");
        }
    }

    private static IndexOutOfBoundsException outside(
            MatrixView view, long rows, long columns, String what) {
        return new IndexOutOfBoundsException(
                what
                        + ": "
                        + rows
                        + " x "
                        + columns
                        + " elements from byte "
                        + view.byteOffset()
                        + " with strides "
                        + view.rowStride()
                        + " and "
                        + view.columnStride()
                        + " in a segment of "
                        + view.memory().byteSize()
                        + " bytes");
    }
}
