/**
 * Tensors at rest: how they are cut ({@link io.tharsis.engine.storage.ChunkGrid}), the chunks
 * ({@link io.tharsis.engine.storage.Chunk}), who moves them between memory and disk ({@link
 * io.tharsis.engine.storage.ChunkStore}), and a tensor of them ({@link
 * io.tharsis.engine.storage.Stored}).
 *
 * <p>To add a place where chunks can rest (another node): give {@code Chunk} another way of being
 * fetched beside its file and its {@code Remake}, and test in {@code SpillFaultTest} that it is
 * freed on every path and that its loss is a typed error.
 */
package io.tharsis.engine.storage;
