package io.tharsis.actors;

import io.tharsis.transport.Loss;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Messages for actors of another process whose senders wait for room: so many for each actor are
 * under way, the others wait here, so that one full mailbox takes no more of the other process than
 * that.
 *
 * <p>Thread-safe.
 */
final class Credits {
    private static final int MOST_UNDER_WAY = 64;

    private final Peer peer;
    private final Map<RemoteRef<?>, Credit> byTarget = new ConcurrentHashMap<>();

    Credits(Peer peer) {
        this.peer = peer;
    }

    /** Whether messages for {@code to} wait here, which another one must not overtake. */
    boolean areWaiting(RemoteRef<?> to) {
        if (byTarget.isEmpty()) {
            return false;
        }
        Credit credit = byTarget.get(to);
        return credit != null && credit.isWaiting();
    }

    CompletableFuture<Tell> tell(RemoteRef<?> to, Object message, Duration deadline) {
        var future = new CompletableFuture<Tell>();
        var waiting = new Waiting(message, future, now() + Restarts.nanos(deadline));
        Credit credit =
                byTarget.compute(
                        to,
                        (_, there) -> {
                            Credit its = there == null ? new Credit(to) : there;
                            its.add(waiting);
                            return its;
                        });
        credit.pass();
        if (!waiting.isUnderWay) {
            Dispatcher.Scheduled expiry =
                    dispatcher().schedule(deadline, () -> credit.expire(waiting));
            future.whenComplete((_, _) -> expiry.cancel());
        }
        return future;
    }

    /** Fails all that wait here. What is under way ends by itself. */
    void lost(Loss loss) {
        byTarget.values().forEach(credit -> credit.lost(loss));
    }

    /** For whom messages are under way or wait. */
    Collection<?> held() {
        return byTarget.keySet();
    }

    private Dispatcher dispatcher() {
        return peer.remoting().system().dispatcher();
    }

    private long now() {
        return dispatcher().nanoTime();
    }

    /** A message of one sender. */
    private static final class Waiting {
        private final Object message;
        private final CompletableFuture<Tell> future;
        private final long deadlineNs;
        private volatile boolean isUnderWay;

        private Waiting(Object message, CompletableFuture<Tell> future, long deadlineNs) {
            this.message = message;
            this.future = future;
            this.deadlineNs = deadlineNs;
        }
    }

    /** Of one actor. */
    private final class Credit {
        private final RemoteRef<?> to;
        private final Set<Waiting> waiting = new LinkedHashSet<>();
        private int underWay;

        /** Somebody sends what waits; one alone does, so that it goes in its order. */
        private boolean draining;

        private Credit(RemoteRef<?> to) {
            this.to = to;
        }

        private synchronized void add(Waiting next) {
            waiting.add(next);
        }

        private synchronized boolean remove(Waiting which) {
            return waiting.remove(which);
        }

        /** Also what was taken out, and is perhaps not sent yet. */
        private synchronized boolean isWaiting() {
            return draining || !waiting.isEmpty();
        }

        private synchronized boolean isIdle() {
            return underWay == 0 && !isWaiting();
        }

        private void expire(Waiting which) {
            if (remove(which)) {
                which.future.complete(Tell.FULL);
            }
        }

        /** Sends what may go now, or leaves it to who is at that already. */
        private void pass() {
            if (!beginsToDrain()) {
                return;
            }
            for (Waiting next = next(); next != null; next = next()) {
                start(next);
            }
            byTarget.computeIfPresent(to, (_, credit) -> credit.isIdle() ? null : credit);
        }

        private synchronized boolean beginsToDrain() {
            boolean begins = !draining;
            draining = true;
            return begins;
        }

        /** The one to go now; null, the end of draining, if there is none, or enough are on. */
        private synchronized Waiting next() {
            if (waiting.isEmpty() || underWay == MOST_UNDER_WAY) {
                draining = false;
                return null;
            }
            Waiting first = waiting.iterator().next();
            waiting.remove(first);
            first.isUnderWay = true;
            underWay++;
            return first;
        }

        private void start(Waiting next) {
            long leftNs = Math.max(0, next.deadlineNs - now());
            CompletableFuture<Tell> told;
            try {
                told = peer.tellThere(to, next.message, Duration.ofNanos(leftNs));
            } catch (RuntimeException | Error e) {
                // Also what an accessor of the message throws; draining goes on.
                done();
                next.future.completeExceptionally(e);
                return;
            }
            told.whenComplete(
                    (tell, failure) -> {
                        done();
                        pass();
                        if (failure == null) {
                            next.future.complete(tell);
                        } else {
                            next.future.completeExceptionally(failure);
                        }
                    });
        }

        private synchronized void done() {
            underWay--;
        }

        private void lost(Loss loss) {
            List<Waiting> all;
            synchronized (this) {
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
            var lost =
                    new PeerLostException(
                            "a message to " + to.name() + " was not sent: " + loss, loss);
            all.forEach(
                    each -> peer.remoting().later(() -> each.future.completeExceptionally(lost)));
            pass();
        }
    }
}
