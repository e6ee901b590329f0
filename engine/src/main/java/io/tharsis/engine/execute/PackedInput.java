package io.tharsis.engine.execute;

import io.tharsis.engine.tile.LoopGeometry;

import java.lang.foreign.MemorySegment;

/**
 * An input that does not lie in order along the axes of a run, copied into scratch so that it does.
 * Where a row's elements share cache lines with the next rows', a group of rows is packed at once
 * and kept for when those rows come.
 *
 * <p><b>Confined to one thread, for the life of a morsel.</b>
 */
final class PackedInput {
    /** Rows packed together; groups start at multiples of it. */
    static final int GROUP = 128;

    /** Longest run of a packed row, and of a packed box. */
    static final int RUN = 512;

    private static final int CACHE_LINE = 64;

    private final LoopGeometry g;
    private final MemorySegment source;
    private final int input;
    private final int elementSize;
    private final int runAt;
    private final int groupAxis;
    private final boolean grouped;
    private final int pitch;
    private final MemorySegment memory;
    private long from = Long.MIN_VALUE;
    private long start;
    private int count;

    /**
     * @param groupAxis see {@link LoopFrame#groupAxis}
     */
    PackedInput(LoopFrame frame, int input, int runAt, int groupAxis, Scratch scratch) {
        this.g = frame.geometry();
        this.source = frame.inputs()[input];
        this.input = input;
        this.elementSize = frame.elementSize(input);
        this.runAt = runAt;
        this.groupAxis = groupAxis;
        this.grouped = frame.packsGroups(input, runAt, groupAxis);
        this.pitch = pitch(elementSize);
        this.memory = scratch.take((long) pitch * (grouped ? GROUP : 1) * elementSize);
    }

    /** Bytes of scratch that an input takes at most. */
    static long mostBytes(int elementSize) {
        return (long) pitch(elementSize) * GROUP * elementSize;
    }

    /**
     * Elements from a packed row to the next: whole cache lines, and no power of two, so that rows
     * do not fall into the same sets of the cache.
     */
    private static int pitch(int elementSize) {
        return RUN + CACHE_LINE / elementSize;
    }

    MemorySegment memory() {
        return memory;
    }

    /**
     * Bytes from a packed row to the next along {@code axis}, an axis that was found to allow runs
     * of rows.
     */
    long rowBytes(int axis) {
        return grouped && axis == groupAxis ? (long) pitch * elementSize : 0;
    }

    /**
     * Has elements {@code start} to {@code start + count} of a row in memory.
     *
     * @param base element of the source where the row starts
     * @param groupIndex the row's index along the group's axis
     * @return their offset in {@link #memory} in bytes
     */
    long place(long base, long groupIndex, long start, int count) {
        if (grouped) {
            return group(base, groupIndex, start, count);
        }
        if (runAt < g.axes() - 1) {
            box(base, start, count);
            return 0;
        }
        long step = g.inputStep(input, runAt);
        long first = base + start * step;
        if (from != first || this.count < count) {
            Packer.strided(elementSize, source, first, step, memory, 0, count);
            from = first;
            this.count = count;
        }
        return 0;
    }

    private long group(long base, long groupIndex, long start, int count) {
        long rowStep = g.inputStep(input, groupAxis);
        long firstRow = groupIndex / GROUP * GROUP;
        long first = base - (groupIndex - firstRow) * rowStep;
        if (from != first || this.start != start || this.count != count) {
            long step = g.inputStep(input, runAt);
            Packer.transposed(
                    elementSize,
                    source,
                    first + start * step,
                    rowStep,
                    step,
                    memory,
                    pitch,
                    (int) Math.min(GROUP, g.length(groupAxis) - firstRow),
                    count);
            from = first;
            this.start = start;
            this.count = count;
        }
        return (groupIndex - firstRow) * pitch * elementSize;
    }

    /** Packs a stretch of several axes in row-major order, a row of the last axis at a time. */
    private void box(long base, long start, int count) {
        int last = g.axes() - 1;
        long[] index = new long[g.axes()];
        long rest = start;
        for (int axis = last; axis >= runAt; axis--) {
            index[axis] = rest % g.length(axis);
            rest /= g.length(axis);
        }
        long at = base;
        for (int axis = runAt; axis <= last; axis++) {
            at += index[axis] * g.inputStep(input, axis);
        }
        int done = 0;
        while (done < count) {
            int stretch = (int) Math.min(count - done, g.length(last) - index[last]);
            Packer.strided(
                    elementSize, source, at, g.inputStep(input, last), memory, done, stretch);
            done += stretch;
            at -= index[last] * g.inputStep(input, last);
            index[last] = 0;
            for (int axis = last - 1; axis >= runAt; axis--) {
                at += g.inputStep(input, axis);
                if (++index[axis] < g.length(axis)) {
                    break;
                }
                at -= g.length(axis) * g.inputStep(input, axis);
                index[axis] = 0;
            }
        }
    }
}
