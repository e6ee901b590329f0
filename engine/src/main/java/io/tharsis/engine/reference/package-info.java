/**
 * The engine as plainly as it can be said: one operand at a time, one chunk, the scalar twin, no
 * fusion. It defines what the real engine's bits must be, and tests compare the two.
 *
 * <p>To add a kind of {@link io.tharsis.engine.graph.Op}: give it a method in {@code
 * ReferenceEngine} written from its contract, not from the real engine's code.
 */
package io.tharsis.engine.reference;
