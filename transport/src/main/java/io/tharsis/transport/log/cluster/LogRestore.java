package io.tharsis.transport.log.cluster;

import io.aeron.archive.Archive;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterBackup;
import io.aeron.cluster.ClusterBackupEventsListener;
import io.aeron.cluster.ClusterMember;
import io.aeron.cluster.RecordingLog;
import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.common.AeronErrors;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brings back a member that was away so long, or lost its disk, that the others have purged the log
 * it needs: its own log and snapshots, which are all behind theirs, are thrown away, and the
 * leader's last snapshot and the log from there are fetched as Aeron's {@code ClusterBackup} does.
 * The member's votes are kept. It takes no part in elections meanwhile, and what it had
 * acknowledged is in the log of every majority, or else nothing could have been purged.
 */
final class LogRestore implements ClusterBackupEventsListener {
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AeronErrors errors;
    private volatile boolean fetched;
    private volatile boolean ended;

    private LogRestore(AeronErrors errors) {
        this.errors = errors;
    }

    /**
     * Does it, and returns when a node can be started.
     *
     * @param stop makes it give up
     * @throws RuntimeException if it did not succeed; it can be done again
     */
    static void run(ClusterConfig config, AeronErrors errors, BooleanSupplier stop) {
        IoUtil.delete(ClusterNode.archiveDirectory(config).toFile(), true);
        IoUtil.delete(
                ClusterNode.clusterDirectory(config)
                        .resolve(RecordingLog.RECORDING_LOG_FILE_NAME)
                        .toFile(),
                true);
        ClusterNode.removeMarks(config);
        LogRestore restore = new LogRestore(errors);
        MediaDriver driver = null;
        Archive archive = null;
        ClusterBackup backup = null;
        try {
            driver = ClusterNode.launchDriver(config, errors);
            archive = Archive.launch(ClusterNode.archiveContext(config, errors));
            backup = ClusterBackup.launch(restore.context(config));
            restore.await(stop);
        } finally {
            CloseHelper.closeAll(errors, backup, archive, driver);
        }
    }

    private ClusterBackup.Context context(ClusterConfig config) {
        Address self = config.address();
        String others =
                IntStream.range(0, config.members().size())
                        .filter(id -> id != config.member())
                        .mapToObj(id -> Endpoints.of(config.members().get(id), Endpoints.CONSENSUS))
                        .collect(Collectors.joining(","));
        return new ClusterBackup.Context()
                .aeronDirectoryName(config.driverDirectory().toString())
                .clusterDir(ClusterNode.clusterDirectory(config).toFile())
                .archiveContext(ClusterNode.localArchive(config, 1, errors))
                .clusterArchiveContext(
                        new AeronArchive.Context()
                                .controlRequestChannel("aeron:udp?term-length=64k")
                                .controlResponseChannel(
                                        "aeron:udp?term-length=64k|endpoint="
                                                + Endpoints.anyPort(self))
                                .errorHandler(errors))
                .consensusChannel(
                        "aeron:udp?term-length=64k|endpoint="
                                + Endpoints.of(self, Endpoints.CONSENSUS))
                .clusterConsensusEndpoints(others)
                .catchupEndpoint(Endpoints.of(self, Endpoints.CATCH_UP))
                .catchupChannel("aeron:udp?alias=restore")
                .sourceType(ClusterBackup.SourceType.LEADER)
                .initialReplayStart(ClusterBackup.Configuration.ReplayStart.LATEST_SNAPSHOT)
                .clusterBackupResponseTimeoutNs(TimeUnit.SECONDS.toNanos(2))
                .clusterBackupCoolDownIntervalNs(TimeUnit.SECONDS.toNanos(1))
                .eventsListener(this)
                .terminationHook(() -> ended = true)
                .errorHandler(errors);
    }

    private void await(BooleanSupplier stop) {
        long end = System.nanoTime() + PATIENCE_NS;
        while (!fetched) {
            if (ended || stop.getAsBoolean() || System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        ended
                                ? "fetching a snapshot from the leader failed"
                                : "no snapshot could be fetched from the leader in time");
            }
            LockSupport.parkNanos(this, LOOK_NS);
        }
    }

    @Override
    public void onUpdatedRecordingLog(
            RecordingLog recordingLog, List<RecordingLog.Snapshot> snapshotsRetrieved) {
        // What follows of the log the node fetches by itself, as any that was away for a while.
        fetched |= !snapshotsRetrieved.isEmpty();
    }

    @Override
    public void onBackupQuery() {}

    @Override
    public void onPossibleFailure(Exception ex) {
        errors.onError(ex);
    }

    @Override
    public void onBackupResponse(
            ClusterMember[] clusterMembers,
            ClusterMember logSourceMember,
            List<RecordingLog.Snapshot> snapshotsToRetrieve) {}

    @Override
    public void onLiveLogProgress(long recordingId, long recordingPosCounterId, long logPosition) {}
}
