package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * {@code A = P L U} of a panel: a matrix (m, k) with m at least k, over all its rows, in float64.
 * The output is (m, k + {@link #EXTRA}): L below and U on and above the diagonal; then, beside row
 * i, the number of A's row that it comes from, in two numbers that a float32 holds.
 */
public record LuPanel() implements ChunkFunction {
    /** Columns of the output beside L and U. */
    public static final int EXTRA = 2;

    @Override
    public String name() {
        return "luPanel";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        long elements = type == DType.FLOAT64 ? 0 : output[0] * output[1];
        return LuInPlace.bytes(inputs[0][0], Math.toIntExact(inputs[0][1]))
                + elements * Double.BYTES;
    }

    @Override
    public void apply(Call call) {
        Block matrix = call.input(0);
        Block output = call.output();
        int rows = Math.toIntExact(matrix.shape()[0]);
        int columns = Math.toIntExact(matrix.shape()[1]);
        int stride = columns + EXTRA;
        boolean converts = output.dtype() != DType.FLOAT64;
        MemorySegment a =
                converts ? call.scratch((long) rows * stride * Double.BYTES) : output.segment();
        for (long i = 0; i < rows; i++) {
            Dense.widen(matrix.dtype(), matrix.segment(), i * columns, columns, a, i * stride);
        }
        int[] permutation = new LuInPlace(call, a, rows, columns, stride).factor();
        if (converts) {
            Dense.narrow(a, 0, (long) rows * stride, output.dtype(), output.segment(), 0);
        }
        for (int i = 0; i < rows; i++) {
            Dense.storeRow(
                    Factorizations.Lu.inTwo(permutation[i]),
                    EXTRA,
                    output.dtype(),
                    output.segment(),
                    (long) i * stride + columns);
        }
    }

    /** The rows that rows {@code from} to {@code to} of a panel's output come from. */
    static int[] permutation(Block panel, int from, int to) {
        long stride = panel.shape()[1];
        double[] number = new double[EXTRA];
        int[] rows = new int[to - from];
        for (int i = from; i < to; i++) {
            long index = i * stride + stride - EXTRA;
            Dense.loadRow(panel.dtype(), panel.segment(), index, EXTRA, number);
            rows[i - from] = Factorizations.Lu.fromTwo(number);
        }
        return rows;
    }
}
