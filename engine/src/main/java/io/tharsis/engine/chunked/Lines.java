package io.tharsis.engine.chunked;

import io.tharsis.engine.graph.ChunkFunction;

import java.util.function.Supplier;

/**
 * The lines of a dense row-major array along one axis. Line {@code (o, k)}, {@code o < outer},
 * {@code k < inner}, has its element i at {@code (o * length + i) * inner + k}.
 */
record Lines(long outer, long length, long inner) {
    /** Elements a task should have at least. */
    private static final long GRAIN = 1 << 15;

    /**
     * Adjacent lines worked together at most, when lines are strided: one or more cache lines of
     * each row.
     */
    private static final int PANEL = 64;

    static Lines of(long[] shape, int axis) {
        long outer = 1;
        long inner = 1;
        for (int d = 0; d < shape.length; d++) {
            if (d < axis) {
                outer *= shape[d];
            } else if (d > axis) {
                inner *= shape[d];
            }
        }
        return new Lines(outer, shape[axis], inner);
    }

    long count() {
        return outer * inner;
    }

    /** Index of the first element of line number {@code line}, lines counted row-major. */
    long start(long line) {
        return line / inner * length * inner + line % inner;
    }

    /** How many adjacent lines make a panel, if one should hold about {@code elements} elements. */
    int panelWidth(long elements) {
        long wanted = Math.clamp(elements / Math.max(length, 1), 1, PANEL);
        return (int) Math.min(wanted, inner);
    }

    /** Work on adjacent lines: (o, k) to (o, k + width - 1). */
    @FunctionalInterface
    interface PanelBody {
        void run(long o, long k, int width);
    }

    /**
     * Runs a body for every panel, in parallel. {@code bodies} makes one body (with its own
     * buffers) for each task; a task's panels run one after the other.
     *
     * @param width lines of a panel at most
     */
    void forEachPanel(ChunkFunction.Call call, int width, Supplier<PanelBody> bodies) {
        if (count() == 0) {
            return;
        }
        long perRow = Math.ceilDiv(inner, (long) width);
        long panels = outer * perRow;
        long perTask =
                Math.max(
                        Math.ceilDiv(GRAIN, Math.max(1, length) * width),
                        Math.ceilDiv(panels, 1L << 20));
        int tasks = (int) Math.ceilDiv(panels, perTask);
        call.parallelFor(
                tasks,
                task -> {
                    call.checkCancelled();
                    PanelBody body = bodies.get();
                    long end = Math.min(panels, (task + 1) * perTask);
                    for (long panel = task * perTask; panel < end; panel++) {
                        long k = panel % perRow * width;
                        body.run(panel / perRow, k, (int) Math.min(width, inner - k));
                    }
                });
    }
}
