package io.tharsis.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.ShapeException;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Random graphs give the same bits on every engine, for every chunk size, thread count and choice
 * of what is kept.
 */
class RandomGraphTest {
    private static final int STEPS = 25;

    /** An engine's results: the chosen roots computed together. */
    private record Results(
            String program,
            List<Integer> roots,
            List<GoldenArray> arrays,
            RuntimeException failure) {}

    @Test
    void shouldGiveTheReferenceBitsInSmallGraphs() {
        run(
                Duration.ofSeconds(12),
                300,
                Engines::reference,
                List.of(
                        () -> Engines.local(1, 1 << 20),
                        () -> Engines.local(1, 64),
                        () -> Engines.local(2, 200)));
    }

    @Test
    void shouldGiveTheBitsOfOneChunkInLargeGraphs() {
        run(
                Duration.ofSeconds(8),
                60_000,
                () -> Engines.local(1, 1 << 24),
                List.of(() -> Engines.local(2, 4096), () -> Engines.local(2, 100_000)));
    }

    @Test
    @Tag("slow")
    void shouldGiveTheReferenceBitsInManyGraphs() {
        run(
                Duration.ofMinutes(10),
                1000,
                Engines::reference,
                List.of(
                        () -> Engines.local(1, 1 << 20),
                        () -> Engines.local(2, 40),
                        () -> Engines.local(2, 1000)));
    }

    /** A second handle on a tensor whose length only a run can tell. */
    @Test
    void shouldTellTheLengthOfWhatChangesNothing() {
        for (Supplier<Session> open :
                List.<Supplier<Session>>of(Engines::reference, () -> Engines.local(1, 64))) {
            try (Session session = open.get();
                    var _ = session.bind()) {
                Tensor distinct = Tensors.unique(Tensors.of(3L, 1L, 3L));
                assertArrayEquals(new long[] {1, 3}, distinct.astype(DType.INT64).toLongArray());
            }
        }
    }

    /** Lengths that do not broadcast are refused when they are found out. */
    @Test
    void shouldRefuseFoundLengthsThatDoNotBroadcast() {
        for (Supplier<Session> open :
                List.<Supplier<Session>>of(Engines::reference, () -> Engines.local(1, 64))) {
            try (Session session = open.get();
                    var _ = session.bind()) {
                Tensor distinct = Tensors.unique(Tensors.arange(16));
                Tensor sum = distinct.plus(Tensors.ones(1, 3));
                distinct.execute();
                assertThrows(ShapeException.class, sum::execute);
            }
        }
    }

    private static void run(
            Duration time, int maxSize, Supplier<Session> oracle, List<Supplier<Session>> engines) {
        long first = Seeds.fresh();
        System.out.println("RandomGraphTest -Dtharsis.seed=" + first);
        long deadline = System.nanoTime() + time.toNanos();
        List<String> failures = new ArrayList<>();
        long seed = first;
        for (;
                System.nanoTime() < deadline
                        && failures.size() < Integer.getInteger("tharsis.failures", 1);
                seed++) {
            Results expected = results(oracle, seed, maxSize);
            for (int engine = 0; engine < engines.size(); engine++) {
                String complaint = complaint(expected, results(engines.get(engine), seed, maxSize));
                if (complaint != null) {
                    failures.add(
                            "-Dtharsis.seed="
                                    + seed
                                    + ", engine "
                                    + engine
                                    + ": "
                                    + complaint
                                    + "\n"
                                    + expected.program());
                    break;
                }
            }
        }
        System.out.println("RandomGraphTest ran " + (seed - first) + " graphs");
        if (!failures.isEmpty()) {
            fail(String.join("\n\n", failures));
        }
    }

    private static Results results(Supplier<Session> open, long seed, int maxSize) {
        try (Session session = open.get();
                var _ = session.bind()) {
            var graph = new RandomGraph(seed, maxSize);
            try {
                List<Tensor> tensors = graph.build(STEPS).tensors();
                List<Integer> roots = graph.roots();
                return new Results(
                        graph.toString(),
                        roots,
                        Layout.fetch(roots.stream().map(tensors::get).toList()),
                        null);
            } catch (RuntimeException e) {
                return new Results(graph.toString(), List.of(), List.of(), e);
            }
        }
    }

    private static String complaint(Results expected, Results actual) {
        if (!expected.program.equals(actual.program)) {
            return "another program was built:\n" + actual.program;
        }
        if (expected.failure != null || actual.failure != null) {
            if (expected.failure != null
                    && actual.failure != null
                    && expected.failure.getClass() == actual.failure.getClass()) {
                return null;
            }
            return "oracle " + text(expected.failure) + "; engine " + text(actual.failure);
        }
        for (int i = 0; i < expected.arrays.size(); i++) {
            if (!expected.arrays.get(i).sameBits(actual.arrays.get(i))) {
                return "t"
                        + expected.roots.get(i)
                        + difference(expected.arrays.get(i), actual.arrays.get(i))
                        + " of roots "
                        + expected.roots;
            }
        }
        return null;
    }

    private static String difference(GoldenArray expected, GoldenArray actual) {
        if (!expected.header().equals(actual.header())) {
            return " should be " + expected + " and is " + actual;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.sameBits(actual, i)) {
                return " at " + i + " should be " + expected.text(i) + " and is " + actual.text(i);
            }
        }
        return "";
    }

    private static String text(RuntimeException failure) {
        if (failure == null) {
            return "succeeds";
        }
        var text = new StringBuilder("throws " + failure);
        for (StackTraceElement element : failure.getStackTrace()) {
            text.append("\n    ").append(element);
            if (element.getClassName().contains("golden") || text.length() > 1500) {
                break;
            }
        }
        return text.toString();
    }
}
