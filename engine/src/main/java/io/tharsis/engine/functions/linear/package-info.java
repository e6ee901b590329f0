/**
 * Linear algebra as builders of operands: checks on the caller's line, then compositions of slices,
 * matrix products and the functions of {@code io.tharsis.engine.linalg}, over chunks of any size.
 *
 * <p>The widths of blocks are constants, so the bits do not depend on how a tensor is cut. Large
 * factorizations go by halves: as nothing is changed in place, each element is then written a
 * logarithmic number of times.
 *
 * <p>To add a function: a class here, a facade in {@code io.tharsis.linalg} or {@code
 * io.tharsis.Tensors}, golden cases in {@code src/test/python/goldens/linear.py}, and what must
 * hold of its result in {@code LinalgPropertiesTest}.
 */
package io.tharsis.engine.functions.linear;
