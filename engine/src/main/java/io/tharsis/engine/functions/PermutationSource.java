package io.tharsis.engine.functions;

import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.kernels.random.KeyedPermutation;

import java.lang.foreign.MemorySegment;

/** A random order of 0 to length - 1, int64, any part of which is made on demand. */
record PermutationSource(long length, long seed, long stream) implements ChunkSource {
    @Override
    public String name() {
        return "permutation";
    }

    @Override
    public void read(long[] origin, long[] shape, MemorySegment target) {
        new KeyedPermutation(length, seed, stream).fill(origin[0], shape[0], target);
    }
}
