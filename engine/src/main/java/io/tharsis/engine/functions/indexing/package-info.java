/**
 * Chunk functions that pick elements by number or by mask, and that set some of them. {@link
 * io.tharsis.engine.functions.Indexing} checks shapes and dtypes and makes their operands; what
 * only the data can tell (an index out of range, a count that does not fit) they check themselves
 * and throw {@link io.tharsis.ShapeException}.
 *
 * <p>To add one: write a record that implements {@link io.tharsis.engine.graph.ChunkFunction}, a
 * builder in {@code Indexing}, and cases in {@code moving.py} for {@code MovingGoldenTest}; move
 * bytes with {@code Elements}, so that every dtype works. If it is cut into boxes or morsels, add
 * it to {@code CutChunksTest} or {@code ManyPartsTest}.
 */
package io.tharsis.engine.functions.indexing;
