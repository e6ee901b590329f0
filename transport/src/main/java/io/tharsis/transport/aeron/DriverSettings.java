package io.tharsis.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * What all our media drivers have in common: little memory, one thread that backs off, short
 * deadlines.
 */
final class DriverSettings {
    /**
     * How long a client may be silent before its driver gives it up; it gives up by itself then,
     * too.
     */
    static final long CLIENT_LIVENESS_NS = TimeUnit.SECONDS.toNanos(5);

    /** How long a stream by UDP lasts when nothing is heard, seen from its sender. */
    private static final long CONNECTION_NS = TimeUnit.SECONDS.toNanos(4);

    /** The same seen from its receiver; senders show that they live ten times a second. */
    private static final long IMAGE_LIVENESS_NS = TimeUnit.SECONDS.toNanos(5);

    /** Aeron wants this longer than the liveness of clients. */
    private static final long UNBLOCK_NS = TimeUnit.SECONDS.toNanos(6);

    /** For repeats after the end of a stream; its memory is kept as long. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(2);

    /** How often the above are looked at. */
    private static final long TIMER_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How long a driver sleeps at most when nothing happens. */
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int WINDOW_MIN = 128 << 10;
    private static final int WINDOW_MAX = 1 << 20;

    private DriverSettings() {}

    static MediaDriver.Context context(Path directory, ErrorHandler errors) {
        int receiveBuffer = largestReceiveBuffer();
        ThreadFactory threads =
                task -> Thread.ofPlatform().daemon().name("tharsis-driver").unstarted(task);
        return new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .errorHandler(errors)
                .threadingMode(ThreadingMode.SHARED)
                .sharedThreadFactory(threads)
                .sharedIdleStrategy(new Backoff(IDLE_NS))
                // It resolves names, which may block; what waits for it waits for the network
                // anyway.
                .asyncExecutorThreadFactory(threads)
                .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(10))
                .termBufferSparseFile(true)
                .performStorageChecks(true)
                // Aeron's least: 8,192 counters of 128 bytes, and their labels are four times that.
                .counterValuesBufferLength(1 << 20)
                .lossReportBufferLength(1 << 20)
                .publicationTermBufferLength(AeronConfig.MESSAGE_TERM)
                .ipcTermBufferLength(AeronConfig.MESSAGE_TERM)
                .clientLivenessTimeoutNs(CLIENT_LIVENESS_NS)
                .imageLivenessTimeoutNs(IMAGE_LIVENESS_NS)
                .publicationConnectionTimeoutNs(CONNECTION_NS)
                .publicationUnblockTimeoutNs(UNBLOCK_NS)
                .publicationLingerTimeoutNs(LINGER_NS)
                .timerIntervalNs(TIMER_NS)
                .socketRcvbufLength(receiveBuffer)
                // The system counts a small datagram at twice its length and more.
                .initialWindowLength(Math.clamp(receiveBuffer / 4, WINDOW_MIN, WINDOW_MAX));
    }

    // The system grants what it allows and says what that was.
    private static int largestReceiveBuffer() {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            return Math.min(SOCKET_BUFFER, probe.getOption(StandardSocketOptions.SO_RCVBUF));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a socket", e);
        }
    }
}
