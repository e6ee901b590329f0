package io.tharsis.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Whether kernels are as fast in every JVM as in most. Each of 50 fresh JVMs, two at a time, runs
 * many kernels beside a thread that keeps the JIT compiler's queue long, then has those compiled
 * that are not yet; what counts is the processor time that they settle at. A kernel that settles
 * below half its median speed in any start is named, with the classes that were made of it there,
 * and the exit code is 1. What each start said goes to the standard error.
 *
 * <p>{@code JitLuck [JVMs] [JVM options...]}; without options the JVMs have the default flags and
 * the incubator module alone.
 */
final class JitLuck {
    private static final int SIDE_BY_SIDE = 2;

    private JitLuck() {}

    /**
     * A row of one start.
     *
     * @param classes what was made of its kernels
     */
    private record Measured(int start, double seconds, String classes) {}

    private record Row(String name, List<Measured> starts) {
        double median() {
            return Children.percentile(starts.stream().map(Measured::seconds).toList(), 50);
        }

        double slowest() {
            return Children.percentile(starts.stream().map(Measured::seconds).toList(), 100);
        }

        double worst() {
            return slowest() / median();
        }

        List<Measured> unlucky() {
            double limit = 2 * median();
            return starts.stream().filter(start -> start.seconds() > limit).toList();
        }
    }

    static void main(String[] args) throws IOException, InterruptedException {
        int starts = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        List<String> options = Children.libraryOptions(args);
        System.exit(report(rows(starts, options)) ? 0 : 1);
    }

    private static List<Row> rows(int starts, List<String> options)
            throws IOException, InterruptedException {
        Map<String, Row> rows = new LinkedHashMap<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            List<Future<List<String>>> running = new ArrayList<>();
            Callable<List<String>> child = () -> Children.run(options, JitLuckStart.class);
            for (int start = 0; start < starts; start++) {
                running.add(workers.submit(child));
            }
            for (int start = 1; start <= starts; start++) {
                for (String line : running.get(start - 1).get()) {
                    System.err.println(start + "\t" + line);
                    String[] parts = line.split("\t");
                    var measured = new Measured(start, Double.parseDouble(parts[1]), parts[2]);
                    rows.computeIfAbsent(parts[0], name -> new Row(name, new ArrayList<>()))
                            .starts()
                            .add(measured);
                }
                System.err.println("jit-luck: " + start + " of " + starts);
            }
        } catch (ExecutionException e) {
            throw new IOException("a start failed", e.getCause());
        }
        return new ArrayList<>(rows.values());
    }

    /** Prints a row for each kernel, worst first, and the verdict; true if none was unlucky. */
    private static boolean report(List<Row> rows) {
        rows.sort(Comparator.comparingDouble(Row::worst).reversed());
        System.out.printf(
                "| %-34s | starts | median, cpu ms | slowest | ratio | below half the median speed"
                        + " |%n",
                "kernel");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (Row row : rows) {
            System.out.printf(
                    Locale.ROOT,
                    "| %-34s | %d | %.4f | %.4f | %.2f | %d |%n",
                    row.name(),
                    row.starts().size(),
                    1e3 * row.median(),
                    1e3 * row.slowest(),
                    row.worst(),
                    row.unlucky().size());
        }
        for (Row row : rows) {
            for (Measured start : row.unlucky()) {
                System.out.printf(
                        Locale.ROOT,
                        "%s, start %d: %.4f ms; %s%n",
                        row.name(),
                        start.start(),
                        1e3 * start.seconds(),
                        start.classes());
            }
        }
        long unlucky = rows.stream().filter(row -> !row.unlucky().isEmpty()).count();
        System.out.println(
                unlucky == 0
                        ? "verdict: no kernel of "
                                + rows.size()
                                + " settles below half its median speed"
                        : "verdict: "
                                + unlucky
                                + " of "
                                + rows.size()
                                + " kernels settle below half their median speed in some start");
        return unlucky == 0;
    }
}
