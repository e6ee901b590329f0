package io.tharsis.engine.chunked;

import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.functions.Statistics;
import io.tharsis.engine.graph.Operand;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/** Every function against NumPy, through its builder. */
class ChunkedGoldenTest {

    @FunctionalInterface
    private interface AlongAxis {
        Operand build(Operand x, int axis);
    }

    private static Golden.Subject axis(AlongAxis along, Function<Operand, Operand> flat) {
        return (arguments, inputs) ->
                arguments[0].equals("None")
                        ? flat.apply(inputs[0])
                        : along.build(inputs[0], Integer.parseInt(arguments[0]));
    }

    @Test
    void shouldSortAsNumPyDoes() {
        Golden.check(
                "sorting.txt",
                true,
                Map.of(
                        "sort", axis(Sorting::sort, Sorting::sortFlat),
                        "argsort", axis(Sorting::argsort, Sorting::argsortFlat),
                        "unique", (_, in) -> Sorting.unique(in[0]),
                        "uniqueCounts", (_, in) -> Sorting.uniqueCounts(in[0]),
                        "uniqueIndex", (_, in) -> Sorting.uniqueIndex(in[0]),
                        "uniqueInverse", (_, in) -> Sorting.uniqueInverse(in[0])));
    }

    @Test
    void shouldAccumulateWithNumPysBits() {
        Golden.check(
                "scans.txt",
                false,
                Map.of(
                        "cumsum",
                        axis(Scans::cumsum, Scans::cumsumFlat),
                        "cumprod",
                        axis(Scans::cumprod, Scans::cumprodFlat)));
    }

    @Test
    void shouldSearchAsNumPyDoes() {
        Golden.check(
                "searching.txt",
                false,
                Map.of(
                        "argmax",
                                axis(
                                        (x, a) -> Searching.argmax(x, a, false),
                                        Searching::argmaxFlat),
                        "argmin",
                                axis(
                                        (x, a) -> Searching.argmin(x, a, false),
                                        Searching::argminFlat),
                        "searchSorted",
                                (a, in) ->
                                        Searching.searchSorted(in[0], in[1], a[0].equals("right")),
                        "digitize",
                                (a, in) -> Searching.digitize(in[0], in[1], a[0].equals("True")),
                        "flatNonzero", (_, in) -> Searching.flatNonzero(in[0]),
                        "nonzero", (a, in) -> Searching.nonzero(in[0])[Integer.parseInt(a[0])]));
    }

    /** The input and the axis of a case whose first argument is an axis or None. */
    private record Worked(Operand x, int axis, String[] arguments) {
        static Worked of(String[] arguments, Operand[] inputs) {
            boolean all = arguments[0].equals("None");
            return new Worked(
                    all ? Statistics.flat(inputs[0]) : inputs[0],
                    all ? 0 : Integer.parseInt(arguments[0]),
                    arguments);
        }

        double number(int i) {
            return Double.parseDouble(arguments[i].replace("nan", "NaN"));
        }

        boolean flag(int i) {
            return arguments[i].equals("True");
        }

        double[] numbers(int from) {
            return Arrays.stream(arguments, from, arguments.length)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    private static Golden.Subject worked(Function<Worked, Operand> function) {
        return (arguments, inputs) -> function.apply(Worked.of(arguments, inputs));
    }

    @Test
    void shouldFindMediansAndQuantilesWithNumPysBits() {
        Golden.check(
                "order-statistics.txt",
                // which of equal zeros is the quantile is as unspecified as their order
                true,
                Map.of(
                        "median", worked(w -> Statistics.median(w.x, w.axis, w.flag(1))),
                        "nanMedian", worked(w -> Statistics.nanMedian(w.x, w.axis, false)),
                        "quantile",
                                worked(
                                        w ->
                                                Statistics.quantile(
                                                        w.x, w.number(1), w.axis, w.flag(2))),
                        "percentile",
                                worked(
                                        w ->
                                                Statistics.percentile(
                                                        w.x, w.number(1), w.axis, w.flag(2))),
                        "quantiles",
                                worked(
                                        w ->
                                                Statistics.quantile(
                                                        w.x, w.numbers(2), w.axis, w.flag(1))),
                        "percentiles",
                                worked(
                                        w ->
                                                Statistics.percentile(
                                                        w.x, w.numbers(2), w.axis, w.flag(1))),
                        "nanQuantile",
                                worked(
                                        w ->
                                                Statistics.nanQuantile(
                                                        w.x, w.number(1), w.axis, false)),
                        "nanQuantiles",
                                worked(
                                        w ->
                                                Statistics.nanQuantile(
                                                        w.x, w.numbers(1), w.axis, false))));
    }

    @Test
    void shouldCountAsNumPyDoes() {
        Golden.check(
                "counts.txt",
                false,
                Map.of(
                        "histogram", (a, in) -> histogram(a, in).counts(),
                        "histogramEdges", (a, in) -> histogram(a, in).edges(),
                        "bincount",
                                (a, in) ->
                                        Statistics.bincount(
                                                in[0],
                                                in.length > 1 ? in[1] : null,
                                                Long.parseLong(a[0]))));
    }

    private static Statistics.Histogram histogram(String[] arguments, Operand[] inputs) {
        boolean density = arguments[arguments.length - 1].equals("True");
        if (arguments.length == 1) {
            return Statistics.histogram(inputs[0], inputs[1], null, density);
        }
        Operand weights = inputs.length > 1 ? inputs[1] : null;
        int bins = Integer.parseInt(arguments[0]);
        if (arguments[1].equals("None")) {
            return Statistics.histogram(inputs[0], bins, weights, density);
        }
        double first = Double.parseDouble(arguments[1]);
        return Statistics.histogram(
                inputs[0], bins, first, Double.parseDouble(arguments[2]), weights, density);
    }
}
