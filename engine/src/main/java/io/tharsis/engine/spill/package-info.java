/**
 * Chunks on local disk: {@link io.tharsis.engine.spill.SpillSpace} writes and reads them in folders
 * that it owns, {@link io.tharsis.engine.spill.SpillFolder} makes those folders and sweeps the ones
 * of processes that are gone, {@link io.tharsis.engine.spill.SpillFile} is one chunk there.
 *
 * <p>To add a way of packing blocks: implement {@code BlockCodec} and choose it in {@code
 * SpillSpace}; {@code SpillSpaceTest} runs its contract over every codec.
 */
package io.tharsis.engine.spill;
