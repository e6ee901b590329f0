package io.tharsis.engine.execute;

import io.tharsis.DType;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.RootBound;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;

import java.lang.foreign.MemorySegment;

/**
 * A loop task with its memory: what all morsels share. Read only.
 *
 * @param inputs memory of each input
 * @param outputs memory of each output
 * @param params the parameters that operands gave
 * @param formats the stored format of each output
 * @param memory for what the job needs beside, until its last morsel has ended
 */
record LoopFrame(
        Task.Run task,
        MemorySegment[] inputs,
        MemorySegment[] outputs,
        long[] params,
        Format[] formats,
        TaskMemory memory) {
    /** Bytes between elements that are worth packing together: half a cache line. */
    private static final int NEAR = 32;

    /** The parameters that the operands of {@code reader} give {@code loop}. */
    static long[] params(Loop loop, GraphReader reader) {
        long[] params = new long[loop.program().paramCount()];
        for (Loop.Param param : loop.params()) {
            Op op = reader.op(param.origin());
            DType type = reader.operands().get(param.origin()).dtype();
            if (param.param() < params.length) {
                params[param.param()] =
                        switch (param.part()) {
                            case VALUE -> ((Op.Fill) op).bits();
                            case LEAST_ROOT -> RootBound.least(((Op.Fill) op).bits(), type);
                            case GREATEST_ROOT -> RootBound.greatest(((Op.Fill) op).bits(), type);
                            case SEED -> ((Op.RandomBits) op).seed();
                            case STREAM -> ((Op.RandomBits) op).stream();
                        };
            }
        }
        return params;
    }

    /** The stored format of each output of {@code loop}. */
    static Format[] formats(Loop loop) {
        Format[] formats = new Format[loop.outputs().size()];
        for (int o = 0; o < formats.length; o++) {
            formats[o] = loop.outputs().get(o).format();
        }
        return formats;
    }

    Loop loop() {
        return task.loop();
    }

    LoopGeometry geometry() {
        return task.geometry();
    }

    /** The lane that output {@code o} folds or stores. */
    Lane lane(int o) {
        return loop().program().node(loop().program().outputs().get(o).node()).lane();
    }

    /** Bytes of one element of input {@code i}; 1 if the program does not load it. */
    int elementSize(int i) {
        for (Node node : loop().program().nodes()) {
            if (node instanceof Node.Load load && load.input() == i) {
                return load.format().byteSize();
            }
        }
        return 1;
    }

    /**
     * True if some input's elements do not lie one after the other along axes from {@code runAt}.
     */
    boolean packs(int runAt) {
        for (int i = 0; i < inputs.length; i++) {
            if (!loop().inputs().get(i).uniform() && !isDirect(i, runAt)) {
                return true;
            }
        }
        return false;
    }

    /** True if input {@code i} is contiguous over axes from {@code runAt}. */
    boolean isDirect(int i, int runAt) {
        LoopGeometry g = geometry();
        long step = 1;
        for (int axis = g.axes() - 1; axis >= runAt; axis--) {
            if (g.length(axis) != 1) {
                if (g.inputStep(i, axis) != step) {
                    return false;
                }
                step *= g.length(axis);
            }
        }
        return true;
    }

    /**
     * True if every number of a run over axes from {@code runAt} follows from its first: indexes go
     * along and uniforms stay.
     */
    boolean canRunOver(int runAt) {
        LoopGeometry g = geometry();
        for (int axis = runAt; axis + 1 < g.axes(); axis++) {
            for (int x = 0; x < g.indexCount(); x++) {
                if (g.indexStep(x, axis) != g.indexStep(x, axis + 1) * g.length(axis + 1)) {
                    return false;
                }
            }
            for (int i = 0; i < inputs.length; i++) {
                if (loop().inputs().get(i).uniform() && g.inputStep(i, axis) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * True if runs over axes from {@code runAt} differ along {@code axis} in nothing but where they
     * lie: none is packed on its own, only groups of them along {@code axis}.
     */
    boolean canRunRows(int runAt, int axis) {
        LoopGeometry g = geometry();
        for (int i = 0; i < inputs.length; i++) {
            if (!loop().inputs().get(i).uniform()
                    && !isDirect(i, runAt)
                    && g.inputStep(i, axis) != 0
                    && !(axis == groupAxis(runAt) && packsGroups(i, runAt, axis))) {
                return false;
            }
        }
        for (int x = 0; x < g.indexCount(); x++) {
            if (g.indexStep(x, axis) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * True if input {@code i}, which is not contiguous over axes from {@code runAt}, is packed in
     * groups of rows along {@code groupAxis}.
     */
    boolean packsGroups(int i, int runAt, int groupAxis) {
        return groupAxis >= 0 && sharesLines(i, runAt, groupAxis);
    }

    /** True if neighbours along {@code axis} lie nearer than those of a run, in a cache line. */
    private boolean sharesLines(int i, int runAt, int axis) {
        LoopGeometry g = geometry();
        long step = Math.abs(g.inputStep(i, axis));
        return runAt == g.axes() - 1
                && g.length(axis) > 1
                && step != 0
                && step * elementSize(i) <= NEAR
                && step < Math.abs(g.inputStep(i, runAt));
    }

    /**
     * An outer axis along which some strided input's elements lie nearest, so that several rows are
     * best packed together; -1 if there is none. Only for runs over the last axis.
     */
    int groupAxis(int runAt) {
        LoopGeometry g = geometry();
        int nearest = -1;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < inputs.length; i++) {
            if (loop().inputs().get(i).uniform() || isDirect(i, runAt)) {
                continue;
            }
            for (int axis = runAt - 1; axis >= 0; axis--) {
                long step = Math.abs(g.inputStep(i, axis));
                if (sharesLines(i, runAt, axis) && step < least) {
                    nearest = axis;
                    least = step;
                }
            }
        }
        return nearest;
    }
}
