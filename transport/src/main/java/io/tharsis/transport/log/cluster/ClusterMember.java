package io.tharsis.transport.log.cluster;

import io.tharsis.transport.common.AeronErrors;
import io.tharsis.transport.common.HeldFile;
import io.tharsis.transport.common.Threads;
import io.tharsis.transport.log.LogMember;
import io.tharsis.transport.log.MemberStats;
import io.tharsis.transport.log.ReplicatedLog;
import io.tharsis.transport.log.Role;
import io.tharsis.transport.log.StateMachine;
import io.tharsis.transport.log.Watched;

import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A member of a replicated log between processes, embedded in this one. It takes snapshots by size
 * and purges behind them; it starts at once after a kill; and when its media driver or one of its
 * agents breaks, as after a pause of the whole process, it starts anew with a state machine of its
 * own making, waiting 1 s at first and up to 16 s between attempts. One that was away for longer
 * than the others keep their log fetches a snapshot from the leader.
 */
public final class ClusterMember implements LogMember {
    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SNAPSHOT_PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long FIRST_BACK_OFF_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_BACK_OFF_NS = TimeUnit.SECONDS.toNanos(16);
    private static final long SOUND_NS = TimeUnit.SECONDS.toNanos(30);

    private final ClusterConfig config;
    private final Supplier<StateMachine> machines;
    private final HeldFile claim;
    private final AeronErrors errors;
    private final Watched<Role> roles = new Watched<>(Role.NONE);
    private final List<ClusterLog> clients = new CopyOnWriteArrayList<>();
    private final Counts past = new Counts();
    private final Thread keeper;

    private volatile LogPurge purge;
    private volatile LogService service;
    private volatile long starts;
    private volatile boolean closed;

    // The keeper's alone, after the constructor.
    private ClusterNode node;
    private long startedNs;
    private long backOffNs = FIRST_BACK_OFF_NS;
    private long askedAtNs;
    private long askedFrom;
    private boolean asked;
    private long purgedAt;
    private boolean behind;
    private boolean electing;
    private long electingSinceNs;

    /** What nodes that are gone had counted. */
    private static final class Counts {
        long snapshots;
        long failures;
        long answersDropped;
    }

    /**
     * Starts a member. Returns when it stands; it may still have to find its leader.
     *
     * @param machines makes a state machine at each start
     * @throws io.tharsis.transport.seal.UnsafeBindingException if it must not start so: off
     *     loopback without a key
     * @throws IllegalStateException if another member has the directory
     * @throws RuntimeException if it cannot start, as when a port is taken
     */
    public static ClusterMember start(ClusterConfig config, Supplier<StateMachine> machines) {
        Objects.requireNonNull(machines, "machines");
        config.network().check(config.address());
        HeldFile claim = claim(config.directory());
        try {
            return new ClusterMember(config, machines, claim);
        } catch (RuntimeException | Error e) {
            claim.close();
            throw e;
        }
    }

    private ClusterMember(ClusterConfig config, Supplier<StateMachine> machines, HeldFile claim) {
        this.config = config;
        this.machines = machines;
        this.claim = claim;
        errors =
                new AeronErrors(
                        "the replicated log's member "
                                + config.member()
                                + " at "
                                + config.address(),
                        SystemNanoClock.INSTANCE);
        startNode();
        keeper = new Thread(this::keep, "tharsis-log-" + config.member());
        keeper.setDaemon(true);
        keeper.start();
    }

    /**
     * The right to the directory. Aeron's own mark files only tell that somebody was alive some
     * seconds ago, which keeps a member from coming back at once after a kill.
     */
    private static HeldFile claim(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a member's directory " + directory, e);
        }
        HeldFile claim = HeldFile.tryHold(directory.resolve("member.lock"), "");
        if (claim == null) {
            throw new IllegalStateException("another member of a replicated log uses " + directory);
        }
        return claim;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void startNode() {
        purge = new LogPurge(config);
        service = new LogService(machines.get(), roles::set, errors);
        node = new ClusterNode(config, service, errors);
        startedNs = System.nanoTime();
        starts++;
        asked = false;
        purgedAt = node.snapshotsListed();
    }

