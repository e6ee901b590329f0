package io.tharsis.transport.bulk;

import java.util.concurrent.CompletionStage;

/** What one side has to give. */
@FunctionalInterface
public interface BulkSource {
    /**
     * Opens the data of a key. Called on the transport's thread, so it must not block: what takes
     * time is done elsewhere and ends the stage.
     *
     * @return fails if there is no such data; its message is what the other side gets to read
     */
    CompletionStage<BulkLease> open(String key);
}
