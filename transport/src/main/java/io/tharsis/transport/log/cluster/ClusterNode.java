package io.tharsis.transport.log.cluster;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.RethrowingErrorHandler;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterControl;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusterCounters;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tharsis.transport.Address;
import io.tharsis.transport.common.AeronErrors;

import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * One life of a member, from its start to a break or its close: media driver, archive, consensus
 * module and service container, each on a thread of its own that backs off when idle. Everything
 * lies in the member's two directories.
 */
final class ClusterNode implements AutoCloseable {
    /** The log's terms; a message is at most an eighth. Three are in memory at each end. */
    static final int LOG_TERM = 2 * 1024 * 1024;

    static final int SNAPSHOT_STREAM_TERM = 1024 * 1024;
    static final int INGRESS_TERM = 1024 * 1024;
    static final int MAX_SESSIONS = 256;

    /** Two clusters share no driver, so all can have the same number. */
    private static final int CLUSTER_ID = 0;

    private static final int KIB = 1024;
    private static final int MAX_SEGMENT = 16 * 1024 * KIB;

    /**
     * How long an idle agent sleeps; the five of them together take some four per cent of a core.
     * The first append after a rest meets each of them asleep.
     */
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(3);

    /** The driver also answers to other processes. */
    private static final long DRIVER_PARK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ClusterConfig config;
    private final AeronErrors errors;
    private final MediaDriver driver;
    private final Archive archive;
    private final ConsensusModule module;
    private final ClusteredServiceContainer container;

    // A mapping of our own: the module's goes away with it, at any time.
    private final CountersReader counters;
    private final int snapshotCounter;
    private final int electionCounter;
    private final int roleCounter;
    private final AtomicCounter controlToggle;
    private volatile boolean broken;

    /**
     * Starts one. Returns when its parts stand; elections and recovery go on by themselves.
     *
     * @throws RuntimeException if a part does not start; those that did are closed
     */
    ClusterNode(ClusterConfig config, LogService service, AeronErrors errors) {
        this.config = config;
        this.errors = errors;
        removeMarks(config);
        MediaDriver startedDriver = null;
        Archive startedArchive = null;
        ConsensusModule startedModule = null;
        try {
            startedDriver = launchDriver(config, errors);
            startedArchive = Archive.launch(archiveContext(config, errors));
            startedModule = ConsensusModule.launch(moduleContext());
            counters = ClusterControl.mapCounters(cncFile(config));
            snapshotCounter =
                    ClusterCounters.find(
                            counters,
                            ConsensusModule.Configuration.SNAPSHOT_COUNTER_TYPE_ID,
                            CLUSTER_ID);
            electionCounter =
                    ClusterCounters.find(
                            counters,
                            ConsensusModule.Configuration.ELECTION_STATE_TYPE_ID,
                            CLUSTER_ID);
            roleCounter =
                    ClusterCounters.find(
                            counters,
                            ConsensusModule.Configuration.CLUSTER_NODE_ROLE_TYPE_ID,
                            CLUSTER_ID);
            controlToggle = ClusterControl.findControlToggle(counters, CLUSTER_ID);
            container = ClusteredServiceContainer.launch(containerContext(service));
        } catch (RuntimeException | Error e) {
            CloseHelper.quietCloseAll(startedModule, startedArchive, startedDriver);
            throw e;
        }
        driver = startedDriver;
        archive = startedArchive;
        module = startedModule;
    }

    static Path archiveDirectory(ClusterConfig config) {
        return config.directory().resolve("archive");
    }

    static Path clusterDirectory(ClusterConfig config) {
        return config.directory().resolve("cluster");
    }

