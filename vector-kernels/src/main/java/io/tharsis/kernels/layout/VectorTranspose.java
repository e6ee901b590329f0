package io.tharsis.kernels.layout;

/**
 * The driver around generated tiles: as many rows by columns as a vector has lanes. The last tiles
 * of rows and columns that do not come out even overlap those before them; what is smaller than a
 * tile goes to the scalar twin.
 */
abstract class VectorTranspose implements TransposeKernel {
    private final ScalarTranspose twin;
    private final int lanes;

    VectorTranspose(int elementSize, int lanes) {
        this.twin = new ScalarTranspose(elementSize);
        this.lanes = lanes;
    }

    /**
     * Copies {@code tiles} tiles side by side, whose first element is the first.
     *
     * @param tiles negative to go that many rounds of an empty loop
     */
    abstract void across(long from, long columnStep, long to, long pitch, int tiles);

    @Override
    public final void run(long from, long columnStep, long to, long pitch, int rows, int columns) {
        if (rows < lanes || columns < lanes) {
            twin.run(from, columnStep, to, pitch, rows, columns);
            return;
        }
        int size = twin.elementSize();
        int last = columns - lanes;
        for (int r = 0; ; r = Math.min(r + lanes, rows - lanes)) {
            long row = from + (long) r * size;
            long target = to + r * pitch;
            across(row, columnStep, target, pitch, columns / lanes);
            if (columns % lanes != 0) {
                across(row + last * columnStep, columnStep, target + (long) last * size, pitch, 1);
            }
            if (r == rows - lanes) {
                return;
            }
        }
    }
}
