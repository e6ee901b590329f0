package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/** 1 or -1 for each column of a matrix (n, k): (1, k), as {@link Signs} chooses. */
public record VectorSigns() implements ChunkFunction {
    @Override
    public String name() {
        return "vectorSigns";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int width = Math.toIntExact(input.shape()[1]);
        double[] extremes = new double[width];
        double[] row = new double[width];
        for (long i = 0; i < input.shape()[0]; i++) {
            Dense.loadRow(input.dtype(), input.segment(), i * width, width, row);
            for (int j = 0; j < width; j++) {
                if (Signs.isLarger(row[j], extremes[j])) {
                    extremes[j] = row[j];
                }
            }
        }
        for (int j = 0; j < width; j++) {
            row[j] = extremes[j] < 0 ? -1 : 1;
        }
        Dense.storeRow(row, width, output.dtype(), output.segment(), 0);
    }
}
