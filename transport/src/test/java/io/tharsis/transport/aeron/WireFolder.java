package io.tharsis.transport.aeron;

import io.tharsis.transport.Address;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.common.HeldFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The wires and processes of a test and the folder of their drivers, all gone when it closes. */
final class WireFolder implements AutoCloseable {
    private static final int HANGS_S = 60;
    private static final AtomicInteger COUNT = new AtomicInteger();

    final Path path;
    private final List<AeronWire> wires = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    WireFolder() {
        Path memory = Path.of("/dev/shm");
        Path base =
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        path =
                base.resolve(
                        "tharsis-test-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + COUNT.incrementAndGet());
    }

    /** An address on the loopback interface whose port nobody has. */
    static Address freeAddress() {
        return new Address("127.0.0.1", TestPorts.free());
    }

    AeronConfig config(Address self, DriverMode mode) {
        return AeronConfig.local(self, mode).withFolder(path);
    }

    AeronWire open(AeronConfig config) {
        AeronWire wire = AeronWire.open(config);
        wires.add(wire);
        return wire;
    }

    Process start(AeronConfig config, Address peer) throws IOException {
        Process process = WireProcess.start(config, peer);
        processes.add(process);
        return process;
    }

    /** The shared driver; throws if there is none. */
    ProcessHandle driver() {
        String pid = HeldFile.heldText(path.resolve("driver.lock"));
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    boolean hasDriver() {
        return HeldFile.isHeld(path.resolve("driver.lock"));
    }

    static void signal(long pid, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    }

    /** Runs {@code round} until it answers true; fails if that hangs. */
    static void until(String what, BooleanSupplier round) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANGS_S);
        while (!round.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("in " + HANGS_S + " s there was no " + what);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000);
        }
    }

    @Override
    public void close() {
        wires.forEach(AeronWire::close);
        for (Process process : processes) {
            process.destroyForcibly();
            process.onExit().join();
        }
        if (Files.isDirectory(path) && hasDriver()) {
            ProcessHandle driver = driver();
            driver.destroyForcibly();
            driver.onExit().join();
        }
        Folder.delete(path);
    }
}
