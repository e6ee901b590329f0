package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Makes the job of a task that has all its memory. */
final class Jobs {
    private Jobs() {}

    static Job of(Task task, Execution execution, TaskMemory memory) {
        return switch (task) {
            case Task.Run run -> loop(run, execution, memory);
            case Task.Combine combine ->
                    once(
                            () ->
                                    TreeFold.fold(
                                            combine.op(),
                                            combine.lane(),
                                            Arrays.stream(combine.reads())
                                                    .mapToObj(execution::memory)
                                                    .toList(),
                                            combine.nodes(),
                                            combine.positions(),
                                            combine.format(),
                                            execution.memory(combine.writes()[0])));
            case Task.Product product -> new ProductJob(product, execution, memory);
            case Task.Tiles tiles -> new TileJob(tiles, execution);
            case Task.TileCombine combine -> new TileCombineJob(combine, execution);
            case Task.Assemble assemble ->
                    new AssembleJob(
                            assemble,
                            new PieceReader(assemble, execution.slots(), memory),
                            execution);
            case Task.FlatCopy copy ->
                    new FlatCopyJob(
                            copy,
                            new PieceReader(copy, execution.slots(), memory),
                            execution.memory(copy.writes()[0]));
            case Task.Alias _ -> once(() -> {});
            case Task.Apply apply -> new ApplyJob(apply, execution);
            case Task.Read read ->
                    once(
                            () ->
                                    read.source()
                                            .read(
                                                    read.box().origin(),
                                                    read.box().shape(),
                                                    execution.memory(read.writes()[0])));
        };
    }

    private static Job loop(Task.Run run, Execution execution, TaskMemory memory) {
        MemorySegment[] inputs =
                Arrays.stream(run.reads())
                        .mapToObj(execution::memory)
                        .toArray(MemorySegment[]::new);
        MemorySegment[] outputs =
                Arrays.stream(run.writes())
                        .mapToObj(execution::memory)
                        .toArray(MemorySegment[]::new);
        var frame =
                new LoopFrame(
                        run,
                        inputs,
                        outputs,
                        LoopFrame.params(run.loop(), execution.reader()),
                        LoopFrame.formats(run.loop()),
                        memory);
        if (!run.loop().folds()) {
            return new MapJob(frame);
        }
        if (run.loop().foldsLanes()) {
            if (ShortFoldJob.fits(frame)) {
                return new ShortFoldJob(frame);
            }
            return LineFoldJob.fits(frame)
                    ? new LineFoldJob(frame)
                    : new LaneFoldJob(frame, execution.threads());
        }
        return NarrowFoldJob.fits(frame)
                ? new NarrowFoldJob(frame)
                : new RowFoldJob(frame, execution.threads());
    }

    private static Job once(Runnable body) {
        return new Job() {
            @Override
            public int morsels() {
                return 1;
            }

            @Override
            public void run(int morsel) {
                body.run();
            }
        };
    }
}
