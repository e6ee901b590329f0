package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

/** Vertices that the builders of chunk functions share. */
final class Chunks {
    private Chunks() {}

    static Operand apply(ChunkFunction function, DType dtype, long[] shape, Operand... inputs) {
        return new Operand(new Op.Chunked(function), dtype, shape, inputs);
    }

    /** All elements in one axis; {@code x} itself if it has one axis. */
    static Operand flat(Operand x) {
        if (x.rank() == 1) {
            return x;
        }
        long length = Shapes.isKnown(x.shape()) ? Shapes.size(x.shape()) : Shapes.UNKNOWN;
        return new Operand(new Op.Reshape(), x.dtype(), new long[] {length}, x);
    }

    /** {@code x} without {@code axis}, which has length 1. */
    static Operand dropAxis(Operand x, int axis) {
        int rank = x.rank() - 1;
        int[] source = new int[rank];
        long[] step = new long[rank];
        long[] shape = new long[rank];
        for (int k = 0; k < rank; k++) {
            source[k] = k < axis ? k : k + 1;
            step[k] = 1;
            shape[k] = x.shape()[source[k]];
        }
        return new Operand(
                new Op.Viewed(new View(source, step, new long[x.rank()])), x.dtype(), shape, x);
    }

    /** {@code x} with {@code axis} moved to the front. */
    static Operand axisFirst(Operand x, int axis) {
        if (axis == 0) {
            return x;
        }
        int rank = x.rank();
        int[] source = new int[rank];
        long[] step = new long[rank];
        long[] shape = new long[rank];
        for (int k = 0; k < rank; k++) {
            source[k] = k == 0 ? axis : k <= axis ? k - 1 : k;
            step[k] = 1;
            shape[k] = x.shape()[source[k]];
        }
        return new Operand(
                new Op.Viewed(new View(source, step, new long[rank])), x.dtype(), shape, x);
    }

    /** {@code x} with a new axis of length 1 before {@code axis}. */
    static Operand insertAxis(Operand x, int axis) {
        int rank = x.rank() + 1;
        int[] source = new int[rank];
        long[] step = new long[rank];
        long[] shape = new long[rank];
        for (int k = 0; k < rank; k++) {
            source[k] = k == axis ? -1 : k < axis ? k : k - 1;
            step[k] = k == axis ? 0 : 1;
            shape[k] = k == axis ? 1 : x.shape()[source[k]];
        }
        return new Operand(
                new Op.Viewed(new View(source, step, new long[x.rank()])), x.dtype(), shape, x);
    }

    /** {@code shape} with another length of {@code axis}. */
    static long[] withLength(long[] shape, int axis, long length) {
        long[] result = shape.clone();
        result[axis] = length;
        return result;
    }
}
