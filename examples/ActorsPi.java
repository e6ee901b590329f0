import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.Tensor;
import io.tharsis.actors.Actor;
import io.tharsis.actors.ActorContext;
import io.tharsis.actors.ActorRef;
import io.tharsis.actors.ActorSystem;
import io.tharsis.actors.AskException;
import io.tharsis.actors.PeerLostException;
import io.tharsis.actors.ReplyTo;
import io.tharsis.actors.Request;
import io.tharsis.transport.Address;
import io.tharsis.transport.Loss;
import io.tharsis.transport.aeron.AeronTransport;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Pi by actors, each of which throws its share of the points: ./tharsis run examples/ActorsPi.java
 * [points] [actors] [processes]. With more than one process, so many are started, and the actors
 * are spread over them by address.
 */
class ActorsPi {
    static final Duration DEADLINE = Duration.ofMinutes(10);

    /** How long the silence of a process is borne. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    static void main(String[] args) throws IOException {
        if (args.length == 2 && args[0].equals("serve")) {
            serve(Address.parse(args[1]));
            return;
        }
        long points = args.length > 0 ? (long) Double.parseDouble(args[0]) : 100_000_000;
        int chunks = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        int processes = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        if (points < 1 || chunks < 1 || processes < 1) {
            throw new IllegalArgumentException(
                    "points, actors and processes are 1 at least: %d, %d and %d"
                            .formatted(points, chunks, processes));
        }
        List<Worker> workers = new ArrayList<>();
        try (ActorSystem system =
                processes == 1 ? ActorSystem.create("pi") : system(freeAddress())) {
            for (int i = 0; processes > 1 && i < processes; i++) {
                workers.add(Worker.start());
            }
            for (Worker worker : workers) {
                worker.awaitReady();
            }
            List<Address> addresses = workers.stream().map(Worker::address).toList();
            ActorRef<PiCalculator.Message> calculator =
                    system.spawn(() -> new PiCalculator(addresses), "calculator");
            var estimate = new PiCalculator.Estimate(points, chunks);
            double pi = system.ask(calculator, estimate, DEADLINE).join();
            out.printf("points  %d by %d actors%n", points, chunks);
            out.printf("pi      %.6f%n", pi);
        } finally {
            workers.forEach(Worker::close);
        }
    }

    /** A system that others reach at {@code address}, and let spawn actors that throw points. */
    static ActorSystem system(Address address) {
        return ActorSystem.builder("pi")
                .transport(AeronTransport.at(address).liveness(PATIENCE).start())
                .messages(ChunkInside.Throw.class)
                .factory("ChunkInside", Long.class, ChunkInside::new)
                .build();
    }

    /** What a process that was started does, until its input ends with the one that started it. */
    static void serve(Address address) throws IOException {
        try (ActorSystem system = system(address)) {
            out.println("ready");
            while (System.in.read() >= 0) {}
        }
    }

