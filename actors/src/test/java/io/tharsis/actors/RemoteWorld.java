package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.TransportStats;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.link.Rounds;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Processes with an actor system each, over one simulated network, on one simulated dispatcher that
 * keeps step with it.
 */
final class RemoteWorld {
    static final Duration LIVENESS = Duration.ofSeconds(2);

    /** For hangs alone, in virtual time. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = Logger.getLogger("io.tharsis.transport");

    final SimulatedNetwork network;
    final SimulatedDispatcher dispatcher;
    final List<Throwable> thrown = new ArrayList<>();
    private final long originNs;
    private long lives;
    private long advancedNs;

    RemoteWorld(long seed) {
        Probe.silenceLog();
        LOG.setLevel(Level.OFF);
        network = new SimulatedNetwork(seed);
        dispatcher = new SimulatedDispatcher(seed);
        originNs = network.nanoTime();
        network.everyStep(this::keepStep);
    }

    private void keepStep() {
        long nowNs = network.nanoTime() - originNs;
        dispatcher.advance(Duration.ofNanos(nowNs - advancedNs));
        advancedNs = nowNs;
    }

    LinkTransport transport(Address address) {
        long life = lives++;
        var transport =
                new LinkTransport(
                        address,
                        LIVENESS,
                        network.wire(address),
                        network::nanoTime,
                        () ->
                                Instant.ofEpochMilli(
                                        (network.nanoTime() - originNs) / 1_000_000
                                                + 10_000 * life
                                                + 1));
        network.register(address, transport::doWork);
        return transport;
    }

    Process start(String host) {
        return start(host, builder -> builder);
    }

    Process start(String host, UnaryOperator<ActorSystem.Builder> more) {
        return new Process(new Address(host, 1), more);
    }

    void until(BooleanSupplier done, String what) {
        assertTrue(network.runUntil(done, LIMIT), () -> what + " not within " + LIMIT);
    }

    void settle() {
        network.advance(Duration.ofSeconds(5));
    }

    /** Waits for the end of {@code future}. */
    <T> CompletableFuture<T> end(CompletableFuture<T> future) {
        until(future::isDone, "the end of a future");
        return future;
    }

    Throwable failure(CompletableFuture<?> future) {
        return end(future).exceptionNow();
    }

    // ------------------------------------------------------------------ processes

    /** A process: an actor system on a transport of its own. */
    final class Process {
        final Address address;
        final Tap tap;
        final ActorSystem system;
        final List<DeadLetter> dead = new ArrayList<>();

        private Process(Address address, UnaryOperator<ActorSystem.Builder> more) {
            this.address = address;
            this.tap = new Tap(transport(address));
            this.system =
                    more.apply(
                                    ActorSystem.builder(address.host())
                                            .dispatcher(dispatcher)
                                            .transport(tap)
                                            .messages(
                                                    Note.class,
                                                    Give.class,
                                                    Pass.class,
                                                    Color.class))
                            .build();
            system.onDeadLetter(dead::add);
        }

        /** An actor with a name. */
        ActorRef<Object> spawn(String name, BiConsumer<Object, ActorContext<Object>> receive) {
            return spawn(name, ActorOptions.<Object>defaults().unbounded(), receive);
        }

        ActorRef<Object> spawn(
                String name,
                ActorOptions<Object> options,
                BiConsumer<Object, ActorContext<Object>> receive) {
            return system.spawn(() -> receive::accept, name, options);
        }

        /** The actor of that name in {@code there}, as this process knows it. */
        ActorRef<Object> find(Process there, String name) {
            CompletableFuture<Optional<ActorRef<Object>>> found =
                    system.lookup(there.address, name, LIMIT);
            return end(found).join().orElseThrow();
        }

        String held() {
            return system.remoting().held();
        }

        void crash() {
            network.crash(address);
        }
    }

    /** Hears what this process hears of others. */
    static final class Watching implements Actor<Object> {
        final List<String> heard;

        Watching(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void receive(Object message, ActorContext<Object> context) {
            switch (message) {
                case ActorRef<?> ref -> context.watch(ref);
                case Optional<?> ref -> context.unwatch((ActorRef<?>) ref.orElseThrow());
                default -> heard.add(message.toString());
            }
        }

        @Override
        public void signal(Signal signal, ActorContext<Object> context) {
            if (signal instanceof Signal.Terminated(ActorRef<?> actor, Throwable cause)) {
                String why =
                        cause == null
                                ? "null"
                                : cause.getClass().getSimpleName() + " " + cause.getMessage();
                heard.add(actor.name() + " " + why);
            }
        }
    }

