package io.tharsis;

import io.tharsis.kernels.ir.Format;

import java.util.Locale;

/** The type of a tensor's elements; names, kinds and promotion follow NumPy 2. */
public enum DType {
    BOOL(Format.BOOL, Kind.BOOL),
    INT8(Format.I8, Kind.SIGNED),
    INT16(Format.I16, Kind.SIGNED),
    INT32(Format.I32, Kind.SIGNED),
    INT64(Format.I64, Kind.SIGNED),
    UINT8(Format.U8, Kind.UNSIGNED),
    UINT16(Format.U16, Kind.UNSIGNED),
    UINT32(Format.U32, Kind.UNSIGNED),
    UINT64(Format.U64, Kind.UNSIGNED),
    FLOAT32(Format.F32, Kind.FLOAT),
    FLOAT64(Format.F64, Kind.FLOAT);

    /** The family of a dtype, in NumPy's order of promotion. */
    public enum Kind {
        BOOL,
        UNSIGNED,
        SIGNED,
        FLOAT
    }

    private final Format format;
    private final Kind kind;

    DType(Format format, Kind kind) {
        this.format = format;
        this.kind = kind;
    }

    /** The layout of one element in memory. */
    public Format format() {
        return format;
    }

    public Kind kind() {
        return kind;
    }

    /** Bytes of one element. */
    public int byteSize() {
        return format.byteSize();
    }

    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** True for signed and unsigned integers, false for bool. */
    public boolean isInteger() {
        return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
    }

    public boolean isUnsigned() {
        return kind == Kind.UNSIGNED;
    }

    /** NumPy's name: {@code float64}, {@code uint8}, ... */
    public String numpyName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return numpyName();
    }
}
