package io.tharsis.transport.log;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class ClusterLogTest extends ReplicatedLogContract {
    @TempDir Path directory;

    @Override
    LogGroup start() throws Exception {
        return new ClusterGroup(1, directory, c -> c.withSnapshots(SNAPSHOT_BYTES, 0));
    }
}
