package io.tharsis.engine;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.MapBlocks;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.RandomOp;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A random graph of operands; the same seed gives the same graph. */
final class RandomGraph {
    private static final List<DType> NUMBERS =
            List.of(DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64);

    private final Random random;
    private final Consumer<Operand> run;
    private final long limit;
    private final List<Operand> nodes = new ArrayList<>();
    private final List<Operand> roots = new ArrayList<>();

    /**
     * @param run computes an operand and keeps its result at once, so that data of odd grids takes
     *     part; or does nothing
     * @param limit elements of the largest operand
     */
    RandomGraph(long seed, Consumer<Operand> run, long limit) {
        this.random = new Random(seed);
        this.run = run;
        this.limit = limit;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            nodes.add(leaf());
        }
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            grow();
        }
        roots.add(nodes.getLast());
        for (int i = random.nextInt(4); i > 0; i--) {
            roots.add(any());
        }
    }

    List<Operand> roots() {
        return roots;
    }

    /** Releases all results that were kept. */
    void close() {
        nodes.forEach(Operand::close);
    }

    private Operand any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void add(Operand made) {
        if (!Shapes.isKnown(made.shape()) || Shapes.size(made.shape()) <= limit) {
            nodes.add(made);
            if (random.nextInt(12) == 0 && Shapes.isKnown(made.shape())) {
                run.accept(made);
            }
        }
    }

    private long[] shape() {
        int rank = random.nextInt(6);
        long[] shape = new long[rank];
        long room = limit;
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = length(room, rank - axis);
            room = Math.max(1, room / Math.max(1, shape[axis]));
        }
        List<Long> mixed = new ArrayList<>(Arrays.stream(shape).boxed().toList());
        java.util.Collections.shuffle(mixed, random);
        return mixed.stream().mapToLong(Long::longValue).toArray();
    }

    private long length(long room, int axesLeft) {
        long most = Math.max(1, (long) (Math.pow(room, 1.0 / axesLeft) * 2));
        return switch (random.nextInt(10)) {
            case 0 -> 1;
            case 1 -> random.nextInt(4) == 0 ? 0 : 2;
            case 2 -> Math.min(room, 511 + random.nextInt(3));
            case 3 -> Math.min(room, 32767 + random.nextInt(3));
            case 4 -> Math.min(room, 255 + random.nextInt(3));
            default -> Math.min(room, 1 + random.nextLong(most));
        };
    }

    private Operand leaf() {
        long[] shape = shape();
        DType type = DType.values()[random.nextInt(DType.values().length)];
        Operand made =
                switch (random.nextInt(6)) {
                    case 0 -> new Operand(new Op.Iota(), DType.INT64, shape);
                    case 1 -> {
                        boolean wide = random.nextBoolean();
                        var bits =
                                new Operand(
                                        new Op.RandomBits(random.nextLong(), random.nextInt(3)),
                                        wide ? DType.UINT64 : DType.UINT32,
                                        shape);
                        yield random.nextInt(3) == 0
                                ? bits
                                : Elementwise.apply(
                                        RandomOp.UNIFORM_01,
                                        wide ? DType.FLOAT64 : DType.FLOAT32,
                                        bits);
                    }
                    case 2 ->
                            Elementwise.cast(
                                    new Operand(new Op.Fill(random.nextInt(5)), DType.INT64, shape),
                                    type);
                    default ->
                            new Operand(
                                    new Op.Read(new Hashed(shape, type, random.nextInt())),
                                    type,
                                    shape);
                };
        if (random.nextInt(3) == 0) {
            made = Shaping.rechunk(made, grid(shape));
        }
        if (random.nextInt(3) == 0) {
            run.accept(made);
        }
        return made;
    }

    private ChunkGrid grid(long[] shape) {
        long[][] cuts = new long[shape.length][];
        for (int axis = 0; axis < shape.length; axis++) {
            int most = (int) Math.min(4, shape[axis]);
            long length = shape[axis];
            long[] inner =
                    random.longs(random.nextInt(most + 1), 1, Math.max(2, length))
                            .filter(c -> c < length)
                            .distinct()
                            .sorted()
                            .toArray();
            cuts[axis] = new long[inner.length + 2];
            System.arraycopy(inner, 0, cuts[axis], 1, inner.length);
            cuts[axis][inner.length + 1] = length;
        }
        return ChunkGrid.ofCuts(cuts);
    }

    private void grow() {
        Operand x = any();
        boolean known = Shapes.isKnown(x.shape());
        switch (random.nextInt(known ? 22 : 4)) {
            case 0, 1 -> add(unary(x));
            case 2 ->
                    add(Elementwise.cast(x, DType.values()[random.nextInt(DType.values().length)]));
            case 3 -> add(unary(unary(x)));
            case 4, 5, 6 -> binary(x, any());
            case 7, 8 -> add(slice(x));
            case 9 -> add(permute(x));
            case 10 -> add(Shaping.expandDims(x, random.nextInt(x.rank() + 1)));
            case 11 -> add(reshape(x));
            case 12 -> {
                if (x.rank() > 0) {
                    int axis = random.nextInt(x.rank());
                    add(Joining.concatenate(axis, x, slice(x, axis), x));
                }
            }
            case 13, 14, 15 -> reduce(x);
            case 16 -> add(Shaping.rechunk(x, grid(x.shape())));
            case 17, 18 -> chunked(x);
            case 19, 20 -> product(x);
            default -> broadcast(x);
        }
    }

    private Operand unary(Operand x) {
        Operand number = x.dtype() == DType.BOOL ? Elementwise.cast(x, DType.INT32) : x;
        return switch (random.nextInt(4)) {
            case 0 -> Elementwise.apply(ElementOp.NEGATIVE, number.dtype(), number);
            case 1 -> Elementwise.apply(ElementOp.ABS, number.dtype(), number);
            case 2 ->
                    number.dtype().isFloat()
                            ? Elementwise.apply(ElementOp.SQRT, number.dtype(), number)
                            : number;
            default -> Elementwise.apply(ElementOp.SQUARE, number.dtype(), number);
        };
    }

    private void binary(Operand x, Operand other) {
        if (!Shapes.isKnown(other.shape())) {
            return;
        }
        Operand y = other;
        try {
            Shapes.broadcast(x.shape(), y.shape());
        } catch (io.tharsis.ShapeException _) {
            y = x.rank() == 0 ? x : Shaping.flip(x, random.nextInt(x.rank()));
        }
        DType type = NUMBERS.get(random.nextInt(4));
        Operand a = Elementwise.cast(x, type);
        Operand b = Elementwise.cast(y, type);
        switch (random.nextInt(5)) {
            case 0 -> add(Elementwise.apply(ElementOp.ADD, type, a, b));
            case 1 -> add(Elementwise.apply(ElementOp.MULTIPLY, type, a, b));
            case 2 -> add(Elementwise.apply(ElementOp.MAXIMUM, type, a, b));
            case 3 -> add(Elementwise.apply(ElementOp.LESS, DType.BOOL, a, b));
            default ->
                    add(
                            Elementwise.apply(
                                    ElementOp.WHERE,
                                    type,
                                    Elementwise.apply(ElementOp.LESS, DType.BOOL, a, b),
                                    a,
                                    b));
        }
    }

    /** The product of a matrix, or a batch of them, with another one or with its own transpose. */
    private void product(Operand x) {
        int rank = x.rank();
        if (rank < 2 || Shapes.size(x.shape()) == 0) {
            return;
        }
        long k = x.shape()[rank - 1];
        DType type = NUMBERS.get(random.nextInt(4));
        Operand left = Elementwise.cast(x, type);
        Operand other = any();
        boolean fits =
                Shapes.isKnown(other.shape())
                        && other.rank() == 2
                        && other.shape()[0] == k
                        && Shapes.size(other.shape()) > 0;
        int[] swapped = IntStream.range(0, rank).toArray();
        swapped[rank - 1] = rank - 2;
        swapped[rank - 2] = rank - 1;
        Operand right = fits ? Elementwise.cast(other, type) : Shaping.permute(left, swapped);
        long columns = right.shape()[right.rank() - 1];
        if (Shapes.size(x.shape()) * columns <= 40 * limit) {
            add(Products.matmul(left, right));
        }
    }

    private Operand slice(Operand x) {
        Operand sliced = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (random.nextInt(2) == 0) {
                sliced = slice(sliced, axis);
            }
        }
        return sliced;
    }

    private Operand slice(Operand x, int axis) {
        long length = x.shape()[axis];
        if (length == 0) {
            return x;
        }
        long first = random.nextLong(length);
        long step = random.nextBoolean() ? 1 : random.nextInt(1, 4);
        boolean back = random.nextInt(3) == 0;
        long count = 1 + (back ? first : length - 1 - first) / step;
        View view = View.identity(x.rank());
        view.offset()[axis] = first;
        view.step()[axis] = back ? -step : step;
        long[] shape = x.shape().clone();
        shape[axis] = random.nextInt(3) == 0 ? 1 + random.nextLong(count) : count;
        return new Operand(new Op.Viewed(view), x.dtype(), shape, x);
    }

    private Operand permute(Operand x) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        java.util.Collections.shuffle(order, random);
        return Shaping.permute(x, order.stream().mapToInt(Integer::intValue).toArray());
    }

    private Operand reshape(Operand x) {
        long size = Shapes.size(x.shape());
        List<Long> lengths = new ArrayList<>();
        long rest = size;
        for (long factor : new long[] {2, 3, 5, 7, 64}) {
            if (rest > 0 && rest % factor == 0 && random.nextBoolean()) {
                lengths.add(factor);
                rest /= factor;
            }
        }
        lengths.add(random.nextInt(lengths.size() + 1), rest);
        return Shaping.reshape(x, lengths.stream().mapToLong(Long::longValue).toArray());
    }

    private void reduce(Operand x) {
        int from = random.nextInt(x.rank() + 1);
        int to = from + random.nextInt(x.rank() - from + 1);
        DType type = NUMBERS.get(random.nextInt(4));
        Operand number = Elementwise.cast(x, type);
        long[] kept =
                IntStream.range(0, x.rank())
                        .filter(a -> a < from || a >= to)
                        .mapToLong(a -> x.shape()[a])
                        .toArray();
        int count = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            FoldOp op =
                    List.of(FoldOp.ADD, FoldOp.ADD, FoldOp.MIN, FoldOp.MAX, FoldOp.MUL)
                            .get(random.nextInt(5));
            add(new Operand(new Op.Reduce(op, from, to), type, kept, number));
        }
        if (random.nextInt(4) == 0 && x.rank() > 0 && Shapes.size(x.shape()) > 0) {
            add(Reductions.std(x, new int[] {random.nextInt(x.rank())}, random.nextBoolean(), 0));
        }
    }

    private void broadcast(Operand x) {
        long[] shape = x.shape().clone();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = shape[axis] == 1 ? 1 + random.nextInt(9) : shape[axis];
        }
        long[] wider = new long[shape.length + 1];
        wider[0] = 1 + random.nextInt(4);
        System.arraycopy(shape, 0, wider, 1, shape.length);
        if (wider.length <= 6) {
            long[] to = random.nextBoolean() ? wider : shape;
            add(new Operand(new Op.Viewed(View.broadcast(x.shape(), to)), x.dtype(), to, x));
        }
    }

    private void chunked(Operand x) {
        if (x.rank() == 0) {
            return;
        }
        int axis = random.nextInt(x.rank());
        Operand number = x.dtype() == DType.BOOL ? Elementwise.cast(x, DType.INT32) : x;
        switch (random.nextInt(7)) {
            case 0 -> add(Sorting.sort(number, axis));
            case 1 -> add(Scans.cumsum(Elementwise.cast(number, DType.INT64), axis));
            case 2 ->
                    add(
                            new Operand(
                                    new Op.Chunked(new MapBlocks(RandomGraph::invert)),
                                    x.dtype(),
                                    x.shape(),
                                    x));
            case 3 -> add(Sorting.unique(number));
            case 4 ->
                    add(
                            Indexing.mask(
                                    x,
                                    Elementwise.apply(
                                            ElementOp.LESS,
                                            DType.BOOL,
                                            number,
                                            Shaping.flip(number, axis))));
            case 5 -> add(Searching.flatNonzero(x));
            default -> add(Indexing.get(x, Slice.ELLIPSIS, Slice.every(2)));
        }
    }

    /** A pure function of bytes; bools stay 0 and 1. */
    private static void invert(Block in, Block out) {
        int flip = in.dtype() == DType.BOOL ? 1 : 0x5A;
        for (long i = 0; i < in.segment().byteSize(); i++) {
            out.segment()
                    .set(
                            ValueLayout.JAVA_BYTE,
                            i,
                            (byte) (in.segment().get(ValueLayout.JAVA_BYTE, i) ^ flip));
        }
    }

    /** Numbers that are a hash of their index; floats are small, some are special. */
    private record Hashed(List<Long> lengths, DType type, int seed) implements ChunkSource {
        Hashed(long[] shape, DType type, int seed) {
            this(Arrays.stream(shape).boxed().toList(), type, seed);
        }

        @Override
        public String name() {
            return "hashed";
        }

        @Override
        public void read(long[] origin, long[] shape, MemorySegment target) {
            long[] strides = Shapes.strides(lengths.stream().mapToLong(Long::longValue).toArray());
            long size = Shapes.size(shape);
            for (long p = 0; p < size; p++) {
                long rest = p;
                long at = seed;
                for (int axis = shape.length - 1; axis >= 0; axis--) {
                    at += (origin[axis] + rest % shape[axis]) * strides[axis];
                    rest /= shape[axis];
                }
                long hash = at * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 29;
                hash *= 0xBF58476D1CE4E5B9L;
                hash ^= hash >>> 32;
                put(target, p, hash);
            }
        }

        private void put(MemorySegment target, long p, long hash) {
            double value =
                    (hash & 255) == 0
                            ? Double.NaN
                            : (hash & 255) == 1 ? -0.0 : (hash % 2000) / 64.0;
            switch (type) {
                case BOOL -> target.set(ValueLayout.JAVA_BYTE, p, (byte) (hash & 1));
                case INT8, UINT8 -> target.set(ValueLayout.JAVA_BYTE, p, (byte) hash);
                case INT16, UINT16 ->
                        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, p * 2, (short) hash);
                case INT32, UINT32 -> target.set(ValueLayout.JAVA_INT_UNALIGNED, p * 4, (int) hash);
                case INT64, UINT64 -> target.set(ValueLayout.JAVA_LONG_UNALIGNED, p * 8, hash);
                case FLOAT32 -> target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, p * 4, (float) value);
                case FLOAT64 -> target.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, p * 8, value);
            }
        }
    }
}
