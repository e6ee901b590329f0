package io.tharsis.actors;

import io.tharsis.actors.codec.Encoder;
import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Loss.Cause;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;

import org.agrona.concurrent.UnsafeBuffer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Another process, as the actors of this one see it: what is sent there and waits for an answer.
 * What finds no room on the link waits in a queue here. What users tell and ask is refused when it
 * is full; what the system says has a far bound, which ends the connection.
 *
 * <p>What is sent, and that it waits for an answer, is written down and sent under one lock, which
 * a loss takes, too: so each request is failed by the loss of the connection that it was sent on,
 * and by no other. While there was a connection, both sides make a lost one again; who is not
 * reached within the transport's patience is let go, until something is sent there again.
 *
 * <p>Thread-safe; no method calls the user's code under the lock. The ends of requests, where
 * user's code may hang, are left to the dispatcher.
 */
final class Peer {
    private static final int MAX_QUEUED = 8192;
    private static final long MAX_QUEUED_BYTES = 16 << 20;

    /** With what the system says, answers above all; who takes none of that is cut off. */
    private static final long MOST_BYTES = 256 << 20;

    private final Remoting remoting;
    private final Address address;

    /** What will be answered, by the number of the request. */
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();

    private final Credits credits;
    private final Watches watches;

    /** One to spare; none while somebody writes. */
    private final AtomicReference<Encoder> encoder = new AtomicReference<>();

    // Guarded by this:
    private final Queue<Queued> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean closed;

    /** Why the link is being closed from here; null if it is not. */
    private Loss overflow;

    private volatile Link link;

    /** When it was last asked for, in Remoting's minutes. */
    private volatile int usedAt;

    Peer(Remoting remoting, Address address) {
        this.remoting = remoting;
        this.address = address;
        this.credits = new Credits(this);
        this.watches = new Watches(this);
    }

    /** Something that waits for room on the link. */
    private record Queued(byte[] bytes, Object message, RemoteRef<?> to, long request) {}

    /** Writes what is sent, behind its kind. */
    @FunctionalInterface
    interface Body {
        void write(Encoder out);
    }

    Remoting remoting() {
        return remoting;
    }

    Address address() {
        return address;
    }

    Watches watches() {
        return watches;
    }

    // ------------------------------------------------------------------------- sending

    Tell tell(RemoteRef<?> to, Object message) {
        if (credits.areWaiting(to)) {
            return full();
        }
        Tell tell =
                send(
                        RemoteKind.TELL,
                        out -> {
                            target(out, to);
                            remoting.codecs().encode(message, out);
                        },
                        message,
                        to,
                        0,
                        null);
        return answered(tell, message, to);
    }

    Tell ask(RemoteRef<?> to, Object message, ReplyTo<?> asker) {
        if (credits.areWaiting(to)) {
            return full();
        }
        long request = remoting.nextRequest();
        Tell tell =
                send(
                        RemoteKind.ASK,
                        out -> {
                            target(out, to);
                            out.putLong(request);
                            putPatience(out, asker.patience());
                            remoting.codecs().encode(message, out);
                        },
                        message,
                        to,
                        request,
                        new Pending.Ask(asker));
        if (tell == Tell.ACCEPTED) {
            asker.whenDone(() -> pending.remove(request));
        }
        return answered(tell, message, to);
    }

    private Tell answered(Tell tell, Object message, RemoteRef<?> to) {
        if (tell == Tell.STOPPED) {
            remoting.deadLetter(message, to, Remoting.CLOSED);
        }
        return tell == Tell.FULL ? full() : tell;
    }

    private Tell full() {
        remoting.system().refused();
        return Tell.FULL;
    }

    static void target(Encoder out, RemoteRef<?> to) {
        out.putLong(to.systemId());
        out.putLong(to.number());
    }

    private static void putPatience(Encoder out, Duration patience) {
        out.putLong(TimeUnit.NANOSECONDS.toMillis(Restarts.nanos(patience)));
    }

    void stop(RemoteRef<?> ref) {
        say(RemoteKind.STOP, out -> target(out, ref));
    }

    /** Says something of the system's own; refused if all is closed, or the connection ends. */
    Tell say(byte kind, Body body) {
        return send(kind, body, null, null, 0, null);
    }

