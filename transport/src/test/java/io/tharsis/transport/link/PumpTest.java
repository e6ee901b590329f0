package io.tharsis.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Transport;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Who does the rounds of a transport. Deadlines are for hangs. */
@Timeout(60)
final class PumpTest {
    private final Fake wire = new Fake();
    private final Transport transport = start();
    private final Rounds rounds = (Rounds) transport;

    private Transport start() {
        var link =
                new LinkTransport(
                        new Address("a", 1),
                        Duration.ofSeconds(8),
                        wire,
                        System::nanoTime,
                        InstantSource.system());
        link.register(1, new Deaf());
        // It comes once in 20 ms, so that it is seen who else does.
        Transport pump = Pump.start(link, new SleepingMillisIdleStrategy(20));
        while (wire.polls.get() == 0) {
            Thread.onSpinWait();
        }
        return pump;
    }

    @AfterEach
    void close() {
        transport.close();
        assertEquals(0, wire.overlaps.get(), "two were in a round");
        assertTrue(wire.closed);
    }

    /** A wire that brings as many frames as it is told, all of them none. */
    private static final class Fake implements Wire {
        final AtomicInteger polls = new AtomicInteger();
        final AtomicInteger maintained = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();
        final AtomicBoolean inUse = new AtomicBoolean();
        volatile Thread last;
        volatile IntSupplier brings = () -> 0;
        volatile boolean closed;

        private int use(IntSupplier what) {
            if (!inUse.compareAndSet(false, true)) {
                overlaps.incrementAndGet();
            }
            try {
                return what.getAsInt();
            } finally {
                inUse.set(false);
            }
        }

        @Override
        public int poll(FrameHandler handler, int limit) {
            return use(
                    () -> {
                        last = Thread.currentThread();
                        polls.incrementAndGet();
                        return brings.getAsInt();
                    });
        }

        @Override
        public String maintain(long nowNs) {
            use(maintained::incrementAndGet);
            return null;
        }

        @Override
        public int maxFrame(Lane lane) {
            return 1024;
        }

        @Override
        public Outflow open(Address to, Lane lane) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reject(long inflow, String reason) {}

        @Override
        public void close() {
            use(() -> 0);
            closed = true;
        }
    }

    private static final class Deaf implements LinkListener {
        @Override
        public void message(
                Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {}
    }

    @Test
    void whoHelpsShouldTakeInUntilItHasWhatItWaitsFor() {
        var mine = new AtomicInteger();
        Thread me = Thread.currentThread();
        wire.brings =
                () -> {
                    mine.addAndGet(Thread.currentThread() == me ? 1 : 0);
                    return 1;
                };
        // The other thread may be in a round that found a frame, and then goes on with that.
        while (mine.get() < 1000) {
            rounds.help(() -> mine.get() >= 1000);
        }
        assertEquals(1000, mine.get());
    }

    @Test
    void whoHelpsInVainShouldNotGoOn() {
        while (wire.last != Thread.currentThread()) {
            rounds.help(() -> false);
        }
        // And the transport's thread does, with files and time.
        int before = wire.polls.get();
        while (wire.last == Thread.currentThread() || wire.polls.get() == before) {
            Thread.onSpinWait();
        }
    }

    @Test
    void onlyOneShouldHelp() throws Exception {
        var inside = new CountDownLatch(1);
        var enough = new AtomicBoolean();
        wire.brings = () -> Thread.currentThread().getName().equals("helper") ? 1 : 0;
        Thread helper =
                Thread.ofVirtual()
                        .name("helper")
                        .start(
                                () -> {
                                    while (!enough.get()) {
                                        rounds.help(
                                                () -> {
                                                    if (wire.last == Thread.currentThread()) {
                                                        inside.countDown();
                                                    }
                                                    return enough.get();
                                                });
                                    }
                                });
        assertTrue(inside.await(50, TimeUnit.SECONDS));
        var asked = new AtomicInteger();
        rounds.help(
                () -> {
                    asked.incrementAndGet();
                    return false;
                });
        assertEquals(0, asked.get());
        enough.set(true);
        assertTrue(helper.join(Duration.ofSeconds(50)));
    }

