package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/** A call of a chunk function on one box; runs parallel parts from the last to the first. */
record BoxCall(List<Block> inputs, Block output) implements ChunkFunction.Call {
    @Override
    public Block input(int i) {
        return inputs.get(i);
    }

    @Override
    public int inputCount() {
        return inputs.size();
    }

    @Override
    public Block allocate(DType dtype, long... shape) {
        throw new AssertionError("only for outputs of unknown length");
    }

    @Override
    public MemorySegment scratch(long byteSize) {
        return Arena.ofAuto().allocate(byteSize, 64);
    }

    @Override
    public void parallelFor(int count, IntConsumer body) {
        for (int i = count - 1; i >= 0; i--) {
            body.accept(i);
        }
    }

    @Override
    public void checkCancelled() {
        // never is
    }
}
