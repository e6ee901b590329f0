package io.tharsis.engine.linalg;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * What a panel of k columns leaves of the columns beside it: the rows that it did not move to the
 * top, less its L times their part of U. Inputs: columns (m, w), which may be cut anywhere; the
 * panel (m, k + {@link LuPanel#EXTRA}); what {@link LuAcross} made of all columns. The output is (m
 * - k, w).
 */
public record LuRest() implements ChunkFunction {
    @Override
    public String name() {
        return "luRest";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        long k = inputs[1][1] - LuPanel.EXTRA;
        return RowBlocks.bytes(MatrixProduct.of(Format.F64), output[0], output[1], k)
                + k * output[1] * Double.BYTES;
    }

    @Override
    public void apply(Call call) {
        Block from = call.input(0);
        Block panel = call.input(1);
        Block output = call.output();
        int size = output.dtype().byteSize();
        long stride = panel.shape()[1];
        int k = Math.toIntExact(stride - LuPanel.EXTRA);
        int rows = Math.toIntExact(output.shape()[0]);
        long columns = output.shape()[1];
        int[] permutation = LuPanel.permutation(panel, k, k + rows);
        MatrixProduct product =
                MatrixProduct.of(output.dtype() == DType.FLOAT64 ? Format.F64 : Format.F32);
        var blocks = new RowBlocks(call, product, rows, columns, k);
        MemorySegment upper = negated(call, from.origin()[1], columns);
        blocks.setRight(MatrixView.rowMajor(upper, columns), columns, k);
        MatrixView lower = new MatrixView(panel.segment(), 0, stride, 1).from(k, 0, size);
        MatrixView result = MatrixView.rowMajor(output.segment(), columns);
        blocks.add(
                rows,
                lower,
                result,
                size,
                (top, bottom) -> {
                    for (int i = top; i < bottom; i++) {
                        MemorySegment.copy(
                                from.segment(),
                                permutation[i] * columns * size,
                                output.segment(),
                                i * columns * size,
                                columns * size);
                    }
                });
    }

    /** Minus the third input, from column {@code first} on. */
    private static MemorySegment negated(Call call, long first, long columns) {
        Block across = call.input(2);
        MemorySegment from = across.segment();
        long k = across.shape()[0];
        long width = across.shape()[1];
        MemorySegment to = call.scratch(k * columns * across.dtype().byteSize());
        for (long i = 0; i < k; i++) {
            long source = i * width + first;
            long target = i * columns;
            if (across.dtype() == DType.FLOAT64) {
                for (long j = 0; j < columns; j++) {
                    to.setAtIndex(
                            JAVA_DOUBLE, target + j, -from.getAtIndex(JAVA_DOUBLE, source + j));
                }
            } else {
                for (long j = 0; j < columns; j++) {
                    to.setAtIndex(JAVA_FLOAT, target + j, -from.getAtIndex(JAVA_FLOAT, source + j));
                }
            }
        }
        return to;
    }
}
