package io.tharsis.engine.execute;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Applies a chunk function: one morsel, which may ask for help from idle workers. */
final class ApplyJob implements Job, ChunkFunction.Call {
    private final Task.Apply task;
    private final Execution execution;
    private final List<Buffer> temporary = new ArrayList<>();

    ApplyJob(Task.Apply task, Execution execution) {
        this.task = task;
        this.execution = execution;
    }

    @Override
    public int morsels() {
        return 1;
    }

    @Override
    public void run(int morsel) {
        try {
            task.function().apply(this);
        } finally {
            temporary.forEach(Buffer::release);
        }
        if (task.output() == null && !execution.slots().isFilled(task.writes()[0])) {
            throw new IllegalStateException(task.function().name() + " allocated no output");
        }
    }

    private Block block(Task.Box box, MemorySegment memory) {
        return new Block(memory, box.dtype(), box.shape(), box.origin());
    }

    @Override
    public Block input(int i) {
        return block(task.inputs().get(i), execution.memory(task.reads()[i]));
    }

    @Override
    public int inputCount() {
        return task.inputs().size();
    }

    @Override
    public Block output() {
        return block(task.output(), execution.memory(task.writes()[0]));
    }

    @Override
    public Block allocate(DType dtype, long... shape) {
        long bytes = Shapes.size(shape) * dtype.byteSize();
        execution.slots().fillUnknown(task.writes()[0], execution.pool().allocate(bytes), shape);
        return new Block(execution.memory(task.writes()[0]), dtype, shape, new long[shape.length]);
    }

    @Override
    public MemorySegment scratch(long byteSize) {
        Buffer buffer = execution.pool().allocate(byteSize);
        synchronized (temporary) {
            temporary.add(buffer);
        }
        return buffer.segment();
    }

    @Override
    public void parallelFor(int count, IntConsumer body) {
        execution.parallelFor(count, body);
    }

    @Override
    public void checkCancelled() {
        execution.checkCancelled();
    }
}
