package io.tharsis.node;

import com.sun.management.OperatingSystemMXBean;

import io.tharsis.transport.aeron.AeronConfig;
import io.tharsis.transport.aeron.DriverSpace;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code doctor} asks of the machine. To add a check: a method that answers a {@link Finding},
 * one line in {@link #all}, and a test of its answers in {@code DoctorCommandTest}.
 */
final class MachineChecks {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private MachineChecks() {}

    static List<Finding> all(Path temporaryFolder) {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return List.of(
                memory(system.getTotalMemorySize(), machineMemory(Path.of("/proc/meminfo"))),
                hugePages(read(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"))),
                disk(temporaryFolder),
                sharedMemory(DriverSpace.check(AeronConfig.defaultFolder())),
                cores(Runtime.getRuntime().availableProcessors()));
    }

    /**
     * @param visibleBytes what the JVM may use: the container's limit (cgroup v1 or v2, which the
     *     JDK reads), else the machine's
     * @param machineBytes the machine's memory where Linux tells it
     */
    static Finding memory(long visibleBytes, Optional<Long> machineBytes) {
        String found =
                machineBytes.filter(machine -> visibleBytes < machine).isPresent()
                        ? Sizes.text(visibleBytes)
                                + " (container limit; the machine has "
                                + Sizes.text(machineBytes.get())
                                + ")"
                        : Sizes.text(visibleBytes) + " (no container limit)";
        if (visibleBytes < 256 * MIB) {
            return Finding.fail(
                    "memory", found, "raise the container's memory limit to 1 GiB or more");
        }
        return visibleBytes < GIB
                ? Finding.warn(
                        "memory", found, "raise the container's memory limit to 1 GiB or more")
                : Finding.ok("memory", found);
    }

    static Finding sharedMemory(DriverSpace space) {
        return space.enough()
                ? Finding.ok("shared memory", space.text())
                : Finding.warn(
                        "shared memory",
                        space.text(),
                        "free some of it, or give transports another folder");
    }

    /**
     * @param setting Linux's choice, as in {@code always [madvise] never}; empty on other systems
     */
    static Finding hugePages(Optional<String> setting) {
        if (setting.isEmpty()) {
            return Finding.ok("huge pages", "not a setting of this system");
        }
        return setting.get().contains("[never]")
                ? Finding.warn(
                        "huge pages",
                        "transparent huge pages are off: fresh memory is several times slower",
                        "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled")
                : Finding.ok("huge pages", "transparent huge pages: " + setting.get());
    }

    static Finding disk(Path folder) {
        if (!Files.isWritable(folder)) {
            return Finding.fail(
                    "disk",
                    folder + " cannot be written",
                    "choose another folder: THARSIS_OPTS=-Djava.io.tmpdir=FOLDER");
        }
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            String found = Sizes.text(free) + " free in " + folder;
            return free >= GIB
                    ? Finding.ok("disk", found)
                    : Finding.warn(
                            "disk",
                            found,
                            "free some space, or choose another folder:"
                                    + " THARSIS_OPTS=-Djava.io.tmpdir=FOLDER");
        } catch (IOException e) {
            return Finding.warn(
                    "disk", folder + ": " + e.getMessage(), "check the file system under it");
        }
    }

    static Finding cores(int cores) {
        return cores > 1
                ? Finding.ok("cores", cores + " for this JVM")
                : Finding.warn(
                        "cores",
                        "one for this JVM: nothing runs in parallel",
                        "raise the container's CPU limit");
    }

    /** The line {@code MemTotal: 24645712 kB} of Linux's meminfo, in bytes. */
    static Optional<Long> machineMemory(Path meminfo) {
        return read(meminfo)
                .flatMap(
                        text ->
                                text.lines()
                                        .filter(line -> line.startsWith("MemTotal:"))
                                        .findFirst())
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
