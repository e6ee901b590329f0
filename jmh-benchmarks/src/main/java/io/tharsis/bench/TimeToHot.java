package io.tharsis.bench;

import io.tharsis.node.workload.Workload;
import io.tharsis.node.workload.Workloads;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a program takes to become fast. A fresh JVM does nothing but run one workload again and
 * again for some seconds; what counts is how long its first run took and when it began the first of
 * two runs in a row that took no more than half as long again as they settle at.
 *
 * <p>{@code TimeToHot [JVMs] [JVM options...]}; without options the JVMs have the default flags and
 * the incubator module alone.
 */
final class TimeToHot {
    /** Workloads, and what their size is given in. */
    private static final Map<String, Long> SIZES = sizes();

    private static final long RUN_NANOS = 6_000_000_000L;
    private static final double HOT = 1.5;

    /** How many of the runs in the second half of the time are faster than what they settle at. */
    private static final int SETTLED_PERCENT = 25;

    private TimeToHot() {}

    private static Map<String, Long> sizes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        sizes.put("matmul", 1_000_000L);
        sizes.put("matmul-float", 1_000_000L);
        sizes.put("pi", 20_000_000L);
        sizes.put("add-times-sum", 4_000_000L);
        sizes.put("sin", 4_000_000L);
        sizes.put("hypot-chain", 4_000_000L);
        return sizes;
    }

    static void main(String[] args) throws IOException {
        int starts = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        List<String> options = Children.libraryOptions(args);
        Map<String, List<double[]>> samples = new LinkedHashMap<>();
        for (int start = 1; start <= starts; start++) {
            for (Map.Entry<String, Long> row : SIZES.entrySet()) {
                List<String> lines =
                        Children.run(
                                options, Child.class, row.getKey(), Long.toString(row.getValue()));
                String[] parts = lines.getLast().split("\t");
                double[] sample = new double[parts.length];
                for (int i = 0; i < parts.length; i++) {
                    sample[i] = Double.parseDouble(parts[i]);
                }
                samples.computeIfAbsent(row.getKey(), _ -> new ArrayList<>()).add(sample);
            }
            System.err.println("time-to-hot: " + start + " of " + starts);
        }
        System.out.printf(
                "| workload | elements | JVMs | first run, s: p50 | max | until fast, s: p50 | max"
                    + " | settles at, s |%n| --- | --- | --- | --- | --- | --- | --- | --- |%n");
        samples.forEach(TimeToHot::print);
    }

    private static void print(String name, List<double[]> samples) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %d | %.2f | %.2f | %.2f | %.2f | %.4f |%n",
                name,
                SIZES.get(name),
                samples.size(),
                percentile(samples, 0, 50),
                percentile(samples, 0, 100),
                percentile(samples, 1, 50),
                percentile(samples, 1, 100),
                percentile(samples, 2, 50));
    }

    private static double percentile(List<double[]> samples, int column, double percent) {
        return Children.percentile(samples.stream().map(s -> s[column]).toList(), percent);
    }

    /** One JVM: prints the seconds of the first run, until fast, and of a settled run. */
    static final class Child {
        private Child() {}

        static void main(String[] args) {
            Workload workload =
                    Workloads.ALL.stream()
                            .filter(candidate -> candidate.name().equals(args[0]))
                            .findFirst()
                            .orElseThrow();
            var prepared = workload.prepare(Long.parseLong(args[1]));
            List<Double> begins = new ArrayList<>();
            List<Double> seconds = new ArrayList<>();
            long start = System.nanoTime();
            for (long begin = start; begin - start < RUN_NANOS; begin = System.nanoTime()) {
                prepared.once();
                begins.add((begin - start) / 1e9);
                seconds.add((System.nanoTime() - begin) / 1e9);
            }
            List<Double> late = new ArrayList<>();
            for (int run = 0; run < seconds.size(); run++) {
                if (begins.get(run) > RUN_NANOS / 2e9) {
                    late.add(seconds.get(run));
                }
            }
            double settled = Children.percentile(late, SETTLED_PERCENT);
            int hot = 0;
            while (hot < seconds.size() - 1
                    && Math.max(seconds.get(hot), seconds.get(hot + 1)) > HOT * settled) {
                hot++;
            }
            System.out.println(seconds.getFirst() + "\t" + begins.get(hot) + "\t" + settled);
            System.exit(0);
        }
    }
}
