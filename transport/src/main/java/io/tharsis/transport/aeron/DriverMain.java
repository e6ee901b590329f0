package io.tharsis.transport.aeron;

import io.aeron.AeronCounters;
import io.aeron.CncFileDescriptor;
import io.aeron.driver.MediaDriver;
import io.tharsis.transport.common.HeldFile;

import org.agrona.concurrent.SystemNanoClock;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The shared media driver: {@code tharsis driver FOLDER}. Clients start it by themselves. It
 * belongs to none of them, survives each, and ends when none has been there for half a minute.
 */
public final class DriverMain {
    /** What its JVM is started with: access for Agrona, and as little memory as will do. */
    static final List<String> FLAGS =
            List.of(
                    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-Xms8m",
                    "-Xmx32m",
                    "-Xss512k",
                    "-XX:ReservedCodeCacheSize=16m",
                    "-XX:CICompilerCount=2",
                    "-XX:-UsePerfData");

    private static final long ALONE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_MS = 500;

    private DriverMain() {}

    /**
     * Runs until no client is left, the folder is gone, or the process is told to end.
     *
     * @param args the folder; optionally how many seconds to stay without clients, 30 if not given
     */
    public static void main(String[] args) throws InterruptedException {
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException("usage: DriverMain FOLDER [SECONDS]");
        }
        long aloneNs =
                args.length == 2 ? TimeUnit.SECONDS.toNanos(Long.parseLong(args[1])) : ALONE_NS;
        detach();
        Folder folder = Folder.open(Path.of(args[0]));
        String pid = Long.toString(ProcessHandle.current().pid());
        HeldFile lock = folder.locked(() -> become(folder, pid));
        if (lock == null) {
            return; // Another one runs already, which is as good.
        }
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndAwait(end, ended)));
        WireErrors errors = new WireErrors("shared driver " + pid, SystemNanoClock.INSTANCE);
        MediaDriver.Context context =
                DriverSettings.context(folder.driver(), errors::onDriverError)
                        .terminationHook(end::countDown);
        try (MediaDriver _ = MediaDriver.launch(context)) {
            awaitEnd(context, end, aloneNs);
        } finally {
            folder.release(lock);
            ended.countDown();
        }
    }

    /** Takes the lock, and first what a dead driver left: clients could take it for ours. */
    private static HeldFile become(Folder folder, String pid) {
        if (HeldFile.isHeld(folder.driverLock())) {
            return null;
        }
        Folder.delete(folder.driver());
        return HeldFile.tryHold(folder.driverLock(), pid);
    }

    private static void awaitEnd(MediaDriver.Context context, CountDownLatch end, long aloneNs)
            throws InterruptedException {
        Path cnc = Path.of(context.aeronDirectoryName(), CncFileDescriptor.CNC_FILE);
        long aloneSinceNs = System.nanoTime();
        while (!end.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            if (hasClients(context)) {
                aloneSinceNs = now;
            } else if (now - aloneSinceNs > aloneNs) {
                return;
            }
            if (!Files.exists(cnc)) {
                System.getLogger("io.tharsis.transport")
                        .log(Level.WARNING, "shared driver: {0} is gone, nobody finds us", cnc);
                return;
            }
        }
    }

    /** Each client has a counter, which the driver frees when the client is gone or silent. */
    private static boolean hasClients(MediaDriver.Context context) {
        boolean[] found = new boolean[1];
        context.countersManager()
                .forEach(
                        (_, type, _, _) ->
                                found[0] |= type == AeronCounters.DRIVER_HEARTBEAT_TYPE_ID);
        return found[0];
    }

    private static void endAndAwait(CountDownLatch end, CountDownLatch ended) {
        end.countDown();
        try {
            if (!ended.await(3, TimeUnit.SECONDS)) {
                System.getLogger("io.tharsis.transport")
                        .log(Level.WARNING, "shared driver: no clean end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves the starter's terminal, so that a Ctrl-C there does not reach us. */
    @SuppressWarnings("restricted")
    private static void detach() {
        try {
            Linker linker = Linker.nativeLinker();
            var setsid = linker.defaultLookup().find("setsid");
            if (setsid.isPresent()) {
                int _ =
                        (int)
                                linker.downcallHandle(
                                                setsid.get(),
                                                FunctionDescriptor.of(ValueLayout.JAVA_INT))
                                        .invokeExact();
            }
        } catch (Throwable e) {
            System.getLogger("io.tharsis.transport")
                    .log(Level.WARNING, "shared driver: still at its starter''s terminal: {0}", e);
        }
    }
}
