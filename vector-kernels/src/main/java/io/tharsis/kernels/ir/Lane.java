package io.tharsis.kernels.ir;

/**
 * What one lane of a computation holds. Narrow storage types ({@link Format}) are widened to a lane
 * type when loaded and narrowed when stored; arithmetic knows only these five.
 */
public enum Lane {
    /** A truth value; a vector mask in the vector backend. */
    MASK(0),
    I32(4),
    I64(8),
    F32(4),
    F64(8);

    private final int byteSize;

    Lane(int byteSize) {
        this.byteSize = byteSize;
    }

    /** Bytes of one lane in a register; 0 for {@link #MASK}. */
    public int byteSize() {
        return byteSize;
    }

    public boolean isFloat() {
        return this == F32 || this == F64;
    }

    public boolean isInt() {
        return this == I32 || this == I64;
    }
}
