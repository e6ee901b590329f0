package io.tharsis.transport.aeron;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.tharsis.transport.common.HeldFile;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The media driver of a folder in a process of its own, which any client starts that finds none.
 * Two that do so at once start two processes, of which the one that gets the lock stays.
 */
final class SharedDriver implements Driver {
    private static final long START_NS = TimeUnit.SECONDS.toNanos(20);

    /**
     * How long a driver that holds the lock but is silent is let be, after its clients gave it up.
     */
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LOG_MAX = 1 << 20;

    private final Folder folder;
    private final NanoClock clock;
    private Object running;
    private String lost;
    private long lookNs;

    SharedDriver(Folder folder, NanoClock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public Path directory() {
        return folder.driver();
    }

    @Override
    public void start() {
        long deadlineNs = clock.nanoTime() + START_NS;
        long stuckNs = clock.nanoTime() + STUCK_NS;
        Process started = null;
        while (true) {
            boolean held = HeldFile.isHeld(folder.driverLock());
            if (held && isBeating()) {
                running = identity();
                lost = null;
                lookNs = clock.nanoTime() + LOOK_NS;
                return;
            }
            long now = clock.nanoTime();
            if (now - deadlineNs > 0) {
                throw new AeronWireException(
                        "no shared media driver in "
                                + folder.path()
                                + " after "
                                + TimeUnit.NANOSECONDS.toSeconds(START_NS)
                                + " s; its log ends: "
                                + logEnd());
            }
            if (!held && (started == null || !started.isAlive())) {
                started = launch();
            } else if (held && started == null && now - stuckNs > 0) {
                killStuck();
                stuckNs = now + STUCK_NS;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /**
     * Looks twice a second: at the lock, which a dead driver does not hold, and for another one in
     * its place.
     */
    @Override
    public String lost() {
        long now = clock.nanoTime();
        if (lost == null && now - lookNs >= 0) {
            lookNs = now + LOOK_NS;
            if (!HeldFile.isHeld(folder.driverLock())) {
                lost = "the shared media driver has died";
            } else if (!Objects.equals(running, identity())) {
                lost = "another shared media driver has taken the place of ours";
            }
        }
        return lost;
    }

    /** Leaves it to the others; it ends by itself when none is left. */
    @Override
    public void close() {}

    private boolean isBeating() {
        try {
            return CommonContext.isDriverActive(
                    directory().toFile(),
                    TimeUnit.NANOSECONDS.toMillis(AeronConfig.DRIVER_TIMEOUT_NS),
                    _ -> {});
        } catch (RuntimeException _) {
            // Just being made, or deleted.
            return false;
        }
    }

    private Object identity() {
        try {
            Path file = directory().resolve(CncFileDescriptor.CNC_FILE);
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException _) {
            return null;
        }
    }

    private Process launch() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(DriverMain.FLAGS);
        command.add("-XX:ErrorFile=" + folder.path().resolve("driver-crash.log"));
        command.add("-cp");
        command.add(classPath());
        command.add(DriverMain.class.getName());
        command.add(folder.path().toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.path().toFile());
        // What our own process was told there is not meant for it.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        File log = folder.driverLog().toFile();
        builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
        builder.redirectOutput(log.length() > LOG_MAX ? Redirect.to(log) : Redirect.appendTo(log));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AeronWireException("cannot start a shared media driver: " + command, e);
        }
    }

    /** Only what a driver needs; the class path of the process if that is not plain to see. */
    private static String classPath() {
        try {
            List<String> parts = new ArrayList<>();
            for (Class<?> owner :
                    List.of(DriverMain.class, MediaDriver.class, Aeron.class, DirectBuffer.class)) {
                Path part =
                        Path.of(owner.getProtectionDomain().getCodeSource().getLocation().toURI());
                parts.add(part.toString());
            }
            return String.join(File.pathSeparator, parts);
        } catch (URISyntaxException | RuntimeException _) {
            return System.getProperty("java.class.path");
        }
    }

    /** Kills a driver that holds the lock but does nothing, as one that was stopped by a signal. */
    private void killStuck() {
        String pid = HeldFile.heldText(folder.driverLock());
        if (pid == null || !pid.matches("[0-9]{1,18}")) {
            return;
        }
        // In containers that share the folder the number may be somebody else's.
        ProcessHandle.of(Long.parseLong(pid))
                .filter(process -> isDriver(process.info()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    private boolean isDriver(ProcessHandle.Info info) {
        List<String> arguments = info.arguments().map(List::of).orElse(List.of());
        return arguments.contains(DriverMain.class.getName())
                && arguments.contains(folder.path().toString());
    }

    private String logEnd() {
        try (Stream<String> lines = Files.lines(folder.driverLog(), UTF_8)) {
            List<String> all = lines.filter(line -> !line.startsWith("\t")).toList();
            return all.stream()
                    .skip(Math.max(0, all.size() - 3))
                    .collect(Collectors.joining(" | "));
        } catch (IOException | RuntimeException e) {
            return "(none: " + e.getMessage() + ")";
        }
    }
}
