package io.tharsis.engine.npy;

import io.tharsis.engine.graph.Shapes;

/** The runs of consecutive elements that a box of a row-major array consists of, in the array's order. */
final class Runs {
    private Runs() {}

    /** What is done with one run. */
    @FunctionalInterface
    interface Action {
        /**
         * @param arrayOffset index of the run's first element in the whole array
         * @param boxOffset index of it in the box
         * @param count elements
         */
        void run(long arrayOffset, long boxOffset, long count);
    }

    /** Elements of each run: the box's last axis, and the axes before it as long as those behind are whole. */
    static long length(long[] arrayShape, long[] box) {
        long length = 1;
        for (int axis = box.length - 1; axis >= 0; axis--) {
            length *= box[axis];
            if (box[axis] != arrayShape[axis]) {
                break;
            }
        }
        return length;
    }

    static void forEach(long[] arrayShape, long[] origin, long[] box, Action action) {
        long size = Shapes.size(box);
        if (size == 0) {
            return;
        }
        long length = length(arrayShape, box);
        long[] strides = Shapes.strides(arrayShape);
        for (long boxOffset = 0; boxOffset < size; boxOffset += length) {
            long rest = boxOffset;
            long arrayOffset = 0;
            for (int axis = box.length - 1; axis >= 0; axis--) {
                arrayOffset += (origin[axis] + rest % box[axis]) * strides[axis];
                rest /= box[axis];
            }
            action.run(arrayOffset, boxOffset, length);
        }
    }
}
