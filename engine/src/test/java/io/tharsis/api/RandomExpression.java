package io.tharsis.api;

import static io.tharsis.Tensors.*;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.Tensor;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes the same random expression of the current session's tensors for the same generator, and
 * notes what it did.
 */
final class RandomExpression {
    private static final long[][] SHAPES = {
        {3, 4}, {4, 3}, {12}, {2, 3, 2}, {5, 7}, {1, 6}, {40, 13}, {0, 3}, {}, {3, 600}
    };
    private static final DType[] TYPES = DType.values();

    private final RandomGenerator random;
    private final StringBuilder notes = new StringBuilder();

    RandomExpression(RandomGenerator random) {
        this.random = random;
    }

    /** The steps taken so far, each with the shape it made. */
    String notes() {
        return notes.toString();
    }

    private Tensor note(String step, Tensor tensor) {
        notes.append(step).append(Arrays.toString(tensor.shape())).append(' ');
        return tensor;
    }

    /** A leaf and {@code steps} steps over it. */
    Tensor make(int steps) {
        Tensor tensor = leaf();
        for (int i = 0; i < steps; i++) {
            tensor = step(tensor);
        }
        return tensor;
    }

    private Tensor leaf() {
        long[] shape = SHAPES[random.nextInt(SHAPES.length)];
        long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return switch (random.nextInt(5)) {
            case 0 -> note("arange", arange(size).reshape(shape));
            case 1 -> note("uniform", random(random.nextInt(5)).uniform(shape));
            case 2 -> note("integers", random(random.nextInt(5)).integers(-9, 10, shape));
            case 3 -> note("float32", random(random.nextInt(5)).normal(DType.FLOAT32, shape));
            default -> note("stored", random(random.nextInt(5)).normal(shape).execute());
        };
    }

    private Tensor step(Tensor t) {
        int rank = t.rank();
        int axis = rank == 0 ? 0 : random.nextInt(rank);
        boolean vector = rank > 0;
        boolean filled = vector && t.shape(axis) > 0;
        return switch (random.nextInt(28)) {
            case 0 -> note("plus", t.plus(random.nextInt(5)));
            case 1 -> note("half", t.times(0.5));
            case 2 -> note("T", t.T());
            case 3 -> vector ? note("sum", t.sum(axis)) : note("exp", t.exp());
            case 4 -> vector ? note("sumKeep", t.sum(true, axis)) : note("sin", t.sin());
            case 5 -> vector ? note("every", t.get(Slice.every(random.nextBoolean() ? 2 : -1))) : t;
            case 6 -> note("ravel", t.ravel());
            case 7 -> note("withT", t.plus(t.T().reshape(t.shape())));
            case 8 -> note("execute", t.execute());
            case 9 -> vector ? note("lessMean", t.minus(t.mean(true, axis))) : t.abs();
            case 10 -> vector ? note("concatenate", concatenate(axis, t, t.times(2))) : t;
            case 11 -> note("expand", t.expandDims(random.nextInt(rank + 1)));
            case 12 -> note("where", where(t.gt(1), t, 0));
            case 13 -> note("astype", t.clip(0, 100).astype(TYPES[random.nextInt(TYPES.length)]));
            case 14 -> vector ? note("cumsum", t.cumsum(axis)) : t;
            case 15 -> filled ? note("max", t.max(axis)) : note("square", t.square());
            case 16 -> note("total", t.sum());
            case 17 -> vector ? note("flip", t.flip(axis)) : t;
            case 18 -> vector ? note("roll", t.roll(random.nextInt(5), axis)) : t;
            case 19 -> vector ? note("sort", t.sort(axis)) : t;
            case 20 -> note("mask", t.get(t.gt(0)));
            case 21 ->
                    note(
                            "broadcast",
                            t.plus(
                                    zeros(2, 1)
                                            .reshape(
                                                    rank == 0 ? new long[] {2} : twoBefore(rank))));
            case 22 ->
                    filled ? note("at", t.get(at(axis, random.nextInt((int) t.shape(axis))))) : t;
            case 23 -> filled ? note("argmax", t.argmax(axis)) : t;
            case 24 ->
                    filled && t.size() < 5000
                            ? note("take", t.take(random(3).integers(0, t.shape(axis), 3), axis))
                            : t;
            case 25 -> note("mean", t.mean());
            case 26 -> vector ? note("var", t.var(axis)) : t;
            default -> note("floorDivide", t.abs().plus(1).floorDivide(3));
        };
    }

    private static long[] twoBefore(int rank) {
        long[] shape = new long[rank + 1];
        Arrays.fill(shape, 1);
        shape[0] = 2;
        return shape;
    }

    private static Slice[] at(int axis, long index) {
        Slice[] slices = new Slice[axis + 1];
        Arrays.fill(slices, Slice.all());
        slices[axis] = Slice.at(index);
        return slices;
    }
}
