package io.tharsis.engine.linalg;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/** 1.0 or -1.0 for each row of an int64 matrix of permutations; (permutations, 1), a float. */
public record PermutationSign() implements ChunkFunction {
    @Override
    public String name() {
        return "permutationSign";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(1);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int length = Math.toIntExact(input.shape()[1]);
        int[] permutation = new int[length];
        for (long row = 0; row < input.shape()[0]; row++) {
            for (int i = 0; i < length; i++) {
                permutation[i] = (int) input.segment().getAtIndex(JAVA_LONG, row * length + i);
            }
            double[] sign = {LuFactor.sign(permutation)};
            Dense.storeRow(sign, 1, output.dtype(), output.segment(), row);
        }
    }
}
