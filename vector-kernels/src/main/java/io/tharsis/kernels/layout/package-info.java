/**
 * Changes of layout: what a loop cannot read in order is first copied so that it can.
 *
 * <p>{@link io.tharsis.kernels.layout.Transposition} turns rows into columns: in machine code
 * ({@code MachineTranspose}) where there is some, for elements of 4 and 8 bytes; else with {@code
 * ScalarTranspose} at first, with a generated {@code VectorTranspose} once {@code TransposeWarmUp}
 * has measured it to be fast. Elements are bits of 1, 2, 4 or 8 bytes here.
 *
 * <p>To add a change of layout: give it a scalar form and, if it is worth one, a generated class
 * that is warmed up as that of {@code Transposition} is; compare both in a test like {@code
 * TranspositionTest}, at every width, cold and compiled.
 */
package io.tharsis.kernels.layout;
