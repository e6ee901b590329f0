package io.tharsis.transport.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints what a log by Aeron Cluster takes and gives on this machine: {@code LogFigures <members>
 * <processes: true or false> [fsync]}. With processes each member is a JVM of its own and the
 * client another; without, all is in one.
 */
final class LogFigures {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int WINDOW = 1_024;

    private LogFigures() {}

    static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        boolean processes = Boolean.parseBoolean(args[1]);
        boolean fsync = args.length > 2;
        Path directory = Files.createTempDirectory("tharsis-log-figures-");
        try {
            if (processes) {
                inProcesses(count, directory);
            } else {
                inOne(count, directory, fsync);
            }
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static void inOne(int count, Path directory, boolean fsync) throws Exception {
        long startNs = System.nanoTime();
        try (ClusterGroup group = new ClusterGroup(count, directory, c -> c.withFsync(fsync))) {
            measure(group.log(), startNs);
            sizes(directory, group.config(0).driverDirectory());
            idle(List.of(ProcessHandle.current()));
        }
    }

    private static void inProcesses(int count, Path directory) throws Exception {
        long startNs = System.nanoTime();
        try (MemberProcesses members =
                new MemberProcesses(count, directory, "-XX:+TieredCompilation")) {
            measure(members.log, startNs);
            sizes(directory, members.drivers.resolve("driver-0"));
            idle(members.handles());
        }
    }

    private static void measure(ReplicatedLog log, long startNs) throws Exception {
        UnsafeBuffer command = new UnsafeBuffer("unsaved, of 64 bytes: ".repeat(3).getBytes(UTF_8));
        log.append(command, 0, 64, LONG).get();
        print("ready after ms", (System.nanoTime() - startNs) / 1_000_000);
        for (int round = 0; round < 3; round++) {
            pipelined(log, command, 64);
            oneAtATime(log, command);
        }
        pipelined(log, new UnsafeBuffer("unsaved ".repeat(1024).getBytes(UTF_8)), 8_192);
    }

    private static void pipelined(ReplicatedLog log, UnsafeBuffer command, int size)
            throws Exception {
        ArrayDeque<CompletableFuture<byte[]>> window = new ArrayDeque<>();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(3);
        long count = 0;
        while (System.nanoTime() - end < 0) {
            window.add(log.append(command, 0, size, LONG));
            if (window.size() == WINDOW) {
                window.remove().get();
                count++;
            }
        }
        print(
                "appends a second of " + size + " bytes, " + WINDOW + " under way",
                count * 1_000_000_000L / (System.nanoTime() - start));
        for (CompletableFuture<byte[]> append : window) {
            append.get();
        }
    }

    private static void oneAtATime(ReplicatedLog log, UnsafeBuffer command) throws Exception {
        List<Long> times = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() - end < 0) {
            long start = System.nanoTime();
            log.append(command, 0, 64, LONG).get();
            times.add(System.nanoTime() - start);
        }
        times.sort(null);
        print("one at a time, a second", times.size() / 3);
        print("one at a time, median us", times.get(times.size() / 2) / 1_000);
        print("one at a time, p99 us", times.get(times.size() * 99 / 100) / 1_000);
    }

    private static void sizes(Path disk, Path driver) throws IOException {
        print("disk of all members, KiB", kib(disk));
        print("driver of a member, KiB", kib(driver));
    }

    /** What files take, holes not counted, as {@code du} says. */
    private static long kib(Path directory) throws IOException {
        Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
        try (var out = du.inputReader()) {
            return Long.parseLong(out.readLine().split("\\s")[0]);
        }
    }

    private static void idle(List<ProcessHandle> processes) {
        pause();
        long before = cpuMs(processes);
        pause();
        print(
                "CPU of a process when idle, per mille of a core",
                (cpuMs(processes) - before) / 5 / processes.size());
    }

    private static long cpuMs(List<ProcessHandle> processes) {
        return processes.stream()
                .mapToLong(p -> p.info().totalCpuDuration().orElseThrow().toMillis())
                .sum();
    }

    private static void pause() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private static void print(String what, long value) {
        System.out.println(what + ": " + value);
    }
}
