package io.tharsis.actors;

import io.tharsis.actors.codec.DecodeException;
import io.tharsis.actors.codec.Decoder;
import io.tharsis.actors.codec.MessageCodecs;
import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.link.Rounds;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * An actor system on an endpoint: what comes in from other systems, and the actors that are known
 * there. {@link Peer} is what goes out.
 *
 * <p>An actor is known elsewhere by address, the system's id and its number, once a reference to it
 * was sent there or it was looked up; {@code exported} leads back.
 */
final class Remoting implements LinkListener {
    static final int SERVICE = 0;

    /** Why what is sent after the end is not. */
    static final String CLOSED = "the actor system is closed";

    static final Loss CLOSED_LOSS = new Loss(Loss.Cause.CLOSED_HERE, CLOSED);

    /** The longest wait that another process may ask for. */
    private static final long MAX_PATIENCE_MS = Duration.ofDays(365).toMillis();

    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int FORGOTTEN_AFTER = 10;

    private final ActorSystem system;
    private final Transport transport;
    private final MessageCodecs codecs;
    private final Map<String, RemoteFactory<?, ?>> factories;
    private final Map<Address, Peer> peers = new ConcurrentHashMap<>();
    private final Map<Long, Cell<?>> exported = new ConcurrentHashMap<>();
    private final long id;

    /**
     * Begins where no earlier life of this process has come to, so that an answer to one of those
     * is not taken for one to ours.
     */
    private final AtomicLong lastRequest;

    private volatile boolean closed;

    /** Minutes since the start; a round of the transport moves it on. */
    private volatile int minute;

    /** For whoever brings a message, one thread at a time. */
    private final Decoder decoder = new Decoder();

    Remoting(ActorSystem system, Transport transport, Map<String, RemoteFactory<?, ?>> factories) {
        this.system = system;
        this.transport = transport;
        this.factories = Map.copyOf(factories);
        this.codecs = new MessageCodecs(new RefTravel(this));
        this.id = transport.self().incarnation();
        this.lastRequest = new AtomicLong(id);
    }

    /** Hears of others from now on; the system is ready for that. */
    void start() {
        transport.register(SERVICE, this);
        if (transport instanceof Rounds rounds) {
            long beginNs = rounds.nanoTime();
            rounds.eachRound(
                    () -> {
                        forgetPeers((int) ((rounds.nanoTime() - beginNs) / MINUTE_NS));
                        return 0;
                    });
        }
        system.dispatcher().beforeRest(this::help);
    }

    ActorSystem system() {
        return system;
    }

    Transport transport() {
        return transport;
    }

    MessageCodecs codecs() {
        return codecs;
    }

    Address address() {
        return transport.self().address();
    }

    long id() {
        return id;
    }

    Peer peer(Address address) {
        Peer there = peers.get(address);
        if (there == null) {
            there = peers.computeIfAbsent(address, at -> new Peer(this, at));
            if (closed) {
                there.close();
            }
        }
        there.used(minute);
        return there;
    }

    long nextRequest() {
        return lastRequest.incrementAndGet();
    }

    /**
     * Lets go of processes that have been gone, and nobody wanted anything of, for ten minutes.
     * Should a thread have stood still for as long with one in its hands, its ask expires.
     */
    private void forgetPeers(int now) {
        if (now != minute) {
            minute = now;
            peers.values().removeIf(peer -> peer.isOver(now - FORGOTTEN_AFTER));
        }
    }

    /** See {@link Rounds#help}. */
    void help(BooleanSupplier until) {
        if (transport instanceof Rounds rounds) {
            rounds.help(until);
        }
    }

    /**
     * Runs {@code work} soon, on a thread that may block: not on the transport's, where it would
     * hold up all that others send.
     */
    void later(Runnable work) {
        system.dispatcher()
                .execute(
                        _ -> {
                            work.run();
                            return false;
                        });
    }

    void deadLetter(Object message, ActorRef<?> to, String reason) {
        system.publish(new DeadLetter(message, to, reason));
    }

