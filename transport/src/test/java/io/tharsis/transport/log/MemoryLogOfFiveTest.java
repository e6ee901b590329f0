package io.tharsis.transport.log;

class MemoryLogOfFiveTest extends ReplicatedLogContract {
    @Override
    LogGroup start() {
        return new MemoryGroup(5, SNAPSHOT_BYTES);
    }
}
