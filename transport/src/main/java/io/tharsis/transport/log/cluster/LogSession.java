package io.tharsis.transport.log.cluster;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.cluster.codecs.EventCode;
import io.aeron.logbuffer.Header;
import io.tharsis.transport.Address;
import io.tharsis.transport.common.AeronErrors;
import io.tharsis.transport.log.ReplicatedLog;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A client's connection to the cluster: made, kept alive, followed to a new leader, made again.
 * <b>Threads: the client's own</b> but for {@link #rebuild}.
 */
final class LogSession implements EgressListener, AutoCloseable {
    private static final int MAX_SENT = 4096;
    private static final int SEND_BATCH = 64;
    private static final int FIRST_EGRESS_STREAM = 10_000;
    private static final long KEEP_ALIVE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEW_LEADER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(8);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How long an append may be without an answer before the session is doubted. */
    private static final long DOUBT_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** How long a new session stands beside an old one that may only be slow. */
    private static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final AtomicInteger EGRESS_STREAM = new AtomicInteger(FIRST_EGRESS_STREAM);

    private final Target target;
    private final Appends appends;
    private final IntConsumer leader;
    private final AeronErrors errors;
    private volatile boolean rebuild;

    private Aeron aeron;
    private AeronCluster.AsyncConnect connecting;
    private AeronCluster cluster;
    private long notBeforeNs;
    private boolean waits;
    private long keptAliveNs;
    private String state = "no leader was reached";

    /** When the first append was sent since anything came back; nothing was if not {@code owed}. */
    private long owedSinceNs;

    private boolean owed;

    // A session that takes the place of the present one if that proves dead.
    private AeronCluster next;
    private long nextSinceNs;

    /**
     * Whom to reach and how.
     *
     * @param ingressEndpoints null where it goes without a socket
     */
    record Target(
            Path driverDirectory,
            String ingressChannel,
            String ingressEndpoints,
            String egressChannel) {
        static Target udp(List<Address> members, Path driverDirectory, Address self) {
            String term = "term-length=" + ClusterNode.INGRESS_TERM;
            return new Target(
                    driverDirectory,
                    "aeron:udp?" + term,
                    Endpoints.ingress(members),
                    "aeron:udp?endpoint=" + Endpoints.anyPort(self) + "|" + term);
        }

        static Target ipc(Path driverDirectory) {
            String channel = "aeron:ipc?term-length=" + ClusterNode.INGRESS_TERM;
            return new Target(driverDirectory, channel, null, channel);
        }
    }

    LogSession(Target target, Appends appends, IntConsumer leader, AeronErrors errors) {
        this.target = target;
        this.appends = appends;
        this.leader = leader;
        this.errors = errors;
    }

    /** Has everything made anew; what was sent ends as unknown. */
    void rebuild() {
        rebuild = true;
    }

    /** What keeps an append from being sent. */
    String state() {
        return state;
    }

    int work(long nowNs) {
        try {
            if (rebuild) {
                rebuild = false;
                lose("the media driver went away", null, nowNs);
            }
            return aeron == null || cluster == null ? connect(nowNs) : go(nowNs);
        } catch (RuntimeException e) {
            lose("the connection to the leader was lost", e, nowNs);
            return 1;
        }
    }

    private int connect(long nowNs) {
        if (waits && nowNs - notBeforeNs < 0) {
            return 0;
        }
        waits = false;
        if (aeron == null) {
            aeron =
                    Aeron.connect(
                            new Aeron.Context()
                                    .aeronDirectoryName(target.driverDirectory().toString())
                                    .driverTimeoutMs(
                                            TimeUnit.NANOSECONDS.toMillis(CONNECT_TIMEOUT_NS))
                                    .useConductorAgentInvoker(true)
                                    .errorHandler(errors)
                                    .subscriberErrorHandler(errors));
        }
        if (connecting == null) {
            connecting = AeronCluster.asyncConnect(context());
        }
        aeron.conductorAgentInvoker().invoke();
        cluster = connecting.poll();
        if (cluster == null) {
            return 0;
        }
        connecting = null;
        connected(nowNs);
        return 1;
    }

    private void connected(long nowNs) {
        owed = false;
        keptAliveNs = nowNs;
        state = "the leader takes no more now";
        leader.accept(cluster.leaderMemberId());
    }

    private AeronCluster.Context context() {
        return new AeronCluster.Context()
                .aeron(aeron)
                .ownsAeronClient(false)
                .ingressChannel(target.ingressChannel())
                .ingressEndpoints(target.ingressEndpoints())
                .egressChannel(target.egressChannel())
                .egressStreamId(EGRESS_STREAM.incrementAndGet())
                .isIngressExclusive(true)
                .messageTimeoutNs(CONNECT_TIMEOUT_NS)
                .newLeaderTimeoutNs(NEW_LEADER_TIMEOUT_NS)
                .idleStrategy(YieldingIdleStrategy.INSTANCE)
                .errorHandler(errors)
                .egressListener(this);
    }

