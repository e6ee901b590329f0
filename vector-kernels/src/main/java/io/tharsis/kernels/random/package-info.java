/**
 * Counter-based random numbers: Philox in plain Java, distributions as kernel programs over raw
 * bits, and keyed permutations. The value of element e is a function of (seed, stream, e) alone.
 *
 * <p>To add a distribution: write it in {@code Distributions} by inversion of one element's bits,
 * commit its first values to the golden test, and add its cdf to the Kolmogorov-Smirnov test.
 */
package io.tharsis.kernels.random;
