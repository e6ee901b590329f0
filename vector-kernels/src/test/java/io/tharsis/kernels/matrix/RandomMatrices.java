package io.tharsis.kernels.matrix;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Random views and values, and products as the promise of {@link MatrixProduct} states them. */
final class RandomMatrices {
    static final Format[] FORMATS = {Format.F64, Format.F32, Format.I64, Format.I32};

    private static final double[] EXTREMES = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MAX_VALUE,
        Float.MIN_VALUE,
        Float.MAX_VALUE
    };

    private final SplittableRandom random;
    private final Format format;
    private final Arena arena;

    /** One in so many values is extreme; 0 for none. */
    private final int extremes;

    RandomMatrices(SplittableRandom random, Format format, Arena arena, int extremes) {
        this.random = random;
        this.format = format;
        this.arena = arena;
        this.extremes = extremes;
    }

    /** A view of random strides over random values. */
    MatrixView operand(int rows, int columns) {
        long[] strides =
                switch (random.nextInt(8)) {
                    case 0, 1 -> new long[] {columns + random.nextInt(5), 1};
                    case 2, 3 -> new long[] {1, rows + random.nextInt(5)};
                    case 4 -> new long[] {-columns - random.nextInt(3), -1};
                    case 5 -> new long[] {random.nextInt(-9, 10), random.nextInt(-9, 10)};
                    case 6 -> new long[] {0, random.nextInt(3)};
                    default -> new long[] {random.nextInt(-99, 99), random.nextInt(-99, 99)};
                };
        return view(rows, columns, strides[0], strides[1]);
    }

    MatrixView view(int rows, int columns, long rowStride, long columnStride) {
        long down = Math.max(rows - 1, 0) * rowStride;
        long across = Math.max(columns - 1, 0) * columnStride;
        long before = -Math.min(0, down) - Math.min(0, across) + random.nextInt(3);
        long count = before + Math.max(0, down) + Math.max(0, across) + 1;
        MemorySegment memory = arena.allocate(count * format.byteSize(), 8);
        for (long i = 0; i < count; i++) {
            set(memory.address() + i * format.byteSize());
        }
        return new MatrixView(memory, before * format.byteSize(), rowStride, columnStride);
    }

    private void set(long at) {
        boolean extreme = extremes > 0 && random.nextInt(extremes) == 0;
        double value =
                extreme ? EXTREMES[random.nextInt(EXTREMES.length)] : random.nextDouble(-2, 2);
        switch (format) {
            case F64 -> Memory.ALL.set(Memory.DOUBLE, at, value);
            case F32 -> Memory.ALL.set(Memory.FLOAT, at, (float) value);
            case I64 -> Memory.ALL.set(Memory.LONG, at, random.nextLong());
            default -> Memory.ALL.set(Memory.INT, at, random.nextInt());
        }
    }

    /** The bits of an element; all NaNs are one. */
    long bits(MatrixView view, long row, long column) {
        long at = view.byteOffset();
        at += (row * view.rowStride() + column * view.columnStride()) * format.byteSize();
        return switch (format) {
            case F64 -> Double.doubleToLongBits(view.memory().get(Memory.DOUBLE, at));
            case F32 -> Float.floatToIntBits(view.memory().get(Memory.FLOAT, at));
            case I64 -> view.memory().get(Memory.LONG, at);
            default -> view.memory().get(Memory.INT, at);
        };
    }

    /** The bits that the elements of {@code c} must have after the product, row by row. */
    long[] expected(
            int m, int n, int k, MatrixView a, MatrixView b, MatrixView c, boolean accumulate) {
        long[] expected = new long[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                expected[i * n + j] = expected(k, a, b, c, accumulate, i, j);
            }
        }
        return expected;
    }

    /** The bits that element (i, j) of {@code c} must have after the product. */
    private long expected(
            int k, MatrixView a, MatrixView b, MatrixView c, boolean accumulate, int i, int j) {
        long sum = accumulate ? bits(c, i, j) : 0;
        for (int from = 0; from < k; from += MatrixProduct.INNER_BLOCK) {
            long block = 0;
            for (int p = from; p < Math.min(k, from + MatrixProduct.INNER_BLOCK); p++) {
                block = multiplyAdd(bits(a, i, p), bits(b, p, j), block);
            }
            sum = from > 0 || accumulate ? add(sum, block) : block;
        }
        return sum;
    }

    private long multiplyAdd(long a, long b, long c) {
        return switch (format) {
            case F64 ->
                    Double.doubleToLongBits(
                            Math.fma(
                                    Double.longBitsToDouble(a),
                                    Double.longBitsToDouble(b),
                                    Double.longBitsToDouble(c)));
            case F32 ->
                    Float.floatToIntBits(
                            Math.fma(
                                    Float.intBitsToFloat((int) a),
                                    Float.intBitsToFloat((int) b),
                                    Float.intBitsToFloat((int) c)));
            case I64 -> a * b + c;
            default -> (int) a * (int) b + (int) c;
        };
    }

    private long add(long a, long b) {
        return switch (format) {
            case F64 ->
                    Double.doubleToLongBits(
                            Double.longBitsToDouble(a) + Double.longBitsToDouble(b));
            case F32 ->
                    Float.floatToIntBits(
                            Float.intBitsToFloat((int) a) + Float.intBitsToFloat((int) b));
            case I64 -> a + b;
            default -> (int) a + (int) b;
        };
    }
}
