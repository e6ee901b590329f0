package io.tharsis.transport.log;

class MemoryLogOfOneTest extends ReplicatedLogContract {
    @Override
    LogGroup start() {
        return new MemoryGroup(1, SNAPSHOT_BYTES);
    }
}
