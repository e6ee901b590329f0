package io.tharsis.node;

import io.tharsis.Session;
import io.tharsis.SessionStats;
import io.tharsis.node.workload.Workload;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/**
 * What {@code bench} found for one workload.
 *
 * @param size elements
 * @param bytes moved by a run at the least; 0 if none
 * @param first seconds of the first run
 * @param later seconds of the runs after it, ascending
 * @param peakRss bytes, where the system tells them
 * @param memory of the session, after all runs
 * @param details of the last run, in a line; may be empty
 */
record Timing(
        String workload,
        long size,
        long bytes,
        int threads,
        double first,
        double[] later,
        double value,
        OptionalLong peakRss,
        SessionStats memory,
        String details) {

    /** Without a number of runs: at least this many, and for at least {@link #ENOUGH_SECONDS}. */
    private static final int ENOUGH_RUNS = 21;

    private static final double ENOUGH_SECONDS = 4;

    /** What runs take at most while loops are being compiled for them. */
    private static final double MOST_WARM_UP_SECONDS = 10;

    /**
     * Runs it once and {@code runs} times more; if {@code runs} is negative, often enough after its
     * loops have been compiled.
     *
     * @param folder for files, null for a temporary one
     * @param cold whether each run reads its files from disk
     * @param touched bytes that are touched and freed right before the first run
     */
    static Timing of(
            Workload workload,
            long size,
            int threads,
            int runs,
            Path folder,
            boolean cold,
            long touched) {
        PeakMemory.reset();
        try (Workload.Run run = workload.prepare(size, folder)) {
            touch(touched);
            return of(workload, run, threads, runs, cold);
        }
    }

    private static Timing of(
            Workload workload, Workload.Run run, int threads, int runs, boolean cold) {
        double first = seconds(run, cold);
        if (runs < 0) {
            warmUp(run, cold);
        }
        var later = DoubleStream.builder();
        double spent = 0;
        for (int i = 0; runs >= 0 ? i < runs : i < ENOUGH_RUNS || spent < ENOUGH_SECONDS; i++) {
            double seconds = seconds(run, cold);
            spent += seconds;
            later.add(seconds);
        }
        // The peak first: the value may need memory of its own.
        OptionalLong peak = PeakMemory.bytes();
        SessionStats stats = Session.current().stats();
        return new Timing(
                workload.name(),
                run.size(),
                run.bytes(),
                threads,
                first,
                later.build().sorted().toArray(),
                run.value(),
                peak,
                stats,
                run.details());
    }

    /** Has the host of a virtual machine back so much memory, which the first run then finds. */
    private static void touch(long bytes) {
        if (bytes > 0) {
            try (Arena arena = Arena.ofConfined()) {
                arena.allocate(bytes); // zeroes it
            }
            PeakMemory.reset();
        }
    }

    /** Runs it until no loop is being compiled, which the repeated runs are not to wait for. */
    private static void warmUp(Workload.Run run, boolean cold) {
        double spent = 0;
        do {
            spent += seconds(run, cold);
        } while (Session.current().compiling() > 0 && spent < MOST_WARM_UP_SECONDS);
    }

    private static double seconds(Workload.Run run, boolean cold) {
        if (cold) {
            run.cool();
        }
        long start = System.nanoTime();
        run.once();
        return (System.nanoTime() - start) / 1e9;
    }

    double best() {
        return later.length == 0 ? first : later[0];
    }

    double median() {
        if (later.length == 0) {
            return first;
        }
        int middle = later.length / 2;
        return later.length % 2 == 1 ? later[middle] : (later[middle - 1] + later[middle]) / 2;
    }

    /**
     * One object on one line; {@code seconds} is the best of the runs after the first, if any.
     *
     * @param withMemory also what the session did with its memory
     */
    String json(boolean withMemory) {
        String peak =
                peakRss.isPresent()
                        ? String.format(Locale.ROOT, "%.1f", peakRss.getAsLong() / 0x1p20)
                        : "null";
        String timing =
                String.format(
                        Locale.ROOT,
                        "{\"workload\": \"%s\", \"size\": %d, \"threads\": %d, \"first\": %.9f,"
                                + " \"seconds\": %.9f, \"median\": %.9f, \"value\": %s,"
                                + " \"peakRssMiB\": %s",
                        workload,
                        size,
                        threads,
                        first,
                        best(),
                        median(),
                        Double.isFinite(value) ? Double.toString(value) : "null",
                        peak);
        return timing + (withMemory ? memoryJson() : "") + "}";
    }

    private String memoryJson() {
        return String.format(
                Locale.ROOT,
                ", \"budgetMiB\": %.1f, \"peakMiB\": %.1f, \"spilledMiB\": %.1f,"
                        + " \"writtenMiB\": %.1f, \"loadedMiB\": %.1f, \"droppedMiB\": %.1f,"
                        + " \"remadeMiB\": %.1f, \"waitsForTasks\": %d, \"waitsForSpills\": %d,"
                        + " \"waitsForLoads\": %d",
                memory.capacity() / 0x1p20,
                memory.peak() / 0x1p20,
                memory.spilled() / 0x1p20,
                memory.written() / 0x1p20,
                memory.loaded() / 0x1p20,
                memory.dropped() / 0x1p20,
                memory.remade() / 0x1p20,
                memory.waits().forTasks(),
                memory.waits().forSpills(),
                memory.waits().forLoads());
    }

    static final String HEADING =
            String.format(
                    "%-20s %13s %7s %10s %10s %10s %10s %12s  %s",
                    "workload",
                    "size",
                    "threads",
                    "first",
                    "best",
                    "median",
                    "bytes/s",
                    "peak RSS",
                    "value");

    String line() {
        return String.format(
                Locale.ROOT,
                "%-20s %,13d %7d %8.4f s %8.4f s %8.4f s %10s %12s  %.9g",
                workload,
                size,
                threads,
                first,
                best(),
                median(),
                bytes == 0 ? "-" : String.format(Locale.ROOT, "%.2f GB/s", bytes / best() / 1e9),
                peakRss.isPresent() ? Sizes.text(peakRss.getAsLong()) : "unknown",
                value);
    }
}
