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
    static final int VECTORS = 3;

    /**
     * Eight rows of three vectors where there are 32 vector registers (with AVX-512, that is where
     * vectors have 512 bits; 24 x 8 doubles reach the speed of the arithmetic), else four rows.
     */
    static TileShape of(Format format, int vectorBits) {
        int lanes = vectorBits / Byte.SIZE / format.byteSize();
        return new TileShape(vectorBits == 512 ? 8 : 4, VECTORS * lanes, lanes);
    }
}
