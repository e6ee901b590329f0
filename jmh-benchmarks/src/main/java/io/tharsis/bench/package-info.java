/**
 * Measurements: JMH benchmarks in pairs, of us and of a plain Java loop over the same data ({@code
 * scripts/jmh}; those against ND4J, EJML and Pekko are in src/rivals), and programs that start many
 * JVMs ({@code scripts/jit-luck}, {@code scripts/cold-start}, {@code scripts/time-to-hot}).
 *
 * <p>To add a benchmark: a class {@code XyzBenchmark} with two methods, {@code tharsis} and {@code
 * loop}, over data made in {@code @Setup}, that checks in {@code @TearDown} that both answer the
 * same; and its rival in src/rivals. To add an expression to the programs: one line in {@link
 * io.tharsis.bench.Expression}.
 */
package io.tharsis.bench;
