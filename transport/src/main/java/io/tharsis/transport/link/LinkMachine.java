package io.tharsis.transport.link;

import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Loss.Cause;
import io.tharsis.transport.link.FrameDescriptor.Hello;
import io.tharsis.transport.link.FrameDescriptor.Welcome;

/**
 * What a link decides: from what comes in and the time to what is sent and said. It knows no wire,
 * no thread and no clock.
 *
 * <p>Each attempt to connect has a tag of its own, greater than all before it. A side says HELLO
 * with its tag until the other answers WELCOME with both tags; from then on each frame bears both,
 * and what bears others is of a connection that is over. The side that answered counts as connected
 * when the first frame with both tags comes in, since only then it knows that the other side knows.
 * Both may say HELLO at once: the tags are the same, so it is one connection all the same.
 */
final class LinkMachine {
    private static final long FIRST_HELLO_AGAIN_NS = 200_000_000;
    private static final long LAST_HELLO_AGAIN_NS = 1_000_000_000;
    private static final long FIRST_PAUSE_NS = 50_000_000;
    private static final long LONGEST_PAUSE_NS = 2_000_000_000;

    /** What a machine has done. Sending may fail; what matters is sent again. */
    interface Actions {
        /** A tag greater than any before it. */
        long nextTag();

        /** Opens a stream to the other side, instead of the one there was. */
        void open();

        boolean hello(long tag);

        boolean welcome(long tag, long remoteTag);

        boolean heartbeat(long tag, long remoteTag);

        boolean goodbye(long tag, long remoteTag);

        void connected(Endpoint remote, long tag, long remoteTag);

        /** The connection is over, or an attempt has failed; {@code remote} as in LinkListener. */
        void lost(Endpoint remote, Loss loss);

        /** The link is over for good. */
        void ended(Loss reason);
    }

    /** Where it is. */
    private enum Phase {
        /** Not started: its link is known to other threads, and not yet to the transport's. */
        NEW,
        /** Has a tag, and says HELLO if it was told to dial. */
        CONNECTING,
        CONNECTED,
        ENDED
    }

    private final String name;
    private final long livenessNs;
    private final Actions actions;
    private Phase phase = Phase.NEW;
    private boolean dials;
    private long tag;

    /** Of the other side's attempt; 0 if none was heard of. */
    private long remoteTag;

    private Endpoint remote;
    private long heartbeatEveryNs;
    private long attemptSinceNs;
    private long heardNs;
    private long saidNs;
    private long helloAgainNs;
    private boolean helloIsOut;
    private long openedNs;

    /** How long it waits before the next HELLO, while attempts fail soon one after the other. */
    private long pauseNs;

    /**
     * @param name of the other side, for messages
     * @param livenessNs how long silence is borne
     * @param dials whether this side connects by itself
     */
    LinkMachine(String name, long livenessNs, boolean dials, Actions actions) {
        this.name = name;
        this.livenessNs = livenessNs;
        this.dials = dials;
        this.actions = actions;
    }

    /** Begins with the first attempt, if it has not begun. */
    void start(long nowNs) {
        if (phase == Phase.NEW) {
            attempt(nowNs);
        }
    }

    /** From now on it connects by itself whenever it is not. */
    void dial(long nowNs) {
        if (!dials) {
            attemptSinceNs = nowNs;
        }
        dials = true;
    }

    long tag() {
        return tag;
    }

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    private void attempt(long nowNs) {
        phase = Phase.CONNECTING;
        tag = actions.nextTag();
        remoteTag = 0;
        remote = null;
        attemptSinceNs = nowNs;
        heardNs = nowNs;
        open(nowNs);
    }

    private void open(long nowNs) {
        actions.open();
        openedNs = nowNs;
        saidNs = nowNs;
        helloIsOut = false;
        helloAgainNs = FIRST_HELLO_AGAIN_NS;
    }

    /** The wire is there again, and no stream of before. */
    void reopen(long nowNs) {
        if (phase == Phase.CONNECTING) {
            attemptSinceNs = nowNs;
            open(nowNs);
        }
    }

    // ---------------------------------------------------------------- frames in

    /** The other side wants to connect. */
    void onHello(long senderTag, Hello hello, long nowNs) {
        if (phase == Phase.ENDED || senderTag < remoteTag) {
            return;
        }
        var sender = new Endpoint(hello.from(), hello.incarnation());
        if (senderTag > remoteTag && phase == Phase.CONNECTED) {
            boolean same = remote.incarnation() == hello.incarnation();
            lose(
                    new Loss(
                            same ? Cause.RECONNECTED : Cause.RESTARTED,
                            same
                                    ? remote + " has given up this connection and makes a new one"
                                    : remote + " has come back as " + sender),
                    nowNs);
            if (phase == Phase.ENDED) {
                return;
            }
        }
        if (senderTag > remoteTag) {
            remember(senderTag, sender, hello.livenessMs(), nowNs);
        }
        actions.welcome(tag, remoteTag);
    }