    private void keep() {
        try {
            while (!closed) {
                tryRound();
                LockSupport.parkNanos(this, ROUND_NS);
            }
        } finally {
            CloseHelper.close(errors, node);
            roles.set(Role.NONE);
            claim.close();
        }
    }

    private void tryRound() {
        try {
            round();
        } catch (RuntimeException e) {
            errors.onError(e);
        }
    }

    private void round() {
        long now = System.nanoTime();
        if (node == null || node.isBroken() || isBehind(now)) {
            restart(now);
        } else {
            if (now - startedNs > SOUND_NS) {
                backOffNs = FIRST_BACK_OFF_NS;
            }
            settleRole();
            snapshotBySize(now);
            purgeAfterSnapshot();
        }
    }

    /** Whether it does not find its way back to the others, and cannot, as it turns out. */
    private boolean isBehind(long now) {
        if (behind || config.members().size() == 1 || !node.isElecting()) {
            electing = false;
        } else if (!electing) {
            electing = true;
            electingSinceNs = now;
        } else if (now - electingSinceNs > 3 * config.heartbeatTimeout().toNanos()) {
            // Asked again after as long.
            electing = false;
            behind = LogDistance.isOutOfReach(config, node, errors);
        }
        return behind;
    }

    /**
     * The service of a leader that is cut off still waits for the end of its term, which it learns
     * from the next leader; the consensus module knows at once that it leads no more.
     */
    private void settleRole() {
        Role role = service.role();
        roles.set(role == Role.LEADER && !node.isLeader() ? Role.FOLLOWER : role);
    }

    private void restart(long now) {
        if (node != null) {
            errors.log(
                    Level.WARNING,
                    (behind ? "it needs log that is purged" : "it broke")
                            + " and starts anew in "
                            + TimeUnit.NANOSECONDS.toSeconds(backOffNs)
                            + " s");
            roles.set(Role.NONE);
            node.close();
            node = null;
            remember();
            startedNs = now;
            clients.forEach(ClusterLog::driverGone);
        }
        if (now - startedNs < backOffNs) {
            return;
        }
        backOffNs = Math.min(2 * backOffNs, LAST_BACK_OFF_NS);
        startedNs = now;
        if (behind) {
            LogRestore.run(config, errors, () -> closed);
            behind = false;
        }
        startNode();
    }

    private void snapshotBySize(long now) {
        if (asked && now - askedAtNs < SNAPSHOT_PATIENCE_NS && service.snapshot() < askedFrom) {
            return;
        }
        asked = false;
        if (service.applied() - service.snapshot() >= config.snapshotBytes()
                && roles.get() == Role.LEADER
                && node.askForSnapshot()) {
            asked = true;
            askedAtNs = now;
            askedFrom = service.applied();
        }
    }

    private void purgeAfterSnapshot() {
        long listed = node.snapshotsListed();
        if (listed != purgedAt) {
            purge.run(node);
            purgedAt = listed;
        }
    }

    private void remember() {
        synchronized (past) {
            past.snapshots += service.snapshots();
            past.failures += service.failures();
            past.answersDropped += service.answersDropped();
        }
        service = null;
    }

    @Override
    public int id() {
        return config.member();
    }

    @Override
    public Role role() {
        return roles.get();
    }

    @Override
    public void onRole(Consumer<Role> listener) {
        roles.add(listener);
    }

    @Override
    public MemberStats stats() {
        synchronized (past) {
            LogService now = service;
            boolean runs = now != null;
            return new MemberStats(
                    runs ? now.applied() : 0,
                    runs ? now.snapshot() : 0,
                    past.snapshots + (runs ? now.snapshots() : 0),
                    purge.logStart(),
                    past.failures + (runs ? now.failures() : 0),
                    past.answersDropped + (runs ? now.answersDropped() : 0),
                    starts,
                    errors.errors());
        }
    }

    @Override
    public ReplicatedLog log() {
        if (closed) {
            throw new IllegalStateException("member " + config.member() + " is closed");
        }
        ClusterLog client =
                config.members().size() == 1
                        ? ClusterLog.within(config, errors)
                        : ClusterLog.connect(
                                config.members(),
                                config.driverDirectory(),
                                config.address(),
                                errors);
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        closed = true;
        clients.forEach(ClusterLog::close);
        LockSupport.unpark(keeper);
        Threads.join(keeper);
    }
}
