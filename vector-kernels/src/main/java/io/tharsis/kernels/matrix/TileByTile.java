package io.tharsis.kernels.matrix;

/**
 * Rows of tiles in Java, one tile after the other.
 *
 * <p><b>Thread-safe.</b>
 */
record TileByTile(TwoStepTile tile, TileShape shape, int elementBytes) implements TileKernel {
    @Override
    public void multiplyRow(
            int rows,
            int columns,
            int depth,
            long left,
            long right,
            long out,
            long outRowBytes,
            boolean adds,
            long scratch) {
        int width = shape.columns();
        long tileBytes = (long) width * elementBytes;
        long sums = scratch + tileBytes;
        for (int j = 0; j < columns; j += width) {
            int tileColumns = Math.min(width, columns - j);
            tile.multiply(tileColumns, depth, left, right, sums);
            long in = adds ? out : scratch;
            tile.add(rows, tileColumns, sums, in, adds ? outRowBytes : 0, out, outRowBytes);
            right += tileBytes * depth;
            out += tileBytes;
        }
    }

    @Override
    public void spread(
            int bytes, int panels, int depth, long from, long stepBytes, long to, long panelBytes) {
        for (int k = 0; k < depth; k++) {
            tile.spread(bytes, panels, from + k * stepBytes, to + (long) k * bytes, panelBytes);
        }
    }
}
