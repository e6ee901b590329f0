package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a loop walks one box of its domain: axes of length 1 dropped, neighbouring axes merged where
 * every input and index allows it, each in one of three groups: before the folded axes, folded,
 * after them (a loop that folds nothing has only the last).
 *
 * <p>Steps are in elements. Immutable.
 */
public final class LoopGeometry {
    /**
     * An input as this box sees it: element of the slot's memory where the box starts, and elements
     * per step of each domain axis.
     */
    public record Placement(long base, long[] step) {}

    private static final long[] NO_STEP = {};

    private final long size;
    private final int foldAt;
    private final int innerAt;
    private final long[] length;
    private final long[] inputBase;
    private final long[][] inputStep;
    private final long[] indexBase;
    private final long[][] indexStep;
    private final long[] outStep;

    /**
     * @param placements one for each input of the loop; of one that is loaded once a run, no step
     *     along the last axis
     */
    public LoopGeometry(Loop loop, long[] origin, long[] shape, List<Placement> placements) {
        size = Shapes.size(shape);
        int inputs = placements.size();
        int indexes = loop.indexes().size();
        inputBase = new long[inputs];
        indexBase = new long[indexes];
        List<long[]> walkers = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            inputBase[i] = placements.get(i).base();
            walkers.add(placements.get(i).step());
        }
        for (int i = 0; i < indexes; i++) {
            Loop.Index index = loop.indexes().get(i);
            indexBase[i] = index.offset();
            for (int axis = 0; axis < shape.length; axis++) {
                indexBase[i] += index.coefficient()[axis] * origin[axis];
            }
            walkers.add(index.coefficient());
        }
        boolean keepLast = indexes > 0 || loop.inputs().stream().anyMatch(Loop.Input::uniform);
        int lastLong = lastLongAxis(loop.domain());
        if (lastLong >= 0 && loop.domain()[lastLong] > 1) {
            requireNoStep(loop, placements, lastLong);
        }
        int from = loop.folds() ? loop.foldFrom() : 0;
        int to = loop.folds() ? loop.foldTo() : 0;
        Merger outer = new Merger(walkers);
        Merger fold = new Merger(walkers);
        Merger inner = new Merger(walkers);
        for (int axis = 0; axis < shape.length; axis++) {
            Merger group = axis < from ? outer : axis < to ? fold : inner;
            group.add(shape[axis], axis, keepLast && axis == lastLong);
        }
        if (loop.folds() && fold.lengths.isEmpty()) {
            fold.addUnit();
        }
        if (inner.lengths.isEmpty() && !(loop.foldsLanes())) {
            inner.addUnit();
        }
        foldAt = outer.lengths.size();
        innerAt = foldAt + fold.lengths.size();
        List<Long> lengths = new ArrayList<>(outer.lengths);
        lengths.addAll(fold.lengths);
        lengths.addAll(inner.lengths);
        length = lengths.stream().mapToLong(Long::longValue).toArray();
        inputStep = new long[inputs][];
        indexStep = new long[indexes][];
        for (int w = 0; w < walkers.size(); w++) {
            long[] steps = join(outer.steps(w), fold.steps(w), inner.steps(w));
            if (w < inputs) {
                inputStep[w] = steps;
            } else {
                indexStep[w - inputs] = steps;
            }
        }
        outStep = Shapes.strides(length);
    }

    private static void requireNoStep(Loop loop, List<Placement> placements, int axis) {
        for (int i = 0; i < placements.size(); i++) {
            if (loop.inputs().get(i).uniform() && placements.get(i).step()[axis] != 0) {
                throw new IllegalStateException(
                        "input " + i + " of " + loop + " is loaded once a run, but lies along it");
            }
        }
    }

    private static int lastLongAxis(long[] domain) {
        int last = domain.length - 1;
        while (last > 0 && domain[last] == 1) {
            last--;
        }
        return last;
    }

    private static long[] join(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
    }

    /**
     * Collects the axes of one group, merging each with the one before it where all walkers agree.
     */
    private static final class Merger {
        private final List<long[]> walkers;
        private final List<Long> lengths = new ArrayList<>();
        private final List<List<Long>> steps = new ArrayList<>();

        Merger(List<long[]> walkers) {
            this.walkers = walkers;
            walkers.forEach(_ -> steps.add(new ArrayList<>()));
        }

        void add(long length, int axis, boolean keep) {
            if (length == 1 && !keep) {
                return;
            }
            int last = lengths.size() - 1;
            boolean merges = last >= 0;
            for (int w = 0; merges && w < walkers.size(); w++) {
                merges = steps.get(w).get(last) == walkers.get(w)[axis] * length;
            }
            if (merges) {
                lengths.set(last, lengths.get(last) * length);
            } else {
                lengths.add(length);
            }
            int at = lengths.size() - 1;
            for (int w = 0; w < walkers.size(); w++) {
                List<Long> own = steps.get(w);
                if (merges) {
                    own.set(at, walkers.get(w)[axis]);
                } else {
                    own.add(walkers.get(w)[axis]);
                }
            }
        }

        void addUnit() {
            lengths.add(1L);
            steps.forEach(own -> own.add(0L));
        }

        long[] steps(int walker) {
            return steps.isEmpty()
                    ? NO_STEP
                    : steps.get(walker).stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** Elements of the box. */
    public long size() {
        return size;
    }

    public int axes() {
        return length.length;
    }

    /** The first folded axis. */
    public int foldAt() {
        return foldAt;
    }

    /** The first axis after the folded ones. */
    public int innerAt() {
        return innerAt;
    }

    public long length(int axis) {
        return length[axis];
    }

    /** Product of the lengths of axes {@code from} to {@code to}. */
    public long product(int from, int to) {
        long product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= length[axis];
        }
        return product;
    }

    public long inputBase(int input) {
        return inputBase[input];
    }

    public long inputStep(int input, int axis) {
        return inputStep[input][axis];
    }

    public long indexBase(int index) {
        return indexBase[index];
    }

    public long indexStep(int index, int axis) {
        return indexStep[index][axis];
    }

    public int indexCount() {
        return indexBase.length;
    }

    /** Elements per step of {@code axis} in a dense box of all the lengths. */
    public long outStep(int axis) {
        return outStep[axis];
    }

    @Override
    public String toString() {
        return "outer "
                + Arrays.toString(Arrays.copyOfRange(length, 0, foldAt))
                + " fold "
                + Arrays.toString(Arrays.copyOfRange(length, foldAt, innerAt))
                + " inner "
                + Arrays.toString(Arrays.copyOfRange(length, innerAt, length.length));
    }
}
