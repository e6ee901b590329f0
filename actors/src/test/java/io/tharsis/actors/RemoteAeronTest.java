package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronTransport;
import io.tharsis.transport.aeron.AeronWireException;

import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Actors of two systems over Aeron, with real threads and real time; and a process that dies. */
@Timeout(120)
final class RemoteAeronTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration LIVENESS = Duration.ofSeconds(5);

    /** For hangs alone. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Path folder = folder();
    private final List<ActorSystem> systems = new ArrayList<>();
    private Process child;

    private static Path folder() {
        Path memory = Path.of("/dev/shm");
        Path base =
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        return base.resolve(
                "tharsis-actors-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    private static Address free() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    /** At a port that nobody has; one that somebody takes after the look is passed by. */
    private static Transport transport(Path folder) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return AeronTransport.at(free())
                        .embeddedDriver()
                        .folder(folder)
                        .liveness(LIVENESS)
                        .start();
            } catch (AeronWireException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }

    static ActorSystem start(Path folder) throws IOException {
        Probe.silenceLog();
        Transport transport = transport(folder);
        return ActorSystem.builder(transport.self().address().toString())
                .transport(transport)
                .messages(Note.class, Give.class, RemoteWorld.Color.class)
                .factory("giver", Note.class, _ -> RemoteWorld::give)
                .build();
    }

    private ActorSystem start() throws IOException {
        ActorSystem system = start(folder);
        systems.add(system);
        return system;
    }

    @AfterEach
    void close() throws Exception {
        if (child != null) {
            child.destroyForcibly();
            child.waitFor();
        }
        systems.forEach(ActorSystem::close);
        IoUtil.delete(folder.toFile(), true);
    }

    private static ActorRef<Object> giver(ActorSystem from, Address at) throws Exception {
        return from.<Object>spawnAt(at, "giver", new Note(1), null, LONG).get(60, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Object> ask(
            ActorSystem from, ActorRef<Object> to, String what) {
        return from.ask(to, new Give(what), LONG);
    }

    @Test
    void asksShouldBeAnswered() throws Exception {
        ActorSystem a = start();
        ActorSystem b = start();
        ActorRef<Object> giver = giver(a, b.address());
        for (int i = 0; i < 20; i++) {
            for (Map.Entry<String, Object> each : RemoteWorld.ANSWERS.entrySet()) {
                Object got = ask(a, giver, each.getKey()).get(60, TimeUnit.SECONDS);
                assertEquals(each.getValue(), got);
            }
        }
    }

    @Test
    void whoBlocksOnAnAnswerShouldHoldUpNobody() throws Exception {
        ActorSystem a = start();
        ActorSystem b = start();
        ActorRef<Object> giver = giver(a, b.address());
        var release = new CountDownLatch(1);
        List<CompletableFuture<?>> blocked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blocked.add(
                    ask(a, giver, "int")
                            .thenApply(
                                    answer -> {
                                        await(release);
                                        return answer;
                                    }));
        }
        for (int i = 0; i < 30; i++) {
            assertEquals(1, ask(a, giver, "int").get(60, TimeUnit.SECONDS));
        }
        release.countDown();
        for (CompletableFuture<?> each : blocked) {
            assertEquals(1, each.get(60, TimeUnit.SECONDS));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("hangs");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLoadFromManyThreadsShouldKeepOrderAndEndWithTheSystem() throws Exception {
        ActorSystem a = start();
        ActorSystem b = start();
        Map<String, Long> last = new ConcurrentHashMap<>();
        List<String> errors = java.util.Collections.synchronizedList(new ArrayList<>());
        b.<Object>spawn(
                () ->
                        (message, context) -> {
                            if (message instanceof Note note) {
                                Long before = last.put(note.text(), note.number());
                                boolean isOrdered = note.text().startsWith("thread");
                                if (isOrdered && before != null && before >= note.number()) {
                                    errors.add(note + " after " + before);
                                }
                            } else {
                                RemoteWorld.give(message, context);
                            }
                        },
                "sink",
                ActorOptions.<Object>defaults().bounded(10_000));
        ActorRef<Object> sink =
                a.<Object>lookup(b.address(), "sink", LONG).get(60, TimeUnit.SECONDS).orElseThrow();
        List<CompletableFuture<Object>> asks =
                java.util.Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Tell>> waits =
                java.util.Collections.synchronizedList(new ArrayList<>());
        var full = new AtomicLong();
        var enough = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "thread " + i;
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (long n = 0; !enough.get(); n++) {
                                            if (sink.tell(new Note(name, n)) == Tell.FULL) {
                                                full.incrementAndGet();
                                                Thread.yield();
                                            }
                                            if (n % 200 == 0) {
                                                asks.add(ask(a, sink, "int"));
                                            }
                                            if (n % 500 == 0) {
                                                waits.add(sink.tellWhenRoom(new Note(-1), LONG));
                                            }
                                        }
                                    }));
        }
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while ((asks.size() < 1000 || last.values().stream().mapToLong(n -> n).sum() < 100_000)
                && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        b.close();
        // Those here go on against a process that is no more, and then without their own system.
        assertInstanceOf(Tell.class, sink.tell(new Note("last", 1)));
        a.close();
        enough.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        for (CompletableFuture<?> each : List.copyOf(asks)) {
            assertEnded(each, AskException.class);
        }
        for (CompletableFuture<?> each : List.copyOf(waits)) {
            assertEnded(each, PeerLostException.class);
        }
        assertEquals(List.of(), errors);
        assertEquals("", a.remoting().held());
        assertEquals("", b.remoting().held());
        assertTrue(
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().contains(a.address().toString())),
                "a thread is left");
    }

    private static void assertEnded(CompletableFuture<?> future, Class<?> failure)
            throws Exception {
        try {
            future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertInstanceOf(failure, e.getCause());
        }
    }

    @Test
    void theDeathOfAProcessShouldBeATypedFailureSoon() throws Exception {
        ActorSystem a = start();
        child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                RemoteAeronTest.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        ActorRef<Object> giver = giver(a, Address.parse(child.inputReader().readLine()));
        assertEquals(1, ask(a, giver, "int").get(60, TimeUnit.SECONDS));
        List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
        var told = new CountDownLatch(1);
        a.spawn(() -> new Watcher(giver, heard, told));
        CompletableFuture<Object> pending = a.ask(giver, new Give("never"), Duration.ofHours(1));
        assertEquals(1, ask(a, giver, "int").get(60, TimeUnit.SECONDS));
        child.destroyForcibly();
        child.waitFor();
        Throwable failure = null;
        try {
            pending.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            failure = e.getCause();
        }
        assertInstanceOf(AskException.Lost.class, failure);
        assertTrue(told.await(60, TimeUnit.SECONDS), "nobody was told");
        assertEquals(1, heard.size());
        assertTrue(heard.getFirst().startsWith("PeerLostException"), heard::toString);
        assertNotEquals(Tell.STOPPED, giver.tell(new Note(1)));
    }

    private record Watcher(ActorRef<Object> watched, List<String> heard, CountDownLatch told)
            implements Actor<Object> {
        @Override
        public void started(ActorContext<Object> context) {
            context.watch(watched);
        }

        @Override
        public void receive(Object message, ActorContext<Object> context) {}

        @Override
        public void signal(Signal signal, ActorContext<Object> context) {
            Throwable cause = ((Signal.Terminated) signal).cause();
            heard.add(cause.getClass().getSimpleName() + " " + cause.getMessage());
            told.countDown();
        }
    }

    /** The other process: a system that says its address and ends with its standard input. */
    public static void main(String[] args) throws Exception {
        ActorSystem system = start(Path.of(args[0]));
        System.out.println(system.address());
        while (System.in.read() >= 0) {}
        system.close();
    }
}
