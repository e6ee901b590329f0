package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Piecewise;
import io.tharsis.engine.tile.Task;

import java.util.List;

/**
 * What tasks need beside their slots, known before they run: it is reserved together with what they
 * read and write. Scratch memory of loops and chunk functions is not counted here; part of the
 * budget is left to it.
 *
 * @param threads that may work on a task
 * @param capacity bytes of the budget
 */
public record TaskNeeds(int threads, long capacity) {
    /**
     * Something a task could run with.
     *
     * @param product what a product does with it, null for others
     */
    record Choice(long byteSize, ProductMemory product) {}

    private static final List<Choice> NOTHING = List.of(new Choice(0, null));

    /** What {@code task} could run with, the fastest first, the smallest last. */
    List<Choice> choices(Task task, long[] slotBytes) {
        if (task instanceof Task.Product product) {
            return ProductMemory.choices(product, threads, capacity).stream()
                    .map(choice -> new Choice(choice.byteSize(), choice))
                    .toList();
        }
        return Piecewise.is(task, slotBytes, capacity)
                ? List.of(new Choice(Piecewise.largestRead(task, slotBytes), null))
                : NOTHING;
    }

    /** Bytes without which {@code task} cannot run. */
    public long leastBytes(Task task, long[] slotBytes) {
        return choices(task, slotBytes).getLast().byteSize();
    }

    /** Bytes with which {@code task} is fastest. */
    long bestBytes(Task task, long[] slotBytes) {
        return choices(task, slotBytes).getFirst().byteSize();
    }
}
