package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.chunked.Scan;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/**
 * Running sums and products: int64 for bools and signed integers, uint64 for unsigned ones, floats
 * keep their dtype.
 */
public final class Scans {
    private Scans() {}

    /** NumPy's {@code cumsum(x, axis)}; float sums run from first to last, with NumPy's bits. */
    public static Operand cumsum(Operand x, int axis) {
        return scan(Scan.Kind.SUM, x, axis);
    }

    /** Over all elements in row-major order. */
    public static Operand cumsumFlat(Operand x) {
        return cumsum(Chunks.flat(x), 0);
    }

    /** NumPy's {@code cumprod(x, axis)}. */
    public static Operand cumprod(Operand x, int axis) {
        return scan(Scan.Kind.PRODUCT, x, axis);
    }

    /** Over all elements in row-major order. */
    public static Operand cumprodFlat(Operand x) {
        return cumprod(Chunks.flat(x), 0);
    }

    private static Operand scan(Scan.Kind kind, Operand x, int axis) {
        DType dtype =
                x.dtype().isFloat()
                        ? x.dtype()
                        : x.dtype().isUnsigned() ? DType.UINT64 : DType.INT64;
        return Chunks.apply(new Scan(kind, Shapes.axis(axis, x.shape())), dtype, x.shape(), x);
    }
}
