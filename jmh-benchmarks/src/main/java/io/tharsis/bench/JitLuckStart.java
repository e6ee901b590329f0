package io.tharsis.bench;

import static io.tharsis.Tensors.random;

import com.sun.management.ThreadMXBean;

import io.tharsis.DType;
import io.tharsis.Random;
import io.tharsis.Tensor;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.Tiering;
import io.tharsis.kernels.ir.Program;
import io.tharsis.node.workload.Workload;
import io.tharsis.node.workload.Workloads;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One JVM of {@link JitLuck}: prints for each kernel its name, the processor seconds that a run
 * settled at, and what was made of the programs that it was the first to run, with tabs between.
 */
final class JitLuckStart {
    private static final long ELEMENTS = 600_000;

    /** Multiply-adds by the third power. */
    private static final int PRODUCT_SIZE = 200;

    private static final long NOISY_NANOS = 4_000_000_000L;

    /** Processor time and runs in which HotSpot compiles what is not a generated loop. */
    private static final long WEAR_NANOS = 150_000_000;

    private static final int WEAR_RUNS = 12;

    /** In which C2 may still replace code, each kernel running a few times. */
    private static final long QUIET_NANOS = 2_000_000_000L;

    private static final Duration MOST_QUIET = Duration.ofNanos(100 * QUIET_NANOS);
    private static final long POLL_NANOS = 20_000_000;

    /**
     * Times that all kernels are measured, apart from each other: a busy machine is for a while.
     */
    private static final int PASSES = 8;

    private static final int BATCHES = 3;
    private static final long BATCH_NANOS = 15_000_000;

    private static final ThreadMXBean THREADS =
            ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private JitLuckStart() {}

    static void main(String[] args) throws InterruptedException {
        Map<String, Runnable> kernels = kernels();
        Map<String, List<Program>> programs = firstRuns(kernels);
        try (var _ = new CompilerNoise()) {
            runFor(NOISY_NANOS, kernels.values());
        }
        kernels.values().forEach(JitLuckStart::wear);
        for (List<Program> own : programs.values()) {
            for (Program program : own) {
                Kernels.awaitHot(program, MOST_QUIET);
            }
        }
        settle(kernels.values());
        Map<String, Double> least = new LinkedHashMap<>();
        for (int pass = 0; pass < PASSES; pass++) {
            kernels.forEach((name, kernel) -> least.merge(name, best(kernel), Math::min));
        }
        least.forEach(
                (name, seconds) ->
                        System.out.println(
                                name + "\t" + seconds + "\t" + classes(programs.get(name))));
    }

    private static Map<String, Runnable> kernels() {
        Map<String, Runnable> kernels = new LinkedHashMap<>();
        for (Workload workload : Workloads.ALL) {
            if (!workload.isOverFiles() && !workload.isBetweenProcesses()) {
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
                "transposed sum", () -> a.reshape(-1, 1000).T().plus(1).sum(0).execute().close());
        for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
            Matrices matrices = new Matrices(dtype, PRODUCT_SIZE);
            kernels.put("product of " + dtype, matrices::multiply);
        }
        return kernels;
    }

    /** Runs each once; answers which programs none before it had asked for. */
    private static Map<String, List<Program>> firstRuns(Map<String, Runnable> kernels) {
        Map<String, List<Program>> programs = new LinkedHashMap<>();
        Set<Program> known = new HashSet<>();
        kernels.forEach(
                (name, kernel) -> {
                    kernel.run();
                    List<Program> fresh = new ArrayList<>(Kernels.tierings().keySet());
                    fresh.removeIf(program -> !known.add(program));
                    programs.put(name, fresh);
                });
        return programs;
    }

    private static void runFor(long nanos, Iterable<Runnable> kernels) {
        long start = System.nanoTime();
        do {
            kernels.forEach(Runnable::run);
        } while (System.nanoTime() - start < nanos);
    }

    private static void wear(Runnable kernel) {
        long start = processorNanos();
        for (int run = 0; run < WEAR_RUNS || processorNanos() - start < WEAR_NANOS; run++) {
            kernel.run();
        }
    }

    /**
     * Waits until no kernel waits for its compiled loop, then runs all for some time, and again if
     * that made others wait; but not for ever.
     */
    private static void settle(Iterable<Runnable> kernels) {
        long start = System.nanoTime();
        boolean settled = false;
        while (!settled && System.nanoTime() - start < MOST_QUIET.toNanos()) {
            while (Kernels.stats().waiting() > 0
                    && System.nanoTime() - start < MOST_QUIET.toNanos()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            runFor(QUIET_NANOS, kernels);
            settled = Kernels.stats().waiting() == 0;
        }
    }

    /**
     * The least processor time of a run, all Java threads together, over some batches: what the
     * compiled code needs, not what compilers and the machine were up to.
     */
    private static double best(Runnable kernel) {
        double best = Double.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long start = processorNanos();
            long now = start;
            int runs = 0;
            for (; now - start < BATCH_NANOS; runs++) {
                kernel.run();
                now = processorNanos();
            }
            best = Math.min(best, (double) (now - start) / runs);
        }
        return best / 1e9;
    }

    private static long processorNanos() {
        return Arrays.stream(THREADS.getThreadCpuTime(THREADS.getAllThreadIds()))
                .filter(nanos -> nanos > 0)
                .sum();
    }

    private static String classes(List<Program> programs) {
        Map<Program, Tiering> tierings = Kernels.tierings();
        return programs.isEmpty()
                ? "no kernel of its own"
                : programs.stream()
                        .map(program -> tierings.get(program).toString())
                        .collect(Collectors.joining("; "));
    }
}
