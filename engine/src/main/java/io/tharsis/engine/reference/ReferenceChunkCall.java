package io.tharsis.engine.reference;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/** Applies a chunk function to whole inputs at once; every tiling allows that. */
final class ReferenceChunkCall implements ChunkFunction.Call {
    private final ReferenceStored[] inputs;
    private ReferenceStored output;

    private ReferenceChunkCall(ReferenceStored[] inputs, ReferenceStored output) {
        this.inputs = inputs;
        this.output = output;
    }

    static ReferenceStored apply(
            ChunkFunction function, Operand operand, ReferenceStored[] inputs) {
        boolean known = Shapes.isKnown(operand.shape());
        var call =
                new ReferenceChunkCall(
                        inputs,
                        known ? ReferenceStored.allocate(operand.dtype(), operand.shape()) : null);
        function.apply(call);
        return call.output;
    }

    private static Block block(ReferenceStored stored) {
        return new Block(
                stored.segment().asSlice(0, stored.byteSize()),
                stored.dtype(),
                stored.shape(),
                new long[stored.shape().length]);
    }

    @Override
    public Block input(int i) {
        return block(inputs[i]);
    }

    @Override
    public int inputCount() {
        return inputs.length;
    }

    @Override
    public Block output() {
        return block(output);
    }

    @Override
    public Block allocate(DType dtype, long... shape) {
        output = ReferenceStored.allocate(dtype, shape);
        return block(output);
    }

    @Override
    public MemorySegment scratch(long byteSize) {
        return Arena.ofAuto().allocate(byteSize, 64);
    }

    @Override
    public void parallelFor(int count, IntConsumer body) {
        for (int i = 0; i < count; i++) {
            body.accept(i);
        }
    }

    @Override
    public void checkCancelled() {
        // nobody can cancel a reference run
    }
}
