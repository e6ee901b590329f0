/**
 * The kernel floor: memory segments and numbers, no tensors.
 *
 * <p>{@link io.tharsis.kernels.Kernels} turns a program into a cached {@link
 * io.tharsis.kernels.Kernel}. What it gets is decided in {@code KernelCache}: the scalar twin, a
 * {@code TieredKernel} that moves from the twin to a compiled loop once {@code WarmUp} has measured
 * that loop to be fast, or, for a program dearer than {@link io.tharsis.kernels.ProgramCost#LIMIT},
 * a {@code StagedKernel} over the stages that {@code ProgramSplitter} cuts.
 *
 * <p>To add a backend: implement {@code KernelGenerator}, choose it in {@code
 * VectorBackend.choose}, and run the differential tests ({@code RandomPrograms} against the scalar
 * twin) over it.
 */
package io.tharsis.kernels;
