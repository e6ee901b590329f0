package io.tharsis.engine.linalg;

/** Values in order, and their vectors with them. */
final class SortedValues {
    private SortedValues() {}

    /**
     * @param sign 1 for ascending values, -1 for descending ones
     * @param vectors one a row for each value, or more: these stay last
     */
    static void sort(double[] values, int sign, double[][]... vectors) {
        double[] unsorted = values.clone();
        int[] order = TridiagonalMerge.order(values.length, i -> sign * unsorted[i]);
        for (int k = 0; k < order.length; k++) {
            values[k] = unsorted[order[k]];
        }
        for (double[][] rows : vectors) {
            double[][] before = rows.clone();
            for (int k = 0; k < order.length; k++) {
                rows[k] = before[order[k]];
            }
        }
    }
}
