package io.tharsis.engine.functions.indexing;

/**
 * Walks the index space of all axes of a shape but the last, in row-major order, from any row on.
 * One thread.
 */
final class Rows {
    private final long[] shape;
    private final long[] index;

    /** Starts at row {@code row}, the row-major number among all rows. */
    Rows(long[] shape, long row) {
        this.shape = shape;
        this.index = new long[Math.max(0, shape.length - 1)];
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = row % shape[axis];
            row /= shape[axis];
        }
    }

    /** The sum over all axes but the last of {@code (index + origin) * stride}. */
    long dot(long[] origin, long[] stride) {
        long sum = 0;
        for (int axis = 0; axis < index.length; axis++) {
            sum += (index[axis] + origin[axis]) * stride[axis];
        }
        return sum;
    }

    void next() {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < shape[axis]) {
                return;
            }
            index[axis] = 0;
        }
    }

    /** How many rows {@code shape} has; 1 for rank 0. */
    static long count(long[] shape) {
        return Elements.product(shape, 0, Math.max(0, shape.length - 1));
    }

    /** The length of one row; 1 for rank 0. */
    static long length(long[] shape) {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }
}