    /** The other side has heard an attempt of ours. */
    void onWelcome(long senderTag, long receiverTag, Welcome welcome, long nowNs) {
        if (phase == Phase.ENDED || receiverTag != tag || senderTag < remoteTag) {
            return;
        }
        var sender = new Endpoint(welcome.from(), welcome.incarnation());
        if (phase == Phase.CONNECTED && senderTag > remoteTag) {
            lose(new Loss(Cause.RECONNECTED, remote + " answers as " + sender), nowNs);
            return;
        }
        heardNs = nowNs;
        if (phase == Phase.CONNECTING) {
            remember(senderTag, sender, welcome.livenessMs(), nowNs);
            connect(nowNs);
        }
    }

    /**
     * A heartbeat or a message.
     *
     * @return whether it is of the present connection
     */
    boolean onFrame(long senderTag, long receiverTag, long nowNs) {
        if (phase == Phase.ENDED || receiverTag != tag || senderTag != remoteTag) {
            return false;
        }
        heardNs = nowNs;
        if (phase == Phase.CONNECTING) {
            connect(nowNs);
        }
        return true;
    }

    void onGoodbye(long senderTag, long receiverTag, long nowNs) {
        if (onFrame(senderTag, receiverTag, nowNs)) {
            lose(new Loss(Cause.CLOSED_BY_PEER, remote + " has closed the link"), nowNs);
        }
    }

    /** Whoever is at the address does not want us. */
    void onRefused(long receiverTag, String text, long nowNs) {
        if (phase == Phase.CONNECTING && receiverTag == tag) {
            lose(new Loss(Cause.REFUSED, name + " refuses: " + text), nowNs);
        }
    }

    private void remember(long senderTag, Endpoint sender, int livenessMs, long nowNs) {
        remoteTag = senderTag;
        remote = sender;
        heardNs = nowNs;
        heartbeatEveryNs = Math.min(livenessNs, livenessMs * 1_000_000L) / 4;
    }

    private void connect(long nowNs) {
        phase = Phase.CONNECTED;
        actions.connected(remote, tag, remoteTag);
        if (phase == Phase.CONNECTED && actions.heartbeat(tag, remoteTag)) {
            saidNs = nowNs;
        }
    }

    // --------------------------------------------------------------------- time

    /** Says what is due, and gives up whom it has not heard for too long. */
    void tick(long nowNs) {
        switch (phase) {
            case CONNECTED -> {
                if (nowNs - heardNs > livenessNs) {
                    lose(silence(nowNs), nowNs);
                } else if (nowNs - saidNs >= heartbeatEveryNs
                        && actions.heartbeat(tag, remoteTag)) {
                    saidNs = nowNs;
                }
            }
            case CONNECTING -> tickConnecting(nowNs);
            case NEW, ENDED -> {}
        }
    }

    private void tickConnecting(long nowNs) {
        if (nowNs - attemptSinceNs > livenessNs) {
            lose(
                    new Loss(
                            Cause.UNREACHABLE,
                            name
                                    + " did not answer within "
                                    + (nowNs - attemptSinceNs) / 1_000_000
                                    + " ms; is it up, and is this the address it advertises?"),
                    nowNs);
        } else if (dials) {
            boolean due =
                    helloIsOut ? nowNs - saidNs >= helloAgainNs : nowNs - attemptSinceNs >= pauseNs;
            if (due && actions.hello(tag)) {
                helloAgainNs =
                        helloIsOut
                                ? Math.min(2 * helloAgainNs, LAST_HELLO_AGAIN_NS)
                                : FIRST_HELLO_AGAIN_NS;
                helloIsOut = true;
                saidNs = nowNs;
            } else if (!helloIsOut && nowNs - openedNs > livenessNs / 4) {
                // Nobody was there; there may be another way by now.
                open(nowNs);
            }
        }
    }

    private Loss silence(long nowNs) {
        return new Loss(
                Cause.SILENT,
                "nothing was heard of %s for %d ms; it may be dead, paused or cut off"
                        .formatted(remote, (nowNs - heardNs) / 1_000_000));
    }

    /**
     * This process itself was away for so long; silence of that time says nothing of the others.
     */
    void wasPaused(long pauseNs, long nowNs) {
        heardNs = earlier(heardNs + pauseNs, nowNs);
        attemptSinceNs = earlier(attemptSinceNs + pauseNs, nowNs);
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    // ---------------------------------------------------------------------- end

    /** The connection is over, for a reason found outside. */
    void lose(Loss loss, long nowNs) {
        if (phase == Phase.ENDED || phase == Phase.NEW && dials) {
            return;
        }
        Endpoint was = phase == Phase.CONNECTED ? remote : null;
        pauseNs =
                nowNs - attemptSinceNs > LONGEST_PAUSE_NS
                        ? 0
                        : Math.clamp(2 * pauseNs, FIRST_PAUSE_NS, LONGEST_PAUSE_NS);
        phase = Phase.ENDED;
        actions.lost(was, loss);
        if (dials) {
            attempt(nowNs);
        } else {
            actions.ended(loss);
        }
    }

    /** The end, by this side's wish. */
    void close() {
        if (phase == Phase.ENDED) {
            return;
        }
        if (remoteTag != 0) {
            actions.goodbye(tag, remoteTag);
        }
        dials = false;
        lose(new Loss(Cause.CLOSED_HERE, "the link to " + name + " was closed here"), 0);
    }
}
