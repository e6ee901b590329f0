/**
 * NumPy's functions as builders of operands: static methods from operands to an operand. They check
 * arguments, choose result dtypes, and compute nothing. The front door wraps them in tensors.
 *
 * <p>To add a function: write it here from existing operations if it can be one, add it to {@code
 * Tensors} (and {@code Tensor} where it reads well), and give it a golden case in {@code
 * src/test/python/goldens}.
 */
package io.tharsis.engine.functions;