    /** The actor has ended; nobody finds it any more. */
    void forget(Cell<?> cell) {
        exported.remove(cell.number(), cell);
    }

    /** From now on others find the actor by its number. */
    void export(Cell<?> cell) {
        if (exported.putIfAbsent(cell.number(), cell) == null && cell.isStopped()) {
            forget(cell);
        }
    }

    /** The actor of this system that others know by {@code number}; null if it is gone. */
    private Cell<?> exported(long systemId, long number) {
        return systemId == id ? exported.get(number) : null;
    }

    /** The reference to an actor that another process named. */
    ActorRef<?> reference(Address at, long systemId, long number, String path) {
        Cell<?> here = at.equals(address()) ? exported(systemId, number) : null;
        return here != null ? here : new RemoteRef<>(this, at, systemId, number, path);
    }

    // ---------------------------------------------------------------- calls of this system

    <M> CompletableFuture<Optional<ActorRef<M>>> lookup(
            Address at, String path, Duration deadline) {
        if (at.equals(address())) {
            return CompletableFuture.completedFuture(system.lookup(path));
        }
        return peer(at).<ActorRef<M>>call(
                        RemoteKind.LOOKUP,
                        "the lookup of " + path + " at " + at,
                        out -> out.putString(path),
                        deadline)
                .thenApply(Optional::ofNullable);
    }

