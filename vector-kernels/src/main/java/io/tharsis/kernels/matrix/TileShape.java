package io.tharsis.kernels.matrix;

import io.tharsis.kernels.ir.Format;

/**
 * How much of the result is kept in registers.
 *
 * @param rows each is a broadcast a step of k
 * @param columns a multiple of {@code lanes}; each vector of them is a load a step of k
 * @param lanes elements of one vector
 */
record TileShape(int rows, int columns, int lanes) {
    /** Vectors side by side in a tile. */
    static final int VECTORS = 2;

    /**
     * Rows of a panel of the left operand; a tile reads as many panels side by side as its rows
     * need. Prefetchers run a fixed way ahead of each stream that is read, so where panels come
     * from beyond the second-level cache two streams of half the bytes arrive twice as fast as one
     * (measured: see docs/performance.md).
     */
    static final int PANEL_ROWS = 4;

    /**
     * Eight rows where there are 32 vector registers, else four. C2 loads all operands of a step
     * before it multiplies, so they must fit beside the sums: 8 x 3 vectors, with fewer loads a
     * multiplication, keep one sum in memory and reach four fifths of the arithmetic's speed; 8 x 2
     * reach all of it.
     */
    static TileShape of(Format format, int vectorBits) {
        int lanes = vectorBits / Byte.SIZE / format.byteSize();
        boolean manyRegisters =
                vectorBits == 512 || System.getProperty("os.arch").equals("aarch64");
        return new TileShape(manyRegisters ? 8 : 4, VECTORS * lanes, lanes);
    }
}
