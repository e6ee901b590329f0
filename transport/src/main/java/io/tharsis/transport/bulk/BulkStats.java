package io.tharsis.transport.bulk;

/**
 * What bulk has counted.
 *
 * @param sentBytes given to others
 * @param receivedBytes fetched, with their checksums right
 * @param damaged frames that had to be asked for again
 * @param malformed frames that were none of bulk's, each of which ended a connection
 * @param dropped refusals to peers that ask and do not read, which go without
 */
public record BulkStats(
        long sentBytes, long receivedBytes, long damaged, long malformed, long dropped) {}
