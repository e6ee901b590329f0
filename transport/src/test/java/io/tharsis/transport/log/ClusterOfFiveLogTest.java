package io.tharsis.transport.log;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

@Tag("slow")
class ClusterOfFiveLogTest extends ReplicatedLogContract {
    @TempDir Path directory;

    @Override
    LogGroup start() throws Exception {
        return new ClusterGroup(5, directory, c -> c.withSnapshots(SNAPSHOT_BYTES, 0));
    }
}
