/**
 * Dense factorizations inside a chunk: the leaves of the tiled algorithms in {@code
 * io.tharsis.engine.functions.linear}, and all there is to small matrices.
 *
 * <p>Everything is computed in double on Java arrays of rows or columns, so that the compiler makes
 * vectors of the inner loops in {@link io.tharsis.engine.linalg.Lanes}; the order of every sum is a
 * function of the matrix's shape alone.
 *
 * <p>To add a factorization: write it as a class over {@code double[][]} with its source, wrap it
 * as a record in {@link io.tharsis.engine.linalg.Factorizations} that says what it lays out, give
 * it a builder in {@code io.tharsis.engine.functions.linear} and a front door in {@code
 * io.tharsis.linalg.Linalg}, and prove it in {@code LinalgPropertiesTest} and {@code
 * src/test/python/goldens/linear.py}.
 */
package io.tharsis.engine.linalg;
