package io.tharsis.transport.seal;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tharsis.transport.TestPorts;

import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Bulk through a plain and a sealed driver over UDP loopback, in turns; prints megabytes (10^6) a
 * second. Two drivers, each with a thread that sends and receives, and a client thread at each end.
 * Run by hand, with config/jvm.args and the test class path, on a quiet machine:
 *
 * <pre>java @config/jvm.args -cp ... io.tharsis.transport.seal.SealThroughput [seconds] [rounds]
 * </pre>
 */
final class SealThroughput {
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);

    private SealThroughput() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        for (int mtu : new int[] {1408, 8192, Seal.MAX_MTU}) {
            double plain = 0;
            double sealed = 0;
            for (int round = 0; round < rounds; round++) {
                plain = Math.max(plain, run(mtu, null, seconds));
                sealed = Math.max(sealed, run(mtu, KEY, seconds));
            }
            System.out.printf(
                    Locale.ROOT,
                    "mtu %6d: plain %6.0f MB/s, sealed %6.0f MB/s, %3.0f %%%n",
                    mtu,
                    plain,
                    sealed,
                    100 * sealed / plain);
        }
    }

    /** The best second of a run, in MB/s. */
    private static double run(int mtu, ClusterKey key, int seconds) throws Exception {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "seal-throughput");
        try (MediaDriver from = driver(directory.resolve("from"), mtu, key);
                MediaDriver to = driver(directory.resolve("to"), mtu, key);
                Aeron sender = client(from);
                Aeron receiver = client(to)) {
            String channel = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
            Subscription subscription = receiver.addSubscription(channel, 1);
            Publication publication = sender.addExclusivePublication(channel, 1);
            Await.until(publication::isConnected, () -> "a connection");
            Thread thread = new Thread(() -> send(publication));
            thread.start();
            try {
                return receive(subscription, seconds);
            } finally {
                thread.interrupt();
                thread.join();
            }
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static void send(Publication publication) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[Seal.MAX_MTU]);
        var idle = new BackoffIdleStrategy(100, 10, 1_000, 50_000);
        while (!Thread.currentThread().isInterrupted()) {
            idle.idle(publication.offer(message, 0, publication.maxPayloadLength()) > 0 ? 1 : 0);
        }
    }

    private static double receive(Subscription subscription, int seconds) {
        long[] bytes = new long[1];
        var idle = new BackoffIdleStrategy(100, 10, 1_000, 50_000);
        double best = 0;
        for (int second = 0; second < 2 * seconds; second++) {
            bytes[0] = 0;
            long startNs = System.nanoTime();
            long passedNs;
            do {
                int polled = subscription.poll((_, _, length, _) -> bytes[0] += length, 64);
                idle.idle(polled);
                passedNs = System.nanoTime() - startNs;
            } while (passedNs < TimeUnit.MILLISECONDS.toNanos(500));
            best = Math.max(best, bytes[0] * 1e3 / passedNs);
        }
        return best;
    }

    private static MediaDriver driver(Path directory, int mtu, ClusterKey key) {
        MediaDriver.Context context =
                SealedNode.context(directory, ThreadingMode.SHARED)
                        .mtuLength(mtu)
                        .publicationTermBufferLength(4 << 20)
                        .initialWindowLength(2 << 20)
                        .socketSndbufLength(2 << 20)
                        .socketRcvbufLength(2 << 20);
        if (key != null) {
            SealedDriver.seal(context, key, SealOptions.defaults());
        }
        return MediaDriver.launch(context);
    }

    private static Aeron client(MediaDriver driver) {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
    }
}
