package io.tharsis;

import io.tharsis.engine.functions.Agreement;
import io.tharsis.engine.functions.ArraySource;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Differences;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.JavaArrays;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.MathOp;
import io.tharsis.engine.functions.Mathematics;
import io.tharsis.engine.functions.NanReductions;
import io.tharsis.engine.functions.Padding;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.functions.Statistics;
import io.tharsis.engine.functions.linear.Contractions;
import io.tharsis.engine.functions.linear.Diagonals;
import io.tharsis.engine.functions.linear.Einsum;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.npy.NpyChunks;
import io.tharsis.engine.npy.NpyFile;
import io.tharsis.engine.npy.NpySource;
import io.tharsis.engine.npy.NpzReader;
import io.tharsis.engine.npy.NpzWriter;
import io.tharsis.engine.storage.Contents;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * NumPy's functions, to be imported statically: {@code import static io.tharsis.Tensors.*;}. Each
 * builds a lazy tensor in the session of its first tensor argument, or in {@link Session#current()}
 * if it has none. Shapes broadcast and dtypes are promoted as in NumPy 2; a Java scalar beside a
 * tensor takes the tensor's dtype where its kind allows. docs/deviations.md lists where results
 * differ.
 *
 * <p>What holds of every function, unless it says otherwise:
 *
 * <ul>
 *   <li>The tensor it answers is the caller's to close; arguments stay as they are and stay the
 *       caller's. Java arrays and memory are copied before it returns.
 *   <li>A function without a comment is NumPy's of the same name. Comparisons and tests answer
 *       bool. Functions of floats (roots, exponentials, trigonometry) answer float32 for float32,
 *       bool and integers to 16 bits, else float64. Their errors, at most 1 ulp but for {@code
 *       sigmoid} and {@code logaddexp}, are listed in {@code io.tharsis.kernels.math}.
 *   <li>Axes may be negative, counted from the end. Reductions over no named axes are over all of
 *       them.
 *   <li>{@link ShapeException} for shapes that do not broadcast, axes out of range or named twice,
 *       negative lengths, a product of lengths beyond 2^63 - 1; {@link DTypeException} for a dtype
 *       that the function has no meaning for and for a Java integer that the tensor's dtype cannot
 *       hold; {@link ClosedException} for a closed tensor or session. They are thrown by the call
 *       itself. What only the data can tell (an index out of range, a length found when run that
 *       does not fit) is thrown where the value is asked for.
 *   <li>A length that only a run can tell (of a mask's selection, {@code nonzero}, {@code unique},
 *       {@code bincount}) is found out by running what makes it, as soon as a function needs the
 *       shape; element-wise functions do not.
 * </ul>
 *
 * <p>Thread-safe: any thread may call any function.
 */
public final class Tensors {
    private Tensors() {}

    private static Tensor make(Operand operand) {
        return Tensor.of(Session.current(), operand);
    }

    private static Tensor[] handles(Session session, Operand... operands) {
        return Arrays.stream(operands)
                .map(operand -> Tensor.of(session, operand))
                .toArray(Tensor[]::new);
    }

    /**
     * Computes several tensors together, in the first one's session, and keeps their results; work
     * they share is done once. Returns when all are done. Throws as {@link Tensor#execute}.
     */
    public static void execute(Tensor... tensors) {
        if (tensors.length > 0) {
            tensors[0].session().execute(Arrays.stream(tensors).map(Tensor::use).toList());
        }
    }

    // ---- from data

    /** A 0-d tensor of dtype int64. */
    public static Tensor scalar(long value) {
        return make(Promotion.scalar(DType.INT64, value));
    }

    /** A 0-d tensor of dtype float64. */
    public static Tensor scalar(double value) {
        return make(Promotion.scalar(DType.FLOAT64, value));
    }

    /** A 0-d tensor of dtype bool. */
    public static Tensor scalar(boolean value) {
        return make(Promotion.scalar(value));
    }

    /** A 0-d tensor of dtype {@code type}; throws if an integer dtype cannot hold the value. */
    public static Tensor scalar(long value, DType type) {
        return make(Elementwise.cast(Promotion.weak(value, type), type));
    }

    /** A 0-d tensor of dtype {@code type}, converted as by {@code astype}. */
    public static Tensor scalar(double value, DType type) {
        return make(Promotion.scalar(type, value));
    }

    /** A vector of the values, copied; dtype float64. */
    public static Tensor of(double... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype float32. */
    public static Tensor of(float... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype int64. */
    public static Tensor of(long... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype int32. */
    public static Tensor of(int... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype int16. */
    public static Tensor of(short... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype int8. */
    public static Tensor of(byte... values) {
        return array(values);
    }

    /** A vector of the values, copied; dtype bool. */
    public static Tensor of(boolean... values) {
        return array(values);
    }

    /**
     * A tensor of a Java array of primitives, nested to any depth, or of a boxed number; copied.
     * The dtype is the element type's ({@code int} is int32). Throws {@link ShapeException} naming
     * the index where the array is ragged.
     */
    public static Tensor array(Object array) {
        return switch (array) {
            case Boolean value -> scalar(value);
            case Double value -> scalar(value);
            case Float value -> scalar(value, DType.FLOAT32);
            case Long value -> scalar(value);
            case Integer value -> scalar(value, DType.INT32);
            case Short value -> scalar(value, DType.INT16);
            case Byte value -> scalar(value, DType.INT8);
            default -> {
                JavaArrays.Flat flat = JavaArrays.flatten(array);
                yield array(flat.values(), flat.dtype(), flat.shape());
            }
        };
    }

    /**
     * A tensor of memory, which is copied at once: exactly the elements of {@code shape},
     * row-major, in native byte order. The caller keeps the memory.
     */
    public static Tensor array(MemorySegment values, DType type, long... shape) {
        long expected = Math.multiplyExact(Shapes.size(shape), type.byteSize());
        if (values.byteSize() != expected) {
            throw new ShapeException(
                    "shape "
                            + Shapes.text(shape)
                            + " of "
                            + type
                            + " has "
                            + expected
                            + " bytes, but the memory has "
                            + values.byteSize());
        }
        Session session = Session.current();
        var read =
                new Operand(
                        new Op.Read(new ArraySource(values, shape.clone(), type.byteSize())),
                        type,
                        shape.clone());
        session.execute(List.of(read));
        return Tensor.of(session, Contents.detach(read));
    }

    /**
     * A lazy tensor whose chunks are read when they are needed, on several threads at once: a file,
     * a function of the index. What the source throws comes out where the value is asked for. The
     * caller closes the source, if that is needed, after the last read.
     */
    public static Tensor from(ChunkSource source, DType type, long... shape) {
        Shapes.size(shape);
        return make(new Operand(new Op.Read(source), type, shape.clone()));
    }

    // ---- constants

    /** Float64. */
    public static Tensor zeros(long... shape) {
        return make(Creation.full(DType.FLOAT64, 0L, shape));
    }

    public static Tensor zeros(DType type, long... shape) {
        return make(Creation.full(type, 0L, shape));
    }

    /** Of the shape and dtype of {@code a}. */
    public static Tensor zerosLike(Tensor a) {
        return full(knownShape(a), 0L, a.dtype());
    }

    public static Tensor zerosLike(Tensor a, DType type) {
        return full(knownShape(a), 0L, type);
    }

    /** Float64. */
    public static Tensor ones(long... shape) {
        return make(Creation.full(DType.FLOAT64, 1L, shape));
    }

    public static Tensor ones(DType type, long... shape) {
        return make(Creation.full(type, 1L, shape));
    }

    /** Of the shape and dtype of {@code a}. */
    public static Tensor onesLike(Tensor a) {
        return full(knownShape(a), 1L, a.dtype());
    }

    public static Tensor onesLike(Tensor a, DType type) {
        return full(knownShape(a), 1L, type);
    }

    /** Of no particular value: here zeros, float64. */
    public static Tensor empty(long... shape) {
        return zeros(shape);
    }

    public static Tensor empty(DType type, long... shape) {
        return zeros(type, shape);
    }

    public static Tensor emptyLike(Tensor a) {
        return zerosLike(a);
    }

    /** Int64. */
    public static Tensor full(long[] shape, long value) {
        return full(shape, value, DType.INT64);
    }

    /** Float64. */
    public static Tensor full(long[] shape, double value) {
        return full(shape, value, DType.FLOAT64);
    }

    /** Bool. */
    public static Tensor full(long[] shape, boolean value) {
        return full(shape, value ? 1L : 0L, DType.BOOL);
    }

    /** The value wraps to an integer dtype. */
    public static Tensor full(long[] shape, long value, DType type) {
        return make(Creation.full(type, value, shape));
    }

    public static Tensor full(long[] shape, double value, DType type) {
        return make(Creation.full(type, value, shape));
    }

    /** Where only a run can tell the shape, runs what tells it. */
    private static long[] knownShape(Tensor a) {
        return a.known().shape().clone();
    }

    /** Of the shape and dtype of {@code a}. */
    public static Tensor fullLike(Tensor a, long value) {
        return full(knownShape(a), value, a.dtype());
    }

    public static Tensor fullLike(Tensor a, double value) {
        return full(knownShape(a), value, a.dtype());
    }

    // ---- ranges

    /** 0 to {@code stop}, exclusive; int64. */
    public static Tensor arange(long stop) {
        return arange(0L, stop, 1L);
    }

    public static Tensor arange(long start, long stop) {
        return arange(start, stop, 1L);
    }

    /** Int64. */
    public static Tensor arange(long start, long stop, long step) {
        return make(Creation.arange(start, stop, step));
    }

    /** 0 to {@code stop}, exclusive; float64. */
    public static Tensor arange(double stop) {
        return arange(0.0, stop, 1.0);
    }

    public static Tensor arange(double start, double stop) {
        return arange(start, stop, 1.0);
    }

    /**
     * {@code ceil((stop - start) / step)} numbers, float64; rounding may make the last one reach
     * {@code stop}, as in NumPy.
     */
    public static Tensor arange(double start, double stop, double step) {
        return arange(start, stop, step, DType.FLOAT64);
    }

    public static Tensor arange(long start, long stop, long step, DType type) {
        return make(Elementwise.cast(Creation.arange(start, stop, step), type));
    }

    public static Tensor arange(double start, double stop, double step, DType type) {
        return make(Creation.arange(start, stop, step, type));
    }

    /** 50 numbers. */
    public static Tensor linspace(double start, double stop) {
        return linspace(start, stop, 50);
    }

    /** {@code count} evenly spaced numbers, the last exactly {@code stop}; float64. */
    public static Tensor linspace(double start, double stop, long count) {
        return linspace(start, stop, count, true);
    }

    public static Tensor linspace(double start, double stop, long count, boolean endpoint) {
        return make(Creation.linspace(start, stop, count, endpoint));
    }

    /** Powers of ten. */
    public static Tensor logspace(double start, double stop, long count) {
        return logspace(start, stop, count, true, 10);
    }

    /** {@code base} to the powers of {@link #linspace}. */
    public static Tensor logspace(
            double start, double stop, long count, boolean endpoint, double base) {
        return make(Creation.logspace(start, stop, count, endpoint, base));
    }

    // ---- matrices and grids

    /** The identity matrix, float64. */
    public static Tensor eye(long n) {
        return eye(n, n, 0);
    }

    /** Ones where column - row = k, float64. */
    public static Tensor eye(long rows, long columns, long k) {
        return eye(rows, columns, k, DType.FLOAT64);
    }

    public static Tensor eye(long rows, long columns, long k, DType type) {
        return make(Creation.eye(type, rows, columns, k));
    }

    public static Tensor identity(long n) {
        return eye(n);
    }

    /** Of a vector the matrix with it on its diagonal, of a matrix its diagonal. */
    public static Tensor diag(Tensor a) {
        return diag(a, 0);
    }

    /** On or of diagonal k; above the main one for a positive k. */
    public static Tensor diag(Tensor a, long k) {
        return a.shaped(x -> Creation.diag(x, k));
    }

    /** Ones on and below the diagonal, float64. */
    public static Tensor tri(long n) {
        return tri(n, n, 0);
    }

    /** Ones where column - row &lt;= k, float64. */
    public static Tensor tri(long rows, long columns, long k) {
        return make(Creation.tri(DType.FLOAT64, rows, columns, k));
    }

    /** Zeros above the diagonal of the last two axes. */
    public static Tensor tril(Tensor a) {
        return tril(a, 0);
    }

    /** Zeros where column - row &gt; k. */
    public static Tensor tril(Tensor a, long k) {
        return a.shaped(x -> Creation.tril(x, k));
    }

    /** Zeros below the diagonal of the last two axes. */
    public static Tensor triu(Tensor a) {
        return triu(a, 0);
    }

    /** Zeros where column - row &lt; k. */
    public static Tensor triu(Tensor a, long k) {
        return a.shaped(x -> Creation.triu(x, k));
    }

    /** Coordinate matrices; the first two axes are swapped, as NumPy's indexing "xy". */
    public static Tensor[] meshgrid(Tensor... vectors) {
        return meshgrid(true, vectors);
    }

    /** With {@code xy} false, axis i belongs to vector i (NumPy's indexing "ij"). */
    public static Tensor[] meshgrid(boolean xy, Tensor... vectors) {
        if (vectors.length == 0) {
            return new Tensor[0];
        }
        Operand[] operands = Arrays.stream(vectors).map(Tensor::known).toArray(Operand[]::new);
        return handles(vectors[0].session(), Creation.meshgrid(xy, operands));
    }

    /** The index along each axis of a grid, stacked along a new first axis; int64. */
    public static Tensor indices(long... shape) {
        return make(Creation.indices(shape));
    }

    /** {@code function} of the index tensors (float64, one for each axis) of a grid. */
    public static Tensor fromFunction(Function<Tensor[], Tensor> function, long... shape) {
        return fromFunction(DType.FLOAT64, function, shape);
    }

    /** {@code function} of the index tensors of dtype {@code type}. */
    public static Tensor fromFunction(
            DType type, Function<Tensor[], Tensor> function, long... shape) {
        Operand[] grids =
                Arrays.stream(Creation.indexGrids(shape))
                        .map(grid -> Elementwise.cast(grid, type))
                        .toArray(Operand[]::new);
        return function.apply(handles(Session.current(), grids));
    }

    // ---- arithmetic

    /** Of bools the logical or. */
    public static Tensor add(Tensor a, Tensor b) {
        return a.with(b, Elementwise::add);
    }

    public static Tensor add(Tensor a, long b) {
        return a.with(b, Elementwise::add);
    }

    public static Tensor add(Tensor a, double b) {
        return a.with(b, Elementwise::add);
    }

    public static Tensor add(long a, Tensor b) {
        return b.under(a, Elementwise::add);
    }

    public static Tensor add(double a, Tensor b) {
        return b.under(a, Elementwise::add);
    }

    public static Tensor subtract(Tensor a, Tensor b) {
        return a.with(b, Elementwise::subtract);
    }

    public static Tensor subtract(Tensor a, long b) {
        return a.with(b, Elementwise::subtract);
    }

    public static Tensor subtract(Tensor a, double b) {
        return a.with(b, Elementwise::subtract);
    }

    public static Tensor subtract(long a, Tensor b) {
        return b.under(a, Elementwise::subtract);
    }

    public static Tensor subtract(double a, Tensor b) {
        return b.under(a, Elementwise::subtract);
    }

    /** Of bools the logical and. */
    public static Tensor multiply(Tensor a, Tensor b) {
        return a.with(b, Elementwise::multiply);
    }

    public static Tensor multiply(Tensor a, long b) {
        return a.with(b, Elementwise::multiply);
    }

    public static Tensor multiply(Tensor a, double b) {
        return a.with(b, Elementwise::multiply);
    }

    public static Tensor multiply(long a, Tensor b) {
        return b.under(a, Elementwise::multiply);
    }

    public static Tensor multiply(double a, Tensor b) {
        return b.under(a, Elementwise::multiply);
    }

    /** True division: of integers in float64. */
    public static Tensor divide(Tensor a, Tensor b) {
        return a.with(b, Elementwise::divide);
    }

    public static Tensor divide(Tensor a, long b) {
        return a.with((double) b, Elementwise::divide);
    }

    public static Tensor divide(Tensor a, double b) {
        return a.with(b, Elementwise::divide);
    }

    public static Tensor divide(long a, Tensor b) {
        return b.under((double) a, Elementwise::divide);
    }

    public static Tensor divide(double a, Tensor b) {
        return b.under(a, Elementwise::divide);
    }

    /** Quotient rounded to minus infinity; an integer divided by 0 gives 0. */
    public static Tensor floorDivide(Tensor a, Tensor b) {
        return a.with(b, Elementwise::floorDivide);
    }

    public static Tensor floorDivide(Tensor a, long b) {
        return a.with(b, Elementwise::floorDivide);
    }

    public static Tensor floorDivide(Tensor a, double b) {
        return a.with(b, Elementwise::floorDivide);
    }

    public static Tensor floorDivide(long a, Tensor b) {
        return b.under(a, Elementwise::floorDivide);
    }

    public static Tensor floorDivide(double a, Tensor b) {
        return b.under(a, Elementwise::floorDivide);
    }

    /** Remainder with the divisor's sign; of an integer divided by 0 it is 0. */
    public static Tensor mod(Tensor a, Tensor b) {
        return a.with(b, Elementwise::mod);
    }

    public static Tensor mod(Tensor a, long b) {
        return a.with(b, Elementwise::mod);
    }

    public static Tensor mod(Tensor a, double b) {
        return a.with(b, Elementwise::mod);
    }

    public static Tensor mod(long a, Tensor b) {
        return b.under(a, Elementwise::mod);
    }

    public static Tensor mod(double a, Tensor b) {
        return b.under(a, Elementwise::mod);
    }

    /** Remainder with the dividend's sign, exact. */
    public static Tensor fmod(Tensor a, Tensor b) {
        return a.with(b, Elementwise::fmod);
    }

    public static Tensor fmod(Tensor a, long b) {
        return a.with(b, Elementwise::fmod);
    }

    public static Tensor fmod(Tensor a, double b) {
        return a.with(b, Elementwise::fmod);
    }

    public static Tensor fmod(long a, Tensor b) {
        return b.under(a, Elementwise::fmod);
    }

    public static Tensor fmod(double a, Tensor b) {
        return b.under(a, Elementwise::fmod);
    }

    /** NaN if either is NaN. */
    public static Tensor maximum(Tensor a, Tensor b) {
        return a.with(b, Elementwise::maximum);
    }

    public static Tensor maximum(Tensor a, long b) {
        return a.with(b, Elementwise::maximum);
    }

    public static Tensor maximum(Tensor a, double b) {
        return a.with(b, Elementwise::maximum);
    }

    public static Tensor maximum(long a, Tensor b) {
        return b.under(a, Elementwise::maximum);
    }

    public static Tensor maximum(double a, Tensor b) {
        return b.under(a, Elementwise::maximum);
    }

    /** NaN if either is NaN. */
    public static Tensor minimum(Tensor a, Tensor b) {
        return a.with(b, Elementwise::minimum);
    }

    public static Tensor minimum(Tensor a, long b) {
        return a.with(b, Elementwise::minimum);
    }

    public static Tensor minimum(Tensor a, double b) {
        return a.with(b, Elementwise::minimum);
    }

    public static Tensor minimum(long a, Tensor b) {
        return b.under(a, Elementwise::minimum);
    }

    public static Tensor minimum(double a, Tensor b) {
        return b.under(a, Elementwise::minimum);
    }

    /** The other one if one is NaN. */
    public static Tensor fmax(Tensor a, Tensor b) {
        return a.with(b, Elementwise::fmax);
    }

    public static Tensor fmax(Tensor a, long b) {
        return a.with(b, Elementwise::fmax);
    }

    public static Tensor fmax(Tensor a, double b) {
        return a.with(b, Elementwise::fmax);
    }

    public static Tensor fmax(long a, Tensor b) {
        return b.under(a, Elementwise::fmax);
    }

    public static Tensor fmax(double a, Tensor b) {
        return b.under(a, Elementwise::fmax);
    }

    /** The other one if one is NaN. */
    public static Tensor fmin(Tensor a, Tensor b) {
        return a.with(b, Elementwise::fmin);
    }

    public static Tensor fmin(Tensor a, long b) {
        return a.with(b, Elementwise::fmin);
    }

    public static Tensor fmin(Tensor a, double b) {
        return a.with(b, Elementwise::fmin);
    }

    public static Tensor fmin(long a, Tensor b) {
        return b.under(a, Elementwise::fmin);
    }

    public static Tensor fmin(double a, Tensor b) {
        return b.under(a, Elementwise::fmin);
    }

    /** Integers wrap; a negative exponent of an integer gives 0 unless the base is 1 or -1. */
    public static Tensor power(Tensor a, Tensor b) {
        return a.with(b, Elementwise::power);
    }

    /** Throws for a negative exponent of integers. */
    public static Tensor power(Tensor a, long b) {
        return a.map(x -> Elementwise.power(x, b));
    }

    public static Tensor power(Tensor a, double b) {
        return a.map(x -> Elementwise.power(x, b));
    }

    public static Tensor power(long a, Tensor b) {
        return b.under(a, Elementwise::power);
    }

    public static Tensor power(double a, Tensor b) {
        return b.under(a, Elementwise::power);
    }

    /** Wraps for integers. */
    public static Tensor negative(Tensor a) {
        return a.map(Elementwise::negative);
    }

    public static Tensor positive(Tensor a) {
        return a.map(Elementwise::positive);
    }

    /** Wraps for the minimum of a signed integer. */
    public static Tensor abs(Tensor a) {
        return a.map(Elementwise::abs);
    }

    /** -1, 0 or 1; NaN for NaN. */
    public static Tensor sign(Tensor a) {
        return a.map(Elementwise::sign);
    }

    public static Tensor sqrt(Tensor a) {
        return a.map(Elementwise::sqrt);
    }

    public static Tensor square(Tensor a) {
        return a.map(Elementwise::square);
    }

    /** Of integers truncated. */
    public static Tensor reciprocal(Tensor a) {
        return a.map(Elementwise::reciprocal);
    }

    // ---- matrices: products

    /**
     * The matrix product, as NumPy's {@code @}: over the last two axes {@code (..., m, k)} and
     * {@code (..., k, n)}, the axes before them broadcast. One axis alone is a row on the left and
     * a column on the right, and is dropped from the result. Of bools whether any pair is true;
     * integers wrap. Throws {@link ShapeException} if the inner lengths differ.
     */
    public static Tensor matmul(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Products.matmul(x, b.use()));
    }

    /** As NumPy's: over the last axis of a and the last but one of b, or its only one. */
    public static Tensor dot(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Contractions.dot(x, b.use()));
    }

    /** The sum of products of all elements in row-major order. */
    public static Tensor vdot(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Contractions.vdot(x, b.use()));
    }

    /** Sums of products over the last axis of both. */
    public static Tensor inner(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Contractions.inner(x, b.use()));
    }

    /** Each element of a by each of b, both row-major: a matrix. */
    public static Tensor outer(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Contractions.outer(x, b.use()));
    }

    /** Over the last two axes of a and the first two of b. */
    public static Tensor tensordot(Tensor a, Tensor b) {
        return tensordot(a, b, 2);
    }

    /** Over the last {@code count} axes of a and the first of b. */
    public static Tensor tensordot(Tensor a, Tensor b, int count) {
        b.known();
        return a.shaped(x -> Contractions.tensordot(x, b.use(), count));
    }

    /** Over axis {@code aAxes[i]} of a and axis {@code bAxes[i]} of b, for each i. */
    public static Tensor tensordot(Tensor a, Tensor b, int[] aAxes, int[] bAxes) {
        b.known();
        return a.shaped(x -> Contractions.tensordot(x, b.use(), aAxes, bAxes));
    }

    /** The Kronecker product. */
    public static Tensor kron(Tensor a, Tensor b) {
        b.known();
        return a.shaped(x -> Contractions.kron(x, b.use()));
    }

    /** The sum of the diagonal of the first two axes. */
    public static Tensor trace(Tensor a) {
        return trace(a, 0, 0, 1);
    }

    /** The sum of a diagonal above (or below, if negative) the main one, of two axes. */
    public static Tensor trace(Tensor a, long offset, int axis1, int axis2) {
        return a.shaped(x -> Diagonals.trace(x, offset, axis1, axis2));
    }

    /**
     * Sums of products by labels of axes: {@code einsum("ij,jk->ik", a, b)}. Takes an ellipsis,
     * labels that occur twice in a term (a diagonal), and no arrow (the labels that occur once, in
     * alphabetic order); two operands at a time are multiplied, cheapest first. The result has the
     * common dtype.
     */
    public static Tensor einsum(String subscripts, Tensor... tensors) {
        if (tensors.length == 0) {
            throw new ShapeException("einsum '" + subscripts + "' needs at least one tensor");
        }
        Operand[] operands = Arrays.stream(tensors).map(Tensor::known).toArray(Operand[]::new);
        return tensors[0].shaped(_ -> Einsum.of(subscripts, operands));
    }

    /** Covariances of the variables that rows hold, float64; divided by observations less one. */
    public static Tensor cov(Tensor a) {
        return cov(a, true, 1);
    }

    /** Of the variables that rows hold, or columns; divided by observations less {@code ddof}. */
    public static Tensor cov(Tensor a, boolean rowvar, int ddof) {
        return a.shaped(x -> Contractions.cov(x, rowvar, ddof));
    }

    /** Correlation coefficients of the variables that rows hold, float64. */
    public static Tensor corrcoef(Tensor a) {
        return corrcoef(a, true);
    }

    /** Of the variables that rows hold, or columns. */
    public static Tensor corrcoef(Tensor a, boolean rowvar) {
        return a.shaped(x -> Contractions.corrcoef(x, rowvar));
    }

    // ---- rounding

    /** Integers are left as they are. */
    public static Tensor floor(Tensor a) {
        return a.map(x -> Mathematics.rounding(MathOp.FLOOR, x));
    }

    /** Integers are left as they are. */
    public static Tensor ceil(Tensor a) {
        return a.map(x -> Mathematics.rounding(MathOp.CEIL, x));
    }

    /** Integers are left as they are. */
    public static Tensor trunc(Tensor a) {
        return a.map(x -> Mathematics.rounding(MathOp.TRUNC, x));
    }

    /** To the nearest integer, halves to even. */
    public static Tensor rint(Tensor a) {
        return a.map(Mathematics::rint);
    }

    /** To the nearest integer, halves to even. */
    public static Tensor round(Tensor a) {
        return round(a, 0);
    }

    /** To {@code decimals} decimal places (tens, hundreds, ... if negative), halves to even. */
    public static Tensor round(Tensor a, int decimals) {
        return a.map(x -> Mathematics.round(x, decimals));
    }

    /** A null bound does not bound. */
    public static Tensor clip(Tensor a, Tensor low, Tensor high) {
        return a.map(
                x ->
                        Elementwise.clip(
                                x,
                                low == null ? null : low.use(),
                                high == null ? null : high.use()));
    }

    /** A bound beyond the range of the dtype does not bound. */
    public static Tensor clip(Tensor a, long low, long high) {
        return a.map(x -> Elementwise.clip(x, low, high));
    }

    public static Tensor clip(Tensor a, double low, double high) {
        return a.map(
                x ->
                        Elementwise.clip(
                                x,
                                Promotion.weak(low, x.dtype()),
                                Promotion.weak(high, x.dtype())));
    }

    // ---- exponentials and logarithms

    public static Tensor cbrt(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.CBRT, x));
    }

    public static Tensor exp(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.EXP, x));
    }

    public static Tensor exp2(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.EXP2, x));
    }

    public static Tensor expm1(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.EXPM1, x));
    }

    public static Tensor log(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.LOG, x));
    }

    public static Tensor log2(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.LOG2, x));
    }

    public static Tensor log10(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.LOG10, x));
    }

    public static Tensor log1p(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.LOG1P, x));
    }

    /** {@code log(exp(a) + exp(b))} without overflow. */
    public static Tensor logaddexp(Tensor a, Tensor b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.LOGADDEXP, x, y));
    }

    public static Tensor logaddexp(Tensor a, long b) {
        return a.withFloat(b, (x, y) -> Mathematics.binary(MathOp.LOGADDEXP, x, y));
    }

    public static Tensor logaddexp(Tensor a, double b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.LOGADDEXP, x, y));
    }

    public static Tensor logaddexp(long a, Tensor b) {
        return b.underFloat(a, (x, y) -> Mathematics.binary(MathOp.LOGADDEXP, x, y));
    }

    public static Tensor logaddexp(double a, Tensor b) {
        return b.under(a, (x, y) -> Mathematics.binary(MathOp.LOGADDEXP, x, y));
    }

    /** {@code 1 / (1 + exp(-a))}. */
    public static Tensor sigmoid(Tensor a) {
        return a.map(Mathematics::sigmoid);
    }

    // ---- trigonometry

    public static Tensor sin(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.SIN, x));
    }

    public static Tensor cos(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.COS, x));
    }

    public static Tensor tan(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.TAN, x));
    }

    public static Tensor asin(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ASIN, x));
    }

    public static Tensor acos(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ACOS, x));
    }

    public static Tensor atan(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ATAN, x));
    }

    /** The angle of the point (b, a). */
    public static Tensor atan2(Tensor a, Tensor b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.ATAN2, x, y));
    }

    public static Tensor atan2(Tensor a, long b) {
        return a.withFloat(b, (x, y) -> Mathematics.binary(MathOp.ATAN2, x, y));
    }

    public static Tensor atan2(Tensor a, double b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.ATAN2, x, y));
    }

    public static Tensor atan2(long a, Tensor b) {
        return b.underFloat(a, (x, y) -> Mathematics.binary(MathOp.ATAN2, x, y));
    }

    public static Tensor atan2(double a, Tensor b) {
        return b.under(a, (x, y) -> Mathematics.binary(MathOp.ATAN2, x, y));
    }

    /** {@code sqrt(a^2 + b^2)} without overflow. */
    public static Tensor hypot(Tensor a, Tensor b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.HYPOT, x, y));
    }

    public static Tensor hypot(Tensor a, long b) {
        return a.withFloat(b, (x, y) -> Mathematics.binary(MathOp.HYPOT, x, y));
    }

    public static Tensor hypot(Tensor a, double b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.HYPOT, x, y));
    }

    public static Tensor hypot(long a, Tensor b) {
        return b.underFloat(a, (x, y) -> Mathematics.binary(MathOp.HYPOT, x, y));
    }

    public static Tensor hypot(double a, Tensor b) {
        return b.under(a, (x, y) -> Mathematics.binary(MathOp.HYPOT, x, y));
    }

    public static Tensor sinh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.SINH, x));
    }

    public static Tensor cosh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.COSH, x));
    }

    public static Tensor tanh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.TANH, x));
    }

    public static Tensor asinh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ASINH, x));
    }

    public static Tensor acosh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ACOSH, x));
    }

    public static Tensor atanh(Tensor a) {
        return a.map(x -> Mathematics.unary(MathOp.ATANH, x));
    }

    /** Degrees to radians. */
    public static Tensor deg2rad(Tensor a) {
        return a.map(Elementwise::deg2rad);
    }

    /** Radians to degrees. */
    public static Tensor rad2deg(Tensor a) {
        return a.map(Elementwise::rad2deg);
    }

    // ---- comparisons

    public static Tensor equal(Tensor a, Tensor b) {
        return a.with(b, Elementwise::equal);
    }

    public static Tensor equal(Tensor a, long b) {
        return a.compare(b, Elementwise::equal);
    }

    public static Tensor equal(Tensor a, double b) {
        return a.with(b, Elementwise::equal);
    }

    public static Tensor equal(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::equal);
    }

    public static Tensor equal(double a, Tensor b) {
        return b.under(a, Elementwise::equal);
    }

    public static Tensor notEqual(Tensor a, Tensor b) {
        return a.with(b, Elementwise::notEqual);
    }

    public static Tensor notEqual(Tensor a, long b) {
        return a.compare(b, Elementwise::notEqual);
    }

    public static Tensor notEqual(Tensor a, double b) {
        return a.with(b, Elementwise::notEqual);
    }

    public static Tensor notEqual(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::notEqual);
    }

    public static Tensor notEqual(double a, Tensor b) {
        return b.under(a, Elementwise::notEqual);
    }

    public static Tensor less(Tensor a, Tensor b) {
        return a.with(b, Elementwise::less);
    }

    public static Tensor less(Tensor a, long b) {
        return a.compare(b, Elementwise::less);
    }

    public static Tensor less(Tensor a, double b) {
        return a.with(b, Elementwise::less);
    }

    public static Tensor less(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::less);
    }

    public static Tensor less(double a, Tensor b) {
        return b.under(a, Elementwise::less);
    }

    public static Tensor lessEqual(Tensor a, Tensor b) {
        return a.with(b, Elementwise::lessEqual);
    }

    public static Tensor lessEqual(Tensor a, long b) {
        return a.compare(b, Elementwise::lessEqual);
    }

    public static Tensor lessEqual(Tensor a, double b) {
        return a.with(b, Elementwise::lessEqual);
    }

    public static Tensor lessEqual(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::lessEqual);
    }

    public static Tensor lessEqual(double a, Tensor b) {
        return b.under(a, Elementwise::lessEqual);
    }

    public static Tensor greater(Tensor a, Tensor b) {
        return a.with(b, Elementwise::greater);
    }

    public static Tensor greater(Tensor a, long b) {
        return a.compare(b, Elementwise::greater);
    }

    public static Tensor greater(Tensor a, double b) {
        return a.with(b, Elementwise::greater);
    }

    public static Tensor greater(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::greater);
    }

    public static Tensor greater(double a, Tensor b) {
        return b.under(a, Elementwise::greater);
    }

    public static Tensor greaterEqual(Tensor a, Tensor b) {
        return a.with(b, Elementwise::greaterEqual);
    }

    public static Tensor greaterEqual(Tensor a, long b) {
        return a.compare(b, Elementwise::greaterEqual);
    }

    public static Tensor greaterEqual(Tensor a, double b) {
        return a.with(b, Elementwise::greaterEqual);
    }

    public static Tensor greaterEqual(long a, Tensor b) {
        return b.compareFrom(a, Elementwise::greaterEqual);
    }

    public static Tensor greaterEqual(double a, Tensor b) {
        return b.under(a, Elementwise::greaterEqual);
    }

    /** Within 1e-8 + 1e-5 |b| of each other. */
    public static Tensor isclose(Tensor a, Tensor b) {
        return isclose(a, b, 1e-5, 1e-8, false);
    }

    /** Within {@code atol + rtol |b|} of each other; with {@code equalNan} NaN is close to NaN. */
    public static Tensor isclose(Tensor a, Tensor b, double rtol, double atol, boolean equalNan) {
        return a.with(b, (x, y) -> Elementwise.isclose(x, y, rtol, atol, equalNan));
    }

    // ---- logic and bits

    /** A number is true if it is not zero. */
    public static Tensor logicalAnd(Tensor a, Tensor b) {
        return a.with(b, Elementwise::logicalAnd);
    }

    /** A number is true if it is not zero. */
    public static Tensor logicalOr(Tensor a, Tensor b) {
        return a.with(b, Elementwise::logicalOr);
    }

    /** A number is true if it is not zero. */
    public static Tensor logicalXor(Tensor a, Tensor b) {
        return a.with(b, Elementwise::logicalXor);
    }

    /** True where zero. */
    public static Tensor logicalNot(Tensor a) {
        return a.map(Elementwise::logicalNot);
    }

    /** Of bools and integers. */
    public static Tensor bitwiseAnd(Tensor a, Tensor b) {
        return a.with(b, Elementwise::bitwiseAnd);
    }

    public static Tensor bitwiseAnd(Tensor a, long b) {
        return a.with(b, Elementwise::bitwiseAnd);
    }

    public static Tensor bitwiseOr(Tensor a, Tensor b) {
        return a.with(b, Elementwise::bitwiseOr);
    }

    public static Tensor bitwiseOr(Tensor a, long b) {
        return a.with(b, Elementwise::bitwiseOr);
    }

    public static Tensor bitwiseXor(Tensor a, Tensor b) {
        return a.with(b, Elementwise::bitwiseXor);
    }

    public static Tensor bitwiseXor(Tensor a, long b) {
        return a.with(b, Elementwise::bitwiseXor);
    }

    /** Of bools the logical not. */
    public static Tensor invert(Tensor a) {
        return a.map(Elementwise::invert);
    }

    /** 0 if the distance is negative or not less than the width. */
    public static Tensor leftShift(Tensor a, Tensor b) {
        return a.with(b, Elementwise::leftShift);
    }

    public static Tensor leftShift(Tensor a, long b) {
        return a.with(b, Elementwise::leftShift);
    }

    public static Tensor leftShift(long a, Tensor b) {
        return b.under(a, Elementwise::leftShift);
    }

    /** The sign (0 or -1) if the distance is negative or not less than the width. */
    public static Tensor rightShift(Tensor a, Tensor b) {
        return a.with(b, Elementwise::rightShift);
    }

    public static Tensor rightShift(Tensor a, long b) {
        return a.with(b, Elementwise::rightShift);
    }

    public static Tensor rightShift(long a, Tensor b) {
        return b.under(a, Elementwise::rightShift);
    }

    // ---- kinds of floats

    public static Tensor isfinite(Tensor a) {
        return a.map(Elementwise::isfinite);
    }

    public static Tensor isinf(Tensor a) {
        return a.map(Elementwise::isinf);
    }

    public static Tensor isnan(Tensor a) {
        return a.map(Elementwise::isnan);
    }

    /** True for -0.0 too, false for any NaN. */
    public static Tensor signbit(Tensor a) {
        return a.map(Elementwise::signbit);
    }

    /** The magnitude of {@code a} with the sign of {@code b}. */
    public static Tensor copysign(Tensor a, Tensor b) {
        return a.with(b, Elementwise::copysign);
    }

    public static Tensor copysign(Tensor a, long b) {
        return a.withFloat(b, Elementwise::copysign);
    }

    public static Tensor copysign(Tensor a, double b) {
        return a.with(b, Elementwise::copysign);
    }

    public static Tensor copysign(long a, Tensor b) {
        return b.underFloat(a, Elementwise::copysign);
    }

    public static Tensor copysign(double a, Tensor b) {
        return b.under(a, Elementwise::copysign);
    }

    /** The next float after {@code a} towards {@code b}. */
    public static Tensor nextafter(Tensor a, Tensor b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.NEXTAFTER, x, y));
    }

    public static Tensor nextafter(Tensor a, long b) {
        return a.withFloat(b, (x, y) -> Mathematics.binary(MathOp.NEXTAFTER, x, y));
    }

    public static Tensor nextafter(Tensor a, double b) {
        return a.with(b, (x, y) -> Mathematics.binary(MathOp.NEXTAFTER, x, y));
    }

    public static Tensor nextafter(long a, Tensor b) {
        return b.underFloat(a, (x, y) -> Mathematics.binary(MathOp.NEXTAFTER, x, y));
    }

    public static Tensor nextafter(double a, Tensor b) {
        return b.under(a, (x, y) -> Mathematics.binary(MathOp.NEXTAFTER, x, y));
    }

    /** NaN becomes 0, infinities the largest finite numbers. */
    public static Tensor nanToNum(Tensor a) {
        return a.map(x -> Elementwise.nanToNum(x, 0, null, null));
    }

    public static Tensor nanToNum(
            Tensor a, double nan, double positiveInfinity, double negativeInfinity) {
        return a.map(x -> Elementwise.nanToNum(x, nan, positiveInfinity, negativeInfinity));
    }

    // ---- choices

    /** {@code condition ? a : b} for each element. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        return condition.map(c -> Elementwise.where(c, a.use(), b.use()));
    }

    public static Tensor where(Tensor condition, Tensor a, long b) {
        return condition.map(c -> Elementwise.where(c, a.use(), Promotion.weak(b, a.dtype())));
    }

    public static Tensor where(Tensor condition, long a, Tensor b) {
        return condition.map(c -> Elementwise.where(c, Promotion.weak(a, b.dtype()), b.use()));
    }

    /** Int64. */
    public static Tensor where(Tensor condition, long a, long b) {
        return condition.map(
                c ->
                        Elementwise.where(
                                c,
                                Promotion.scalar(DType.INT64, a),
                                Promotion.scalar(DType.INT64, b)));
    }

    public static Tensor where(Tensor condition, Tensor a, double b) {
        return condition.map(c -> Elementwise.where(c, a.use(), Promotion.weak(b, a.dtype())));
    }

    public static Tensor where(Tensor condition, double a, Tensor b) {
        return condition.map(c -> Elementwise.where(c, Promotion.weak(a, b.dtype()), b.use()));
    }

    /** Float64. */
    public static Tensor where(Tensor condition, double a, double b) {
        return condition.map(
                c ->
                        Elementwise.where(
                                c,
                                Promotion.scalar(DType.FLOAT64, a),
                                Promotion.scalar(DType.FLOAT64, b)));
    }

    // ---- shape

    /** Of the row-major elements; one length may be -1. */
    public static Tensor reshape(Tensor a, long... shape) {
        return a.shaped(x -> Shaping.reshape(x, shape));
    }

    /** All elements along one axis. */
    public static Tensor ravel(Tensor a) {
        return a.shaped(Shaping::ravel);
    }

    /** Axes in reverse order. */
    public static Tensor transpose(Tensor a) {
        return a.shaped(Shaping::transpose);
    }

    /** Result axis k is axis {@code axes[k]} of {@code a}. */
    public static Tensor permute(Tensor a, int... axes) {
        return a.shaped(x -> Shaping.permute(x, axes));
    }

    public static Tensor swapaxes(Tensor a, int first, int second) {
        return a.shaped(x -> Shaping.swapaxes(x, first, second));
    }

    public static Tensor moveaxis(Tensor a, int source, int destination) {
        return a.shaped(x -> Shaping.moveaxis(x, source, destination));
    }

    public static Tensor moveaxis(Tensor a, int[] source, int[] destination) {
        return a.shaped(x -> Shaping.moveaxis(x, source, destination));
    }

    /** New axes of length 1 at {@code axes} of the result. */
    public static Tensor expandDims(Tensor a, int... axes) {
        return a.shaped(x -> Shaping.expandDims(x, axes));
    }

    /** Without the axes named, of length 1; without all such axes if none is named. */
    public static Tensor squeeze(Tensor a, int... axes) {
        return a.shaped(x -> Shaping.squeeze(x, axes));
    }

    public static Tensor broadcastTo(Tensor a, long... shape) {
        return a.shaped(x -> Shaping.broadcastTo(x, shape));
    }

    /** Axes walked backwards; all if none is named. */
    public static Tensor flip(Tensor a, int... axes) {
        return a.shaped(x -> Shaping.flip(x, axes));
    }

    /** Over all elements in row-major order. */
    public static Tensor roll(Tensor a, long shift) {
        return a.shaped(x -> Shaping.roll(x, shift));
    }

    /** Along one axis. */
    public static Tensor roll(Tensor a, long shift, int axis) {
        return a.shaped(x -> Shaping.roll(x, shift, axis));
    }

    public static Tensor roll(Tensor a, long[] shifts, int[] axes) {
        return a.shaped(x -> Shaping.roll(x, shifts, axes));
    }

    /** The whole laid out {@code repeats[k]} times along axis k. */
    public static Tensor tile(Tensor a, long... repeats) {
        return a.shaped(x -> Shaping.tile(x, repeats));
    }

    /** Each element {@code count} times in a row. */
    public static Tensor repeat(Tensor a, long count) {
        return a.shaped(x -> Shaping.repeat(x, count));
    }

    /** Each position of {@code axis} {@code count} times in a row. */
    public static Tensor repeat(Tensor a, long count, int axis) {
        return a.shaped(x -> Shaping.repeat(x, count, axis));
    }

    /** Position i of {@code axis} {@code counts[i]} times in a row. */
    public static Tensor repeat(Tensor a, long[] counts, int axis) {
        return a.shaped(x -> Shaping.repeat(x, counts, axis));
    }

    /**
     * Padded with {@code value}; {@code before[k]} and {@code after[k]} elements at the ends of
     * axis k.
     */
    public static Tensor pad(Tensor a, long[] before, long[] after, double value) {
        return a.shaped(
                x -> Padding.constant(x, before, after, Promotion.scalar(x.dtype(), value)));
    }

    /** Padded with the element at the edge. */
    public static Tensor padEdge(Tensor a, long[] before, long[] after) {
        return a.shaped(x -> Padding.edge(x, before, after));
    }

    /** Padded with the elements mirrored at the edge, which is not repeated. */
    public static Tensor padReflect(Tensor a, long[] before, long[] after) {
        return a.shaped(x -> Padding.reflect(x, before, after));
    }

    /** End to end along the first axis. */
    public static Tensor concatenate(Tensor... tensors) {
        return concatenate(0, tensors);
    }

    /** End to end along {@code axis}. */
    public static Tensor concatenate(int axis, Tensor... tensors) {
        return joined(operands -> Joining.concatenate(axis, operands), tensors);
    }

    /** Laid along a new first axis. */
    public static Tensor stack(Tensor... tensors) {
        return stack(0, tensors);
    }

    /** Laid along a new axis, number {@code axis} of the result. */
    public static Tensor stack(int axis, Tensor... tensors) {
        return joined(operands -> Joining.stack(axis, operands), tensors);
    }

    /** Side by side: along axis 1, vectors along axis 0. */
    public static Tensor hstack(Tensor... tensors) {
        return joined(Joining::hstack, tensors);
    }

    /** On top of each other: along axis 0, vectors as rows. */
    public static Tensor vstack(Tensor... tensors) {
        return joined(Joining::vstack, tensors);
    }

    /**
     * Equal parts along {@code axis}, views; {@link ShapeException} if {@code count} does not
     * divide its length.
     */
    public static Tensor[] split(Tensor a, int count, int axis) {
        return handles(a.session(), Joining.split(a.known(), count, axis).toArray(Operand[]::new));
    }

    /** Parts along {@code axis} whose lengths differ by at most 1. */
    public static Tensor[] arraySplit(Tensor a, int count, int axis) {
        return handles(
                a.session(), Joining.arraySplit(a.known(), count, axis).toArray(Operand[]::new));
    }

    /** The parts between the cuts. */
    public static Tensor[] split(Tensor a, long[] cuts, int axis) {
        return handles(a.session(), Joining.split(a.known(), cuts, axis).toArray(Operand[]::new));
    }

    private static Tensor joined(Function<Operand[], Operand> function, Tensor... tensors) {
        if (tensors.length == 0) {
            throw new ShapeException("nothing to join: give at least one tensor");
        }
        Operand[] operands = Arrays.stream(tensors).map(Tensor::known).toArray(Operand[]::new);
        return tensors[0].shaped(_ -> function.apply(operands));
    }

    // ---- picking elements

    /**
     * Elements in row-major order by number, negative ones counted from the end; the result has the
     * shape of {@code indices}. A number out of range is a {@link ShapeException} when run.
     */
    public static Tensor take(Tensor a, Tensor indices) {
        return a.shaped(x -> Indexing.take(x, indices.known()));
    }

    /** Positions of {@code axis}. */
    public static Tensor take(Tensor a, Tensor indices, int axis) {
        return a.shaped(x -> Indexing.take(x, indices.known(), axis));
    }

    /**
     * For each place the element at this place, but at position {@code indices} of {@code axis}.
     */
    public static Tensor takeAlongAxis(Tensor a, Tensor indices, int axis) {
        return a.shaped(x -> Indexing.takeAlongAxis(x, indices.known(), axis));
    }

    // ---- reductions: over all axes, or over those named

    /** Small integers in int64 (unsigned: uint64); of nothing 0. */
    public static Tensor sum(Tensor a, int... axes) {
        return sum(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor sum(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.sum(x, axes, keepdims));
    }

    /** Small integers in int64 (unsigned: uint64); of nothing 1. */
    public static Tensor prod(Tensor a, int... axes) {
        return prod(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor prod(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.prod(x, axes, keepdims));
    }

    /** NaN if an element is; an error if there is none. */
    public static Tensor min(Tensor a, int... axes) {
        return min(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor min(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.min(x, axes, keepdims));
    }

    /** NaN if an element is; an error if there is none. */
    public static Tensor max(Tensor a, int... axes) {
        return max(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor max(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.max(x, axes, keepdims));
    }

    /** Largest less smallest. */
    public static Tensor ptp(Tensor a, int... axes) {
        return ptp(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor ptp(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.ptp(x, axes, keepdims));
    }

    /** Whether an element is not zero. */
    public static Tensor any(Tensor a, int... axes) {
        return any(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor any(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.any(x, axes, keepdims));
    }

    /** Whether every element is not zero. */
    public static Tensor all(Tensor a, int... axes) {
        return all(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor all(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.all(x, axes, keepdims));
    }

    /** Int64. */
    public static Tensor countNonzero(Tensor a, int... axes) {
        return countNonzero(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor countNonzero(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.countNonzero(x, axes, keepdims));
    }

    /** Integers in float64; NaN for nothing. */
    public static Tensor mean(Tensor a, int... axes) {
        return mean(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor mean(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.mean(x, axes, keepdims));
    }

    /** {@code log(sum(exp(a)))} without overflow. */
    public static Tensor logSumExp(Tensor a, int... axes) {
        return logSumExp(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor logSumExp(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.logSumExp(x, axes, keepdims));
    }

    /** 0 where all are NaN. */
    public static Tensor nansum(Tensor a, int... axes) {
        return nansum(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor nansum(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nansum(x, axes, keepdims));
    }

    /** 1 where all are NaN. */
    public static Tensor nanprod(Tensor a, int... axes) {
        return nanprod(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor nanprod(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanprod(x, axes, keepdims));
    }

    /** NaN where all are NaN. */
    public static Tensor nanmin(Tensor a, int... axes) {
        return nanmin(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor nanmin(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanmin(x, axes, keepdims));
    }

    /** NaN where all are NaN. */
    public static Tensor nanmax(Tensor a, int... axes) {
        return nanmax(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor nanmax(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanmax(x, axes, keepdims));
    }

    /** NaN where all are NaN. */
    public static Tensor nanmean(Tensor a, int... axes) {
        return nanmean(a, false, axes);
    }

    /** With {@code keepdims} reduced axes stay, with length 1. */
    public static Tensor nanmean(Tensor a, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanmean(x, axes, keepdims));
    }

    /** Mean squared distance from the mean. */
    public static Tensor var(Tensor a, int... axes) {
        return var(a, 0, false, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public static Tensor var(Tensor a, int ddof, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.var(x, axes, keepdims, ddof));
    }

    /** Square root of the variance. */
    public static Tensor std(Tensor a, int... axes) {
        return std(a, 0, false, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public static Tensor std(Tensor a, int ddof, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.std(x, axes, keepdims, ddof));
    }

    /** NaN where too few are numbers. */
    public static Tensor nanvar(Tensor a, int... axes) {
        return nanvar(a, 0, false, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public static Tensor nanvar(Tensor a, int ddof, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanvar(x, axes, keepdims, ddof));
    }

    public static Tensor nanstd(Tensor a, int... axes) {
        return nanstd(a, 0, false, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public static Tensor nanstd(Tensor a, int ddof, boolean keepdims, int... axes) {
        return a.shaped(x -> NanReductions.nanstd(x, axes, keepdims, ddof));
    }

    /** The mean with each element counted {@code weights} times. */
    public static Tensor average(Tensor a, Tensor weights, int... axes) {
        return average(a, weights, false, axes);
    }

    public static Tensor average(Tensor a, Tensor weights, boolean keepdims, int... axes) {
        return a.shaped(x -> Reductions.average(x, weights.known(), axes, keepdims));
    }

    /** {@code exp(a)} divided by its sum along {@code axis}, without overflow. */
    public static Tensor softmax(Tensor a, int axis) {
        return a.shaped(x -> Reductions.softmax(x, axis));
    }

    /**
     * Where the first smallest of all elements is, in row-major order, the first NaN if there is
     * one; int64. An error if there is none.
     */
    public static Tensor argmin(Tensor a) {
        return a.shaped(Searching::argminFlat);
    }

    /** Where the first smallest element along {@code axis} is. */
    public static Tensor argmin(Tensor a, int axis) {
        return argmin(a, axis, false);
    }

    public static Tensor argmin(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Searching.argmin(x, axis, keepdims));
    }

    /**
     * Where the first largest of all elements is, in row-major order, the first NaN if there is
     * one; int64. An error if there is none.
     */
    public static Tensor argmax(Tensor a) {
        return a.shaped(Searching::argmaxFlat);
    }

    /** Where the first largest element along {@code axis} is. */
    public static Tensor argmax(Tensor a, int axis) {
        return argmax(a, axis, false);
    }

    public static Tensor argmax(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Searching.argmax(x, axis, keepdims));
    }

    /** As {@link #argmin(Tensor)} of those that are not NaN; an error if there is none. */
    public static Tensor nanArgmin(Tensor a) {
        return a.shaped(Searching::nanArgminFlat);
    }

    /**
     * Where the first smallest element along {@code axis} that is not NaN is; an error, when run,
     * if a line holds nothing but NaNs.
     */
    public static Tensor nanArgmin(Tensor a, int axis) {
        return nanArgmin(a, axis, false);
    }

    public static Tensor nanArgmin(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Searching.nanArgmin(x, axis, keepdims));
    }

    /** As {@link #argmax(Tensor)} of those that are not NaN; an error if there is none. */
    public static Tensor nanArgmax(Tensor a) {
        return a.shaped(Searching::nanArgmaxFlat);
    }

    /**
     * Where the first largest element along {@code axis} that is not NaN is; an error, when run, if
     * a line holds nothing but NaNs.
     */
    public static Tensor nanArgmax(Tensor a, int axis) {
        return nanArgmax(a, axis, false);
    }

    public static Tensor nanArgmax(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Searching.nanArgmax(x, axis, keepdims));
    }

    // ---- scans and sorts

    /** Running sums of all elements in row-major order. */
    public static Tensor cumsum(Tensor a) {
        return a.shaped(Scans::cumsumFlat);
    }

    /** Running sums along {@code axis}. */
    public static Tensor cumsum(Tensor a, int axis) {
        return a.shaped(x -> Scans.cumsum(x, axis));
    }

    /** Running products of all elements in row-major order. */
    public static Tensor cumprod(Tensor a) {
        return a.shaped(Scans::cumprodFlat);
    }

    /** Running products along {@code axis}. */
    public static Tensor cumprod(Tensor a, int axis) {
        return a.shaped(x -> Scans.cumprod(x, axis));
    }

    /** Ascending along the last axis, NaN last; rank 0 is a {@link ShapeException}. */
    public static Tensor sort(Tensor a) {
        return sort(a, -1);
    }

    /** Ascending along {@code axis}. */
    public static Tensor sort(Tensor a, int axis) {
        return a.shaped(x -> Sorting.sort(x, axis));
    }

    /**
     * The positions that sort, stable, along the last axis; int64. Rank 0 is a {@link
     * ShapeException}.
     */
    public static Tensor argsort(Tensor a) {
        return argsort(a, -1);
    }

    /** The positions that sort, stable, along {@code axis}. */
    public static Tensor argsort(Tensor a, int axis) {
        return a.shaped(x -> Sorting.argsort(x, axis));
    }

    /** Each element less the one before it along the last axis. */
    public static Tensor diff(Tensor a) {
        return diff(a, 1, -1);
    }

    /** Taken {@code times} times along {@code axis}; of bools whether neighbours differ. */
    public static Tensor diff(Tensor a, int times, int axis) {
        return a.shaped(x -> Differences.diff(x, times, axis));
    }

    /** The distinct elements, ascending; their number is known when run. */
    public static Tensor unique(Tensor a) {
        return a.shaped(Sorting::unique);
    }

    /** How often each element of {@link #unique} occurs, int64. */
    public static Tensor uniqueCounts(Tensor a) {
        return a.shaped(Sorting::uniqueCounts);
    }

    /** Where each element of {@link #unique} occurs first, in row-major order; int64. */
    public static Tensor uniqueIndex(Tensor a) {
        return a.shaped(Sorting::uniqueIndex);
    }

    /** For each element the position of its value in {@link #unique}, int64. */
    public static Tensor uniqueInverse(Tensor a) {
        return a.shaped(Sorting::uniqueInverse);
    }

    // ---- searches, counts and statistics

    /**
     * Where each of {@code values} belongs in {@code sorted}, one ascending axis (not checked),
     * before equal elements; int64.
     */
    public static Tensor searchsorted(Tensor sorted, Tensor values) {
        return searchsorted(sorted, values, false);
    }

    /** With {@code right} after equal elements. */
    public static Tensor searchsorted(Tensor sorted, Tensor values, boolean right) {
        return sorted.shaped(
                x -> {
                    Operand y = values.known();
                    DType common = Promotion.common(x.dtype(), y.dtype());
                    return Searching.searchSorted(
                            Elementwise.cast(x, common), Elementwise.cast(y, common), right);
                });
    }

    /**
     * The indices of the elements that are not zero, one int64 tensor for each axis; their length
     * is known when run.
     */
    public static Tensor[] nonzero(Tensor a) {
        return handles(a.session(), Searching.nonzero(a.known()));
    }

    /** The row-major positions of the elements that are not zero. */
    public static Tensor flatNonzero(Tensor a) {
        return a.shaped(Searching::flatNonzero);
    }

    /** The mean of the middle one or two elements. */
    public static Tensor median(Tensor a) {
        return a.shaped(x -> Statistics.median(Statistics.flat(x), 0, false));
    }

    public static Tensor median(Tensor a, int axis) {
        return median(a, axis, false);
    }

    public static Tensor median(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.median(x, axis, keepdims));
    }

    /** Of those that are not NaN. */
    public static Tensor nanMedian(Tensor a) {
        return a.shaped(x -> Statistics.nanMedian(Statistics.flat(x), 0, false));
    }

    public static Tensor nanMedian(Tensor a, int axis) {
        return nanMedian(a, axis, false);
    }

    public static Tensor nanMedian(Tensor a, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.nanMedian(x, axis, keepdims));
    }

    /**
     * By linear interpolation between sorted elements; {@code fraction} is 0 to 1. NaN if an
     * element is; of bools an error.
     */
    public static Tensor quantile(Tensor a, double fraction) {
        return a.shaped(x -> Statistics.quantile(Statistics.flat(x), fraction, 0, false));
    }

    public static Tensor quantile(Tensor a, double fraction, int axis) {
        return quantile(a, fraction, axis, false);
    }

    public static Tensor quantile(Tensor a, double fraction, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.quantile(x, fraction, axis, keepdims));
    }

    /** Several along a new first axis, float64. */
    public static Tensor quantile(Tensor a, double[] fractions) {
        return a.shaped(x -> Statistics.quantile(Statistics.flat(x), fractions, 0, false));
    }

    public static Tensor quantile(Tensor a, double[] fractions, int axis) {
        return quantile(a, fractions, axis, false);
    }

    public static Tensor quantile(Tensor a, double[] fractions, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.quantile(x, fractions, axis, keepdims));
    }

    /** Of those that are not NaN. */
    public static Tensor nanQuantile(Tensor a, double fraction) {
        return a.shaped(x -> Statistics.nanQuantile(Statistics.flat(x), fraction, 0, false));
    }

    public static Tensor nanQuantile(Tensor a, double fraction, int axis) {
        return nanQuantile(a, fraction, axis, false);
    }

    public static Tensor nanQuantile(Tensor a, double fraction, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.nanQuantile(x, fraction, axis, keepdims));
    }

    /** Several along a new first axis, float64. */
    public static Tensor nanQuantile(Tensor a, double[] fractions) {
        return a.shaped(x -> Statistics.nanQuantile(Statistics.flat(x), fractions, 0, false));
    }

    public static Tensor nanQuantile(Tensor a, double[] fractions, int axis) {
        return nanQuantile(a, fractions, axis, false);
    }

    public static Tensor nanQuantile(Tensor a, double[] fractions, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.nanQuantile(x, fractions, axis, keepdims));
    }

    /** 0 to 100. */
    public static Tensor percentile(Tensor a, double percent) {
        return a.shaped(x -> Statistics.percentile(Statistics.flat(x), percent, 0, false));
    }

    public static Tensor percentile(Tensor a, double percent, int axis) {
        return percentile(a, percent, axis, false);
    }

    public static Tensor percentile(Tensor a, double percent, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.percentile(x, percent, axis, keepdims));
    }

    /** Several along a new first axis, float64. */
    public static Tensor percentile(Tensor a, double[] percents) {
        return a.shaped(x -> Statistics.percentile(Statistics.flat(x), percents, 0, false));
    }

    public static Tensor percentile(Tensor a, double[] percents, int axis) {
        return percentile(a, percents, axis, false);
    }

    public static Tensor percentile(Tensor a, double[] percents, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.percentile(x, percents, axis, keepdims));
    }

    /** Of those that are not NaN. */
    public static Tensor nanPercentile(Tensor a, double percent) {
        return a.shaped(x -> Statistics.nanPercentile(Statistics.flat(x), percent, 0, false));
    }

    public static Tensor nanPercentile(Tensor a, double percent, int axis) {
        return nanPercentile(a, percent, axis, false);
    }

    public static Tensor nanPercentile(Tensor a, double percent, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.nanPercentile(x, percent, axis, keepdims));
    }

    /** Several along a new first axis, float64. */
    public static Tensor nanPercentile(Tensor a, double[] percents) {
        return a.shaped(x -> Statistics.nanPercentile(Statistics.flat(x), percents, 0, false));
    }

    public static Tensor nanPercentile(Tensor a, double[] percents, int axis) {
        return nanPercentile(a, percents, axis, false);
    }

    public static Tensor nanPercentile(Tensor a, double[] percents, int axis, boolean keepdims) {
        return a.shaped(x -> Statistics.nanPercentile(x, percents, axis, keepdims));
    }

    /** A histogram: {@code counts}, one for each bin, and {@code edges}, one more. */
    public record Histogram(Tensor counts, Tensor edges) {}

    private static Histogram histogram(Tensor a, Function<Operand, Statistics.Histogram> function) {
        Statistics.Histogram histogram = function.apply(a.known());
        return new Histogram(
                Tensor.of(a.session(), histogram.counts()),
                Tensor.of(a.session(), histogram.edges()));
    }

    private static Operand knownOrNull(Tensor weights) {
        return weights == null ? null : weights.known();
    }

    /** Ten equal bins from the smallest to the largest element. */
    public static Histogram histogram(Tensor a) {
        return histogram(a, 10);
    }

    public static Histogram histogram(Tensor a, int bins) {
        return histogram(a, x -> Statistics.histogram(x, bins, null, false));
    }

    /** Over a range; elements outside are left out. */
    public static Histogram histogram(Tensor a, int bins, double first, double last) {
        return histogram(a, bins, first, last, null, false);
    }

    /**
     * Over a range, weighted (null: each counts 1), and with {@code density} divided by the sum of
     * what is inside and the bins' widths.
     */
    public static Histogram histogram(
            Tensor a, int bins, double first, double last, Tensor weights, boolean density) {
        return histogram(
                a, x -> Statistics.histogram(x, bins, first, last, knownOrNull(weights), density));
    }

    /** Between given edges, ascending. */
    public static Histogram histogram(Tensor a, Tensor edges) {
        return histogram(a, edges, null, false);
    }

    /** Between given edges, ascending; weights and density as over a range. */
    public static Histogram histogram(Tensor a, Tensor edges, Tensor weights, boolean density) {
        return histogram(
                a, x -> Statistics.histogram(x, edges.known(), knownOrNull(weights), density));
    }

    /**
     * Weighted (null: each counts 1), and with {@code density} divided by the sum and the bins'
     * widths.
     */
    public static Histogram histogram(Tensor a, int bins, Tensor weights, boolean density) {
        return histogram(a, x -> Statistics.histogram(x, bins, knownOrNull(weights), density));
    }

    /**
     * How often each of 0, 1, 2, ... occurs in a vector of bools or integers; int64. The length is
     * known when run.
     */
    public static Tensor bincount(Tensor a) {
        return a.shaped(x -> Statistics.bincount(x, null, 0));
    }

    /** With weights (or null), of length {@code minLength} or more. */
    public static Tensor bincount(Tensor a, Tensor weights, long minLength) {
        return a.shaped(x -> Statistics.bincount(x, knownOrNull(weights), minLength));
    }

    /**
     * The bin of each element between ascending edges (the order is not checked): 0 below the
     * first, as many as there are edges from the last one on; int64.
     */
    public static Tensor digitize(Tensor a, Tensor edges) {
        return digitize(a, edges, false);
    }

    /** With {@code right} a bin holds its right edge instead of its left. */
    public static Tensor digitize(Tensor a, Tensor edges, boolean right) {
        return a.shaped(
                x -> {
                    Operand y = edges.known();
                    DType common = Promotion.common(x.dtype(), y.dtype());
                    return Searching.digitize(
                            Elementwise.cast(x, common), Elementwise.cast(y, common), right);
                });
    }

    /** Whether all elements are {@link #isclose close}; a 0-d bool. */
    public static Tensor allclose(Tensor a, Tensor b) {
        return allclose(a, b, 1e-5, 1e-8, false);
    }

    public static Tensor allclose(Tensor a, Tensor b, double rtol, double atol, boolean equalNan) {
        return a.shaped(x -> Agreement.allclose(x, b.known(), rtol, atol, equalNan));
    }

    /** Whether shapes are the same and all elements equal; a 0-d bool. */
    public static Tensor arrayEqual(Tensor a, Tensor b) {
        return arrayEqual(a, b, false);
    }

    public static Tensor arrayEqual(Tensor a, Tensor b, boolean equalNan) {
        return a.shaped(x -> Agreement.arrayEqual(x, b.known(), equalNan));
    }

    // ---- files

    /**
     * The array of a {@code .npy} file, read chunk by chunk when it is needed. The header is read
     * now; the file is held open as long as the tensor or what is built on it can be reached, and
     * must stay as it is until the elements have been read.
     *
     * @throws io.tharsis.engine.npy.NpyFormatException for what is no {@code .npy} of numbers:
     *     wrong magic, truncated, pickled objects
     * @throws io.tharsis.engine.npy.StorageException for a file that is missing or cannot be read,
     *     now or when it is
     */
    public static Tensor fromNpy(Path path) {
        return make(NpySource.operand(NpyFile.open(path)));
    }

    /**
     * The arrays of a {@code .npz} file by name, in its order, in a map that cannot be changed. The
     * archive's directory is read now; each array is opened when the map is asked for it, as {@link
     * #fromNpy} would, with the same exceptions.
     */
    public static Map<String, Tensor> fromNpz(Path path) {
        return new NpzTensors(Session.current(), NpzReader.open(path));
    }

    /**
     * Computes the tensors together, keeps their results, and writes them, uncompressed; the file
     * appears under its name when it is complete, and nothing is left of it if writing fails.
     *
     * @throws io.tharsis.engine.npy.StorageException for a folder that is missing or a full disk
     */
    public static void toNpz(Path path, Map<String, Tensor> tensors) {
        execute(tensors.values().toArray(Tensor[]::new));
        try (NpzWriter writer = NpzWriter.create(path)) {
            tensors.forEach(
                    (name, tensor) -> {
                        try (var array = writer.add(name, tensor.dtype(), tensor.shape())) {
                            NpyChunks.write(tensor.operand(), array, 0);
                            array.commit();
                        }
                    });
            writer.commit();
        }
    }

    // ---- random numbers

    /** A generator of its own; see {@link Random}. */
    public static Random random(long seed) {
        return new Random(seed);
    }

    /**
     * The default generator, seeded with 0 when the program starts: every run of a program draws
     * the same numbers.
     */
    public static Random random() {
        return Random.shared();
    }

    /** Gives the default generator another seed and starts it anew. */
    public static void seed(long seed) {
        Random.seedShared(seed);
    }

    /** Uniform in [0, 1), float64, from the default generator. */
    public static Tensor uniform(long... shape) {
        return random().uniform(shape);
    }

    /** Uniform in [low, high), float64, from the default generator. */
    public static Tensor uniform(double low, double high, long... shape) {
        return random().uniform(low, high, shape);
    }

    /** Uniform integers in [low, high), int64, from the default generator. */
    public static Tensor integers(long low, long high, long... shape) {
        return random().integers(low, high, shape);
    }

    /** Standard normal, float64, from the default generator. */
    public static Tensor normal(long... shape) {
        return random().normal(shape);
    }

    /** Normal with this mean and standard deviation, float64, from the default generator. */
    public static Tensor normal(double mean, double deviation, long... shape) {
        return random().normal(mean, deviation, shape);
    }

    /** Exponential of mean 1, float64, from the default generator. */
    public static Tensor exponential(long... shape) {
        return random().exponential(shape);
    }

    /** True with probability {@code p}, from the default generator. */
    public static Tensor bernoulli(double p, long... shape) {
        return random().bernoulli(p, shape);
    }

    /** 0 to n - 1 in a random order, int64, from the default generator. */
    public static Tensor permutation(long n) {
        return random().permutation(n);
    }

    /**
     * The parts of {@code a} along its first axis in a random order, from the default generator.
     */
    public static Tensor shuffle(Tensor a) {
        return random().shuffle(a);
    }
}
