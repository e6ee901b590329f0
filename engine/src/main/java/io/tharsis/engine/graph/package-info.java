/**
 * The coarse graph: what the user asked for, as immutable operands.
 *
 * <p>An {@link io.tharsis.engine.graph.Operand} is one vertex: an {@link
 * io.tharsis.engine.graph.Op} (what it does), its inputs, its shape and its dtype. Shapes may hold
 * {@link io.tharsis.engine.graph.Shapes#UNKNOWN} lengths that only a run can tell.
 *
 * <p>To add an element-wise function: add a constant to an {@link
 * io.tharsis.engine.graph.ElementFunction} enum. To add an operation on whole chunks (a sort, a
 * histogram): implement {@link io.tharsis.engine.graph.ChunkFunction} as a record. Test both
 * against a NumPy golden file. A new kind of {@link io.tharsis.engine.graph.Op} is a new record
 * there; the compiler then names every {@code switch} that must know it: {@code Partition} and
 * {@code LoopBuilder} or a {@code Step}, {@code Tiler}, {@code GraphChecks}, and the reference
 * engine.
 */
package io.tharsis.engine.graph;
