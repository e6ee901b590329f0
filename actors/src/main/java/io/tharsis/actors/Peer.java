package io.tharsis.actors;

import io.tharsis.actors.codec.Encoder;
import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;

import org.agrona.concurrent.UnsafeBuffer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another process, as the actors of this one see it: what is sent there and waits for an answer,
 * and who watches whom. What finds no room on the link waits in a queue here, bounded for what
 * users tell and ask, not for what the system says.
 *
 * <p>Thread-safe; no method calls the user's code under the lock but for accessors of messages.
 */
final class Peer {
    private static final int MAX_QUEUED = 8192;
    private static final long MAX_QUEUED_BYTES = 16 << 20;

    private final Remoting remoting;
    private final Address address;
    private final AtomicLong lastRequest = new AtomicLong();

    /** What will be answered, by the number of the request. */
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();

    private final Map<RemoteRef<?>, Credit> credits = new ConcurrentHashMap<>();

    // Guarded by this:
    private final Encoder encoder = new Encoder(Transport.MAX_MESSAGE);
    private final Queue<Queued> queue = new ArrayDeque<>();
    private long queuedBytes;

    /** Who here watches actors there. */
    private final Map<RemoteRef<?>, Set<Watcher>> watchers = new HashMap<>();

    /** Which actors here are watched from there. */
    private final Map<Cell<?>, Watcher> watched = new HashMap<>();

    private volatile Link link;

    Peer(Remoting remoting, Address address) {
        this.remoting = remoting;
        this.address = address;
    }

    /** Something that waits for room on the link. */
    private record Queued(byte[] bytes, Object message, RemoteRef<?> to, long request) {}

    /** Writes what is sent, behind its kind. */
    @FunctionalInterface
    interface Body {
        void write(Encoder out);
    }

    // ------------------------------------------------------------------------- sending

    Tell tell(RemoteRef<?> to, Object message) {
        boolean taken =
                send(
                        RemoteKind.TELL,
                        out -> {
                            target(out, to.systemId(), to.number());
                            remoting.codecs().encode(message, out);
                        },
                        true,
                        message,
                        to,
                        0);
        return taken ? Tell.ACCEPTED : full();
    }

    private Tell full() {
        remoting.system().refused();
        return Tell.FULL;
    }

    Tell ask(RemoteRef<?> to, Object message, ReplyTo<?> asker) {
        long request = lastRequest.incrementAndGet();
        pending.put(request, new Pending.Ask(asker));
        asker.whenDone(() -> pending.remove(request));
        boolean taken = false;
        try {
            taken =
                    send(
                            RemoteKind.ASK,
                            out -> {
                                target(out, to.systemId(), to.number());
                                request(out, request, asker.patience());
                                remoting.codecs().encode(message, out);
                            },
                            true,
                            message,
                            to,
                            request);
        } finally {
            if (!taken) {
                pending.remove(request);
            }
        }
        return taken ? Tell.ACCEPTED : full();
    }

    private static void target(Encoder out, long systemId, long number) {
        out.putLong(systemId);
        out.putLong(number);
    }

    private static void request(Encoder out, long request, Duration patience) {
        out.putLong(request);
        out.putLong(TimeUnit.NANOSECONDS.toMillis(Restarts.nanos(patience)));
    }

    void stop(RemoteRef<?> ref) {
        aboutTarget(RemoteKind.STOP, ref);
    }

    private void aboutTarget(byte kind, RemoteRef<?> ref) {
        say(kind, out -> target(out, ref.systemId(), ref.number()));
    }

    /** Says something of the system's own, which is never refused. */
    void say(byte kind, Body body) {
        send(kind, body, false, null, null, 0);
    }

    /** A request of this system to the other one. */
    <T> CompletableFuture<T> call(byte kind, String what, Body body, Duration deadline) {
        Asking.check(deadline);
        long request = lastRequest.incrementAndGet();
        var future = new CompletableFuture<T>();
        pending.put(request, new Pending.Call<>(what, future));
        Dispatcher.Scheduled expiry =
                remoting.system()
                        .dispatcher()
                        .schedule(
                                deadline,
                                () ->
                                        future.completeExceptionally(
                                                new PeerLostException(
                                                        what
                                                                + " was not answered within "
                                                                + deadline
                                                                + "; the link "
                                                                + doing())));
        future.whenComplete(
                (_, _) -> {
                    expiry.cancel();
                    pending.remove(request);
                });
        try {
            send(
                    kind,
                    out -> {
                        out.putLong(request);
                        body.write(out);
                    },
                    false,
                    null,
                    null,
                    request);
        } catch (RuntimeException e) {
            pending.remove(request);
            expiry.cancel();
            throw e;
        }
        return future;
    }

