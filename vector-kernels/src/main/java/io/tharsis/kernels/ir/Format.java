package io.tharsis.kernels.ir;

/**
 * How one element lies in memory, in native byte order, and which lane it becomes when loaded.
 *
 * <p>Loading widens: {@code I8, I16} sign-extend and {@code U8, U16} zero-extend to {@link
 * Lane#I32}; {@code U32} zero-extends to {@link Lane#I64}; {@code U64} is the same 64 bits in
 * {@link Lane#I64}; {@code BOOL} is one byte, 0 or 1 (any other byte loads as true). Storing
 * truncates to the low bytes.
 */
public enum Format {
    BOOL(1, Lane.MASK),
    I8(1, Lane.I32),
    I16(2, Lane.I32),
    I32(4, Lane.I32),
    I64(8, Lane.I64),
    U8(1, Lane.I32),
    U16(2, Lane.I32),
    U32(4, Lane.I64),
    U64(8, Lane.I64),
    F32(4, Lane.F32),
    F64(8, Lane.F64);

    private final int byteSize;
    private final Lane lane;

    Format(int byteSize, Lane lane) {
        this.byteSize = byteSize;
        this.lane = lane;
    }

    /** Bytes of one element in memory. */
    public int byteSize() {
        return byteSize;
    }

    public Lane lane() {
        return lane;
    }
}
