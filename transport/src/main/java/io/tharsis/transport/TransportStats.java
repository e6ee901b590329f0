package io.tharsis.transport;

/**
 * What a transport has counted.
 *
 * @param sent messages that were taken
 * @param received messages that were given to a listener
 * @param backPressured offers that found no room
 * @param connections that came about
 * @param losses of connections
 * @param malformed frames that were none of ours, each of which ended a connection
 * @param stale frames of connections that are over, which were dropped
 */
public record TransportStats(
        long sent,
        long received,
        long backPressured,
        long connections,
        long losses,
        long malformed,
        long stale) {}
