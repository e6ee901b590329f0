package io.tharsis.engine.execute;

import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.storage.Remake;
import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.ir.Format;

import java.lang.foreign.MemorySegment;

/**
 * Which chunks are made again rather than written to disk: what a loop makes out of nothing (random
 * numbers, ranges) with few operations an element, and, while a computation runs, what is read from
 * a file. A kept result is data, so it does not depend on a file any more.
 */
final class Remakes {
    /** Kernel operations for an element that take about as long as to write and read it. */
    private static final int MOST_NODES = 160;

    private Remakes() {}

    /**
     * How to make what {@code task} writes; null if it has to be written to disk.
     *
     * @param pool for scratch
     * @param kept true if the chunk becomes part of a result
     */
    static Remake of(Task task, GraphReader reader, BufferPool pool, boolean kept) {
        return switch (task) {
            case Task.Read read when !kept && read.source().isCheap() ->
                    target -> read.source().read(read.box().origin(), read.box().shape(), target);
            case Task.Run run when isOfNothing(run) ->
                    new Loop(
                            run,
                            LoopFrame.params(run.loop(), reader),
                            LoopFrame.formats(run.loop()),
                            pool);
            default -> null;
        };
    }

    private static boolean isOfNothing(Task.Run run) {
        return run.reads().length == 0
                && run.writes().length == 1
                && !run.loop().folds()
                && run.loop().program().nodes().size() <= MOST_NODES;
    }

    private record Loop(Task.Run run, long[] params, Format[] formats, BufferPool pool)
            implements Remake {
        @Override
        public void into(MemorySegment target) {
            var frame =
                    new LoopFrame(
                            run,
                            new MemorySegment[0],
                            new MemorySegment[] {target},
                            params,
                            formats,
                            null);
            var job = new MapJob(frame);
            BufferPool before = Scratch.bind(pool);
            try {
                for (int morsel = 0; morsel < job.morsels(); morsel++) {
                    job.run(morsel);
                }
            } finally {
                Scratch.bind(before);
            }
        }
    }
}
