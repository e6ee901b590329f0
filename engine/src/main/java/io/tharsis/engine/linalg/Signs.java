package io.tharsis.engine.linalg;

/** The choice among v and -v. */
final class Signs {
    private Signs() {}

    /** Whether the element of the largest magnitude, the first among equals, is negative. */
    static boolean isNegative(double[] vector) {
        double extreme = 0;
        for (double x : vector) {
            if (isLarger(x, extreme)) {
                extreme = x;
            }
        }
        return extreme < 0;
    }

    /** In magnitude; near ties must not be decided by the last bit. */
    static boolean isLarger(double x, double extreme) {
        return Math.abs(x) > Math.abs(extreme) * (1 + 0x1p-30);
    }

    static void swap(double[][] rows, int i, int j) {
        double[] row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }
}
