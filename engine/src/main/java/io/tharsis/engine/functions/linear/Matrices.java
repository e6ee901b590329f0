package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.MatrixFunction;
import io.tharsis.engine.linalg.PerMatrix;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** What the builders of linear algebra share: checks, blocks of matrices, stacks of matrices. */
final class Matrices {
    /**
     * Matrices of at most this many rows and columns are factored by one call on Java arrays,
     * larger ones by blocks. A constant of the engine: bits depend on it.
     */
    static final int SMALL = 256;

    private Matrices() {}

    // ---- checks

    /** {@code x} in the dtype of its factorizations: float32 stays, all else is float64. */
    static Operand floating(Operand x) {
        return x.dtype() == DType.FLOAT32 ? x : Elementwise.cast(x, DType.FLOAT64);
    }

    /** As {@link #floating}, with at least two axes. */
    static Operand matrix(String function, Operand x) {
        requireKnown(function, x);
        if (x.rank() < 2) {
            throw new ShapeException(
                    function
                            + " needs a matrix, or a stack of matrices, got shape "
                            + Shapes.text(x.shape())
                            + "; give a vector a second axis with expandDims");
        }
        return floating(x);
    }

    /** As {@link #matrix}, with at least one element. */
    static Operand filled(String function, Operand x) {
        Operand a = matrix(function, x);
        if (Shapes.size(a.shape()) == 0) {
            throw new ShapeException(
                    function + " needs at least one element, got shape " + Shapes.text(a.shape()));
        }
        return a;
    }

    /** As {@link #matrix}, with as many rows as columns. */
    static Operand square(String function, Operand x) {
        Operand a = matrix(function, x);
        if (rows(a) != columns(a)) {
            throw new ShapeException(
                    function
                            + " needs square matrices, got shape "
                            + Shapes.text(a.shape())
                            + " with "
                            + rows(a)
                            + " rows and "
                            + columns(a)
                            + " columns");
        }
        return a;
    }

    static void requireKnown(String function, Operand x) {
        if (!Shapes.isKnown(x.shape())) {
            throw new ShapeException(
                    function
                            + " needs the shape of its argument, but a length of "
                            + Shapes.text(x.shape())
                            + " is known only when run; execute() it first");
        }
    }

    /** The dtype in which two tensors meet in a factorization. */
    static DType common(Operand a, Operand b) {
        return a.dtype() == DType.FLOAT32 && b.dtype() == DType.FLOAT32
                ? DType.FLOAT32
                : DType.FLOAT64;
    }

    // ---- parts of matrices, over the last two axes

    static long rows(Operand x) {
        return x.shape()[x.rank() - 2];
    }

    static long columns(Operand x) {
        return x.shape()[x.rank() - 1];
    }

    static boolean isSmall(Operand x) {
        return Math.max(rows(x), columns(x)) <= SMALL;
    }

    static Operand rows(Operand x, long from, long to) {
        return block(x, from, to, 0, columns(x));
    }

    static Operand columns(Operand x, long from, long to) {
        return block(x, 0, rows(x), from, to);
    }

    static Operand block(Operand x, long top, long bottom, long left, long right) {
        return Indexing.get(
                x, Slice.parse("...")[0], Slice.range(top, bottom), Slice.range(left, right));
    }

    static Operand transpose(Operand x) {
        return Shaping.swapaxes(x, -1, -2);
    }

    static Operand beside(Operand... parts) {
        return Joining.concatenate(-1, parts);
    }

    static Operand above(Operand... parts) {
        return Joining.concatenate(-2, parts);
    }

    /** The diagonal, as the last axis. */
    static Operand diagonal(Operand x) {
        return Diagonals.of(x, 0);
    }

    static Operand zeros(DType type, long... shape) {
        return Creation.full(type, 0L, shape);
    }

    /** Zeros, a (rows, columns) matrix for each of {@code x}. */
    static Operand stacked(Operand x, long rows, long columns) {
        return zeros(x.dtype(), shape(batch(x), rows, columns));
    }

    /** Ones on the diagonal, a (rows, columns) matrix for each of {@code x}. */
    static Operand identities(Operand x, long rows, long columns) {
        return Shaping.broadcastTo(
                Creation.eye(x.dtype(), rows, columns, 0), shape(batch(x), rows, columns));
    }

