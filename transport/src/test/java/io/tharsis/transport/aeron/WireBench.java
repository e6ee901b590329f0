package io.tharsis.transport.aeron;

import io.tharsis.transport.Address;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.common.HeldFile;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Measures a wire between two processes, by hand: {@code WireBench MODE MTU WHAT...}, where WHAT is
 * ask, tell, bulk or idle.
 */
final class WireBench implements AutoCloseable {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final AeronWire wire;
    private final Address peer;
    private final Path folder;
    private final Process process;
    private final IdleStrategy idle = AeronWire.idleStrategy();
    private Outflow messages;
    private long received;
    private long told;
    private io.aeron.driver.MediaDriver.Context driver;

    WireBench(DriverMode mode, int mtu) throws Exception {
        folder = Path.of("/dev/shm/tharsis-bench-" + ProcessHandle.current().pid());
        Address self = new Address("127.0.0.1", 41_001);
        peer = new Address("127.0.0.1", 41_002);
        AeronConfig config = AeronConfig.local(self, mode).withFolder(folder).withMtu(mtu);
        wire =
                AeronWire.open(
                        mode == DriverMode.SHARED ? config : config.withHook(ctx -> driver = ctx));
        process =
                WireProcess.start(
                        new AeronConfig(peer, "127.0.0.1", mode, folder, mtu, null), self);
        messages = connect(Lane.MESSAGES);
        for (long next = System.nanoTime(); received == 0; round()) {
            if (System.nanoTime() - next > 0) {
                messages.offer(NOTHING, 0, 0, new UnsafeBuffer(new byte[8]), 0, 8);
                next += 100_000_000L;
            }
        }
    }

    private Outflow connect(Lane lane) {
        Outflow out = wire.open(peer, lane);
        long opened = System.nanoTime();
        while (!out.hasRoom()) {
            round();
            if (System.nanoTime() - opened > 200_000_000L) {
                out.close();
                out = wire.open(peer, lane);
                opened = System.nanoTime();
            }
        }
        return out;
    }

    private int round() {
        String why = wire.maintain(System.nanoTime());
        if (why != null) {
            throw new IllegalStateException(why);
        }
        int work = wire.poll(this::onFrame, 64);
        idle.idle(work);
        return work;
    }

    private void onFrame(Lane lane, long inflow, DirectBuffer buffer, int offset, int length) {
        received++;
        told = length < 8 ? 0 : buffer.getLong(offset);
    }

