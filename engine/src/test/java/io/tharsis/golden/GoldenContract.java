package io.tharsis.golden;

import static org.junit.jupiter.api.Assertions.fail;

import io.tharsis.Session;
import io.tharsis.TharsisException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NumPy's answers, asked of one engine. The default run takes a seeded sample of the cases ({@code
 * -Dtharsis.seed=N}), the one tagged slow takes all, in every layout of the arguments.
 */
abstract class GoldenContract {
    static final GoldenFile FILE = GoldenFile.load();

    /** A new session over the engine under test; the contract closes it. */
    abstract Session open();

    /** A session over an engine whose bits this one must have too, or null. */
    Session openOracle() {
        return null;
    }

    /** How many cases of each function the default run takes. */
    int sampleSize() {
        return 60;
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsNumPyInASampleOfCases() {
        long seed = Seeds.fresh();
        System.out.println(getClass().getSimpleName() + " -Dtharsis.seed=" + seed);
        return tests(
                FILE.cases(),
                (cases, run) -> {
                    var random = new Random(seed);
                    List<GoldenCase> rest = new ArrayList<>(cases);
                    for (int i = 0; i < sampleSize() && !rest.isEmpty(); i++) {
                        int drawn = random.nextInt(rest.size());
                        GoldenCase golden = rest.set(drawn, rest.getLast());
                        rest.removeLast();
                        run.check(golden, Layout.DENSE);
                        run.check(golden, Layout.number(1 + i));
                    }
                });
    }

    @TestFactory
    @Tag("slow")
    Stream<DynamicTest> shouldAnswerAsNumPyInAllCasesAndLayouts() {
        return tests(
                FILE.cases(),
                (cases, run) -> {
                    for (GoldenCase golden : cases) {
                        for (Layout layout : Layout.values()) {
                            run.check(golden, layout);
                        }
                    }
                });
    }

    @FunctionalInterface
    private interface Plan {
        void run(List<GoldenCase> cases, Run run);
    }

    private Stream<DynamicTest> tests(List<GoldenCase> cases, Plan plan) {
        Map<String, List<GoldenCase>> functions =
                cases.stream()
                        .collect(
                                Collectors.groupingBy(
                                        GoldenCase::method, TreeMap::new, Collectors.toList()));
        return functions.entrySet().stream()
                .map(
                        function ->
                                DynamicTest.dynamicTest(
                                        function.getKey(),
                                        () -> {
                                            try (Session session = open();
                                                    Session oracle = openOracle()) {
                                                var run = new Run(session, oracle);
                                                plan.run(function.getValue(), run);
                                                run.report();
                                            }
                                        }));
    }

    /** One session's run over the cases of one function. */
    private static final class Run {
        private final Session session;
        private final Session oracle;
        private final List<String> failures = new ArrayList<>();
        private int count;

        Run(Session session, Session oracle) {
            this.session = session;
            this.oracle = oracle;
        }

        void check(GoldenCase golden, Layout layout) {
            count++;
            String complaint = complaint(golden, layout);
            if (complaint != null) {
                failures.add(golden + " [" + layout + "]\n    " + complaint);
            }
        }

        private String complaint(GoldenCase golden, Layout layout) {
            try {
                List<GoldenArray> actual = results(session, golden, layout);
                String complaint =
                        golden.isError()
                                ? "expected an exception, got " + actual
                                : Comparison.complaint(golden, actual);
                return complaint != null || oracle == null
                        ? complaint
                        : difference(results(oracle, golden, Layout.DENSE), actual);
            } catch (TharsisException e) {
                return golden.isError() ? null : e.toString();
            } catch (RuntimeException e) {
                return e + " at " + Arrays.stream(e.getStackTrace()).limit(4).toList();
            }
        }

        private static List<GoldenArray> results(
                Session session, GoldenCase golden, Layout layout) {
            try (var _ = session.bind();
                    var _ = session.scope()) {
                Object[] arguments =
                        Arrays.stream(golden.arguments())
                                .map(argument -> placed(argument, layout))
                                .toArray();
                return Layout.fetch(Overloads.call(Overloads.signature(golden), arguments));
            }
        }

        private static String difference(List<GoldenArray> expected, List<GoldenArray> actual) {
            for (int i = 0; i < expected.size(); i++) {
                if (!expected.get(i).sameBits(actual.get(i))) {
                    return "near NumPy's, but the reference has the bits "
                            + expected.get(i)
                            + " against "
                            + actual.get(i);
                }
            }
            return null;
        }

        private static Object placed(Object argument, Layout layout) {
            return switch (argument) {
                case GoldenArray array -> layout.tensor(array);
                case GoldenCase.Absent _ -> null;
                default -> argument;
            };
        }

        void report() {
            if (!failures.isEmpty()) {
                fail(
                        failures.size()
                                + " of "
                                + count
                                + " failed:\n"
                                + failures.stream().limit(8).collect(Collectors.joining("\n")));
            }
        }
    }
}