    /**
     * A request of this system to the other one.
     *
     * @throws RuntimeException of the codecs if what {@code body} writes cannot travel
     */
    <T> CompletableFuture<T> call(byte kind, String what, Body body, Duration deadline) {
        Asking.check(deadline);
        long request = remoting.nextRequest();
        var future = new CompletableFuture<T>();
        Tell tell =
                send(
                        kind,
                        out -> {
                            out.putLong(request);
                            body.write(out);
                        },
                        null,
                        null,
                        request,
                        new Pending.Call<>(what, future));
        if (tell == Tell.STOPPED) {
            Loss why = refusal();
            future.completeExceptionally(
                    new PeerLostException(what + " was not sent: " + why, why));
            return future;
        }
        Dispatcher.Scheduled expiry =
                remoting.system()
                        .dispatcher()
                        .schedule(deadline, () -> expire(future, what, deadline));
        future.whenComplete(
                (_, _) -> {
                    expiry.cancel();
                    pending.remove(request);
                });
        return future;
    }

    private void expire(CompletableFuture<?> future, String what, Duration deadline) {
        future.completeExceptionally(
                new PeerLostException(
                        what + " was not answered within " + deadline + "; the link " + doing(),
                        null));
    }

    CompletableFuture<Tell> tellWhenRoom(RemoteRef<?> to, Object message, Duration deadline) {
        return credits.tell(to, message, deadline);
    }

    /** A message that the other process keeps until there is room for it. */
    CompletableFuture<Tell> tellThere(RemoteRef<?> to, Object message, Duration patience) {
        return call(
                RemoteKind.TELL_WHEN_ROOM,
                "a message to " + to.name(),
                out -> {
                    target(out, to);
                    putPatience(out, patience);
                    remoting.codecs().encode(message, out);
                },
                patience.plusSeconds(1));
    }

    /**
     * Sends, or queues.
     *
     * @param message of a user, which is refused if the queue is full; null of the system
     * @param request what {@code answer} waits for; 0 and null if it is not answered
     * @return STOPPED if all is closed
     */
    private Tell send(
            byte kind, Body body, Object message, RemoteRef<?> to, long request, Pending answer) {
        Encoder spare = encoder.getAndSet(null);
        Encoder out = spare == null ? new Encoder(Transport.MAX_MESSAGE) : spare;
        try {
            out.clear();
            out.putByte(kind);
            body.write(out);
            return send(out, message, to, request, answer);
        } finally {
            encoder.set(out);
        }
    }

    private synchronized Tell send(
            Encoder out, Object message, RemoteRef<?> to, long request, Pending answer) {
        int length = out.length();
        Link there = closed ? null : link();
        if (there == null) {
            return Tell.STOPPED;
        }
        boolean isFull = queue.size() >= MAX_QUEUED || queuedBytes + length > MAX_QUEUED_BYTES;
        if (message != null && isFull) {
            return Tell.FULL;
        }
        if (queuedBytes + length > MOST_BYTES) {
            cutOff(there);
            return Tell.STOPPED;
        }
        if (answer != null) {
            pending.put(request, answer);
        }
        if (!queue.isEmpty()
                || there.offer(Remoting.SERVICE, out.buffer(), 0, length) != Sent.SENT) {
            byte[] bytes = new byte[length];
            out.buffer().getBytes(0, bytes);
            queue.add(new Queued(bytes, message, to, request));
            queuedBytes += length;
        }
        return Tell.ACCEPTED;
    }

    /** Soon the link is lost, and all that waits with it. */
    private void cutOff(Link there) {
        if (overflow == null) {
            String text =
                    "%s takes less than it is answered; over %d MiB wait for it"
                            .formatted(address, MOST_BYTES >> 20);
            overflow = new Loss(Cause.CLOSED_HERE, text);
            Log.warn(remoting.address() + " closes the link: " + text, null);
            there.close();
        }
    }

    /** Why nothing is sent. */
    synchronized Loss refusal() {
        return closed || overflow == null ? Remoting.CLOSED_LOSS : overflow;
    }

    /** Null if the transport is closed. */
    private Link link() {
        Link there = link;
        if (there == null || there.state() instanceof LinkState.Ended) {
            there = dial();
            link = there;
        }
        return there;
    }

    private Link dial() {
        try {
            return remoting.transport().link(address);
        } catch (IllegalStateException _) {
            return null;
        }
    }

    /** Sends what waits, as far as there is room. */
    synchronized void flush() {
        Link there = queue.isEmpty() ? null : link();
        while (there != null && !queue.isEmpty()) {
            byte[] bytes = queue.peek().bytes();
            Sent sent = there.offer(Remoting.SERVICE, new UnsafeBuffer(bytes), 0, bytes.length);
            if (sent != Sent.SENT) {
                return;
            }
            queue.remove();
            queuedBytes -= bytes.length;
        }
    }

    // ---------------------------------------------------------------- answers come in

