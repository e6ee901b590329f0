package io.tharsis.actors;

import io.tharsis.actors.codec.DecodeException;
import io.tharsis.actors.codec.Decoder;
import io.tharsis.actors.codec.Encoder;
import io.tharsis.actors.codec.MessageCodecs;
import io.tharsis.actors.codec.RefCodec;
import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.link.FrameLink;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An actor system on an endpoint: what comes in from other systems, and the actors that are known
 * there. {@link Peer} is what goes out.
 *
 * <p>An actor is known elsewhere by address, the system's id and its number, once a reference to it
 * was sent there or it was looked up; {@code exported} leads back.
 */
final class Remoting implements LinkListener {
    static final int SERVICE = 0;

    /** The longest wait that another process may ask for. */
    private static final long MAX_PATIENCE_MS = Duration.ofDays(365).toMillis();

    private final ActorSystem system;
    private final Transport transport;
    private final MessageCodecs codecs;
    private final Map<String, RemoteFactory<?, ?>> factories;
    private final Map<Address, Peer> peers = new ConcurrentHashMap<>();
    private final Map<Long, Cell<?>> exported = new ConcurrentHashMap<>();
    private final long id;

    /** The transport's thread alone. */
    private final Decoder decoder = new Decoder();

    Remoting(ActorSystem system, Transport transport, Map<String, RemoteFactory<?, ?>> factories) {
        this.system = system;
        this.transport = transport;
        this.factories = Map.copyOf(factories);
        this.codecs = new MessageCodecs(new References());
        this.id = transport.self().incarnation();
    }

    void start() {
        transport.register(SERVICE, this);
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
        return there != null ? there : peers.computeIfAbsent(address, at -> new Peer(this, at));
    }

    void deadLetter(Object message, ActorRef<?> to, String reason) {
        system.publish(new DeadLetter(message, to, reason));
    }

    /** The actor has ended; nobody finds it any more. */
    void forget(Cell<?> cell) {
        exported.remove(cell.number(), cell);
    }

    private void export(Cell<?> cell) {
        if (exported.putIfAbsent(cell.number(), cell) == null && cell.isStopped()) {
            forget(cell);
        }
    }

    // ---------------------------------------------------------------------- references

    /** How references travel: where, which system, which number, and the path for people. */
    private final class References implements RefCodec<ActorRef<?>> {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public Class<ActorRef<?>> type() {
            return (Class) ActorRef.class;
        }

        @Override
        public void write(ActorRef<?> ref, Encoder out) {
            switch (ref) {
                case Cell<?> cell -> {
                    Remoting home = cell.system.remoting();
                    if (home == null) {
                        throw new IllegalArgumentException(
                                "the reference to %s cannot travel: its system %s is on no endpoint"
                                        .formatted(cell.name(), cell.system.name()));
                    }
                    home.export(cell);
                    put(out, home.address(), home.id, cell.number(), cell.name());
                }
                case RemoteRef<?> remote ->
                        put(
                                out,
                                remote.address(),
                                remote.systemId(),
                                remote.number(),
                                remote.path());
            }
        }

        private void put(Encoder out, Address at, long systemId, long number, String path) {
            out.putString(at.host());
            out.putInt(at.port());
            out.putLong(systemId);
            out.putLong(number);
            out.putString(path);
        }

        @Override
        public ActorRef<?> read(Decoder in) {
            var at = new Address(in.getString(), in.getInt());
            return reference(at, in.getLong(), in.getLong(), in.getString());
        }
    }

