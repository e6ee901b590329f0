/**
 * The user's front door: tensors and their functions, slices, random generators, sessions and
 * dtypes.
 *
 * <p>{@link io.tharsis.Tensors} and {@link io.tharsis.Tensor} are facades, a line or two for each
 * function; what a function means stands in {@code io.tharsis.engine.functions}. To add one: write
 * it there as a builder of operands, add a static method to {@code Tensors} (and a method to {@code
 * Tensor} if it reads well) under the section it belongs to, and give it a golden case; if it
 * differs from NumPy, a row in docs/deviations.md.
 */
package io.tharsis;
