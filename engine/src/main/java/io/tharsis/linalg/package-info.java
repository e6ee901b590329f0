/**
 * Linear algebra as in {@code numpy.linalg}: {@link io.tharsis.linalg.Linalg}, to be imported
 * statically, and what its functions answer. Products of tensors are in {@link io.tharsis.Tensors}.
 *
 * <p>To add a function: a builder of operands in {@code io.tharsis.engine.functions.linear}, a
 * facade of a line or two here, golden cases in {@code src/test/python/goldens/linear.py}.
 */
package io.tharsis.linalg;
