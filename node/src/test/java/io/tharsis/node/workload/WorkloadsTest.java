package io.tharsis.node.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Session;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;

final class WorkloadsTest {
    private static final long SIZE = 300_000;

    /** Rows of the largest square matrix that has no more elements. */
    private static final long SIDE = 547;

    /**
     * The value that the inputs' distributions lead to, and the standard deviation of one sample of
     * it.
     */
    private record Expected(double mean, double deviation, long samples) {}

    // From NumPy and SciPy (scipy.special.ndtr) over 4 million samples, or exact.
    private static final Map<String, Expected> EXPECTED =
            Map.ofEntries(
                    Map.entry("pi", new Expected(Math.PI, 1.642, SIZE)),
                    Map.entry("add-times", new Expected(3, 0.578, SIZE)),
                    Map.entry("add-times-sum", new Expected(3.0 * SIZE, 0.578 * SIZE, SIZE)),
                    Map.entry("hypot-chain", new Expected(0.765196, 0.285, SIZE)),
                    Map.entry("sin", new Expected(0.5 - Math.sin(20) / 40, 0.354, SIZE)),
                    Map.entry("axis-sums", new Expected(0.5, 0.289, SIZE)),
                    Map.entry("axis-sum-0", new Expected(0.5, 0.289, SIZE)),
                    Map.entry("axis-sum-1", new Expected(0.5, 0.289, SIZE)),
                    Map.entry("axis-sum-2", new Expected(0.5, 0.289, SIZE)),
                    Map.entry("softmax", new Expected(0.019770, 0.00187, SIZE / 1000)),
                    Map.entry("black-scholes", new Expected(7.8052, 9.528, SIZE)),
                    Map.entry("matmul", new Expected(0.25, 0.204, SIZE)),
                    Map.entry("matmul-float", new Expected(0.25, 0.204, SIZE)),
                    Map.entry("matmul-chain", new Expected(0.125, 0.3, SIZE)),
                    // variance n / 18: rows differ, pairs of rows differ, and the diagonal does
                    Map.entry("gram-std", new Expected(Math.sqrt(SIDE / 18.0), 2.92, SIDE)),
                    Map.entry("gram-std-random", new Expected(Math.sqrt(SIDE / 18.0), 2.92, SIDE)),
                    Map.entry("gram-std-npy", new Expected(Math.sqrt(SIDE / 18.0), 2.92, SIDE)),
                    // rows and columns with numbers of their own beside each element's
                    Map.entry("product-npy", new Expected(1, 0.6, SIDE)),
                    Map.entry("zscore-npy", new Expected(1, 1e-9, SIZE)),
                    Map.entry("zscore-npy-1", new Expected(1, 1e-9, SIZE)),
                    Map.entry("svd-reconstruct", new Expected(1, 1.414, SIZE)),
                    // the mean of uniform numbers, each twice, and n on the diagonal
                    Map.entry("cholesky", new Expected(1.5, 0.41, SIZE)),
                    Map.entry("solve", new Expected(0.5, 0.289, SIDE)));

    /** Those between processes are run by {@code BenchCommandTest}. */
    static List<Workload> all() {
        return Workloads.ALL.stream().filter(w -> !w.isBetweenProcesses()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldComputeWhatItsDistributionLeadsTo(Workload workload) {
        try (Session session = Session.local().threads(2).memory("256m").open();
                Session.Binding _ = session.bind()) {
            try (Workload.Run run = workload.prepare(SIZE)) {
                check(workload, run);
            }
        }
    }

    private static void check(Workload workload, Workload.Run run) {
        Expected expected = EXPECTED.get(workload.name());
        boolean isSquare = workload.name().matches("matmul.*|gram.*|product.*|cholesky|solve");
        assertEquals(isSquare ? SIDE * SIDE : SIZE, run.size());
        run.once();
        double first = run.value();
        run.once();
        assertEquals(first, run.value(), "a second run of " + workload.name());
        assertEquals(
                expected.mean(),
                first,
                5 * expected.deviation() / Math.sqrt(expected.samples()),
                workload.name());
    }

    @Test
    void shouldNameEachWorkloadOnce() {
        assertEquals(
                Workloads.ALL.size(),
                Workloads.ALL.stream().map(Workload::name).distinct().count());
        for (Workload workload : Workloads.ALL) {
            assertEquals(workload, Workloads.named(workload.name()).orElseThrow());
            assertTrue(
                    workload.isBetweenProcesses() || EXPECTED.containsKey(workload.name()),
                    workload.name());
        }
    }
}