    /**
     * Has {@code end} done to what waits for {@code request}, by a thread that waits for just that,
     * or in the dispatcher's care.
     */
    void answer(long request, Consumer<Pending> end) {
        Pending waiting = pending.remove(request);
        if (waiting != null) {
            Runnable todo = () -> end.accept(waiting);
            if (!waiting.hand(todo)) {
                remoting.later(todo);
            }
        }
    }

    // ---------------------------------------------------------------------- connection

    void connected(Link now) {
        List<Runnable> ends = new ArrayList<>();
        synchronized (this) {
            Link before = link;
            if (before != null && before != now && !(before.state() instanceof LinkState.Ended)) {
                var replaced =
                        new Loss(
                                Cause.RECONNECTED,
                                "another link to " + address + " has taken its place");
                endAll(replaced, ends);
            }
            link = now;
            // From now on it is made again from this side, too, should it be lost.
            dial();
        }
        ends.forEach(Runnable::run);
        flush();
    }

    /**
     * All that was under way has failed, and who was watched there is dead for those here. An
     * attempt that failed for a reason of this side's is none of that: it is made again.
     *
     * @param wasReached false if this was an attempt to connect
     */
    void lost(Link was, boolean wasReached, Loss loss) {
        List<Runnable> ends = new ArrayList<>();
        synchronized (this) {
            if (link != null && was != link) {
                return;
            }
            if (!wasReached && isPassing(loss)) {
                // What waits goes on the next connection. The link may be over for good.
                link = queue.isEmpty() ? null : dial();
                return;
            }
            endAll(overflow == null ? loss : overflow, ends);
            overflow = null;
            if (!wasReached) {
                // Who wants something of it again makes a new link.
                link = null;
                encoder.set(null);
                if (loss.cause() == Cause.UNREACHABLE || loss.cause() == Cause.REFUSED) {
                    // It would go on dialling for ever.
                    was.close();
                }
            }
        }
        ends.forEach(Runnable::run);
    }

    /** It says nothing of the other process, and the link goes on trying. */
    private static boolean isPassing(Loss loss) {
        return switch (loss.cause()) {
            case STREAM_ENDED, WIRE_BROKEN, RECONNECTED -> true;
            default -> false;
        };
    }

    /** Ends everything, when the system closes. */
    void close() {
        List<Runnable> ends = new ArrayList<>();
        synchronized (this) {
            closed = true;
            endAll(Remoting.CLOSED_LOSS, ends);
        }
        ends.forEach(Runnable::run);
    }

    /** Empties everything; what is to be done about it without the lock goes to {@code ends}. */
    private void endAll(Loss loss, List<Runnable> ends) {
        endQueue(loss, ends);
        pending.values().forEach(each -> ends.add(() -> remoting.later(() -> each.lost(loss))));
        pending.clear();
        var lost =
                new PeerLostException("the connection to " + address + " was lost: " + loss, loss);
        watches.endAll(lost, ends);
        ends.add(() -> credits.lost(loss));
    }

    private void endQueue(Loss loss, List<Runnable> ends) {
        for (Queued queued : queue) {
            Pending waiting = queued.request == 0 ? null : pending.remove(queued.request);
            if (waiting != null) {
                ends.add(() -> remoting.later(() -> waiting.unsent(loss)));
            }
            if (queued.to != null) {
                String reason = "it was not sent to " + address + "; " + loss;
                ends.add(() -> remoting.deadLetter(queued.message, queued.to, reason));
            }
        }
        queue.clear();
        queuedBytes = 0;
    }

    /** It is used now. */
    void used(int minute) {
        usedAt = minute;
    }

    int usedAt() {
        return usedAt;
    }

    /** Nothing is left of it since before {@code minute}: no link, nobody who waits. */
    synchronized boolean isOver(int minute) {
        Link there = link;
        return usedAt - minute < 0
                && (there == null || there.state() instanceof LinkState.Ended)
                && held().isEmpty();
    }

    /** What the link is at, in words. */
    String doing() {
        Link there = link;
        return there == null ? "is not there" : "was " + there.state();
    }

    /** What it holds on to, in words; nothing if it is empty. */
    synchronized String held() {
        var text = new StringBuilder();
        Map.of(
                        "pending", pending.keySet(),
                        "queued", queue,
                        "watchers", watches.watchedThere(),
                        "watched", watches.watchedHere(),
                        "credits", credits.held())
                .forEach((what, all) -> text.append(all.isEmpty() ? "" : what + all + " "));
        return text.toString();
    }

    @Override
    public String toString() {
        return "Peer(" + address + ", " + link + ")";
    }
}
