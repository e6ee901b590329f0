package io.tharsis.transport.log.cluster;

import io.tharsis.transport.Address;
import io.tharsis.transport.common.AeronErrors;
import io.tharsis.transport.common.Threads;
import io.tharsis.transport.log.AppendCounts;
import io.tharsis.transport.log.Leader;
import io.tharsis.transport.log.LogStats;
import io.tharsis.transport.log.ReplicatedLog;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A client of a replicated log between processes. It finds the leader among the members, follows it
 * when it changes, and connects anew when the connection or the media driver is lost; appends wait
 * meanwhile. Its thread looks at the wire every millisecond at least while appends are under way,
 * every twenty otherwise.
 */
public final class ClusterLog implements ReplicatedLog {
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_IDLE_PARK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int SPINS = 10;
    private static final int YIELDS = 20;
    private static final AtomicLong NUMBER = new AtomicLong();

    private final Appends appends = new Appends();
    private final Leader leader = new Leader();
    private final LogSession session;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;

    private ClusterLog(LogSession.Target target, AeronErrors errors) {
        session = new LogSession(target, appends, leader::is, errors);
        thread = new Thread(this::work, "tharsis-log-client-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A client in a process that has no member. Does not wait for a connection.
     *
     * @param members as in {@link ClusterConfig#members}
     * @param driverDirectory of the media driver this process uses; not owned
     * @param self the host on which answers are received; its port is not used
     */
    public static ClusterLog connect(List<Address> members, Path driverDirectory, Address self) {
        return connect(
                members,
                driverDirectory,
                self,
                new AeronErrors(
                        "a client at " + self.host() + " of a replicated log",
                        SystemNanoClock.INSTANCE));
    }

    static ClusterLog connect(
            List<Address> members, Path driverDirectory, Address self, AeronErrors errors) {
        return new ClusterLog(LogSession.Target.udp(members, driverDirectory, self), errors);
    }

    /** A client beside a log's only member, which it reaches without a socket. */
    static ClusterLog within(ClusterConfig config, AeronErrors errors) {
        return new ClusterLog(LogSession.Target.ipc(config.driverDirectory()), errors);
    }

    @Override
    public CompletableFuture<byte[]> append(
            DirectBuffer command, int offset, int length, Duration deadline) {
        long deadlineNs = AppendCounts.deadlineNs(length, deadline, System.nanoTime());
        byte[] frame = AppendCounts.copy(Frames.COMMAND_HEADER, command, offset, length);
        Append append = new Append(new UnsafeBuffer(frame), deadlineNs);
        if (appends.admit(append, closed)) {
            if (parked) {
                LockSupport.unpark(thread);
            }
            if (closed && !thread.isAlive()) {
                endLate();
            }
        }
        return append.result;
    }

    /** Ends what was handed over after the thread had looked for the last time. */
    private void endLate() {
        synchronized (appends) {
            appends.endAll("the log was closed");
        }
    }

    private void work() {
        try {
            int idles = 0;
            while (!closed) {
                int count = appends.accept();
                long now = System.nanoTime();
                count += session.work(now);
                appends.expire(now, session.state());
                idles = count > 0 ? 0 : idles + 1;
                idle(idles);
            }
        } finally {
            // An error ends it, too, and nothing may wait for ever.
            closed = true;
            session.close();
            leader.is(NO_LEADER);
            appends.endAll("the log was closed");
        }
    }

    private void idle(int idles) {
        if (idles == 0) {
            return;
        }
        if (idles <= SPINS) {
            Thread.onSpinWait();
        } else if (idles <= SPINS + YIELDS) {
            Thread.yield();
        } else {
            long longest = appends.isEmpty() ? MAX_IDLE_PARK_NS : MAX_PARK_NS;
            long parkNs = Math.min(longest, 1_000L << Math.min(idles - SPINS - YIELDS, 25));
            parked = true;
            if (!closed && !appends.hasHandedOver()) {
                LockSupport.parkNanos(this, parkNs);
            }
            parked = false;
        }
    }

    /** The media driver that it used is gone, and another one will come. */
    void driverGone() {
        session.rebuild();
    }

    @Override
    public int leader() {
        return leader.get();
    }

    @Override
    public void onLeader(IntConsumer listener) {
        leader.tell(listener);
    }

    @Override
    public LogStats stats() {
        return appends.stats(leader.changes());
    }

    @Override
    public void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        LockSupport.unpark(thread);
        Threads.join(thread);
        endLate();
    }
}
