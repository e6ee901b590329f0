package io.tharsis.bench;

import static io.tharsis.Tensors.random;

import com.sun.management.OperatingSystemMXBean;

import io.tharsis.DType;
import io.tharsis.Random;
import io.tharsis.Tensor;
import io.tharsis.kernels.Kernels;
import io.tharsis.node.workload.Workload;
import io.tharsis.node.workload.Workloads;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether kernels are as fast in every JVM as in most. Each of 50 fresh JVMs runs many kernels,
 * first beside a thread that keeps the JIT compiler's queue long, then without it until no kernel
 * waits for its compiled loop any more; what counts is the speed that they settle at. A kernel that
 * settles below half its median speed in any start is named, and the exit code is 1.
 *
 * <p>{@code JitLuck [JVMs] [JVM options...]}; without options the JVMs have the default flags and
 * the incubator module alone.
 */
final class JitLuck {
    private static final long ELEMENTS = 1_200_000;

    /** Multiply-adds by the third power. */
    private static final int PRODUCT_SIZE = 200;

    private static final long NOISY_NANOS = 4_000_000_000L;
    private static final long QUIET_NANOS = 3_000_000_000L;
    private static final long MOST_QUIET_NANOS = 100 * QUIET_NANOS;

    private static final int RUNS = 1000;

    private static final int BATCHES = 3;

    /** Many times the clock's resolution of 10 ms. */
    private static final long BATCH_NANOS = 150_000_000;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private JitLuck() {}

    static void main(String[] args) throws IOException {
        int starts = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--add-modules=jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED"));
        options.addAll(List.of(args).subList(Math.min(1, args.length), args.length));
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        for (int start = 0; start < starts; start++) {
            for (String line : Children.run(options, Child.class)) {
                String[] parts = line.split("\t");
                seconds.computeIfAbsent(parts[0], _ -> new ArrayList<>())
                        .add(Double.parseDouble(parts[1]));
            }
            System.err.println("jit-luck: " + (start + 1) + " of " + starts);
        }
        System.exit(report(seconds) ? 0 : 1);
    }

    /** Prints a row for each kernel; true if none was unlucky. */
    private static boolean report(Map<String, List<Double>> seconds) {
        boolean good = true;
        System.out.printf(
                "| %-34s | starts | median, cpu ms | slowest | below half the median speed |%n",
                "kernel");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (Map.Entry<String, List<Double>> kernel : seconds.entrySet()) {
            double median = Children.percentile(kernel.getValue(), 50);
            long unlucky = kernel.getValue().stream().filter(value -> value > 2 * median).count();
            System.out.printf(
                    Locale.ROOT,
                    "| %-34s | %d | %.4f | %.4f | %d |%n",
                    kernel.getKey(),
                    kernel.getValue().size(),
                    1e3 * median,
                    1e3 * Children.percentile(kernel.getValue(), 100),
                    unlucky);
            good &= unlucky == 0;
        }
        return good;
    }

    /**
     * One JVM: prints each kernel's name and the processor seconds that it settled at, with a tab
     * between.
     */
    static final class Child {
        private Child() {}

        static void main(String[] args) {
            Map<String, Runnable> kernels = kernels();
            try (var _ = new CompilerNoise()) {
                runFor(NOISY_NANOS, kernels.values());
            }
            kernels.values().forEach(Child::wear);
            settle(kernels.values());
            if (Kernels.stats().gaveUp() > 0) {
                System.err.println("jit-luck: kernels that gave up: " + Kernels.stats().gaveUp());
            }
            kernels.forEach((name, kernel) -> System.out.println(name + "\t" + best(kernel)));
        }

        private static Map<String, Runnable> kernels() {
            Map<String, Runnable> kernels = new LinkedHashMap<>();
            for (Workload workload : Workloads.ALL) {
                if (!workload.isOverFiles()) {
                    kernels.put(workload.name(), workload.prepare(ELEMENTS)::once);
                }
            }
            Random random = random(1);
            Tensor a = random.uniform(ELEMENTS).execute();
            Tensor b = random.uniform(ELEMENTS).execute();
            for (Expression expression : Expression.ALL) {
                kernels.put(expression.name(), () -> expression.seconds(a, b));
            }
            kernels.put("sort", () -> a.sort().execute().close());
            kernels.put("cumsum", () -> a.cumsum().execute().close());
            kernels.put("argmax", () -> a.argmax().execute().close());
            kernels.put(
                    "transposed sum",
                    () -> a.reshape(-1, 1000).T().plus(1).sum(0).execute().close());
            for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                Matrices matrices = new Matrices(dtype, PRODUCT_SIZE);
                kernels.put("product of " + dtype, matrices::multiply);
            }
            return kernels;
        }

        private static void runFor(long nanos, Iterable<Runnable> kernels) {
            long start = System.nanoTime();
            do {
                kernels.forEach(Runnable::run);
            } while (System.nanoTime() - start < nanos);
        }

        /**
         * Runs until even a cheap kernel has done what makes it worth compiling, or for a second.
         */
        private static void wear(Runnable kernel) {
            long start = System.nanoTime();
            for (int run = 0; run < RUNS && System.nanoTime() - start < 1_000_000_000L; run++) {
                kernel.run();
            }
        }

        /**
         * Runs until for some seconds no kernel waited for its compiled loop or has become faster
         * by a tenth; but not for ever.
         */
        private static void settle(Iterable<Runnable> kernels) {
            Map<Runnable, Long> best = new IdentityHashMap<>();
            long start = System.nanoTime();
            long improved = start;
            long now = start;
            while (now - improved < QUIET_NANOS && now - start < MOST_QUIET_NANOS) {
                improved = Kernels.stats().waiting() > 0 ? now : improved;
                for (Runnable kernel : kernels) {
                    long before = System.nanoTime();
                    kernel.run();
                    now = System.nanoTime();
                    long least = best.getOrDefault(kernel, Long.MAX_VALUE);
                    if (now - before < least) {
                        improved = now - before < least / 10 * 9 ? now : improved;
                        best.put(kernel, now - before);
                    }
                }
            }
        }

        /**
         * The least processor time of a run, all threads together, over some batches: what the
         * compiled code needs, not what else the machine was up to.
         */
        private static double best(Runnable kernel) {
            double best = Double.MAX_VALUE;
            for (int batch = 0; batch < BATCHES; batch++) {
                long start = PROCESS.getProcessCpuTime();
                long now = start;
                int runs = 0;
                for (; now - start < BATCH_NANOS; runs++) {
                    kernel.run();
                    now = PROCESS.getProcessCpuTime();
                }
                best = Math.min(best, (double) (now - start) / runs);
            }
            return best / 1e9;
        }
    }
}
