package io.tharsis.engine.memory;

import java.lang.foreign.Arena;

/**
 * Regions in plain Java: a shared arena each. The platform fills them with zeros, so the mapping
 * thread touches them first, and closing one costs a handshake with every thread; {@link
 * MmapRegions} does neither.
 */
final class ArenaRegions implements RegionMapper {
    @Override
    public Region map(long byteSize) {
        Arena arena = Arena.ofShared();
        try {
            return new Region(arena.allocate(byteSize, 64), arena::close);
        } catch (OutOfMemoryError refused) {
            arena.close();
            return null;
        }
    }

    @Override
    public String description() {
        return "shared arenas, zeroed by the platform";
    }
}
