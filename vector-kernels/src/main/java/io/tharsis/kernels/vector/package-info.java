/**
 * The Vector API backend: a program becomes a hidden class whose body is one loop over memory.
 *
 * <p>A run passes through {@link io.tharsis.kernels.vector.VectorKernels} (makes the class), {@code
 * Layout} (lane count, unroll, which inputs are staged), {@code KernelWriter} (methods and loops),
 * {@code LoopBody} (one node after the other), and at run time {@code VectorKernel} (sub-blocks,
 * staging, tails, rare arguments).
 *
 * <p>To add a node kind: give it a cost in {@code Layout}, emit it in {@code LoopBody}, and add it
 * to the differential tests, which run every operator on every lane at every width against the
 * scalar twin. To add a narrow format: widen and narrow it in {@code Staging}.
 */
package io.tharsis.kernels.vector;