    static Address freeAddress() throws IOException {
        try (var socket = new DatagramSocket(0)) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    /** Another process that runs this file. */
    record Worker(Process process, Address address) {
        static Worker start() throws IOException {
            Address address = freeAddress();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
            command.addAll(List.of("io.tharsis.node.Main", "run"));
            command.addAll(List.of(System.getProperty("tharsis.source"), "serve", "" + address));
            var builder = new ProcessBuilder(command);
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            return new Worker(builder.start(), address);
        }

        void awaitReady() throws IOException {
            if (process.inputReader().readLine() == null) {
                throw new IOException("the process for " + address + " ended before it was ready");
            }
        }

        /** Has it end by itself, for which it gets some seconds. */
        void close() {
            try {
                process.outputWriter().close();
                process.waitFor(5, TimeUnit.SECONDS);
            } catch (IOException _) {
                // It has ended already.
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            process.destroy();
        }
    }
}

/** Answers how many of so many random points in the square fall inside the circle. */
class ChunkInside implements Actor<ChunkInside.Message> {
    sealed interface Message {}

    /** Asks for the number of points inside, of {@code points} at all. */
    record Throw(long points) implements Message, Request<Long> {}

    private record Counted(ReplyTo<Long> asker, Long inside, Throwable failure)
            implements Message {}

    private final long seed;

    /** Each seed has random points of its own. */
    ChunkInside(long seed) {
        this.seed = seed;
    }

    @Override
    public void receive(Message message, ActorContext<Message> context) {
        switch (message) {
            case Throw asked -> {
                ReplyTo<Long> asker = context.replyTo(asked);
                context.compute(
                        () -> inside(asked.points()),
                        (inside, failure) -> new Counted(asker, inside, failure));
            }
            case Counted(var asker, var inside, var failure) -> {
                if (failure == null) {
                    asker.reply(inside);
                } else {
                    asker.fail(failure);
                }
                context.stop();
            }
        }
    }

    private long inside(long points) {
        Tensor thrown = random(seed).uniform(points, 2);
        return sqrt(thrown.square().sum(1)).lt(1).sum().itemLong();
    }
}

/**
 * Answers an estimate of pi, for which it has each of many {@link ChunkInside} throw its share. A
 * share that is lost with the way to its process, and not with the process, is thrown again.
 */
class PiCalculator implements Actor<PiCalculator.Message> {
    sealed interface Message {}

    /** Asks for pi from {@code points}, thrown by {@code chunks} actors. */
    record Estimate(long points, int chunks) implements Message, Request<Double> {}

    private record Answered(int number, int attempt, Long inside, Throwable failure)
            implements Message {}

    private static final int MOST_ATTEMPTS = 5;

    private final List<Address> addresses;
    private ReplyTo<Double> asker;
    private Estimate estimate;
    private long inside;
    private int waiting;

    /**
     * @param addresses where the actors shall live, in turn; empty for here
     */
    PiCalculator(List<Address> addresses) {
        this.addresses = addresses;
    }

    @Override
    public void receive(Message message, ActorContext<Message> context) {
        switch (message) {
            case Estimate asked -> begin(asked, context);
            case Answered(int number, int attempt, Long count, Throwable failure) -> {
                if (failure == null) {
                    inside += count;
                    if (--waiting == 0) {
                        asker.reply(4.0 * inside / estimate.points());
                    }
                } else if (attempt < MOST_ATTEMPTS && isOfTheWay(failure)) {
                    throwShare(number, attempt + 1, context);
                } else {
                    asker.fail(failure);
                    context.stop();
                }
            }
        }
    }

    private void begin(Estimate asked, ActorContext<Message> context) {
        asker = context.replyTo(asked);
        estimate = asked;
        waiting = asked.chunks();
        inside = 0;
        for (int i = 0; i < asked.chunks(); i++) {
            throwShare(i, 1, context);
        }
    }

    private void throwShare(int number, int attempt, ActorContext<Message> context) {
        long points = estimate.points();
        int chunks = estimate.chunks();
        long share = (points * (number + 1)) / chunks - (points * number) / chunks;
        var request = new ChunkInside.Throw(share);
        context.pipeToSelf(
                chunk(number, context)
                        .thenCompose(chunk -> context.ask(chunk, request, ActorsPi.DEADLINE)),
                (count, failure) -> new Answered(number, attempt, count, failure));
    }

    /**
     * Whether the way to a process was lost, as when the media driver dies, and not the process.
     */
    private static boolean isOfTheWay(Throwable failure) {
        Optional<Loss.Cause> cause =
                switch (failure) {
                    case AskException asked -> asked.lossCause();
                    case PeerLostException lost -> lost.lossCause();
                    default -> Optional.empty();
                };
        return switch (cause.orElse(null)) {
            case WIRE_BROKEN, STREAM_ENDED, RECONNECTED -> true;
            case null, default -> false;
        };
    }

    private CompletableFuture<ActorRef<ChunkInside.Message>> chunk(
            long number, ActorContext<Message> context) {
        if (addresses.isEmpty()) {
            return CompletableFuture.completedFuture(context.spawn(() -> new ChunkInside(number)));
        }
        Address address = addresses.get((int) (number % addresses.size()));
        return context.system().spawnAt(address, "ChunkInside", number, null, ActorsPi.DEADLINE);
    }
}
