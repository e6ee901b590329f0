package io.tharsis.engine.linalg;

/**
 * A function of one dense matrix, computed in double on Java arrays. Implemented by records, so
 * that equality tells equal functions. Pure and thread-safe.
 */
public interface MatrixFunction {
    /** The name shown by {@code explain()}. */
    String name();

    /**
     * The parts of the result, each by rows; {@link PerMatrix} lays all rows of all parts one after
     * the other.
     *
     * @param a by rows, which the function may overwrite
     * @param columns of each row
     */
    double[][][] apply(double[][] a, int columns);
}
