package io.tharsis.kernels.matrix;

import io.tharsis.kernels.ir.Format;

/**
 * How much of the result is kept in registers.
 *
 * @param rows a multiple of {@link #PANEL_ROWS}; each is a broadcast a step of k
 * @param vectors side by side; each is a load a step of k
 * @param lanes elements of one vector
 */
record TileShape(int rows, int vectors, int lanes) {
    /**
     * Rows of a panel of the left operand; a tile reads as many panels side by side as its rows
     * need. Prefetchers run a fixed way ahead of each stream that is read, so where panels come
     * from beyond the second-level cache two streams of half the bytes arrive faster than one
     * (measured: see docs/performance.md).
     */
    static final int PANEL_ROWS = 4;

    private static final int MANY_REGISTERS = 32;

    /**
     * Where there are 32 vector registers, 8 x 3 vectors of floats, whose sums leave room for the
     * operands of half a step, and 8 x 2 of integers, which need registers for what they multiply
     * before they add; else 4 x 2. The more vectors, the slower the left operand, which comes from
     * further away than the right one, may arrive.
     */
    static TileShape of(Format format, int vectorBits) {
        int lanes = vectorBits / Byte.SIZE / format.byteSize();
        boolean manyRegisters =
                vectorBits == 512 || System.getProperty("os.arch").equals("aarch64");
        boolean isFloat = format == Format.F64 || format == Format.F32;
        return manyRegisters
                ? new TileShape(8, isFloat ? 3 : 2, lanes)
                : new TileShape(4, 2, lanes);
    }

    /** Columns of a whole tile. */
    int columns() {
        return vectors * lanes;
    }

    /**
     * True if not all operands of a step of so many vectors fit beside the sums. C2 loads all that
     * a step reads before it multiplies, if nothing keeps it from that, and then keeps sums in
     * memory.
     */
    boolean exceedsRegisters(int width) {
        return rows * width + width + rows > MANY_REGISTERS;
    }
}
