package io.tharsis;

import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.JavaArrays;
import io.tharsis.engine.functions.MapBlocks;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.npy.NpyChunks;
import io.tharsis.engine.npy.NpyWriter;
import io.tharsis.engine.print.ArrayText;
import io.tharsis.engine.print.Edges;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Contents;
import io.tharsis.engine.storage.Stored;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * An n-dimensional array, lazy until it is asked for. Every method that answers a tensor builds a
 * new one and computes nothing, unless the session is eager; {@link #execute}, {@link #item} and
 * the array methods compute. A result computed is kept and used again until {@link #close}.
 *
 * <p>Immutable but for its kept result; thread-safe. Equality is identity; {@code eq} compares
 * elements.
 */
public final class Tensor implements AutoCloseable {

    private final Session session;
    private final Operand operand;

    Tensor(Session session, Operand operand) {
        this.session = session;
        this.operand = operand;
        session.adopt(operand);
    }

    /**
     * A handle for {@code operand} in {@code session}, computed at once if the session is eager.
     * For extensions of the engine.
     */
    public static Tensor of(Session session, Operand operand) {
        session.checkOpen();
        var tensor = new Tensor(session, operand.claim() ? operand : sameAs(operand));
        if (session.eager()) {
            session.execute(List.of(tensor.operand));
        }
        return tensor;
    }

    /** The vertex of the coarse graph behind this tensor. */
    public Operand operand() {
        return operand;
    }

    public Session session() {
        return session;
    }

    // ---- what it is

    /** The lengths of the axes; {@link Shapes#UNKNOWN} (-1) where only a run can tell. */
    public long[] shape() {
        return operand.shape().clone();
    }

    /** The length of one axis, negative ones counted from the end. */
    public long shape(int axis) {
        return operand.shape()[Shapes.axis(axis, operand.shape())];
    }

    public int rank() {
        return operand.rank();
    }

    /** Elements; throws {@link ShapeException} while a length is unknown. */
    public long size() {
        if (!Shapes.isKnown(operand.shape())) {
            throw new ShapeException(
                    "the size of shape "
                            + Shapes.text(operand.shape())
                            + " is known when run; call execute() first");
        }
        return Shapes.size(operand.shape());
    }

    public DType dtype() {
        return operand.dtype();
    }

    /** Bytes of all elements. */
    public long byteSize() {
        if (size() > Long.MAX_VALUE / dtype().byteSize()) {
            throw new ShapeException(
                    "shape "
                            + Shapes.text(operand.shape())
                            + " of "
                            + dtype()
                            + " has more bytes than a long can count");
        }
        return size() * dtype().byteSize();
    }

    /** How the kept result is cut, if there is one. */
    public Optional<ChunkGrid> chunks() {
        return Optional.ofNullable(operand.stored()).map(Stored::grid);
    }

    /** True if a result is kept. */
    public boolean isStored() {
        return operand.stored() != null;
    }

    public boolean isClosed() {
        return operand.isClosed() || session.isClosed();
    }

    // ---- computing

    /**
     * Computes and keeps the elements, if they are not kept already, and answers this. Waits; small
     * graphs run on the calling thread.
     *
     * @throws io.tharsis.engine.memory.OutOfMemoryBudgetException if the session's memory cannot
     *     hold what is needed, also after a collection; the message names the largest tensors that
     *     are kept
     * @throws TharsisException if the waiting thread is interrupted; the computation is cancelled
     *     then
     * @throws ClosedException if this, data that it needs, or the session is closed
     */
    public Tensor execute() {
        session.execute(List.of(use()));
        return this;
    }

    /** Starts to compute on other threads and answers at once; see {@link Session#executeAsync}. */
    public Computation executeAsync() {
        use();
        return session.executeAsync(this);
    }

    /**
     * What computing this would do, stage by stage: the coarse graph, the optimized one, the loops,
     * the tiles. Computes nothing.
     */
    public String explain() {
        use();
        return session.explain(this);
    }

    /**
     * The only element as a double; throws {@link ShapeException} unless the size is 1. 64-bit
     * integers are rounded. Computes and keeps the result, as {@link #execute} does; so do the
     * other methods that answer elements.
     */
    public double item() {
        return read(DType.FLOAT64, single()).get(ValueLayout.JAVA_DOUBLE, 0);
    }

    /**
     * The only element of a bool or integer tensor; a uint64 as the same 64 bits. Floats throw:
     * convert with {@code astype}.
     */
    public long itemLong() {
        if (dtype().isFloat()) {
            throw new DTypeException(
                    "itemLong of "
                            + dtype()
                            + " would drop a fraction; use item(), or convert with astype(INT64)");
        }
        return read(dtype() == DType.UINT64 ? DType.UINT64 : DType.INT64, single())
                .get(ValueLayout.JAVA_LONG, 0);
    }

    /** The only element as a truth value: not zero. */
    public boolean itemBoolean() {
        return read(DType.BOOL, single()).get(ValueLayout.JAVA_BYTE, 0) != 0;
    }

    private MemorySegment single() {
        execute();
        if (size() != 1) {
            throw new ShapeException(
                    "an item is asked of shape "
                            + Shapes.text(operand.shape())
                            + ", which has "
                            + size()
                            + " elements; reduce or index it to one first");
        }
        return MemorySegment.ofArray(new long[1]);
    }

    /** All elements in row-major order; bool, integers to 64 bits and floats convert. */
    public double[] toDoubleArray() {
        double[] values = new double[length("toDoubleArray", DType.FLOAT64)];
        read(DType.FLOAT64, MemorySegment.ofArray(values));
        return values;
    }

    /** All elements in row-major order; of bool, float32 and integers to 16 bits. */
    public float[] toFloatArray() {
        float[] values = new float[length("toFloatArray", DType.FLOAT32)];
        read(DType.FLOAT32, MemorySegment.ofArray(values));
        return values;
    }

    /** All elements in row-major order; of bool and integers; a uint64 as the same 64 bits. */
    public long[] toLongArray() {
        DType type = dtype() == DType.UINT64 ? DType.UINT64 : DType.INT64;
        long[] values = new long[length("toLongArray", type)];
        read(type, MemorySegment.ofArray(values));
        return values;
    }

    /**
     * All elements in row-major order; of bool and integers to 32 bits; a uint32 as the same 32
     * bits.
     */
    public int[] toIntArray() {
        DType type = dtype() == DType.UINT32 ? DType.UINT32 : DType.INT32;
        int[] values = new int[length("toIntArray", type)];
        read(type, MemorySegment.ofArray(values));
        return values;
    }

    /**
     * All elements in row-major order; of bool and integers to 16 bits; a uint16 as the same 16
     * bits.
     */
    public short[] toShortArray() {
        DType type = dtype() == DType.UINT16 ? DType.UINT16 : DType.INT16;
        short[] values = new short[length("toShortArray", type)];
        read(type, MemorySegment.ofArray(values));
        return values;
    }

    /** All elements in row-major order; of bool, int8, and uint8 as the same 8 bits. */
    public byte[] toByteArray() {
        DType type = dtype() == DType.UINT8 ? DType.UINT8 : DType.INT8;
        byte[] values = new byte[length("toByteArray", type)];
        read(type, MemorySegment.ofArray(values));
        return values;
    }

    /** All elements of a bool tensor in row-major order. */
    public boolean[] toBooleanArray() {
        byte[] bytes = new byte[length("toBooleanArray", DType.BOOL)];
        read(DType.BOOL, MemorySegment.ofArray(bytes));
        boolean[] values = new boolean[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] != 0;
        }
        return values;
    }

    /**
     * The elements as a Java array nested to the rank, to be cast: of {@code boolean}, {@code
     * byte}, {@code short}, {@code int}, {@code long}, {@code float} or {@code double}; unsigned
     * dtypes one size wider, but uint64 as the same 64 bits. Of rank 0 the boxed element.
     */
    public Object toArray() {
        Object flat =
                switch (dtype()) {
                    case BOOL -> toBooleanArray();
                    case INT8 -> toByteArray();
                    case INT16, UINT8 -> toShortArray();
                    case INT32, UINT16 -> toIntArray();
                    case INT64, UINT32, UINT64 -> toLongArray();
                    case FLOAT32 -> toFloatArray();
                    case FLOAT64 -> toDoubleArray();
                };
        return JavaArrays.nest(flat, operand.shape());
    }

    /**
     * Writes the elements as a {@code .npy} file, which appears under its name when it is complete.
     * A result that is not kept yet is computed for the file alone, and its chunks are written and
     * freed as they are made: it may be larger than memory. If writing fails, nothing is left of
     * the file, and one that had the name before is as it was.
     *
     * @throws io.tharsis.engine.npy.StorageException for a folder that is missing or a full disk
     */
    public void toNpy(Path path) {
        Operand whole = known();
        Operand written = isStored() ? whole : sameAs(whole);
        DType type = dtype();
        try (NpyWriter writer = NpyWriter.create(path, type, whole.shape())) {
            session.stream(
                    written,
                    (grid, chunk, memory) -> NpyChunks.write(grid, chunk, type, memory, writer, 0));
            writer.commit();
        } finally {
            if (written != whole) {
                written.close();
            }
        }
    }

    private int length(String method, DType target) {
        if (dtype() != target
                && (Promotion.common(dtype(), target) != target || target == DType.BOOL)) {
            throw new DTypeException(
                    method
                            + " would lose values of "
                            + dtype()
                            + "; convert with astype("
                            + target.name()
                            + ") first");
        }
        execute();
        if (size() > Integer.MAX_VALUE - 8) {
            throw new ShapeException(
                    method
                            + " of shape "
                            + Shapes.text(operand.shape())
                            + ": a Java array holds at most 2^31 - 9 elements");
        }
        return (int) size();
    }

    /** Copies the result, converted to {@code type}, into heap memory of its size or larger. */
    private MemorySegment read(DType type, MemorySegment target) {
        Operand converted = operand;
        if (type != dtype()) {
            converted = Elementwise.apply(ElementOp.CAST, type, operand);
            session.execute(List.of(converted));
        }
        Contents.copy(converted, target);
        if (converted != operand) {
            converted.close();
        }
        return target;
    }

    /**
     * Frees the result, if one is kept, and ends the use of this handle; a second close throws
     * {@link ClosedException}. Tensors built on this one can still be computed if it never kept a
     * result; else computing them throws {@link ClosedException}, as what made the result is
     * forgotten when it is kept.
     */
    @Override
    public void close() {
        if (!operand.close()) {
            throw new ClosedException("the tensor " + describe() + " is closed already");
        }
    }

    // ---- seeing

    /** Prints the elements as NumPy 2 does, computing only those it prints. */
    public void show() {
        System.out.println(text());
    }

    /** What {@link #show} prints. */
    public String text() {
        Operand whole = use();
        if (!Shapes.isKnown(whole.shape())) {
            session.execute(List.of(whole));
        }
        Operand edges = Edges.of(whole);
        session.execute(List.of(edges));
        byte[] bytes = new byte[Math.toIntExact(Shapes.size(edges.shape()) * dtype().byteSize())];
        Contents.copy(edges, MemorySegment.ofArray(bytes));
        if (edges != whole) {
            edges.close();
        }
        return ArrayText.of(dtype(), whole.shape(), edges.shape(), MemorySegment.ofArray(bytes));
    }

    /** Shape, dtype, chunks, bytes and state; computes nothing. */
    @Override
    public String toString() {
        return "Tensor" + describe();
    }

    private String describe() {
        var text = new StringBuilder(Shapes.text(operand.shape())).append(' ').append(dtype());
        if (Shapes.isKnown(operand.shape())) {
            text.append(", ")
                    .append(
                            BigInteger.valueOf(Shapes.size(operand.shape()))
                                    .multiply(BigInteger.valueOf(dtype().byteSize())))
                    .append(" bytes");
        }
        Stored stored = operand.stored();
        if (stored != null) {
            int count = stored.grid().chunkCount();
            text.append(", ")
                    .append(count)
                    .append(count == 1 ? " chunk " : " chunks ")
                    .append(stored.grid());
        }
        return text.append(isClosed() ? ", closed" : stored != null ? ", stored" : ", lazy")
                .toString();
    }

    // ---- building

    /**
     * This tensor's operand, to build on; throws {@link ClosedException} if it or the session is
     * closed.
     */
    Operand use() {
        session.checkOpen();
        if (operand.isClosed()) {
            throw new ClosedException("the tensor " + describe() + " cannot be used any more");
        }
        return operand;
    }

    /**
     * A tensor of a function of this one; a handle of its own even if the function changes nothing.
     */
    Tensor map(UnaryOperator<Operand> function) {
        Operand result = function.apply(use());
        return of(session, result);
    }

    /** Another vertex for the same value, for a second handle. */
    private static Operand sameAs(Operand operand) {
        var same =
                new Operand(
                        new Op.Viewed(View.identity(operand.rank())),
                        operand.dtype(),
                        operand.shape(),
                        operand);
        same.claim();
        return same;
    }

    /** As {@link #use}; a length that only a run can tell is found out by running. */
    Operand known() {
        Operand used = use();
        if (!Shapes.isKnown(used.shape())) {
            session.execute(List.of(used));
        }
        return used;
    }

    /** As {@link #map}, for functions that want a known shape. */
    Tensor shaped(UnaryOperator<Operand> function) {
        known();
        return map(function);
    }

    Tensor with(Tensor other, BinaryOperator<Operand> function) {
        return map(a -> function.apply(a, other.use()));
    }

    /** With a weak integer that takes this tensor's dtype, or fails. */
    Tensor with(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(a, Promotion.weak(value, a.dtype())));
    }

    Tensor with(double value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(a, Promotion.weak(value, a.dtype())));
    }

    Tensor under(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(Promotion.weak(value, a.dtype()), a));
    }

    Tensor under(double value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(Promotion.weak(value, a.dtype()), a));
    }

    /** With a weak integer in a float function. */
    Tensor withFloat(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(a, Promotion.weakInFloats(value, a.dtype())));
    }

    Tensor underFloat(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(Promotion.weakInFloats(value, a.dtype()), a));
    }

    /** With a weak integer of any size, to compare. */
    Tensor compare(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(a, Promotion.weakToCompare(value, a.dtype())));
    }

    Tensor compareFrom(long value, BinaryOperator<Operand> function) {
        return map(a -> function.apply(Promotion.weakToCompare(value, a.dtype()), a));
    }

    // ---- arithmetic; Kotlin sees operators

    public Tensor plus(Tensor other) {
        return Tensors.add(this, other);
    }

    public Tensor plus(long other) {
        return Tensors.add(this, other);
    }

    public Tensor plus(double other) {
        return Tensors.add(this, other);
    }

    public Tensor minus(Tensor other) {
        return Tensors.subtract(this, other);
    }

    public Tensor minus(long other) {
        return Tensors.subtract(this, other);
    }

    public Tensor minus(double other) {
        return Tensors.subtract(this, other);
    }

    public Tensor times(Tensor other) {
        return Tensors.multiply(this, other);
    }

    public Tensor times(long other) {
        return Tensors.multiply(this, other);
    }

    public Tensor times(double other) {
        return Tensors.multiply(this, other);
    }

    /** True division: of integers in float64. */
    public Tensor div(Tensor other) {
        return Tensors.divide(this, other);
    }

    public Tensor div(long other) {
        return Tensors.divide(this, other);
    }

    public Tensor div(double other) {
        return Tensors.divide(this, other);
    }

    /** Remainder with the divisor's sign. */
    public Tensor rem(Tensor other) {
        return Tensors.mod(this, other);
    }

    public Tensor rem(long other) {
        return Tensors.mod(this, other);
    }

    public Tensor rem(double other) {
        return Tensors.mod(this, other);
    }

    public Tensor floorDivide(Tensor other) {
        return Tensors.floorDivide(this, other);
    }

    public Tensor floorDivide(long other) {
        return Tensors.floorDivide(this, other);
    }

    public Tensor floorDivide(double other) {
        return Tensors.floorDivide(this, other);
    }

    public Tensor pow(Tensor other) {
        return Tensors.power(this, other);
    }

    public Tensor pow(long other) {
        return Tensors.power(this, other);
    }

    public Tensor pow(double other) {
        return Tensors.power(this, other);
    }

    public Tensor unaryMinus() {
        return Tensors.negative(this);
    }

    public Tensor abs() {
        return Tensors.abs(this);
    }

    public Tensor sign() {
        return Tensors.sign(this);
    }

    public Tensor sqrt() {
        return Tensors.sqrt(this);
    }

    public Tensor square() {
        return Tensors.square(this);
    }

    public Tensor cbrt() {
        return Tensors.cbrt(this);
    }

    public Tensor reciprocal() {
        return Tensors.reciprocal(this);
    }

    public Tensor exp() {
        return Tensors.exp(this);
    }

    public Tensor exp2() {
        return Tensors.exp2(this);
    }

    public Tensor expm1() {
        return Tensors.expm1(this);
    }

    public Tensor log() {
        return Tensors.log(this);
    }

    public Tensor log2() {
        return Tensors.log2(this);
    }

    public Tensor log10() {
        return Tensors.log10(this);
    }

    public Tensor log1p() {
        return Tensors.log1p(this);
    }

    public Tensor sin() {
        return Tensors.sin(this);
    }

    public Tensor cos() {
        return Tensors.cos(this);
    }

    public Tensor tan() {
        return Tensors.tan(this);
    }

    public Tensor sinh() {
        return Tensors.sinh(this);
    }

    public Tensor cosh() {
        return Tensors.cosh(this);
    }

    public Tensor tanh() {
        return Tensors.tanh(this);
    }

    public Tensor sigmoid() {
        return Tensors.sigmoid(this);
    }

    public Tensor floor() {
        return Tensors.floor(this);
    }

    public Tensor ceil() {
        return Tensors.ceil(this);
    }

    public Tensor trunc() {
        return Tensors.trunc(this);
    }

    public Tensor round() {
        return Tensors.round(this);
    }

    /** To {@code decimals} decimal places, halves to even. */
    public Tensor round(int decimals) {
        return Tensors.round(this, decimals);
    }

    public Tensor clip(long low, long high) {
        return Tensors.clip(this, low, high);
    }

    public Tensor clip(double low, double high) {
        return Tensors.clip(this, low, high);
    }

    /** A null bound does not bound. */
    public Tensor clip(Tensor low, Tensor high) {
        return Tensors.clip(this, low, high);
    }

    // ---- matrices

    /** {@link Tensors#matmul(Tensor, Tensor)}. */
    public Tensor matmul(Tensor other) {
        return Tensors.matmul(this, other);
    }

    // ---- comparisons and logic

    public Tensor eq(Tensor other) {
        return Tensors.equal(this, other);
    }

    public Tensor eq(long other) {
        return Tensors.equal(this, other);
    }

    public Tensor eq(double other) {
        return Tensors.equal(this, other);
    }

    public Tensor ne(Tensor other) {
        return Tensors.notEqual(this, other);
    }

    public Tensor ne(long other) {
        return Tensors.notEqual(this, other);
    }

    public Tensor ne(double other) {
        return Tensors.notEqual(this, other);
    }

    public Tensor lt(Tensor other) {
        return Tensors.less(this, other);
    }

    public Tensor lt(long other) {
        return Tensors.less(this, other);
    }

    public Tensor lt(double other) {
        return Tensors.less(this, other);
    }

    public Tensor le(Tensor other) {
        return Tensors.lessEqual(this, other);
    }

    public Tensor le(long other) {
        return Tensors.lessEqual(this, other);
    }

    public Tensor le(double other) {
        return Tensors.lessEqual(this, other);
    }

    public Tensor gt(Tensor other) {
        return Tensors.greater(this, other);
    }

    public Tensor gt(long other) {
        return Tensors.greater(this, other);
    }

    public Tensor gt(double other) {
        return Tensors.greater(this, other);
    }

    public Tensor ge(Tensor other) {
        return Tensors.greaterEqual(this, other);
    }

    public Tensor ge(long other) {
        return Tensors.greaterEqual(this, other);
    }

    public Tensor ge(double other) {
        return Tensors.greaterEqual(this, other);
    }

    /** Of bools logical, of integers bitwise, as are {@code or}, {@code xor} and {@code not}. */
    public Tensor and(Tensor other) {
        return Tensors.bitwiseAnd(this, other);
    }

    public Tensor and(long other) {
        return Tensors.bitwiseAnd(this, other);
    }

    public Tensor or(Tensor other) {
        return Tensors.bitwiseOr(this, other);
    }

    public Tensor or(long other) {
        return Tensors.bitwiseOr(this, other);
    }

    public Tensor xor(Tensor other) {
        return Tensors.bitwiseXor(this, other);
    }

    public Tensor xor(long other) {
        return Tensors.bitwiseXor(this, other);
    }

    public Tensor not() {
        return Tensors.invert(this);
    }

    public Tensor shl(Tensor other) {
        return Tensors.leftShift(this, other);
    }

    public Tensor shl(long other) {
        return Tensors.leftShift(this, other);
    }

    public Tensor shr(Tensor other) {
        return Tensors.rightShift(this, other);
    }

    public Tensor shr(long other) {
        return Tensors.rightShift(this, other);
    }

    public Tensor isnan() {
        return Tensors.isnan(this);
    }

    public Tensor isinf() {
        return Tensors.isinf(this);
    }

    public Tensor isfinite() {
        return Tensors.isfinite(this);
    }

    public Tensor maximum(Tensor other) {
        return Tensors.maximum(this, other);
    }

    public Tensor maximum(long other) {
        return Tensors.maximum(this, other);
    }

    public Tensor maximum(double other) {
        return Tensors.maximum(this, other);
    }

    public Tensor minimum(Tensor other) {
        return Tensors.minimum(this, other);
    }

    public Tensor minimum(long other) {
        return Tensors.minimum(this, other);
    }

    public Tensor minimum(double other) {
        return Tensors.minimum(this, other);
    }

    // ---- other forms of the same elements

    /**
     * Converted to {@code type}. Integers wrap; floats are truncated, saturate at the bounds of
     * int32 (int64 for 64-bit dtypes and uint32) and then wrap, with NaN as 0; any number is true
     * if it is not zero.
     */
    public Tensor astype(DType type) {
        return map(a -> Elementwise.cast(a, type));
    }

    /**
     * A function of yours over blocks: it gets a dense block of this tensor and fills the block of
     * the result at the same place. It is called on the engine's threads (on the caller's for small
     * graphs), several at a time, for blocks of the engine's choice, and may be called again when
     * the value is computed again. The blocks are valid during the call; it must write every
     * element of the second and leave the first as it is. What it throws comes out where the value
     * is asked for.
     *
     * @param result dtype of the result
     */
    public Tensor mapBlocks(DType result, BiConsumer<Block, Block> function) {
        return map(a -> MapBlocks.apply(a, result, function));
    }

    // ---- shape

    /** One length may be -1. */
    public Tensor reshape(long... shape) {
        return Tensors.reshape(this, shape);
    }

    public Tensor ravel() {
        return Tensors.ravel(this);
    }

    /** Axes in reverse order. */
    public Tensor T() {
        return Tensors.transpose(this);
    }

    /** Result axis k is axis {@code axes[k]}; axes in reverse order if none is named. */
    public Tensor transpose(int... axes) {
        return axes.length == 0 ? T() : Tensors.permute(this, axes);
    }

    public Tensor swapaxes(int first, int second) {
        return Tensors.swapaxes(this, first, second);
    }

    public Tensor moveaxis(int source, int destination) {
        return Tensors.moveaxis(this, source, destination);
    }

    public Tensor expandDims(int... axes) {
        return Tensors.expandDims(this, axes);
    }

    public Tensor squeeze(int... axes) {
        return Tensors.squeeze(this, axes);
    }

    public Tensor broadcastTo(long... shape) {
        return Tensors.broadcastTo(this, shape);
    }

    public Tensor flip(int... axes) {
        return Tensors.flip(this, axes);
    }

    public Tensor roll(long shift, int axis) {
        return Tensors.roll(this, shift, axis);
    }

    public Tensor tile(long... repeats) {
        return Tensors.tile(this, repeats);
    }

    public Tensor repeat(long count, int axis) {
        return Tensors.repeat(this, count, axis);
    }

    /**
     * The same elements cut into chunks of at most {@code lengths} along each axis; 0 leaves an
     * axis whole.
     */
    public Tensor rechunk(long... lengths) {
        return shaped(a -> Shaping.rechunk(a, lengths));
    }

    // ---- indexing; nothing is changed in place

    /**
     * {@code x.get(at(3), range(2, 10, 2), ELLIPSIS)}; see {@link Slice}. A view. {@link
     * ShapeException} for more entries than axes and for a position out of range; ranges are cut to
     * the axis.
     */
    public Tensor get(Slice... slices) {
        return shaped(a -> Indexing.get(a, slices));
    }

    /**
     * The string form: {@code x.get("::2, ..., -1")}; {@link SliceSyntaxException} for what is
     * none.
     */
    public Tensor get(String slices) {
        return get(Slice.parse(slices));
    }

    /** Positions of the leading axes, negative ones counted from the end. */
    public Tensor get(long first, long... others) {
        Slice[] slices = new Slice[others.length + 1];
        slices[0] = Slice.at(first);
        for (int i = 0; i < others.length; i++) {
            slices[i + 1] = Slice.at(others[i]);
        }
        return get(slices);
    }

    /**
     * With a bool tensor of the shape of the leading axes the parts where it is true, along one
     * axis whose length is known when run; with integer tensors, which broadcast, the elements at
     * these positions of the leading axes. A position out of range is a {@link ShapeException} when
     * run.
     */
    public Tensor get(Tensor first, Tensor... others) {
        if (first.dtype() == DType.BOOL && others.length == 0) {
            return shaped(a -> Indexing.mask(a, first.known()));
        }
        Operand[] indices = new Operand[others.length + 1];
        indices[0] = first.known();
        for (int i = 0; i < others.length; i++) {
            indices[i + 1] = others[i].known();
        }
        return shaped(a -> Indexing.gather(a, indices));
    }

    /**
     * A new tensor with the elements at {@code slices} replaced by {@code value}, which broadcasts
     * and is converted.
     */
    public Tensor set(Slice[] slices, Tensor value) {
        return shaped(a -> Indexing.set(a, slices, value.known()));
    }

    /** The slices in their string form. */
    public Tensor set(String slices, Tensor value) {
        return set(Slice.parse(slices), value);
    }

    public Tensor set(Slice[] slices, long value) {
        return shaped(a -> Indexing.set(a, slices, Promotion.weak(value, a.dtype())));
    }

    public Tensor set(Slice[] slices, double value) {
        return shaped(a -> Indexing.set(a, slices, Promotion.scalar(a.dtype(), value)));
    }

    public Tensor set(String slices, long value) {
        return set(Slice.parse(slices), value);
    }

    public Tensor set(String slices, double value) {
        return set(Slice.parse(slices), value);
    }

    /** A new tensor with the parts where {@code mask} is true replaced. */
    public Tensor set(Tensor mask, Tensor value) {
        return shaped(a -> Indexing.set(a, mask.known(), value.known()));
    }

    public Tensor set(Tensor mask, long value) {
        return shaped(a -> Indexing.set(a, mask.known(), Promotion.weak(value, a.dtype())));
    }

    public Tensor set(Tensor mask, double value) {
        return shaped(a -> Indexing.set(a, mask.known(), Promotion.scalar(a.dtype(), value)));
    }

    public Tensor take(Tensor indices, int axis) {
        return Tensors.take(this, indices, axis);
    }

    // ---- reductions: over all axes, or over those named

    public Tensor sum(int... axes) {
        return Tensors.sum(this, axes);
    }

    public Tensor sum(boolean keepdims, int... axes) {
        return Tensors.sum(this, keepdims, axes);
    }

    public Tensor prod(int... axes) {
        return Tensors.prod(this, axes);
    }

    public Tensor prod(boolean keepdims, int... axes) {
        return Tensors.prod(this, keepdims, axes);
    }

    public Tensor min(int... axes) {
        return Tensors.min(this, axes);
    }

    public Tensor min(boolean keepdims, int... axes) {
        return Tensors.min(this, keepdims, axes);
    }

    public Tensor max(int... axes) {
        return Tensors.max(this, axes);
    }

    public Tensor max(boolean keepdims, int... axes) {
        return Tensors.max(this, keepdims, axes);
    }

    public Tensor ptp(int... axes) {
        return Tensors.ptp(this, axes);
    }

    public Tensor ptp(boolean keepdims, int... axes) {
        return Tensors.ptp(this, keepdims, axes);
    }

    public Tensor any(int... axes) {
        return Tensors.any(this, axes);
    }

    public Tensor any(boolean keepdims, int... axes) {
        return Tensors.any(this, keepdims, axes);
    }

    public Tensor all(int... axes) {
        return Tensors.all(this, axes);
    }

    public Tensor all(boolean keepdims, int... axes) {
        return Tensors.all(this, keepdims, axes);
    }

    public Tensor countNonzero(int... axes) {
        return Tensors.countNonzero(this, axes);
    }

    public Tensor countNonzero(boolean keepdims, int... axes) {
        return Tensors.countNonzero(this, keepdims, axes);
    }

    public Tensor mean(int... axes) {
        return Tensors.mean(this, axes);
    }

    public Tensor mean(boolean keepdims, int... axes) {
        return Tensors.mean(this, keepdims, axes);
    }

    public Tensor logSumExp(int... axes) {
        return Tensors.logSumExp(this, axes);
    }

    public Tensor logSumExp(boolean keepdims, int... axes) {
        return Tensors.logSumExp(this, keepdims, axes);
    }

    public Tensor nansum(int... axes) {
        return Tensors.nansum(this, axes);
    }

    public Tensor nansum(boolean keepdims, int... axes) {
        return Tensors.nansum(this, keepdims, axes);
    }

    public Tensor nanprod(int... axes) {
        return Tensors.nanprod(this, axes);
    }

    public Tensor nanprod(boolean keepdims, int... axes) {
        return Tensors.nanprod(this, keepdims, axes);
    }

    public Tensor nanmin(int... axes) {
        return Tensors.nanmin(this, axes);
    }

    public Tensor nanmin(boolean keepdims, int... axes) {
        return Tensors.nanmin(this, keepdims, axes);
    }

    public Tensor nanmax(int... axes) {
        return Tensors.nanmax(this, axes);
    }

    public Tensor nanmax(boolean keepdims, int... axes) {
        return Tensors.nanmax(this, keepdims, axes);
    }

    public Tensor nanmean(int... axes) {
        return Tensors.nanmean(this, axes);
    }

    public Tensor nanmean(boolean keepdims, int... axes) {
        return Tensors.nanmean(this, keepdims, axes);
    }

    public Tensor var(int... axes) {
        return Tensors.var(this, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public Tensor var(int ddof, boolean keepdims, int... axes) {
        return Tensors.var(this, ddof, keepdims, axes);
    }

    public Tensor std(int... axes) {
        return Tensors.std(this, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public Tensor std(int ddof, boolean keepdims, int... axes) {
        return Tensors.std(this, ddof, keepdims, axes);
    }

    public Tensor nanvar(int... axes) {
        return Tensors.nanvar(this, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public Tensor nanvar(int ddof, boolean keepdims, int... axes) {
        return Tensors.nanvar(this, ddof, keepdims, axes);
    }

    public Tensor nanstd(int... axes) {
        return Tensors.nanstd(this, axes);
    }

    /** The divisor is {@code count - ddof}. */
    public Tensor nanstd(int ddof, boolean keepdims, int... axes) {
        return Tensors.nanstd(this, ddof, keepdims, axes);
    }

    public Tensor argmin() {
        return Tensors.argmin(this);
    }

    public Tensor argmin(int axis) {
        return Tensors.argmin(this, axis);
    }

    public Tensor argmin(int axis, boolean keepdims) {
        return Tensors.argmin(this, axis, keepdims);
    }

    public Tensor argmax() {
        return Tensors.argmax(this);
    }

    public Tensor argmax(int axis) {
        return Tensors.argmax(this, axis);
    }

    public Tensor argmax(int axis, boolean keepdims) {
        return Tensors.argmax(this, axis, keepdims);
    }

    public Tensor nanArgmin() {
        return Tensors.nanArgmin(this);
    }

    public Tensor nanArgmin(int axis) {
        return Tensors.nanArgmin(this, axis);
    }

    public Tensor nanArgmin(int axis, boolean keepdims) {
        return Tensors.nanArgmin(this, axis, keepdims);
    }

    public Tensor nanArgmax() {
        return Tensors.nanArgmax(this);
    }

    public Tensor nanArgmax(int axis) {
        return Tensors.nanArgmax(this, axis);
    }

    public Tensor nanArgmax(int axis, boolean keepdims) {
        return Tensors.nanArgmax(this, axis, keepdims);
    }

    public Tensor softmax(int axis) {
        return Tensors.softmax(this, axis);
    }

    // ---- scans and sorts

    public Tensor cumsum() {
        return Tensors.cumsum(this);
    }

    public Tensor cumsum(int axis) {
        return Tensors.cumsum(this, axis);
    }

    public Tensor cumprod() {
        return Tensors.cumprod(this);
    }

    public Tensor cumprod(int axis) {
        return Tensors.cumprod(this, axis);
    }

    public Tensor sort() {
        return Tensors.sort(this);
    }

    public Tensor sort(int axis) {
        return Tensors.sort(this, axis);
    }

    public Tensor argsort() {
        return Tensors.argsort(this);
    }

    public Tensor argsort(int axis) {
        return Tensors.argsort(this, axis);
    }

    // ---- statistics

    /** Of all elements. */
    public Tensor median() {
        return Tensors.median(this);
    }

    public Tensor median(int axis) {
        return Tensors.median(this, axis);
    }

    public Tensor median(int axis, boolean keepdims) {
        return Tensors.median(this, axis, keepdims);
    }

    /** Of all elements. */
    public Tensor quantile(double fraction) {
        return Tensors.quantile(this, fraction);
    }

    public Tensor quantile(double fraction, int axis) {
        return Tensors.quantile(this, fraction, axis);
    }

    public Tensor quantile(double fraction, int axis, boolean keepdims) {
        return Tensors.quantile(this, fraction, axis, keepdims);
    }

    /** Of all elements. */
    public Tensor percentile(double percent) {
        return Tensors.percentile(this, percent);
    }

    public Tensor percentile(double percent, int axis) {
        return Tensors.percentile(this, percent, axis);
    }

    public Tensor percentile(double percent, int axis, boolean keepdims) {
        return Tensors.percentile(this, percent, axis, keepdims);
    }

    /** Along the last axis. */
    public Tensor diff() {
        return Tensors.diff(this);
    }

    public Tensor unique() {
        return Tensors.unique(this);
    }

    public Tensor[] nonzero() {
        return Tensors.nonzero(this);
    }
}