    private int go(long nowNs) {
        int count = aeron.conductorAgentInvoker().invoke();
        count += cluster.pollEgress();
        if (cluster.isClosed() || aeron.isClosed()) {
            lose("the session with the leader ended", null, nowNs);
            return 1;
        }
        doubt(nowNs);
        count += send(nowNs);
        if (nowNs - keptAliveNs > KEEP_ALIVE_NS) {
            keptAliveNs = nowNs;
            // Without success it is tried again in a second; the session lives for ten.
            cluster.sendKeepAlive();
        }
        if (!cluster.ingressPublication().isConnected()) {
            leader.accept(ReplicatedLog.NO_LEADER);
        } else {
            leader.accept(cluster.leaderMemberId());
        }
        return count;
    }

    /**
     * A leader that was killed and is back at its old address has closed our session without a
     * word, and everything looks well. So when no answer comes another session is opened, and if
     * that stands while the old one stays silent, it is used from then on.
     */
    private void doubt(long nowNs) {
        if (!owed || nowNs - owedSinceNs < DOUBT_NS) {
            if (connecting != null || next != null) {
                CloseHelper.closeAll(errors, connecting, next);
                connecting = null;
                next = null;
            }
        } else if (next == null) {
            tryAnother(nowNs);
        } else if (nowNs - nextSinceNs > GRACE_NS) {
            CloseHelper.close(errors, cluster);
            cluster = next;
            next = null;
            connected(nowNs);
            appends.endSent("the leader was lost, or is another one");
        }
    }

    private void tryAnother(long nowNs) {
        try {
            if (connecting == null && (!waits || nowNs - notBeforeNs >= 0)) {
                waits = false;
                connecting = AeronCluster.asyncConnect(context());
            }
            next = connecting == null ? null : connecting.poll();
            if (next != null) {
                connecting = null;
                nextSinceNs = nowNs;
            }
        } catch (RuntimeException e) {
            errors.say(Level.DEBUG, "no session beside one that is silent", e);
            CloseHelper.close(errors, connecting);
            connecting = null;
            waits = true;
            notBeforeNs = nowNs + RETRY_NS;
        }
    }

    private int send(long nowNs) {
        int count = 0;
        while (count < SEND_BATCH && appends.sentCount() < MAX_SENT) {
            Append next = appends.nextToSend();
            if (next == null) {
                break;
            }
            long result = cluster.offer(next.frame, 0, next.frame.capacity());
            if (result <= 0) {
                state =
                        result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION
                                ? "the leader takes no more now"
                                : "no leader was reached";
                break;
            }
            appends.wasSent();
            if (!owed) {
                owed = true;
                owedSinceNs = nowNs;
            }
            count++;
        }
        return count;
    }

    private void lose(String why, Exception cause, long nowNs) {
        if (cause != null) {
            errors.say(Level.DEBUG, why, cause);
        }
        closeAll();
        state = "no leader was reached";
        waits = true;
        notBeforeNs = nowNs + RETRY_NS;
        leader.accept(ReplicatedLog.NO_LEADER);
        appends.endSent(why);
    }

    @Override
    public void onMessage(
            long clusterSessionId,
            long timestamp,
            DirectBuffer buffer,
            int offset,
            int length,
            Header header) {
        owed = false;
        if (length >= Frames.ANSWER_HEADER) {
            byte[] body = new byte[length - Frames.ANSWER_HEADER];
            buffer.getBytes(offset + Frames.ANSWER_HEADER, body);
            appends.onAnswer(Frames.sequence(buffer, offset), Frames.status(buffer, offset), body);
        }
    }

    @Override
    public void onNewLeader(
            long clusterSessionId, long leadershipTermId, int leaderMemberId, String endpoints) {
        owed = false;
        // Answers of the old leader cannot come any more, and the new one does not repeat them.
        appends.endSent("the leader changed");
        leader.accept(leaderMemberId);
    }

    @Override
    public void onSessionEvent(
            long correlationId,
            long clusterSessionId,
            long leadershipTermId,
            int leaderMemberId,
            EventCode code,
            String detail) {}

    private void closeAll() {
        CloseHelper.closeAll(errors, connecting, next, cluster, aeron);
        connecting = null;
        next = null;
        cluster = null;
        aeron = null;
    }

    @Override
    public void close() {
        closeAll();
    }
}