    private void ask(int count) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
        long[] times = new long[count];
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            long want = received + 1;
            while (messages.offer(NOTHING, 0, 0, message, 0, 64) != Outflow.Offer.TAKEN) {
                round();
            }
            while (received < want) {
                round();
            }
            times[i] = System.nanoTime() - start;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(times);
        System.out.printf(
                "ask: %,.0f/s, p50 %.1f us, p99 %.1f us, max %.0f us%n",
                count / seconds,
                times[count / 2] / 1e3,
                times[count / 100 * 99] / 1e3,
                times[count - 1] / 1e3);
    }

    private void tell(int count) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
        long begin = System.nanoTime();
        long want = received + count;
        for (int i = 0; i < count; i++) {
            while (messages.offer(NOTHING, 0, 0, message, 0, 64) != Outflow.Offer.TAKEN) {
                round();
            }
            if ((i & 15) == 0) {
                round();
            }
        }
        while (received < want) {
            round();
        }
        System.out.printf(
                "tells of 64 bytes, there and back: %,.0f/s%n",
                count / ((System.nanoTime() - begin) / 1e9));
    }

    private void bulk(long bytes) {
        Outflow out = connect(Lane.BULK);
        int frame = out.maxFrame();
        UnsafeBuffer chunk = new UnsafeBuffer(ByteBuffer.allocateDirect(64 << 20));
        UnsafeBuffer header = new UnsafeBuffer(new byte[32]);
        long frames = bytes / frame / 64 * 64;
        long pressed = 0;
        long base = told;
        long begin = System.nanoTime();
        int offset = 0;
        for (long i = 0; i < frames; i++) {
            Outflow.Offer result;
            while ((result = out.offer(header, 0, 32, chunk, offset, frame - 32))
                    != Outflow.Offer.TAKEN) {
                if (result == Outflow.Offer.CLOSED) {
                    throw new IllegalStateException("closed after " + i);
                }
                pressed++;
                round();
            }
            offset = offset + 2 * frame > chunk.capacity() ? 0 : offset + frame;
        }
        while (told < base + frames) {
            round();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "bulk: %.2f GB/s in frames of %,d; %,d found no room%n",
                frames * (double) frame / seconds / 1e9, frame, pressed);
        out.close();
    }

    private static double cpuSeconds(long pid) throws Exception {
        String[] parts =
                Files.readString(Path.of("/proc/" + pid + "/stat"))
                        .replaceFirst("^.*\\) ", "")
                        .split(" ");
        return (Long.parseLong(parts[11]) + Long.parseLong(parts[12])) / 100.0;
    }

    private void idle() throws Exception {
        String driver = HeldFile.heldText(folder.resolve("driver.lock"));
        long self = ProcessHandle.current().pid();
        long end = System.nanoTime() + 2_000_000_000L;
        while (System.nanoTime() - end < 0) {
            round();
        }
        double a = cpuSeconds(self);
        double b = cpuSeconds(process.pid());
        double c = driver == null ? 0 : cpuSeconds(Long.parseLong(driver));
        end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() - end < 0) {
            round();
        }
        System.out.printf(
                "idle, %% of a core: we %.1f, peer %.1f, shared driver %.1f%n",
                (cpuSeconds(self) - a) * 10,
                (cpuSeconds(process.pid()) - b) * 10,
                driver == null ? 0 : (cpuSeconds(Long.parseLong(driver)) - c) * 10);
        if (driver != null) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/" + driver + "/status"))) {
                lines.filter(
                                l ->
                                        l.startsWith("VmRSS")
                                                || l.startsWith("Rss")
                                                || l.startsWith("Threads"))
                        .forEach(System.out::println);
            }
        }
    }

    private void counters() {
        if (driver != null) {
            driver.countersManager()
                    .forEach(
                            (value, id, label) -> {
                                if (value != 0
                                        && (label.contains("NAK")
                                                || label.contains("etrans")
                                                || label.contains("Loss")
                                                || label.contains("rrors")
                                                || label.contains("Short")
                                                || label.contains("Flow control")
                                                || label.contains("overrun")
                                                || label.contains("max cycle"))) {
                                    System.out.println("  " + label + " = " + value);
                                }
                            });
        }
    }

    private void space() throws Exception {
        Process du = new ProcessBuilder("du", "-sk", folder.toString()).inheritIO().start();
        du.waitFor();
    }

    @Override
    public void close() throws java.io.IOException {
        process.getOutputStream().close();
        process.onExit().join();
        wire.close();
        String driver = HeldFile.heldText(folder.resolve("driver.lock"));
        if (driver != null) {
            ProcessHandle handle = ProcessHandle.of(Long.parseLong(driver)).orElseThrow();
            handle.destroy();
            handle.onExit().join();
        }
        Folder.delete(folder);
    }

    public static void main(String[] args) throws Exception {
        try (WireBench bench =
                new WireBench(DriverMode.valueOf(args[0]), Integer.parseInt(args[1]))) {
            for (String what : Arrays.asList(args).subList(2, args.length)) {
                long begin = System.nanoTime();
                switch (what) {
                    case "ask" -> {
                        bench.ask(20_000);
                        bench.ask(100_000);
                    }
                    case "tell" -> {
                        bench.tell(300_000);
                        bench.tell(1_000_000);
                    }
                    case "bulk" -> {
                        bench.bulk(1L << 30);
                        bench.bulk(2L << 30);
                    }
                    case "smallbulk" -> {
                        bench.bulk(1L << 29);
                        bench.bulk(1L << 29);
                    }
                    case "idle" -> bench.idle();
                    case "space" -> bench.space();
                    case "smalltell" -> {
                        bench.tell(100_000);
                        bench.tell(100_000);
                    }
                    case "counters" -> bench.counters();
                    default -> throw new IllegalArgumentException(what);
                }
                System.out.printf("%s took %.1f s%n", what, (System.nanoTime() - begin) / 1e9);
            }
        }
    }
}
