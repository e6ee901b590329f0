package io.tharsis.transport.log;

class MemoryLogOfThreeTest extends ReplicatedLogContract {
    @Override
    LogGroup start() {
        return new MemoryGroup(3, SNAPSHOT_BYTES);
    }
}
