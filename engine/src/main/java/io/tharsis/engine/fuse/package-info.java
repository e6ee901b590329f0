/**
 * From the optimized graph to steps: whatever can share a loop becomes one {@link
 * io.tharsis.engine.fuse.Loop} with one kernel program; what cannot stays a step of its own. A
 * matrix product that one loop alone reads is made tile by tile inside that loop ({@code
 * Step.Tiles}).
 *
 * <p>{@code Partition} decides which nodes are stored and which loops compute them; {@code
 * LoopBuilder} writes a loop's program. To let another kind of operand fold into loops, give it a
 * case in {@code LoopBuilder} and keep it out of {@code Partition.mustStore}; {@code FusionTest}
 * counts the loops of expressions.
 */
package io.tharsis.engine.fuse;