    @Test
    void whoIsInARoundShouldNotHelp() throws Exception {
        var asked = new AtomicInteger();
        var done = new CountDownLatch(1);
        assertTrue(
                rounds.execute(
                        () -> {
                            rounds.help(() -> asked.incrementAndGet() > 0);
                            done.countDown();
                        }));
        assertTrue(done.await(50, TimeUnit.SECONDS));
        assertEquals(0, asked.get());
    }

    @Test
    void whatIsThrownInARoundShouldNotReachWhoHelps() {
        var thrown = new AtomicInteger();
        Thread me = Thread.currentThread();
        wire.brings =
                () -> {
                    if (Thread.currentThread() == me && thrown.getAndIncrement() == 0) {
                        throw new IllegalStateException("of this test");
                    }
                    return 0;
                };
        while (thrown.get() < 2) {
            rounds.help(() -> false);
        }
        assertNotEquals(0, thrown.get());
    }

    @Test
    void whoHelpsMayCloseInsideARound() {
        Thread me = Thread.currentThread();
        var closed = new AtomicBoolean();
        wire.brings =
                () -> {
                    if (Thread.currentThread() == me && !closed.getAndSet(true)) {
                        transport.close();
                    }
                    return 0;
                };
        while (!closed.get()) {
            rounds.help(() -> false);
        }
        while (!wire.closed) {
            Thread.onSpinWait();
        }
        var asked = new AtomicInteger();
        rounds.help(() -> asked.incrementAndGet() > 3);
        assertFalse(asked.get() > 1, "helped what is closed");
    }

    /** What opens files, beats and ticks is done however long rounds take and whoever does them. */
    @Test
    void whoHelpsShouldLetTheTransportsThreadIn() {
        Thread me = Thread.currentThread();
        wire.brings =
                () -> {
                    long end = System.nanoTime() + 1_000_000;
                    while (Thread.currentThread() == me && System.nanoTime() - end < 0) {
                        Thread.onSpinWait();
                    }
                    return Thread.currentThread() == me ? 1 : 0;
                };
        int enough = wire.maintained.get() + 20;
        while (wire.maintained.get() < enough) {
            rounds.help(() -> wire.maintained.get() >= enough);
        }
    }

    @Test
    void virtualThreadsThatHelpShouldGiveBackTheirCarriers() throws Exception {
        var enough = new AtomicBoolean();
        List<PumpTest> all = new ArrayList<>();
        List<Thread> helpers = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            var another = new PumpTest();
            another.wire.brings = () -> Thread.currentThread().isVirtual() ? 1 : 0;
            all.add(another);
            helpers.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!enough.get()) {
                                            another.rounds.help(enough::get);
                                        }
                                    }));
        }
        for (PumpTest each : all) {
            while (each.wire.last == null || !each.wire.last.isVirtual()) {
                Thread.onSpinWait();
            }
        }
        Thread.ofVirtual().start(() -> enough.set(true));
        for (Thread helper : helpers) {
            assertTrue(helper.join(Duration.ofSeconds(50)), "no carrier is left");
        }
        all.forEach(PumpTest::close);
    }

    @Test
    void anInterruptedThreadShouldNotBeInARound() {
        Thread.currentThread().interrupt();
        for (int i = 0; i < 1000; i++) {
            rounds.help(() -> false);
        }
        assertTrue(Thread.interrupted());
        assertNotEquals(Thread.currentThread(), wire.last);
    }

    @Test
    void manyWhoHelpShouldNotMeet() throws Exception {
        var enough = new AtomicBoolean();
        var frames = new AtomicInteger();
        wire.brings = () -> frames.incrementAndGet() % 3 == 0 ? 0 : 1;
        Thread[] helpers = new Thread[6];
        for (int i = 0; i < helpers.length; i++) {
            Runnable work =
                    () -> {
                        while (!enough.get()) {
                            int until = frames.get() + 10;
                            rounds.help(() -> frames.get() >= until || enough.get());
                        }
                    };
            helpers[i] =
                    i % 2 == 0 ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work);
        }
        while (frames.get() < 50_000) {
            Thread.yield();
        }
        enough.set(true);
        for (Thread helper : helpers) {
            assertTrue(helper.join(Duration.ofSeconds(50)));
        }
    }
}