    /**
     * @return false if it is bounded and there is no room
     */
    private synchronized boolean send(
            byte kind, Body body, boolean bounded, Object message, RemoteRef<?> to, long request) {
        encoder.clear();
        encoder.putByte(kind);
        body.write(encoder);
        if (queue.isEmpty() && offer()) {
            return true;
        }
        int length = encoder.length();
        if (bounded && (queue.size() >= MAX_QUEUED || queuedBytes + length > MAX_QUEUED_BYTES)) {
            return false;
        }
        byte[] bytes = new byte[length];
        encoder.buffer().getBytes(0, bytes);
        queue.add(new Queued(bytes, message, to, request));
        queuedBytes += length;
        return true;
    }

    private boolean offer() {
        return link().offer(Remoting.SERVICE, encoder.buffer(), 0, encoder.length()) == Sent.SENT;
    }

    private Link link() {
        Link there = link;
        if (there == null || there.state() instanceof LinkState.Ended) {
            there = remoting.transport().link(address);
            link = there;
        }
        return there;
    }

    /** Sends what waits, as far as there is room. */
    synchronized void flush() {
        while (!queue.isEmpty()) {
            byte[] bytes = queue.peek().bytes();
            Sent sent = link().offer(Remoting.SERVICE, new UnsafeBuffer(bytes), 0, bytes.length);
            if (sent != Sent.SENT) {
                return;
            }
            queue.remove();
            queuedBytes -= bytes.length;
        }
    }

    // ---------------------------------------------------------------- answers come in

    Pending take(long request) {
        return pending.remove(request);
    }

    // ---------------------------------------------------------------------- connection

    void connected(Link now) {
        synchronized (this) {
            link = now;
        }
        flush();
    }

    /** All that was under way has failed, and who was watched there is dead for those here. */
    void lost(Link was, Loss loss) {
        List<Runnable> ends = new ArrayList<>();
        synchronized (this) {
            if (was != link) {
                return;
            }
            endQueue(loss.toString(), ends);
            pending.values().forEach(each -> ends.add(() -> each.lost(loss.toString())));
            pending.clear();
            var lost = new PeerLostException("the connection to " + address + " was lost: " + loss);
            watchers.forEach(
                    (ref, all) ->
                            ends.add(
                                    () -> {
                                        ref.hasEnded();
                                        all.forEach(watcher -> watcher.ended(ref, lost));
                                    }));
            watchers.clear();
            watched.forEach((cell, watcher) -> ends.add(() -> cell.removeWatcher(watcher)));
            watched.clear();
            if (loss.cause() == Loss.Cause.UNREACHABLE) {
                // Who wants something of it again makes a new link.
                link = null;
                was.close();
            }
        }
        credits.values().forEach(credit -> ends.add(() -> credit.lost(loss.toString())));
        ends.forEach(Runnable::run);
    }

    private void endQueue(String why, List<Runnable> ends) {
        for (Queued queued : queue) {
            Pending waiting = queued.request == 0 ? null : pending.remove(queued.request);
            if (waiting != null) {
                ends.add(() -> waiting.unsent("it was not sent; " + why));
            }
            if (queued.to != null) {
                ends.add(
                        () ->
                                remoting.deadLetter(
                                        queued.message,
                                        queued.to,
                                        "it was not sent to " + address + "; " + why));
            }
        }
        queue.clear();
        queuedBytes = 0;
    }

    /** What the link is at, in words. */
    String doing() {
        Link there = link;
        return there == null ? "is not there" : "was " + there.state();
    }

    // ------------------------------------------------------------------------ watching

    void watch(RemoteRef<?> ref, Watcher watcher) {
        boolean first;
        synchronized (this) {
            first = !watchers.containsKey(ref);
            watchers.computeIfAbsent(ref, _ -> new HashSet<>()).add(watcher);
        }
        if (first) {
            aboutTarget(RemoteKind.WATCH, ref);
        }
    }

    void unwatch(RemoteRef<?> ref, Watcher watcher) {
        boolean last;
        synchronized (this) {
            Set<Watcher> all = watchers.get(ref);
            last = all != null && all.remove(watcher) && all.isEmpty();
            if (last) {
                watchers.remove(ref);
            }
        }
        if (last) {
            aboutTarget(RemoteKind.UNWATCH, ref);
        }
    }

    /** An actor there has ended. */
    void ended(long systemId, long number, Throwable cause) {
        var key = new RemoteRef<>(remoting, address, systemId, number, "");
        RemoteRef<?> ref = key;
        Set<Watcher> all;
        synchronized (this) {
            for (RemoteRef<?> each : watchers.keySet()) {
                ref = each.equals(key) ? each : ref;
            }
            all = watchers.remove(key);
        }
        if (all != null) {
            RemoteRef<?> dead = ref;
            dead.hasEnded();
            all.forEach(watcher -> watcher.ended(dead, cause));
        }
    }

