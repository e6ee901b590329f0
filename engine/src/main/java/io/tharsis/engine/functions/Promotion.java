package io.tharsis.engine.functions;

import static io.tharsis.DType.BOOL;
import static io.tharsis.DType.FLOAT32;
import static io.tharsis.DType.FLOAT64;
import static io.tharsis.DType.INT16;
import static io.tharsis.DType.INT32;
import static io.tharsis.DType.INT64;
import static io.tharsis.DType.INT8;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.math.BigInteger;

/**
 * NumPy 2's rules of result dtypes. A Java scalar beside a tensor is weak, as a Python scalar is:
 * {@code int} and {@code long} are integers of no width, {@code float} and {@code double} floats of
 * no width, and take the tensor's dtype where its kind allows.
 */
public final class Promotion {
    private Promotion() {}

    /**
     * The smallest dtype both convert to without loss, as {@code numpy.result_type}; an int64 and a
     * uint64 meet in float64.
     */
    public static DType common(DType a, DType b) {
        if (a == b || b == BOOL) {
            return a;
        }
        if (a == BOOL) {
            return b;
        }
        if (a.isFloat() || b.isFloat()) {
            return a == FLOAT64 || b == FLOAT64 || floatOf(a) == FLOAT64 || floatOf(b) == FLOAT64
                    ? FLOAT64
                    : FLOAT32;
        }
        if (a.kind() == b.kind()) {
            return a.byteSize() >= b.byteSize() ? a : b;
        }
        DType signed = a.isUnsigned() ? b : a;
        DType unsigned = a.isUnsigned() ? a : b;
        if (signed.byteSize() > unsigned.byteSize()) {
            return signed;
        }
        return switch (unsigned.byteSize()) {
            case 1 -> INT16;
            case 2 -> INT32;
            case 4 -> INT64;
            default -> FLOAT64;
        };
    }

    /** The common dtype of several. */
    public static DType common(DType first, DType... others) {
        DType result = first;
        for (DType other : others) {
            result = common(result, other);
        }
        return result;
    }

    /**
     * The float dtype in which a float function of {@code type} is computed; float32 where NumPy
     * would take float16.
     */
    public static DType floatOf(DType type) {
        return type.isFloat() ? type : type.byteSize() <= 2 ? FLOAT32 : FLOAT64;
    }

    /**
     * The dtype of integer arithmetic that NumPy does not offer for bool (floor division, powers,
     * shifts): int8 for bool.
     */
    public static DType notBool(DType type) {
        return type == BOOL ? INT8 : type;
    }

    /** The dtype a weak integer takes beside {@code type}. */
    public static DType weakInteger(DType type) {
        return type == BOOL ? INT64 : type;
    }

    /** The dtype a weak float takes beside {@code type}. */
    public static DType weakFloat(DType type) {
        return type.isFloat() ? type : FLOAT64;
    }

    /**
     * A 0-d operand for the weak integer {@code value} beside {@code type}; throws if an integer
     * dtype cannot hold it.
     */
    public static Operand weak(long value, DType type) {
        DType target = weakInteger(type);
        if (!holds(target, value)) {
            throw new DTypeException(
                    "the integer "
                            + value
                            + " is out of bounds for "
                            + target
                            + " ("
                            + range(target)
                            + "); convert the tensor with astype to a wider dtype first");
        }
        return scalar(target, value);
    }

    /** A 0-d operand for the weak float {@code value} beside {@code type}. */
    public static Operand weak(double value, DType type) {
        return scalar(weakFloat(type), value);
    }

    /** A 0-d operand for the weak integer {@code value} in a float function beside {@code type}. */
    public static Operand weakInFloats(long value, DType type) {
        return scalar(floatOf(weakInteger(type)), value);
    }

    /**
     * A 0-d operand for the weak integer {@code value} in a comparison with {@code type}, which any
     * integer may enter.
     */
    public static Operand weakToCompare(long value, DType type) {
        return holds(weakInteger(type), value) ? weak(value, type) : scalar(INT64, value);
    }

    /** True if {@code value} is within the range of {@code type}; any float holds any integer. */
    public static boolean holds(DType type, long value) {
        return switch (type) {
            case BOOL -> value == 0 || value == 1;
            case UINT64 -> value >= 0;
            case INT64, FLOAT32, FLOAT64 -> true;
            default -> value >= minimum(type) && value <= maximum(type).longValueExact();
        };
    }

    /** The least value of an integer dtype. */
    public static long minimum(DType type) {
        return type.isUnsigned() ? 0 : Long.MIN_VALUE >> (64 - 8 * type.byteSize());
    }

    /** The largest value of an integer dtype. */
    public static BigInteger maximum(DType type) {
        int bits = 8 * type.byteSize() - (type.isUnsigned() ? 0 : 1);
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }

    private static String range(DType type) {
        return minimum(type) + " to " + maximum(type);
    }

    /** A 0-d operand of dtype {@code type}; {@code value} is wrapped or rounded to it. */
    public static Operand scalar(DType type, long value) {
        return new Operand(new Op.Fill(bits(type, value)), type, Shapes.SCALAR);
    }

    /**
     * A 0-d operand of dtype {@code type}; {@code value} is rounded, truncated or compared with 0
     * as by {@code astype}.
     */
    public static Operand scalar(DType type, double value) {
        return new Operand(new Op.Fill(bits(type, value)), type, Shapes.SCALAR);
    }

    /** A 0-d bool. */
    public static Operand scalar(boolean value) {
        return scalar(BOOL, value ? 1 : 0);
    }

    /**
     * The lane bits of {@code value} converted to {@code type}, as {@link Op.Fill} holds them;
     * integers wrap.
     */
    public static long bits(DType type, long value) {
        return switch (type) {
            case BOOL -> value == 0 ? 0 : 1;
            case INT8 -> (byte) value;
            case INT16 -> (short) value;
            case INT32 -> (int) value;
            case UINT8 -> value & 0xFF;
            case UINT16 -> value & 0xFFFF;
            case UINT32 -> value & 0xFFFFFFFFL;
            case INT64, UINT64 -> value;
            case FLOAT32 -> Float.floatToRawIntBits(value);
            case FLOAT64 -> Double.doubleToRawLongBits(value);
        };
    }

    /** The lane bits of {@code value} converted to {@code type} as {@link Casts} does. */
    public static long bits(DType type, double value) {
        return switch (type) {
            case BOOL -> value != 0 ? 1 : 0;
            case FLOAT32 -> Float.floatToRawIntBits((float) value);
            case FLOAT64 -> Double.doubleToRawLongBits(value);
            case UINT64 -> value < 0x1p63 ? (long) value : (long) (value - 0x1p63) ^ Long.MIN_VALUE;
            case INT64 -> (long) value;
            case UINT32 -> bits(type, (long) value);
            default -> bits(type, (int) value);
        };
    }
}
