package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/**
 * The int64 indices along one axis of the elements that are not zero, in row-major order of the
 * elements; their length is known when run. NaN is not zero.
 *
 * @param axis the axis whose indices are told, or {@link #FLAT} for row-major positions
 */
public record Nonzero(int axis) implements ChunkFunction {
    public static final int FLAT = -1;

    private static final int PIECE = 1 << 14;

    @Override
    public String name() {
        return "nonzero";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        DType dtype = input.dtype();
        long size = input.size();
        long zero = Keys.zero(dtype);
        long[] before =
                Pieces.prefix(
                        call,
                        size,
                        PIECE,
                        (from, to) -> {
                            long[] keys = keys(input, from, to);
                            long found = 0;
                            for (long key : keys) {
                                found += key != zero ? 1 : 0;
                            }
                            return found;
                        });
        long[] shape = input.shape();
        long stride = axis == FLAT ? 1 : Shapes.strides(shape)[axis];
        long length = axis <= 0 ? Long.MAX_VALUE : shape[axis];
        MemorySegment output = call.allocate(DType.INT64, before[before.length - 1]).segment();
        Pieces.forEach(
                call,
                size,
                PIECE,
                (piece, from, to) -> {
                    long[] keys = keys(input, from, to);
                    long at = before[piece];
                    for (int i = 0; i < keys.length; i++) {
                        if (keys[i] != zero) {
                            output.setAtIndex(JAVA_LONG, at++, (from + i) / stride % length);
                        }
                    }
                });
    }

    private static long[] keys(Block input, long from, long to) {
        int count = (int) (to - from);
        long[] keys = new long[count];
        Keys.load(input.dtype(), input.segment(), from, 1, count, keys, 0, 1);
        Keys.canonicalise(input.dtype(), keys, 0, count);
        return keys;
    }
}
