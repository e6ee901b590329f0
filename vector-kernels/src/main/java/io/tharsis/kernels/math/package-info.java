/**
 * The transcendental functions as straight-line kernel programs: polynomials over the primitives of
 * {@link io.tharsis.kernels.ir}, so that every backend, vector width and tail gives the same bits.
 *
 * <p>Each function is a static method that takes a {@link io.tharsis.kernels.ir.ProgramBuilder} and argument nodes (F32 or F64) and
 * answers the result node. Special values are those of C99, Annex F, as in NumPy.
 *
 * <p>To add a function: write it in the class of its family with {@code Floats}, its coefficients by
 * {@code src/main/generator/minimax.py}; state its measured bound in {@code MathBounds}; add its points to
 * {@code src/test/python/math_goldens.py}.
 */
package io.tharsis.kernels.math;
