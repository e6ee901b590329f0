/**
 * Off-heap memory under one exact byte budget: {@link io.tharsis.engine.memory.MemoryBudget}
 * counts, {@link io.tharsis.engine.memory.BufferPool} maps, hands out and takes back, {@link
 * io.tharsis.engine.memory.Buffer} is what it hands out. Bytes are reserved before they are mapped
 * and unmapped before they are released, so that the mapped bytes never exceed the reserved ones,
 * nor the reserved ones the capacity.
 *
 * <p>Where there is no room, {@code BufferPool.allocate} asks {@link
 * io.tharsis.engine.memory.Relief}, which moves chunks to disk; a scheduler that would rather wait
 * asks {@code tryAllocate}.
 *
 * <p>To add a way of getting memory from the system: implement {@code RegionMapper}, choose it in
 * {@code RegionMapper.system()}, and add it to the mappers that {@code BufferPoolTest} runs its
 * contract over.
 */
package io.tharsis.engine.memory;