    private ActorRef<?> reference(Address at, long systemId, long number, String path) {
        Cell<?> here = systemId == id && at.equals(address()) ? exported.get(number) : null;
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
            peer.lost(link, loss);
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
                Pending pending = peer.take(decoder.getLong());
                byte failure = decoder.getByte();
                String text = decoder.getString();
                if (pending != null) {
                    pending.failed(failure, text);
                }
            }
            case RemoteKind.TOLD -> onTold(peer);
            case RemoteKind.STOP -> {
                Cell<?> cell = target();
                if (cell != null) {
                    cell.stop();
                }
            }
            case RemoteKind.WATCH -> onWatch(peer);
            case RemoteKind.UNWATCH -> {
                Cell<?> cell = target();
                if (cell != null) {
                    peer.unwatchedFromThere(cell);
                }
            }
            case RemoteKind.ENDED -> onEnded(peer);
            case RemoteKind.SPAWN -> onSpawn(peer);
            case RemoteKind.LOOKUP -> {
                long request = decoder.getLong();
                Optional<ActorRef<Object>> found = system.lookup(decoder.getString());
                reply(peer, request, found.orElse(null));
            }
            default -> throw new IllegalArgumentException("a message of kind " + kind);
        }
    }

    /** The actor that is meant; null if it is gone. */
    private Cell<?> target() {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        return systemId == id ? exported.get(number) : null;
    }

    private Duration patience() {
        return Duration.ofMillis(Math.clamp(decoder.getLong(), 0, MAX_PATIENCE_MS));
    }

    private void onTell() {
        Cell<?> cell = target();
        Object message = message(cell);
        if (message != null && cell != null) {
            Tell tell = tell(cell, message);
            if (tell == Tell.FULL) {
                deadLetter(message, cell, cell.refusal(tell));
            }
        }
    }

    /** The message that follows; null if it cannot be read, or nobody is there, as said. */
    private Object message(Cell<?> cell) {
        ActorRef<?> to = cell == null ? nobody() : cell;
        Object message;
        try {
            message = codecs.decode(decoder);
        } catch (DecodeException e) {
            deadLetter(e, to, "a message that cannot be read here: " + e.getMessage());
            return null;
        }
        if (cell == null) {
            deadLetter(message, to, "it was for an actor that is gone");
        }
        return message;
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
        Cell<?> cell = target();
        long request = decoder.getLong();
        Duration patience = patience();
        Object message = message(cell);
        if (message == null || cell == null) {
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
        Pending pending = peer.take(request);
        if (pending != null) {
            pending.told(all[ordinal]);
        }
    }

    @SuppressWarnings("unchecked")
    private void onAsk(Peer peer) {
        Cell<?> cell = target();
        long request = decoder.getLong();
        Duration patience = patience();
        Object message;
        try {
            message = codecs.decode(decoder);
        } catch (DecodeException e) {
            fail(
                    peer,
                    request,
                    RemoteKind.DID_NOT_RUN,
                    "it cannot be read there: " + e.getMessage());
            return;
        }
        if (cell == null) {
            deadLetter(message, nobody(), "it was for an actor that is gone");
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
        switch (failure) {
            case AskException.Failed e ->
                    fail(peer, request, RemoteKind.FAILED, Log.text(e.getCause()));
            case AskException.Unanswered e ->
                    fail(peer, request, RemoteKind.UNANSWERED, e.getMessage());
            case AskException.Expired e -> fail(peer, request, RemoteKind.EXPIRED, e.getMessage());
            case AskException e when !e.mayHaveRun() ->
                    fail(peer, request, RemoteKind.DID_NOT_RUN, e.getMessage());
            default -> fail(peer, request, RemoteKind.DROPPED, failure.getMessage());
        }
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
        Pending pending = peer.take(decoder.getLong());
        Object answer;
        try {
            answer = codecs.decode(decoder);
        } catch (DecodeException e) {
            if (pending != null) {
                pending.failed(
                        RemoteKind.FAILED, "its answer cannot be read here: " + e.getMessage());
            }
            return;
        }
        if (pending != null) {
            pending.replied(answer);
        }
    }

    private void onWatch(Peer peer) {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        Cell<?> cell = systemId == id ? exported.get(number) : null;
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
        String text = decoder.getString();
        peer.ended(systemId, number, failed ? new RemoteFailure(text) : null);
    }

    private void onSpawn(Peer peer) {
        long request = decoder.getLong();
        String factory = decoder.getString();
        String name = decoder.getString();
        ActorRef<?> spawned;
        try {
            spawned = spawn(factory, name, codecs.decode(decoder));
        } catch (RuntimeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, Log.text(e));
            return;
        }
        reply(peer, request, spawned);
    }

    void close() {
        peers.values().forEach(Peer::close);
        transport.close();
    }
}
