package io.tharsis.engine.chunked;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Stored;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Runs chunk functions over whole inputs on two threads; fresh memory is poisoned, so that an
 * element left unwritten shows.
 */
final class FakeCall implements ChunkFunction.Call {
    private static final byte POISON = (byte) 0xA5;

    private final Block[] inputs;
    private Block output;

    private FakeCall(Block[] inputs, Block output) {
        this.inputs = inputs;
        this.output = output;
    }

    /** Evaluates a tree of operations over data. */
    static Block evaluate(Operand operand) {
        Stored stored = operand.stored();
        if (stored != null) {
            return new Block(
                    stored.chunk(0),
                    stored.dtype(),
                    stored.shape(),
                    new long[stored.shape().length]);
        }
        Block[] inputs = operand.inputs().stream().map(FakeCall::evaluate).toArray(Block[]::new);
        if (operand.op() instanceof Op.Chunked(ChunkFunction function)) {
            return apply(
                    function,
                    operand.dtype(),
                    Shapes.isKnown(operand.shape()) ? operand.shape() : null,
                    inputs);
        }
        Operand[] known = Arrays.stream(inputs).map(FakeCall::data).toArray(Operand[]::new);
        var step = new Operand(operand.op(), operand.dtype(), operand.shape(), known);
        new ReferenceEngine(ScalarKernel::of).execute(List.of(step));
        return evaluate(step);
    }

    /** One application; {@code shape} is null if the function allocates its output. */
    static Block apply(ChunkFunction function, DType dtype, long[] shape, Block... inputs) {
        var call = new FakeCall(inputs, shape == null ? null : block(dtype, shape));
        function.apply(call);
        return call.output;
    }

    static Operand data(Block block) {
        return Operand.data(new Chunk(block));
    }

    /** A poisoned block. */
    static Block block(DType dtype, long... shape) {
        long byteSize = Shapes.size(shape) * dtype.byteSize();
        MemorySegment segment =
                Arena.ofAuto()
                        .allocate(Math.max(byteSize, 1), 64)
                        .asSlice(0, byteSize)
                        .fill(POISON);
        return new Block(segment, dtype, shape, new long[shape.length]);
    }

    @Override
    public Block input(int i) {
        return inputs[i];
    }

    @Override
    public int inputCount() {
        return inputs.length;
    }

    @Override
    public Block output() {
        return output;
    }

    @Override
    public Block allocate(DType dtype, long... shape) {
        if (output != null) {
            throw new IllegalStateException("the output is there already");
        }
        output = block(dtype, shape);
        return output;
    }

    @Override
    public MemorySegment scratch(long byteSize) {
        return Arena.ofAuto().allocate(Math.max(byteSize, 1), 64).asSlice(0, byteSize).fill(POISON);
    }

    @Override
    public void parallelFor(int count, IntConsumer body) {
        var next = new AtomicInteger();
        var failure = new AtomicReference<Throwable>();
        Runnable work =
                () -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        body.accept(i);
                    }
                };
        if (count < 2) {
            work.run();
            return;
        }
        var helper =
                Thread.ofPlatform().uncaughtExceptionHandler((_, e) -> failure.set(e)).start(work);
        work.run();
        try {
            helper.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure.get() instanceof RuntimeException e) {
            throw e;
        } else if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    @Override
    public void checkCancelled() {
        // nobody cancels a fake
    }

    private record Chunk(Block block) implements Stored {
        @Override
        public DType dtype() {
            return block.dtype();
        }

        @Override
        public long[] shape() {
            return block.shape();
        }

        @Override
        public ChunkGrid grid() {
            return ChunkGrid.whole(block.shape());
        }

        @Override
        public MemorySegment chunk(int chunk) {
            return block.segment();
        }

        @Override
        public boolean retain() {
            return true;
        }

        @Override
        public void release() {
            // the collector frees it
        }

        @Override
        public long byteSize() {
            return block.segment().byteSize();
        }
    }
}
