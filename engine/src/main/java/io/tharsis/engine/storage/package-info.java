/**
 * Tensors at rest: how they are cut ({@link io.tharsis.engine.storage.ChunkGrid}) and the chunks
 * themselves ({@link io.tharsis.engine.storage.Stored}).
 *
 * <p>To add a place where chunks can rest (a disk, another node), give {@code Stored} another kind
 * of chunk and teach {@code Stored.chunk} to bring it back; test in {@code LifeCycleTest} that it
 * is freed on every path.
 */
package io.tharsis.engine.storage;