    <M> CompletableFuture<ActorRef<M>> spawnAt(
            Address at, String factory, Object arguments, String name, Duration deadline) {
        if (at.equals(address())) {
            try {
                @SuppressWarnings("unchecked") // as the caller says
                var ref = (ActorRef<M>) spawn(factory, name, arguments);
                return CompletableFuture.completedFuture(ref);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return peer(at).call(
                        RemoteKind.SPAWN,
                        "spawning a " + factory + " at " + at,
                        out -> {
                            out.putString(factory);
                            out.putString(name);
                            codecs.encode(arguments, out);
                        },
                        deadline);
    }

    private ActorRef<?> spawn(String factory, String name, Object arguments) {
        RemoteFactory<?, ?> known = factories.get(factory);
        if (known == null) {
            throw new IllegalArgumentException(
                    "%s has no factory \"%s\" for others; it has %s"
                            .formatted(address(), factory, factories.keySet()));
        }
        return known.spawn(system, name, arguments);
    }

    // ------------------------------------------------------------------ what comes in

    @Override
    public void connected(Link link, Endpoint remote) {
        peer(link.remote()).connected(link);
    }

    @Override
    public void writable(Link link) {
        peer(link.remote()).flush();
    }

    @Override
    public void lost(Link link, Endpoint remote, Loss loss) {
        Peer peer = peers.get(link.remote());
        if (peer != null) {
            peer.lost(link, remote != null, loss);
        }
    }

    @Override
    public void message(Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {
        Peer peer = peer(link.remote());
        try {
            decoder.wrap(buffer, offset, length);
            dispatch(peer, decoder.getByte());
        } catch (DecodeException | IllegalArgumentException e) {
            ((FrameLink) link).reject("a message of actors that cannot be read: " + e.getMessage());
        }
    }

    private void dispatch(Peer peer, byte kind) {
        switch (kind) {
            case RemoteKind.TELL -> onTell();
            case RemoteKind.TELL_WHEN_ROOM -> onTellWhenRoom(peer);
            case RemoteKind.ASK -> onAsk(peer);
            case RemoteKind.REPLY -> onReply(peer);
            case RemoteKind.FAIL -> {
                long request = decoder.getLong();
                byte failure = decoder.getByte();
                String text = text();
                end();
                peer.answer(request, pending -> pending.failed(failure, text));
            }
            case RemoteKind.TOLD -> onTold(peer);
            case RemoteKind.STOP -> {
                Cell<?> cell = target();
                end();
                if (cell != null) {
                    cell.stop();
                }
            }
            case RemoteKind.WATCH -> onWatch(peer);
            case RemoteKind.UNWATCH -> {
                Cell<?> cell = target();
                end();
                if (cell != null) {
                    peer.unwatchedFromThere(cell);
                }
            }
            case RemoteKind.ENDED -> onEnded(peer);
            case RemoteKind.SPAWN -> onSpawn(peer);
            case RemoteKind.LOOKUP -> {
                long request = decoder.getLong();
                Optional<ActorRef<Object>> found = system.lookup(text());
                end();
                reply(peer, request, found.orElse(null));
            }
            default -> throw new IllegalArgumentException("a message of kind " + kind);
        }
    }

    /** The actor that is meant; null if it is gone. */
    private Cell<?> target() {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        return exported(systemId, number);
    }

    /** A text that is there. */
    private String text() {
        String text = decoder.getString();
        if (text == null) {
            throw new IllegalArgumentException("a null where a text belongs");
        }
        return text;
    }

    /** Nothing follows. */
    private void end() {
        if (decoder.remaining() != 0) {
            throw new IllegalArgumentException(decoder.remaining() + " bytes too many");
        }
    }

    /** The message that follows. */
    private Object message() {
        Object message = codecs.decode(decoder);
        if (message == null) {
            throw new IllegalArgumentException("a null for a message");
        }
        return message;
    }

    private Duration patience() {
        return Duration.ofMillis(Math.clamp(decoder.getLong(), 0, MAX_PATIENCE_MS));
    }

    private void onTell() {
        Cell<?> cell = target();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            unread(cell, e);
            return;
        }
        if (cell == null) {
            gone(message);
            return;
        }
        Tell tell = tell(cell, message);
        if (tell == Tell.FULL) {
            deadLetter(message, cell, cell.refusal(tell));
        }
    }

    private String unread(Cell<?> cell, DecodeException e) {
        String why = "it cannot be read at " + address() + ": " + e.getMessage();
        deadLetter(e, cell == null ? nobody() : cell, why);
        return why;
    }

    private void gone(Object message) {
        deadLetter(message, nobody(), "it was for an actor that is gone");
    }

    private ActorRef<?> nobody() {
        return new RemoteRef<>(this, address(), id, 0, "gone");
    }

    @SuppressWarnings("unchecked") // the sender's compiler has checked it, as with a local one
    private static Tell tell(Cell<?> cell, Object message) {
        return ((Cell<Object>) cell).tell(message);
    }

    @SuppressWarnings("unchecked")
    private void onTellWhenRoom(Peer peer) {
        long request = decoder.getLong();
        Cell<?> cell = target();
        Duration patience = patience();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, unread(cell, e));
            return;
        }
        if (cell == null) {
            gone(message);
            told(peer, request, Tell.STOPPED);
            return;
        }
        ((Cell<Object>) cell)
                .tellWhenRoom(message, patience)
                .whenComplete((tell, _) -> told(peer, request, tell));
    }

    private void told(Peer peer, long request, Tell tell) {
        peer.say(
                RemoteKind.TOLD,
                out -> {
                    out.putLong(request);
                    out.putByte((byte) tell.ordinal());
                });
    }

    private void onTold(Peer peer) {
        long request = decoder.getLong();
        int ordinal = decoder.getByte();
        Tell[] all = Tell.values();
        if (ordinal < 0 || ordinal >= all.length) {
            throw new IllegalArgumentException("an answer " + ordinal + " to a message");
        }
        end();
        peer.answer(request, pending -> pending.told(all[ordinal]));
    }

