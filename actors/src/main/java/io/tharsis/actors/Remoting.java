package io.tharsis.actors;

import io.tharsis.actors.codec.MessageCodecs;
import io.tharsis.transport.Address;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.link.Rounds;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * An actor system on an endpoint: what it knows of others, what others know of it, and what it asks
 * of other systems. {@link Peer} is what goes out, {@link Incoming} what comes in.
 *
 * <p>An actor is known elsewhere by address, the system's id and its number, once a reference to it
 * was sent there or it was looked up; {@code exported} leads back.
 */
final class Remoting {
    static final int SERVICE = 0;

    /** Why what is sent after the end is not. */
    static final String CLOSED = "the actor system is closed";

    static final Loss CLOSED_LOSS = new Loss(Loss.Cause.CLOSED_HERE, CLOSED);

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
        transport.register(SERVICE, new Incoming(this));
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
        if (there == null || there.usedAt() != minute) {
            // Not beside forgetPeers, which lets go of none that was used just now.
            there =
                    peers.compute(
                            address,
                            (at, known) -> {
                                Peer its = known == null ? new Peer(this, at) : known;
                                its.used(minute);
                                return its;
                            });
            if (closed) {
                there.close();
            }
        }
        return there;
    }

    /** Null if nothing is known of a process there. */
    Peer knownPeer(Address address) {
        return peers.get(address);
    }

    long nextRequest() {
        return lastRequest.incrementAndGet();
    }

    /**
     * Lets go of processes that have been gone, and nobody wanted anything of, for ten minutes. A
     * thread that has one in its hands got it within this minute or the last, or has stood still
     * for nine.
     */
    private void forgetPeers(int now) {
        if (now != minute) {
            minute = now;
            for (Address address : peers.keySet()) {
                peers.computeIfPresent(
                        address, (_, peer) -> peer.isOver(now - FORGOTTEN_AFTER) ? null : peer);
            }
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
    Cell<?> exported(long systemId, long number) {
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

    /** Makes an actor here, for another process. */
    ActorRef<?> spawn(String factory, String name, Object arguments) {
        RemoteFactory<?, ?> known = factories.get(factory);
        if (known == null) {
            throw new IllegalArgumentException(
                    "%s has no factory \"%s\" for others; it has %s"
                            .formatted(address(), factory, factories.keySet()));
        }
        return known.spawn(system, name, arguments);
    }

    void close() {
        closed = true;
        peers.values().forEach(Peer::close);
        transport.close();
    }

    /** What is held for others, in words; nothing if nothing is. For tests. */
    String held() {
        var text = new StringBuilder(exported.isEmpty() ? "" : "exported" + exported.values());
        peers.forEach((at, peer) -> text.append(peer.held().isEmpty() ? "" : at + peer.held()));
        return text.toString();
    }
}
