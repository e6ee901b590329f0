package io.tharsis.transport.log.cluster;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.tharsis.transport.Address;
import io.tharsis.transport.common.AeronErrors;

import org.agrona.collections.MutableLong;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Whether another member's log begins after the end of ours. Then that member has purged what we
 * need to catch up; all it has purged is committed; and nothing of our log is missing in a snapshot
 * of its.
 */
final class LogDistance {
    private static final int MOST_RECORDINGS = 10_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

    private LogDistance() {}

    /** Asks the archives of all, those that do not answer in vain; takes up to some seconds. */
    static boolean isOutOfReach(ClusterConfig config, ClusterNode node, AeronErrors errors) {
        try (Aeron aeron =
                Aeron.connect(
                        new Aeron.Context()
                                .aeronDirectoryName(config.driverDirectory().toString())
                                .errorHandler(errors)
                                .subscriberErrorHandler(errors))) {
            long end;
            try (AeronArchive own = AeronArchive.connect(node.localArchive(4).aeron(aeron))) {
                end = end(own);
            }
            for (int i = 0; i < config.members().size(); i++) {
                if (i != config.member() && start(config, i, aeron, errors) > end) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long start(ClusterConfig config, int member, Aeron aeron, AeronErrors errors) {
        Address address = config.members().get(member);
        String term = "term-length=64k|endpoint=";
        try (AeronArchive archive =
                AeronArchive.connect(
                        new AeronArchive.Context()
                                .aeron(aeron)
                                .ownsAeronClient(false)
                                .messageTimeoutNs(TIMEOUT_NS)
                                .errorHandler(errors)
                                .controlRequestChannel(
                                        "aeron:udp?"
                                                + term
                                                + Endpoints.of(address, Endpoints.ARCHIVE))
                                .controlResponseChannel(
                                        "aeron:udp?"
                                                + term
                                                + Endpoints.anyPort(config.address())))) {
            long recording = log(archive);
            return recording < 0 ? -1 : archive.getStartPosition(recording);
        } catch (RuntimeException e) {
            errors.say(Level.DEBUG, "the archive of member " + member + " does not answer", e);
            return -1;
        }
    }

    private static long end(AeronArchive archive) {
        long recording = log(archive);
        return recording < 0 ? 0 : Math.max(0, archive.getMaxRecordedPosition(recording));
    }

    /** The recording of the log, the newest if there are several; -1 if there is none. */
    private static long log(AeronArchive archive) {
        MutableLong newest = new MutableLong(-1);
        archive.listRecordings(
                0,
                MOST_RECORDINGS,
                (_, _, recording, _, _, _, _, _, _, _, _, _, stream, _, _, _) -> {
                    if (stream == ConsensusModule.Configuration.LOG_STREAM_ID_DEFAULT) {
                        newest.set(Math.max(newest.get(), recording));
                    }
                });
        return newest.get();
    }
}