    /** Passes everything on, and keeps the messages that came. */
    final class Tap implements Transport, Rounds {
        final LinkTransport inner;
        final List<byte[]> messages = new ArrayList<>();
        private LinkListener listening;

        Tap(LinkTransport inner) {
            this.inner = inner;
        }

        @Override
        public Endpoint self() {
            return inner.self();
        }

        @Override
        public Link link(Address to) {
            return inner.link(to);
        }

        @Override
        public void eachRound(IntSupplier work) {
            inner.eachRound(work);
        }

        @Override
        public boolean execute(Runnable command) {
            return inner.execute(command);
        }

        @Override
        public void atClose(Runnable command) {
            inner.atClose(command);
        }

        @Override
        public void help(BooleanSupplier until) {
            inner.help(until);
        }

        @Override
        public long nanoTime() {
            return inner.nanoTime();
        }

        @Override
        public List<Link> links() {
            return inner.links();
        }

        @Override
        public void register(int service, LinkListener listener) {
            listening = listener;
            inner.register(
                    service,
                    new LinkListener() {
                        @Override
                        public void connected(Link link, Endpoint remote) {
                            guarded(() -> listener.connected(link, remote));
                        }

                        @Override
                        public void message(
                                Link link, Endpoint remote, DirectBuffer in, int at, int length) {
                            byte[] bytes = new byte[length];
                            in.getBytes(at, bytes);
                            messages.add(bytes);
                            guarded(() -> listener.message(link, remote, in, at, length));
                        }

                        @Override
                        public void writable(Link link) {
                            guarded(() -> listener.writable(link));
                        }

                        @Override
                        public void lost(Link link, Endpoint remote, Loss loss) {
                            guarded(() -> listener.lost(link, remote, loss));
                        }
                    });
        }

        /** Has a message come in past the wire. */
        void deliver(Endpoint from, byte[] bytes, Link link) {
            var buffer = new UnsafeBuffer(bytes);
            guarded(() -> listening.message(link, from, buffer, 0, bytes.length));
        }

        private void guarded(Runnable call) {
            try {
                call.run();
            } catch (Throwable e) {
                thrown.add(e);
            }
        }

        @Override
        public TransportStats stats() {
            return inner.stats();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    // ------------------------------------------------------------------- messages

    /** Something to tell. */
    record Note(String text, long number) {
        Note(long number) {
            this("note", number);
        }
    }

    /** Asks for something of a kind. */
    record Give(String what) implements Request<Object> {}

    /** A reference on its way. */
    record Pass(String how, ActorRef<Object> ref) implements Request<Object> {}

    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green";
            }
        }
    }

    /** Not known to travel. */
    record Stranger(int number) implements Request<Object> {}

    /** Answers of every kind that travels. */
    static final Map<String, Object> ANSWERS =
            Map.of(
                    "int",
                    1,
                    "long",
                    Long.MIN_VALUE,
                    "double",
                    -0.0,
                    "text",
                    "half \uD83D\uDE00 \u0000",
                    "list",
                    List.of(1, "two", List.of(3.0)),
                    "map",
                    Map.of("a", Optional.of(1), "b", Optional.empty()),
                    "record",
                    new Note("n", 1),
                    "enum",
                    Color.GREEN,
                    "time",
                    Duration.ofNanos(1));

    /** What an actor answers that does as it is asked. */
    static void give(Object message, ActorContext<Object> context) {
        if (!(message instanceof Give give)) {
            return;
        }
        switch (give.what()) {
            case "null" -> context.reply(give, null);
            case "stranger" -> context.reply(give, new Stranger(1));
            case "self" -> context.reply(give, context.self());
            case "large" -> context.reply(give, new byte[1 << 20]);
            case "nothing" -> {}
            case "never" -> context.replyTo(give);
            case "stop" -> context.stop();
            case "fail" -> throw new IllegalStateException("as told");
            default -> context.reply(give, ANSWERS.get(give.what()));
        }
    }

    void checkNothingThrown() {
        assertEquals(List.of(), thrown, "thrown on the transport's thread");
    }
}
