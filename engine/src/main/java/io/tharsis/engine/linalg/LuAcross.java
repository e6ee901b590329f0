package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The rows of U beside a panel of k columns: {@code L⁻¹} of the panel's square part times the rows
 * that the panel moved to the top. Inputs: columns (m, w) beside the panel, which may be cut
 * anywhere; the panel (m, k + {@link LuPanel#EXTRA}). The output is (k, w).
 */
public record LuAcross() implements ChunkFunction {
    @Override
    public String name() {
        return "luAcross";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return BlockedTriangle.bytes(output[0], output[1]);
    }

    @Override
    public void apply(Call call) {
        Block panel = call.input(1);
        long stride = panel.shape()[1];
        int k = Math.toIntExact(stride - LuPanel.EXTRA);
        double[][] l = Dense.rows(panel.dtype(), panel.segment(), 0, stride, k, k);
        new BlockedTriangle(call, l, true, true)
                .solve(call, call.input(0), LuPanel.permutation(panel, 0, k), call.output());
    }
}
