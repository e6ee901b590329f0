package io.tharsis.bench;

/** What {@link LinearBenchmark} and its rivals compute; a {@link LinearCase} holds its matrices. */
public enum LinearFunction {
    MATMUL,
    CHOLESKY,
    SOLVE,
    SVD
}