    @SuppressWarnings("unchecked")
    private void onAsk(Peer peer) {
        Cell<?> cell = target();
        long request = decoder.getLong();
        Duration patience = patience();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, unread(cell, e));
            return;
        }
        if (cell == null) {
            gone(message);
            fail(peer, request, RemoteKind.DID_NOT_RUN, "the actor is gone");
            return;
        }
        var asker = new ReplyTo<Object>(cell, message.getClass(), patience);
        asker.future()
                .whenComplete(
                        (answer, failure) -> {
                            if (failure == null) {
                                reply(peer, request, answer);
                            } else {
                                answerFailure(peer, request, failure);
                            }
                        });
        Tell tell = ((Cell<Object>) cell).offer(message, asker);
        if (tell == Tell.ACCEPTED) {
            asker.begin();
        } else {
            asker.didNotRun(cell.refusal(tell));
        }
    }

    private void reply(Peer peer, long request, Object answer) {
        try {
            peer.say(
                    RemoteKind.REPLY,
                    out -> {
                        out.putLong(request);
                        codecs.encode(answer, out);
                    });
        } catch (RuntimeException e) {
            fail(peer, request, RemoteKind.FAILED, "its answer cannot travel: " + Log.text(e));
        }
    }

    private void answerFailure(Peer peer, long request, Throwable failure) {
        byte kind =
                switch (failure) {
                    case AskException.Failed _ -> RemoteKind.FAILED;
                    case AskException.Unanswered _ -> RemoteKind.UNANSWERED;
                    case AskException.Expired _ -> RemoteKind.EXPIRED;
                    case AskException e when !e.mayHaveRun() -> RemoteKind.DID_NOT_RUN;
                    default -> RemoteKind.DROPPED;
                };
        String text = failure instanceof AskException asked ? asked.reason() : Log.text(failure);
        fail(peer, request, kind, text);
    }

    private void fail(Peer peer, long request, byte kind, String text) {
        peer.say(
                RemoteKind.FAIL,
                out -> {
                    out.putLong(request);
                    out.putByte(kind);
                    out.putString(shortened(text));
                });
    }

    /** A failure may say anything; what travels has an end, and whole characters. */
    private static String shortened(String text) {
        String some = text == null ? "" : text.length() > 2000 ? text.substring(0, 2000) : text;
        return some.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void onReply(Peer peer) {
        long request = decoder.getLong();
        try {
            Object answer = codecs.decode(decoder);
            peer.answer(request, pending -> pending.replied(answer));
        } catch (DecodeException e) {
            String text = "its answer cannot be read here: " + e.getMessage();
            peer.answer(request, pending -> pending.failed(RemoteKind.FAILED, text));
        }
    }

    private void onWatch(Peer peer) {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        end();
        Cell<?> cell = exported(systemId, number);
        if (cell == null) {
            ended(peer, systemId, number, null);
            return;
        }
        peer.watchedFromThere(cell, (_, cause) -> ended(peer, systemId, number, cause));
    }

    private void ended(Peer peer, long systemId, long number, Throwable cause) {
        peer.say(
                RemoteKind.ENDED,
                out -> {
                    out.putLong(systemId);
                    out.putLong(number);
                    out.putBoolean(cause != null);
                    out.putString(cause == null ? "" : shortened(Log.text(cause)));
                });
    }

    private void onEnded(Peer peer) {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        boolean failed = decoder.getBoolean();
        String text = text();
        end();
        peer.ended(systemId, number, failed ? new RemoteFailure(text) : null);
    }

    private void onSpawn(Peer peer) {
        long request = decoder.getLong();
        String factory = text();
        String name = decoder.getString();
        ActorRef<?> spawned;
        try {
            spawned = spawn(factory, name, codecs.decode(decoder));
        } catch (RuntimeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, e.getMessage());
            return;
        }
        reply(peer, request, spawned);
    }

    void close() {
        closed = true;
        peers.values().forEach(Peer::close);
        transport.close();
    }

    /** Whether it knows something of a process that is or was at {@code address}. For tests. */
    boolean knows(Address address) {
        return peers.containsKey(address);
    }

    /** What is held for others, in words; nothing if nothing is. For tests. */
    String held() {
        var text = new StringBuilder(exported.isEmpty() ? "" : "exported" + exported.values());
        peers.forEach((at, peer) -> text.append(peer.held().isEmpty() ? "" : at + peer.held()));
        return text.toString();
    }
}
