package io.tharsis.node.workload;

import io.tharsis.actors.Actor;
import io.tharsis.actors.ActorContext;
import io.tharsis.actors.ActorOptions;
import io.tharsis.actors.ActorRef;
import io.tharsis.actors.ActorSystem;
import io.tharsis.actors.Request;
import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronWireException;
import io.tharsis.transport.bulk.Bulk;
import io.tharsis.transport.bulk.BulkLease;
import io.tharsis.transport.bulk.BulkSource;
import io.tharsis.transport.seal.ClusterKey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The other process of a workload between two. It has an actor that answers and counts, and data to
 * be fetched; it ends when its standard input does, that is with the process that started it.
 */
public final class Partner implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final String HOST = "127.0.0.1";
    private static final int MOST_TRIES = 5;

    /** What a partner says when it can be reached, before its address. */
    private static final String READY_AT = "ready at ";

    /** What is fetched under a key that is its length. */
    private static final long SEED = 42;

    final Process process;
    final ActorSystem system;
    final Bulk bulk;
    final Address address;

    private Partner(Process process, ActorSystem system, Bulk bulk, Address address) {
        this.process = process;
        this.system = system;
        this.bulk = bulk;
        this.address = address;
    }

    /** Asks for its number back. */
    record Echo(long number) implements Request<Long> {}

    /** Of 64 bytes, with the header. */
    record Hit(long a, long b, long c, long d, int e) {}

    /** Asks how many hits there were, and forgets them. */
    record Count() implements Request<Long> {}

    private static final class Answering implements Actor<Object> {
        private long hits;

        @Override
        public void receive(Object message, ActorContext<Object> context) {
            switch (message) {
                case Echo echo -> context.reply(echo, echo.number());
                case Hit _ -> hits++;
                case Count count -> {
                    context.reply(count, hits);
                    hits = 0;
                }
                default -> throw new IllegalArgumentException("what is a " + message + "?");
            }
        }
    }

    /** Starts one, and a system here that reaches it. */
    static Partner start(Wiring wiring) {
        Path keyFile = keyFile(wiring);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A cache is for one main class, and an agent for one process.
            if (!flag.startsWith("-XX:AOT") && !flag.startsWith("-javaagent")) {
                command.add(flag);
            }
        }
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Partner.class.getName(),
                        wiring.name(),
                        keyFile.toString()));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return connect(process, wiring, keyFile);
        } catch (IOException e) {
            throw new UncheckedIOException("no partner could be started: " + command, e);
        }
    }

    private static Partner connect(Process process, Wiring wiring, Path keyFile)
            throws IOException {
        String line = process.inputReader().readLine();
        while (line != null && !line.startsWith(READY_AT)) {
            line = process.inputReader().readLine();
        }
        if (line == null) {
            throw new IOException("the partner ended before it was ready");
        }
        Address there = Address.parse(line.substring(READY_AT.length()));
        Transport transport = transport(wiring, keyFile);
        Files.deleteIfExists(keyFile);
        Files.delete(keyFile.getParent());
        Bulk bulk =
                Bulk.on(
                        transport,
                        _ ->
                                CompletableFuture.failedFuture(
                                        new IllegalStateException("nothing to fetch here")));
        ActorSystem system = onTransport("bench", transport).build();
        return new Partner(process, system, bulk, there);
    }

    private static ActorSystem.Builder onTransport(String name, Transport transport) {
        return ActorSystem.builder(name)
                .transport(transport)
                .messages(Echo.class, Hit.class, Count.class);
    }

    private static Path keyFile(Wiring wiring) {
        try {
            Path file = Files.createTempDirectory("tharsis-bench").resolve("key");
            if (wiring.isSealed()) {
                ClusterKey.generate(file);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("no place for a cluster key", e);
        }
    }

    /** At a port that nobody has; one that somebody takes after the look is passed by. */
    private static Transport transport(Wiring wiring, Path keyFile) {
        for (int tries = 1; ; tries++) {
            try {
                return wiring.start(new Address(HOST, freePort()), keyFile);
            } catch (AeronWireException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() {
        try (var socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /** An actor there. */
    ActorRef<Object> actor() {
        return system.<Object>spawnAt(address, "answering", null, null, DEADLINE).join();
    }

    @Override
    public void close() {
        system.close();
        end(process);
    }

    /** By the end of its input, so that it closes what it has; if it does not, by force. */
    private static void end(Process process) {
        try {
            process.outputWriter().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * @param args the wiring, and the file of the cluster key
     */
    public static void main(String[] args) throws IOException {
        Transport transport = transport(Wiring.valueOf(args[0]), Path.of(args[1]));
        Bulk.on(transport, new Data());
        ActorOptions<Object> options = ActorOptions.<Object>defaults().unbounded();
        try (ActorSystem _ =
                onTransport("partner", transport)
                        .factory("answering", Void.class, _ -> new Answering(), options)
                        .build()) {
            System.out.println(READY_AT + transport.self().address());
            int end = System.in.read();
            if (end >= 0) {
                throw new IOException("a partner is told nothing by its input: " + end);
            }
        }
    }

    /** Numbers, as many bytes of them as the key says; made once. */
    private static final class Data implements BulkSource {
        private MemorySegment data = MemorySegment.NULL;

        @Override
        public CompletableFuture<BulkLease> open(String key) {
            long size = Long.parseLong(key);
            return CompletableFuture.supplyAsync(() -> lease(size));
        }

        private synchronized BulkLease lease(long size) {
            if (data.byteSize() != size) {
                data = Arena.ofAuto().allocate(size, 64);
                for (long i = 0; i < size / 8; i++) {
                    data.set(ValueLayout.JAVA_LONG, 8 * i, number(i));
                }
            }
            MemorySegment lent = data;
            return new BulkLease() {
                @Override
                public MemorySegment segment() {
                    return lent;
                }

                @Override
                public long version() {
                    return size;
                }

                @Override
                public void close() {}
            };
        }
    }

    /** The number at a place of the data. */
    static long number(long index) {
        return (index + SEED) * 0x9E3779B97F4A7C15L;
    }
}
