package io.tharsis.golden;

import static io.tharsis.golden.RandomFunctions.BINARY;
import static io.tharsis.golden.RandomFunctions.ORDERS;
import static io.tharsis.golden.RandomFunctions.REDUCTIONS;
import static io.tharsis.golden.RandomFunctions.UNARY;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A random program over the public functions: the same seed makes the same calls in any session.
 * Calls that are refused, for a dtype or for shapes that do not broadcast, are passed over.
 */
final class RandomGraph {
    private static final DType[] DTYPES = DType.values();

    private final Random random;
    private final int maxSize;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    // engines may find a length out sooner or later, and the program must not depend on that: these
    // tensors count as of unknown length
    // for ever, and are used only where lengths do not matter, or are asked for
    private final Set<Integer> unknown = new HashSet<>();

    /**
     * @param maxSize about the most elements of a tensor
     */
    RandomGraph(long seed, int maxSize) {
        this.random = new Random(seed);
        this.maxSize = maxSize;
    }

    /** Builds sources and {@code steps} tensors on top of them in the current session. */
    RandomGraph build(int steps) {
        for (int i = 0; i < 3; i++) {
            source();
        }
        for (int i = 0; i < steps; i++) {
            step();
        }
        return this;
    }

    List<Tensor> tensors() {
        return tensors;
    }

