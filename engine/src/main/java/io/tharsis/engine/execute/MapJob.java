package io.tharsis.engine.execute;

import io.tharsis.engine.tile.LoopGeometry;

/** A loop that folds nothing. Units are stretches of rows; a morsel is some consecutive units. */
final class MapJob implements Job {
    /** Shorter rows are run together where that is possible. */
    private static final long SHORT_ROW = 256;

    private static final long MORSEL = 1 << 17;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int runAt;
    private final int groupAxis;

    /** True if a group of rows is one call of the kernel. */
    private final boolean runsRows;

    private final int run;
    private final long runLength;
    private final long stretches;
    private final long groups;
    private final long units;
    private final long unitsPerMorsel;

    MapJob(LoopFrame frame) {
        this.frame = frame;
        this.g = frame.geometry();
        int last = g.axes() - 1;
        boolean flat = last > 0 && g.length(last) < SHORT_ROW && frame.canRunOver(0);
        runAt = flat ? 0 : last;
        groupAxis = frame.groupAxis(runAt);
        runsRows = groupAxis >= 0 && frame.canRunRows(runAt, groupAxis);
        runLength = g.product(runAt, g.axes());
        run = frame.packs(runAt) ? PackedInput.RUN : 32768;
        stretches = Math.ceilDiv(runLength, run);
        groups = groupAxis < 0 ? 1 : Math.ceilDiv(g.length(groupAxis), PackedInput.GROUP);
        long rows = 1;
        for (int axis = 0; axis < runAt; axis++) {
            rows *= axis == groupAxis ? 1 : g.length(axis);
        }
        units = g.size() == 0 ? 0 : rows * groups * stretches;
        long unitSize = Math.min(runLength, run) * (groupAxis < 0 ? 1 : PackedInput.GROUP);
        unitsPerMorsel = Math.max(1, MORSEL / Math.max(1, unitSize));
    }

    @Override
    public int morsels() {
        return (int) Math.max(1, Math.ceilDiv(units, unitsPerMorsel));
    }

    @Override
    public void run(int morsel) {
        long first = morsel * unitsPerMorsel;
        long end = Math.min(units, first + unitsPerMorsel);
        if (first >= end) {
            return;
        }
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        var cursor = new RunCursor(frame, runAt, groupAxis, scratch);
        long[] index = new long[g.axes()];
        for (long unit = first; unit < end; unit++) {
            long stretch = unit % stretches;
            long rest = unit / stretches;
            long group = rest % groups;
            rest /= groups;
            for (int axis = runAt - 1; axis >= 0; axis--) {
                if (axis != groupAxis) {
                    index[axis] = rest % g.length(axis);
                    rest /= g.length(axis);
                }
            }
            long start = stretch * run;
            int count = (int) Math.min(run, runLength - start);
            if (groupAxis < 0) {
                cursor.seek(index);
                cursor.run(start, count);
                continue;
            }
            long firstRow = group * PackedInput.GROUP;
            long lastRow = Math.min(g.length(groupAxis), firstRow + PackedInput.GROUP);
            if (runsRows) {
                index[groupAxis] = firstRow;
                cursor.seek(index);
                cursor.runRows(start, count, groupAxis, (int) (lastRow - firstRow));
                continue;
            }
            for (long row = firstRow; row < lastRow; row++) {
                index[groupAxis] = row;
                cursor.seek(index);
                cursor.run(start, count);
            }
        }
        scratch.reset(mark);
    }
}