    /** Somebody there watches {@code cell} from now on. */
    void watchedFromThere(Cell<?> cell, Watcher teller) {
        boolean fresh;
        synchronized (this) {
            fresh = watched.putIfAbsent(cell, teller) == null;
        }
        if (fresh) {
            cell.addWatcher(teller);
        }
    }

    void unwatchedFromThere(Cell<?> cell) {
        Watcher teller;
        synchronized (this) {
            teller = watched.remove(cell);
        }
        if (teller != null) {
            cell.removeWatcher(teller);
        }
    }

    // ------------------------------------------------------------------ waiting for room

    /**
     * Messages for one actor whose senders wait for room: so many are under way, the others wait
     * here, so that one full mailbox takes no more of the other process than that.
     */
    private final class Credit {
        private static final int MOST = 64;

        private final RemoteRef<?> to;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private int underWay;

        private Credit(RemoteRef<?> to) {
            this.to = to;
        }

        private record Waiting(Object message, CompletableFuture<Tell> future, long deadlineNs) {}

        private synchronized void add(Waiting next) {
            waiting.add(next);
        }

        private synchronized boolean remove(Waiting which) {
            return waiting.remove(which);
        }

        private synchronized boolean isIdle() {
            return underWay == 0 && waiting.isEmpty();
        }

        private void pass() {
            while (true) {
                Waiting next;
                synchronized (this) {
                    next = underWay < MOST ? waiting.poll() : null;
                    underWay += next == null ? 0 : 1;
                }
                if (next == null) {
                    credits.computeIfPresent(to, (_, credit) -> credit.isIdle() ? null : credit);
                    return;
                }
                start(next);
            }
        }

        private void start(Waiting next) {
            long leftNs = next.deadlineNs - now();
            if (leftNs <= 0) {
                next.future.complete(Tell.FULL);
                done();
                return;
            }
            CompletableFuture<Tell> told;
            try {
                told = tellThere(to, next.message, Duration.ofNanos(leftNs));
            } catch (RuntimeException e) {
                next.future.completeExceptionally(e);
                done();
                return;
            }
            told.whenComplete(
                    (tell, failure) -> {
                        if (failure == null) {
                            next.future.complete(tell);
                        } else {
                            next.future.completeExceptionally(failure);
                        }
                        done();
                        pass();
                    });
        }

        private synchronized void done() {
            underWay--;
        }

        private void lost(String why) {
            List<Waiting> all;
            synchronized (this) {
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
            all.forEach(
                    each ->
                            each.future.completeExceptionally(
                                    new PeerLostException(
                                            "it was not sent to " + address + "; " + why)));
        }
    }

    CompletableFuture<Tell> tellWhenRoom(RemoteRef<?> to, Object message, Duration deadline) {
        var future = new CompletableFuture<Tell>();
        var waiting = new Credit.Waiting(message, future, now() + Restarts.nanos(deadline));
        Credit credit =
                credits.compute(
                        to,
                        (_, there) -> {
                            Credit its = there == null ? new Credit(to) : there;
                            its.add(waiting);
                            return its;
                        });
        Dispatcher.Scheduled expiry =
                remoting.system()
                        .dispatcher()
                        .schedule(
                                deadline,
                                () -> {
                                    if (credit.remove(waiting)) {
                                        future.complete(Tell.FULL);
                                    }
                                });
        future.whenComplete((_, _) -> expiry.cancel());
        credit.pass();
        return future;
    }

    private long now() {
        return remoting.system().dispatcher().nanoTime();
    }

    private CompletableFuture<Tell> tellThere(RemoteRef<?> to, Object message, Duration patience) {
        return call(
                RemoteKind.TELL_WHEN_ROOM,
                "a message to " + to.name(),
                out -> {
                    target(out, to.systemId(), to.number());
                    out.putLong(patience.toMillis());
                    remoting.codecs().encode(message, out);
                },
                patience.plusSeconds(1));
    }

    /** Ends everything, when the system closes. */
    void close() {
        List<Runnable> ends = new ArrayList<>();
        synchronized (this) {
            endQueue("the actor system is closed", ends);
            pending.values()
                    .forEach(each -> ends.add(() -> each.lost("the actor system is closed")));
            pending.clear();
        }
        ends.forEach(Runnable::run);
    }

    @Override
    public String toString() {
        return "Peer(" + address + ", " + link + ")";
    }
}