    /** Some tensors at random and the last one. */
    List<Integer> roots() {
        List<Integer> roots = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            if (i == tensors.size() - 1 || random.nextInt(6) == 0) {
                roots.add(i);
            }
        }
        return roots;
    }

    /** The calls made, one a line. */
    @Override
    public String toString() {
        return String.join("\n", texts);
    }

    private void source() {
        long[] shape = shape();
        long seed = random.nextInt(1000);
        switch (random.nextInt(7)) {
            case 0 ->
                    add(
                            "arange",
                            () ->
                                    Tensors.arange(Shapes.size(shape))
                                            .reshape(shape)
                                            .astype(DTYPES[1 + (int) (seed % 10)]));
            case 1 -> add("uniform " + seed, () -> Tensors.random(seed).uniform(shape));
            case 2 -> add("full", () -> Tensors.full(shape, seed - 500, DTYPES[(int) (seed % 11)]));
            case 3 ->
                    add(
                            "uniform32 " + seed,
                            () -> Tensors.random(seed).uniform(DType.FLOAT32, shape));
            default -> {
                GoldenArray array = array(DTYPES[random.nextInt(DTYPES.length)], shape);
                add("data", () -> Layout.dense(array));
            }
        }
    }

    private long[] shape() {
        int rank = random.nextInt(10) < 8 ? 1 + random.nextInt(3) : random.nextInt(2) * 4;
        long[] shape = new long[rank];
        double size = Math.pow(maxSize, 0.3 + 0.7 * random.nextDouble());
        for (int axis = 0; axis < rank; axis++) {
            double mean = Math.pow(size, 1.0 / rank);
            shape[axis] =
                    Math.max(
                            random.nextInt(25) == 0 ? 0 : 1,
                            (long) (mean * Math.exp(random.nextGaussian() * 0.6)));
        }
        if (rank > 0 && random.nextInt(8) == 0) {
            shape[random.nextInt(rank)] = 1;
        }
        return Shapes.size(shape) > 4L * maxSize ? new long[] {7, 5} : shape;
    }

    private GoldenArray array(DType dtype, long... shape) {
        GoldenArray floats = GoldenArray.allocate(DType.FLOAT64, shape);
        for (int i = 0; i < floats.size(); i++) {
            double value =
                    switch (random.nextInt(20)) {
                        case 0 -> Double.NaN;
                        case 1 -> Double.POSITIVE_INFINITY;
                        case 2 -> -0.0;
                        case 3 -> 0.0;
                        case 4 -> Double.NEGATIVE_INFINITY;
                        case 5 -> Double.longBitsToDouble(random.nextLong());
                        case 6, 7, 8 -> random.nextInt(-5, 6);
                        default -> random.nextGaussian() * 100;
                    };
            floats.segment()
                    .setAtIndex(java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED, i, value);
        }
        return dtype == DType.FLOAT64 ? floats : converted(floats, dtype);
    }

    private static GoldenArray converted(GoldenArray floats, DType dtype) {
        GoldenArray result = GoldenArray.allocate(dtype, floats.shape());
        var segment = result.segment();
        for (int i = 0; i < floats.size(); i++) {
            double value = floats.number(i);
            switch (dtype) {
                case BOOL ->
                        segment.set(
                                java.lang.foreign.ValueLayout.JAVA_BYTE,
                                i,
                                (byte) (value > 0 ? 1 : 0));
                case INT8, UINT8 ->
                        segment.set(
                                java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (long) value);
                case INT16, UINT16 ->
                        segment.setAtIndex(
                                java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED,
                                i,
                                (short) (long) value);
                case INT32, UINT32 ->
                        segment.setAtIndex(
                                java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED,
                                i,
                                (int) (long) value);
                case FLOAT32 ->
                        segment.setAtIndex(
                                java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED,
                                i,
                                (float) value);
                default ->
                        segment.setAtIndex(
                                java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, i, (long) value);
            }
        }
        return result;
    }

    /** Adds what {@code call} answers, unless it refuses or is too large. */
    private void add(String text, Supplier<Tensor> call) {
        add(text, false, call);
    }

    private void add(String text, boolean isUnknown, Supplier<Tensor> call) {
        Tensor result;
        try {
            result = call.get();
        } catch (TharsisException e) {
            return;
        }
        long[] shape = result.shape();
        if (isUnknown || !Shapes.isKnown(shape)) {
            unknown.add(tensors.size());
            shape = new long[] {Shapes.UNKNOWN};
        } else if (Shapes.size(shape) > 4L * maxSize) {
            return;
        }
        texts.add(
                "t" + tensors.size() + " = " + text + " : " + result.dtype() + Shapes.text(shape));
        tensors.add(result);
    }

    private int anyKnown() {
        int number = any();
        while (unknown.contains(number)) {
            number = random.nextInt(tensors.size());
        }
        return number;
    }

    private int any() {
        int count = tensors.size();
        return random.nextBoolean()
                ? count - 1 - random.nextInt(Math.min(count, 4))
                : random.nextInt(count);
    }

    private void step() {
        int number = any();
        Tensor x = tensors.get(number);
        String t = "t" + number;
        if (unknown.contains(number)) {
            stepUnknown(t, x);
            return;
        }
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> {
                String name = pick(UNARY.keySet());
                add(name + " " + t, () -> UNARY.get(name).apply(x));
            }
            case 4, 5, 6, 7 -> {
                int other = anyKnown();
                String name = pick(BINARY.keySet());
                add(
                        name + " " + t + " t" + other,
                        () -> BINARY.get(name).apply(x, tensors.get(other)));
            }
            case 8, 9 -> slice(t, x);
            case 10, 11 -> reduce(t, x);
            case 12 -> {
                DType type = DTYPES[random.nextInt(DTYPES.length)];
                add("astype " + type + " " + t, () -> x.astype(type));
            }
            case 13, 14 -> view(t, x);
            case 15 -> join(t, x);
            case 16 -> along(t, x);
            case 17 -> choose(t, x);
            case 18 -> scalar(t, x);
            default -> {
                if (random.nextInt(3) == 0) {
                    source();
                } else if (random.nextInt(4) == 0) {
                    texts.add("execute " + t);
                    x.execute();
                } else {
                    move(t, x);
                }
            }
        }
    }

    private void stepUnknown(String t, Tensor x) {
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                String name = pick(UNARY.keySet());
                add(name + " " + t, true, () -> UNARY.get(name).apply(x));
            }
            case 2 -> {
                DType type = DTYPES[random.nextInt(DTYPES.length)];
                add("astype " + type + " " + t, true, () -> x.astype(type));
            }
            case 3 -> reduce(t, x);
            case 4 -> add("sort of " + t, () -> Tensors.sort(x));
            default -> add(t + " times itself", true, () -> x.times(x));
        }
    }

    private String pick(java.util.Collection<String> names) {
        return names.stream().skip(random.nextInt(names.size())).findFirst().orElseThrow();
    }

    private void scalar(String t, Tensor x) {
        double value = random.nextInt(-3, 4) * 0.5;
        long whole = random.nextInt(-2, 6);
        switch (random.nextInt(5)) {
            case 0 -> add(t + " + " + value, () -> x.plus(value));
            case 1 -> add(t + " * " + whole, () -> x.times(whole));
            case 2 -> add(t + " > " + value, () -> x.gt(value));
            case 3 -> add(whole + " - " + t, () -> Tensors.subtract(whole, x));
            default -> add(t + " max " + whole, () -> x.maximum(whole));
        }
    }

    private void slice(String t, Tensor x) {
        Slice[] slices = new Slice[random.nextInt(x.rank() + 1)];
        for (int axis = 0; axis < slices.length; axis++) {
            int length = (int) x.shape(axis);
            slices[axis] =
                    switch (random.nextInt(6)) {
                        case 0 -> Slice.all();
                        case 1 ->
                                length == 0
                                        ? Slice.all()
                                        : Slice.at(random.nextInt(-length, length));
                        case 2 -> Slice.every(random.nextBoolean() ? 2 : -3);
                        case 3 -> Slice.reversed();
                        case 4 -> Slice.NEW_AXIS;
                        default ->
                                Slice.range(
                                        random.nextInt(length / 2 + 1),
                                        length - random.nextInt(length / 2 + 1),
                                        1 + random.nextInt(2));
                    };
        }
        long entries = Arrays.stream(slices).filter(slice -> slice != Slice.NEW_AXIS).count();
        if (entries <= x.rank()) {
            add(t + Arrays.toString(slices), () -> x.get(slices));
        }
    }

    private int[] axes(int rank) {
        int[] axes = new int[rank];
        int count = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (random.nextInt(3) > 0) {
                axes[count++] = random.nextBoolean() ? axis : axis - rank;
            }
        }
        return Arrays.copyOf(axes, count);
    }

    private void reduce(String t, Tensor x) {
        String name = pick(REDUCTIONS.keySet());
        int[] axes = axes(x.rank());
        boolean keepdims = random.nextBoolean();
        add(
                name + " " + t + " over " + Arrays.toString(axes) + (keepdims ? " kept" : ""),
                () -> REDUCTIONS.get(name).apply(x, keepdims, axes));
    }

    private void view(String t, Tensor x) {
        int rank = x.rank();
        int first = rank == 0 ? 0 : random.nextInt(rank);
        int second = rank == 0 ? 0 : random.nextInt(rank);
        switch (random.nextInt(7)) {
            case 0 -> add("T " + t, x::T);
            case 1 ->
                    add(
                            "swapaxes " + t + " " + first + " " + second,
                            () -> x.swapaxes(first, second));
            case 2 -> add("expandDims " + t + " " + first, () -> x.expandDims(first));
            case 3 -> add("flip " + t + " " + first, () -> x.flip(first));
            case 4 -> add("ravel " + t, x::ravel);
            case 5 -> {
                long[] shape = refactored(x.shape());
                add("reshape " + t + " " + Arrays.toString(shape), () -> x.reshape(shape));
            }
            default -> {
                long[] wide = new long[rank + 1];
                wide[0] = 1 + random.nextInt(3);
                System.arraycopy(x.shape(), 0, wide, 1, rank);
                add("broadcastTo " + t + " " + Arrays.toString(wide), () -> x.broadcastTo(wide));
            }
        }
    }

    /** Another shape of as many elements. */
    private long[] refactored(long... shape) {
        long rest = Shapes.size(shape);
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < 2 && rest > 1; i++) {
            long divisor = 2 + random.nextInt(40);
            if (rest % divisor == 0) {
                lengths.add(random.nextInt(lengths.size() + 1), divisor);
                rest /= divisor;
            }
        }
        lengths.add(random.nextInt(lengths.size() + 1), rest);
        return lengths.stream().mapToLong(Long::longValue).toArray();
    }

    private void join(String t, Tensor x) {
        int axis = x.rank() == 0 ? 0 : random.nextInt(x.rank());
        int other = anyKnown();
        Tensor y = tensors.get(other);
        switch (random.nextInt(4)) {
            case 0 ->
                    add(
                            "concatenate " + axis + " " + t + " " + t,
                            () -> Tensors.concatenate(axis, x, x));
            case 1 ->
                    add(
                            "concatenate " + axis + " " + t + " t" + other,
                            () -> Tensors.concatenate(axis, x, y));
            case 2 ->
                    add(
                            "stack " + axis + " " + t + " " + t,
                            () -> Tensors.stack(axis, x, UNARY.get("abs").apply(x)));
            default ->
                    add(
                            "concatenate ravel " + t + " t" + other,
                            () -> Tensors.concatenate(x.ravel(), y.ravel(), x.ravel()));
        }
    }

    private void along(String t, Tensor x) {
        String name = pick(ORDERS.keySet());
        int axis = x.rank() == 0 ? 0 : random.nextInt(x.rank());
        add(name + " " + t + " along " + axis, () -> ORDERS.get(name).apply(x, axis));
    }

    private void choose(String t, Tensor x) {
        int other = anyKnown();
        Tensor y = tensors.get(other);
        int axis = x.rank() == 0 ? 0 : random.nextInt(x.rank());
        switch (random.nextInt(6)) {
            case 0 ->
                    add(
                            "where " + t + " > 0, " + t + ", t" + other,
                            () -> Tensors.where(x.gt(0), x, y));
            case 1 -> add(t + "[" + t + " > 1]", () -> x.get(x.gt(1)));
            case 2 -> add("set " + t + " where < 0", () -> x.set(x.lt(0), 3));
            case 3 -> add("set ::2 " + t, () -> x.set("::2", 1));
            case 4 -> add("set ..., ::-1 " + t + " t" + other, () -> x.set("..., ::-1", y));
            default -> {
                long length = x.rank() == 0 ? 0 : x.shape(axis);
                if (length > 0) {
                    long[] positions =
                            random.longs(1 + random.nextInt(6), -length, length).toArray();
                    add(
                            "take " + t + " " + Arrays.toString(positions) + " " + axis,
                            () -> x.take(Tensors.of(positions), axis));
                }
            }
        }
    }

    private void move(String t, Tensor x) {
        int axis = x.rank() == 0 ? 0 : random.nextInt(x.rank());
        long[] ends = new long[x.rank()];
        Arrays.setAll(ends, k -> random.nextInt(3));
        long chunk = 1 + random.nextInt(9);
        long[] lengths = new long[x.rank()];
        Arrays.setAll(lengths, k -> random.nextInt(3) == 0 ? 0 : chunk);
        switch (random.nextInt(6)) {
            case 0 -> add("roll " + t, () -> x.roll(3, axis));
            case 1 -> add("repeat " + t, () -> x.repeat(2, axis));
            case 2 -> add("tile " + t, () -> x.tile(2));
            case 3 ->
                    add(
                            "pad " + t + " " + Arrays.toString(ends),
                            () -> Tensors.pad(x, ends, ends, 1));
            case 4 ->
                    add(
                            "padReflect " + t + " " + Arrays.toString(ends),
                            () -> Tensors.padReflect(x, ends, ends));
            default ->
                    add("rechunk " + t + " " + Arrays.toString(lengths), () -> x.rechunk(lengths));
        }
    }
}
