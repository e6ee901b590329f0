/**
 * Loops in the processor's own instructions, for the few where a compiler's choices cost too much:
 * what they need of registers, prefetches and speed from the first call on cannot be said in Java.
 *
 * <p>{@link io.tharsis.kernels.machine.X64} writes instructions, {@link
 * io.tharsis.kernels.machine.MachineCode} makes them callable where this is Linux on x86-64 and the
 * processor has what they use ({@link io.tharsis.kernels.machine.Processor}). Everywhere else, and
 * with {@code -Dtharsis.machine=false}, the loops of the Vector API and the scalar twins run, whose
 * bits are the same.
 *
 * <p>To add a loop: write it as {@code MachineTileCode} does, give it a Java twin behind the same
 * small interface, choose it where {@code MachineTile} is chosen, and test it against the twin on
 * memory that ends at a page which must not be touched.
 */
package io.tharsis.kernels.machine;