    /** Removes what a member that is gone left as signs of its life; for who has its directory. */
    static void removeMarks(ClusterConfig config) {
        try {
            Files.deleteIfExists(archiveDirectory(config).resolve("archive-mark.dat"));
            for (String mark : List.of("cluster-mark.dat", "cluster-mark-service-0.dat")) {
                Files.deleteIfExists(clusterDirectory(config).resolve(mark));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much of the log is in one file: the grain of what can be purged. */
    static int segmentLength(ClusterConfig config) {
        long wanted = Long.highestOneBit(config.snapshotBytes() / 2);
        return (int) Math.max(LOG_TERM, Math.min(MAX_SEGMENT, wanted));
    }

    private static File cncFile(ClusterConfig config) {
        return config.driverDirectory().resolve(CncFileDescriptor.CNC_FILE).toFile();
    }

    /** Whether a part of it has ended by itself; it is of no use then but to be closed. */
    boolean isBroken() {
        return broken;
    }

    /** How many snapshots its consensus module has entered into its list. */
    long snapshotsListed() {
        return counters.getCounterValue(snapshotCounter);
    }

    /** Whether it seeks a leader, or the way to one's log. */
    boolean isElecting() {
        return counters.getCounterValue(electionCounter) != ElectionState.CLOSED.code();
    }

    /** Whether it leads and hears of a majority. */
    boolean isLeader() {
        return counters.getCounterValue(roleCounter) == Cluster.Role.LEADER.code();
    }

    /** Has all members take a snapshot, if this is the leader and nothing of the kind goes on. */
    boolean askForSnapshot() {
        return ClusterControl.ToggleState.SNAPSHOT.toggle(controlToggle);
    }

    static MediaDriver launchDriver(ClusterConfig config, AeronErrors errors) {
        MediaDriver.Context context =
                new MediaDriver.Context()
                        .aeronDirectoryName(config.driverDirectory().toString())
                        .dirDeleteOnStart(true)
                        .dirDeleteOnShutdown(true)
                        .warnIfDirectoryExists(false)
                        .threadingMode(ThreadingMode.SHARED)
                        .sharedIdleStrategy(backOff(DRIVER_PARK_NS))
                        .sharedThreadFactory(threads(config, "driver"))
                        // It resolves names and frees memory: none of that is urgent.
                        .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(10))
                        .asyncExecutorThreadFactory(threads(config, "driver-tasks"))
                        .spiesSimulateConnection(true)
                        .termBufferSparseFile(true)
                        .publicationTermBufferLength(INGRESS_TERM)
                        .ipcTermBufferLength(SNAPSHOT_STREAM_TERM)
                        .counterValuesBufferLength(1024 * KIB)
                        .lowStorageWarningThreshold(0)
                        .errorHandler(errors);
        config.driver().accept(context);
        config.network().apply(context, config.address());
        return MediaDriver.launch(context);
    }

    static Archive.Context archiveContext(ClusterConfig config, AeronErrors errors) {
        Address self = config.address();
        int sync = config.fsync() ? 1 : 0;
        return new Archive.Context()
                .aeronDirectoryName(config.driverDirectory().toString())
                .archiveDir(archiveDirectory(config).toFile())
                .controlChannelEnabled(config.members().size() > 1)
                .controlChannel("aeron:udp?endpoint=" + Endpoints.of(self, Endpoints.ARCHIVE))
                .localControlChannel("aeron:ipc?term-length=64k")
                .replicationChannel("aeron:udp?endpoint=" + Endpoints.anyPort(self))
                .archiveClientContext(
                        new AeronArchive.Context()
                                .controlResponseChannel(
                                        "aeron:udp?endpoint=" + Endpoints.anyPort(self)))
                .recordingEventsEnabled(false)
                .threadingMode(ArchiveThreadingMode.SHARED)
                .idleStrategySupplier(() -> backOff(MAX_PARK_NS))
                .segmentFileLength(segmentLength(config))
                .fileSyncLevel(sync)
                .catalogFileSyncLevel(sync)
                .threadFactory(threads(config, "archive"))
                .errorHandler(errors);
    }

    private ConsensusModule.Context moduleContext() {
        long heartbeat = config.heartbeatTimeout().toNanos();
        return new ConsensusModule.Context()
                .aeronDirectoryName(config.driverDirectory().toString())
                .clusterDir(clusterDirectory(config).toFile())
                .clusterMemberId(config.member())
                .clusterMembers(Endpoints.members(config.members()))
                .ingressChannel(
                        "aeron:udp?term-length="
                                + INGRESS_TERM
                                + "|endpoint="
                                + config.network().ingress(config.address()))
                .isIpcIngressAllowed(true)
                .logChannel("aeron:udp?term-length=" + LOG_TERM)
                .snapshotChannel(snapshotChannel())
                .replicationChannel("aeron:udp?endpoint=" + Endpoints.anyPort(config.address()))
                .archiveContext(localArchive(1))
                .maxConcurrentSessions(MAX_SESSIONS)
                .leaderHeartbeatTimeoutNs(heartbeat)
                .leaderHeartbeatIntervalNs(heartbeat / 10)
                .startupCanvassTimeoutNs(2 * heartbeat)
                .electionTimeoutNs(Math.max(heartbeat / 2, TimeUnit.MILLISECONDS.toNanos(500)))
                .fileSyncLevel(config.fsync() ? 1 : 0)
                .idleStrategySupplier(() -> backOff(MAX_PARK_NS))
                .threadFactory(threads(config, "consensus"))
                .terminationHook(() -> broken = true)
                .errorHandler(errors);
    }

    private ClusteredServiceContainer.Context containerContext(LogService service) {
        return new ClusteredServiceContainer.Context()
                .aeron(serviceClient())
                .ownsAeronClient(true)
                .aeronDirectoryName(config.driverDirectory().toString())
                .clusterDir(clusterDirectory(config).toFile())
                .snapshotChannel(snapshotChannel())
                .clusteredService(service)
                .archiveContext(localArchive(2))
                .idleStrategySupplier(() -> backOff(MAX_PARK_NS))
                .threadFactory(threads(config, "service"))
                .terminationHook(() -> broken = true)
                .errorHandler(errors);
    }

    /**
     * The service's client, run by the service's thread: with a conductor of its own, as by
     * default, the two wait for each other for 9 s when the client times out after a pause.
     */
    private Aeron serviceClient() {
        return Aeron.connect(
                new Aeron.Context()
                        .aeronDirectoryName(config.driverDirectory().toString())
                        .errorHandler(errors)
                        .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
                        .useConductorAgentInvoker(true)
                        .clientLock(NoOpLock.INSTANCE)
                        .clientName("tharsis-log-" + config.member() + "-service"));
    }

    private static String snapshotChannel() {
        return "aeron:ipc?alias=snapshot|term-length=" + SNAPSHOT_STREAM_TERM;
    }

    /** How to talk to this node's archive from its process; each user takes another number. */
    AeronArchive.Context localArchive(int user) {
        return localArchive(config, user, errors);
    }

    static AeronArchive.Context localArchive(ClusterConfig config, int user, AeronErrors errors) {
        return new AeronArchive.Context()
                .aeronDirectoryName(config.driverDirectory().toString())
                .controlRequestChannel("aeron:ipc?term-length=64k")
                .controlResponseChannel("aeron:ipc?term-length=64k")
                .controlRequestStreamId(AeronArchive.Configuration.localControlStreamId())
                .controlResponseStreamId(
                        AeronArchive.Configuration.controlResponseStreamId() + 100 + user)
                .errorHandler(errors);
    }

    private static ThreadFactory threads(ClusterConfig config, String part) {
        return task -> {
            Thread thread = new Thread(task, "tharsis-log-" + config.member() + "-" + part);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static IdleStrategy backOff(long longestNs) {
        // Measured on a busy machine: without the yields an append takes 1 to 5 ms there, with them
        // most of the time 60 us, and now and then, when they give away whole slices of time, 15
        // ms.
        return new BackoffIdleStrategy(10, 5, 1_000, longestNs);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(errors, container, module, archive, driver);
    }
}
