/**
 * Tensors as text, as NumPy 2 prints them: {@link io.tharsis.engine.print.Edges} picks the elements
 * that are seen, {@link io.tharsis.engine.print.ElementText} writes one element in the common
 * width, {@link io.tharsis.engine.print.ArrayText} lays them out.
 *
 * <p>To print one more kind of element: give it an {@code ElementText} and add cases to {@code
 * api_golden.py}, whose file {@code PrintingGoldenTest} reads.
 */
package io.tharsis.engine.print;
