package io.tharsis.transport.seal;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A media driver, sealed or not, with small files, and a client of it. */
final class SealedNode implements AutoCloseable {
    final SealStats stats;
    final MediaDriver driver;
    final Aeron aeron;
    final Path directory;
    final List<Throwable> errors = new CopyOnWriteArrayList<>();

    /**
     * @param key null for a driver without a seal
     */
    SealedNode(Path directory, ClusterKey key, SealOptions options) {
        this(directory, key, options, ThreadingMode.SHARED);
    }

    SealedNode(Path directory, ClusterKey key, SealOptions options, ThreadingMode threads) {
        this.directory = directory;
        MediaDriver.Context context = context(directory, threads).errorHandler(errors::add);
        stats = key == null ? null : SealedDriver.seal(context, key, options);
        driver = MediaDriver.launch(context);
        aeron =
                Aeron.connect(
                        new Aeron.Context()
                                .aeronDirectoryName(directory.toString())
                                .errorHandler(errors::add));
    }

    static MediaDriver.Context context(Path directory, ThreadingMode threads) {
        return new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(threads)
                .sharedIdleStrategy(idle())
                .senderIdleStrategy(idle())
                .receiverIdleStrategy(idle())
                .conductorIdleStrategy(idle())
                .publicationTermBufferLength(256 * 1024)
                .ipcTermBufferLength(64 * 1024)
                .termBufferSparseFile(true)
                .initialWindowLength(64 * 1024)
                .performStorageChecks(false)
                .imageLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(10))
                .publicationUnblockTimeoutNs(TimeUnit.SECONDS.toNanos(20))
                .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(10))
                .timerIntervalNs(TimeUnit.MILLISECONDS.toNanos(100))
                .publicationLingerTimeoutNs(0);
    }

    static BackoffIdleStrategy idle() {
        return new BackoffIdleStrategy(10, 10, 1_000, 100_000);
    }

    long count(Kind kind) {
        return stats.get(kind);
    }

    /** What was refused, but for steps of a handshake that a slow machine has repeated. */
    long refused() {
        return stats.refused() - count(Kind.STALE);
    }

    Publication publish(String channel, int stream) {
        return aeron.addPublication(channel, stream);
    }

    Subscription subscribe(String channel, int stream) {
        return aeron.addSubscription(channel, stream);
    }

    /** Bytes of the files in the driver's directory, as far as they have blocks. */
    long directoryBytes() throws Exception {
        try (var files = Files.walk(directory)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }
}
