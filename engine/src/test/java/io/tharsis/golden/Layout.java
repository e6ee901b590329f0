package io.tharsis.golden;

import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.Contents;

import java.util.Arrays;
import java.util.List;

/**
 * Ways to hand the same elements to a function: as stored, and as views of arrays stored otherwise.
 */
enum Layout {
    DENSE,
    /** A transposed view. */
    TRANSPOSED,
    /** Every axis walked backwards. */
    REVERSED,
    /** Every second position of the last axis, after the first. */
    STEPPED,
    /** Computed in the same run: the elements chosen by a condition that is always true. */
    COMPUTED;

    private static final Layout[] VALUES = values();

    static Layout number(int i) {
        return VALUES[i % VALUES.length];
    }

    Tensor tensor(GoldenArray array) {
        long[] shape = array.shape();
        int rank = shape.length;
        switch (this) {
            case TRANSPOSED -> {
                long[] reversed = new long[rank];
                Arrays.setAll(reversed, k -> shape[rank - 1 - k]);
                long[] strides = strides(shape);
                long[] steps = new long[rank];
                Arrays.setAll(steps, k -> strides[rank - 1 - k]);
                return dense(array.pick(indices(reversed, 0, steps), reversed)).T();
            }
            case REVERSED -> {
                long[] steps = Arrays.stream(strides(shape)).map(stride -> -stride).toArray();
                Slice[] slices = new Slice[rank];
                Arrays.fill(slices, Slice.reversed());
                return dense(array.pick(indices(shape, array.size() - 1, steps), shape))
                        .get(slices);
            }
            case STEPPED -> {
                if (rank == 0) {
                    return dense(array);
                }
                long[] wide = shape.clone();
                wide[rank - 1] = 2 * shape[rank - 1] + 1;
                long[] picked = new long[Math.toIntExact(Shapes.size(wide))];
                for (int i = 0; i < picked.length && array.size() > 0; i++) {
                    long row = i / wide[rank - 1];
                    long place = Math.max(i % wide[rank - 1] - 1, 0) / 2;
                    picked[i] = row * shape[rank - 1] + place;
                }
                if (array.size() == 0) {
                    return dense(array);
                }
                return dense(array.pick(picked, wide))
                        .get(Slice.ELLIPSIS, new Slice.Range(1L, null, 2));
            }
            case COMPUTED -> {
                Tensor dense = dense(array);
                return Tensors.where(Tensors.scalar(true), dense, dense);
            }
            default -> {
                return dense(array);
            }
        }
    }

    static Tensor dense(GoldenArray array) {
        return Tensors.array(array.segment(), array.dtype(), array.shape());
    }

    private static long[] strides(long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    private static long[] indices(long[] shape, long origin, long... steps) {
        long[] indices = new long[Math.toIntExact(Shapes.size(shape))];
        long[] dense = strides(shape);
        for (int i = 0; i < indices.length; i++) {
            indices[i] = origin;
            for (int axis = 0; axis < shape.length; axis++) {
                indices[i] += i / dense[axis] % shape[axis] * steps[axis];
            }
        }
        return indices;
    }

    /** Computes tensors together and copies their elements. */
    static List<GoldenArray> fetch(List<Tensor> tensors) {
        Tensors.execute(tensors.toArray(Tensor[]::new));
        return tensors.stream()
                .map(
                        tensor -> {
                            GoldenArray array =
                                    GoldenArray.allocate(tensor.dtype(), tensor.shape());
                            Contents.copy(tensor.operand(), array.segment());
                            return array;
                        })
                .toList();
    }
}