    /** The leading axes. */
    static long[] batch(Operand x) {
        return Arrays.copyOf(x.shape(), x.rank() - 2);
    }

    /** {@code batch} followed by {@code last}. */
    static long[] shape(long[] batch, long... last) {
        long[] shape = Arrays.copyOf(batch, batch.length + last.length);
        System.arraycopy(last, 0, shape, batch.length, last.length);
        return shape;
    }

    // ---- functions of each matrix of a stack

    static Operand chunked(ChunkFunction function, DType type, long[] shape, Operand... inputs) {
        return new Operand(new Op.Chunked(function), type, shape, inputs);
    }

    /**
     * The parts that {@code function} makes of each matrix of {@code x}, in one call a matrix.
     *
     * @param parts the shape of each part
     */
    static Operand[] apply(MatrixFunction function, Operand x, long[]... parts) {
        long[] batch = batch(x);
        long count = Shapes.size(batch);
        long length = 0;
        for (long[] part : parts) {
            length += Shapes.size(part);
        }
        Operand[] results = new Operand[parts.length];
        if (count * length == 0) {
            for (int i = 0; i < parts.length; i++) {
                results[i] = zeros(x.dtype(), shape(batch, parts[i]));
            }
            return results;
        }
        int rows = Math.toIntExact(rows(x));
        int columns = Math.toIntExact(columns(x));
        Operand packed =
                chunked(
                        new PerMatrix(function, rows, columns),
                        x.dtype(),
                        new long[] {count, length},
                        Shaping.reshape(x, count, (long) rows * columns));
        long from = 0;
        for (int i = 0; i < parts.length; i++) {
            long to = from + Shapes.size(parts[i]);
            Operand part = Indexing.get(packed, Slice.all(), Slice.range(from, to));
            results[i] = Shaping.reshape(part, shape(batch, parts[i]));
            from = to;
        }
        return results;
    }

    /** What {@code function} makes of each matrix of a stack, stacked again. */
    static Operand each(Operand x, UnaryOperator<Operand> function) {
        return each(new Operand[] {x}, matrices -> new Operand[] {function.apply(matrices[0])})[0];
    }

    /** A function of several matrices with several results. */
    @FunctionalInterface
    interface Several {
        Operand[] apply(Operand... matrices);
    }

    /** What {@code function} makes of each tuple of matrices of stacks with the same batch axes. */
    static Operand[] each(Operand[] stacks, Several function) {
        long[] batch = batch(stacks[0]);
        if (batch.length == 0) {
            return function.apply(stacks);
        }
        int count = Math.toIntExact(Shapes.size(batch));
        if (count == 0) {
            return none(stacks, function);
        }
        Operand[][] results = new Operand[count][];
        for (int i = 0; i < count; i++) {
            Operand[] matrices = new Operand[stacks.length];
            for (int k = 0; k < stacks.length; k++) {
                Operand flat =
                        Shaping.reshape(stacks[k], count, rows(stacks[k]), columns(stacks[k]));
                matrices[k] = Indexing.get(flat, Slice.at(i));
            }
            results[i] = function.apply(matrices);
        }
        Operand[] stacked = new Operand[results[0].length];
        for (int r = 0; r < stacked.length; r++) {
            int part = r;
            Operand all =
                    Joining.stack(
                            0,
                            Arrays.stream(results)
                                    .map(result -> result[part])
                                    .toArray(Operand[]::new));
            stacked[r] =
                    Shaping.reshape(
                            all, shape(batch, Arrays.copyOfRange(all.shape(), 1, all.rank())));
        }
        return stacked;
    }

    /** What a function makes of an empty stack: the shapes tell, nothing is computed. */
    private static Operand[] none(Operand[] stacks, Several function) {
        Operand[] matrices =
                Arrays.stream(stacks)
                        .map(stack -> zeros(stack.dtype(), rows(stack), columns(stack)))
                        .toArray(Operand[]::new);
        return Arrays.stream(function.apply(matrices))
                .map(part -> zeros(part.dtype(), shape(batch(stacks[0]), part.shape())))
                .toArray(Operand[]::new);
    }
}
