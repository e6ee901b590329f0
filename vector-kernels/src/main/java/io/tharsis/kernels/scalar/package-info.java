/**
 * The scalar twin: what every program means, in plain Java over arrays, without the vector module.
 *
 * <p>To add an operator: add its expression to {@code src/main/generator/scalar_loops.py}, run it,
 * add its bytecode to {@code LaneCode} (or a case to {@code Schedule} that keeps it out of fused
 * steps), and extend the reference evaluator of the tests, which is written independently of both.
 */
package io.tharsis.kernels.scalar;
