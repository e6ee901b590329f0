package io.tharsis.transport.log.cluster;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;

import org.agrona.collections.MutableBoolean;

import java.util.ArrayList;
import java.util.List;

/**
 * Removes from a member's disk what it does not need any more: snapshots older than the last two,
 * and the log before the older of those, but for what is kept for members that were away. Each
 * member does it for itself, when a snapshot of its own has been entered into its list.
 */
final class LogPurge {
    private static final int SNAPSHOTS_KEPT = 2;

    private final ClusterConfig config;

    /** Snapshots up to here are gone from this member's archive. */
    private long purgedTo = -1;

    private volatile long logStart;

    LogPurge(ClusterConfig config) {
        this.config = config;
    }

    /** Where the log on this disk begins, as far as is known. */
    long logStart() {
        return logStart;
    }

    /** Does it now, on the calling thread, through an archive client made for it. */
    void run(ClusterNode node) {
        List<RecordingLog.Entry> snapshots = new ArrayList<>();
        long recording;
        try (RecordingLog log =
                new RecordingLog(ClusterNode.clusterDirectory(config).toFile(), false)) {
            for (RecordingLog.Entry entry : log.entries()) {
                if (entry.isValid && entry.type == RecordingLog.ENTRY_TYPE_SNAPSHOT) {
                    snapshots.add(entry);
                }
            }
            recording = log.findLastTermRecordingId();
        }
        long keepFrom = olderKept(snapshots);
        if (keepFrom < 0) {
            return;
        }
        try (AeronArchive archive = AeronArchive.connect(node.localArchive(3))) {
            purgeSnapshots(archive, snapshots, keepFrom);
            purgeLog(archive, recording, keepFrom - config.retainBytes());
        }
    }

    /** The position of the oldest snapshot that stays, or -1 if there are too few. */
    private static long olderKept(List<RecordingLog.Entry> snapshots) {
        long[] positions =
                snapshots.stream()
                        .filter(e -> e.serviceId == ConsensusModule.Configuration.SERVICE_ID)
                        .mapToLong(e -> e.logPosition)
                        .sorted()
                        .distinct()
                        .toArray();
        int count = positions.length;
        return count < SNAPSHOTS_KEPT ? -1 : positions[count - SNAPSHOTS_KEPT];
    }

    private void purgeSnapshots(
            AeronArchive archive, List<RecordingLog.Entry> snapshots, long keepFrom) {
        for (RecordingLog.Entry entry : snapshots) {
            if (entry.logPosition < keepFrom
                    && entry.logPosition > purgedTo
                    && exists(archive, entry.recordingId)) {
                archive.purgeRecording(entry.recordingId);
            }
        }
        purgedTo = keepFrom - 1;
    }

    private static boolean exists(AeronArchive archive, long recording) {
        MutableBoolean found = new MutableBoolean();
        archive.listRecording(
                recording, (_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _) -> found.set(true));
        return found.get();
    }

    private void purgeLog(AeronArchive archive, long recording, long position) {
        long start = archive.getStartPosition(recording);
        if (position > start) {
            int segment = ClusterNode.segmentLength(config);
            long newStart =
                    AeronArchive.segmentFileBasePosition(
                            start, position, ClusterNode.LOG_TERM, segment);
            if (newStart > start) {
                purge(archive, recording, newStart);
                start = archive.getStartPosition(recording);
            }
        }
        logStart = start;
    }

    private static void purge(AeronArchive archive, long recording, long newStart) {
        try {
            archive.purgeSegments(recording, newStart);
        } catch (ArchiveException e) {
            // Somebody reads there, a member that catches up: it is for the next snapshot to do.
            if (e.errorCode() != ArchiveException.ACTIVE_RECORDING
                    && !String.valueOf(e.getMessage()).contains("replay")) {
                throw e;
            }
        }
    }
}
