package io.tharsis.bench;

import static io.tharsis.DType.FLOAT32;
import static io.tharsis.Tensors.random;

import io.tharsis.Random;
import io.tharsis.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What transposed inputs, broadcast rows and columns, and the axis of a sum cost, each beside the
 * contiguous case of as many elements, in turns in one JVM: the rows of the table of layouts of
 * docs/performance.md. Seconds are the least of all rounds after a warm-up.
 *
 * <p>{@code Layouts [seconds of warm-up] [rounds]}; 20 and 60 if not given.
 */
final class Layouts {
    private Layouts() {}

    /** An expression and the contiguous one that it is measured against. */
    private record Pair(String name, Supplier<Tensor> contiguous, Supplier<Tensor> other) {}

    static void main(String[] args) {
        long warmUpNanos = (args.length > 0 ? Long.parseLong(args[0]) : 20) * 1_000_000_000L;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        List<Pair> pairs = pairs();
        long start = System.nanoTime();
        do {
            for (Pair pair : pairs) {
                seconds(pair.contiguous());
                seconds(pair.other());
            }
        } while (System.nanoTime() - start < warmUpNanos);
        Map<Pair, double[]> least = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Pair pair : pairs) {
                double[] both =
                        least.computeIfAbsent(
                                pair,
                                _ ->
                                        new double[] {
                                            Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY
                                        });
                both[0] = Math.min(both[0], seconds(pair.contiguous()));
                both[1] = Math.min(both[1], seconds(pair.other()));
            }
        }
        System.out.println("| expression | contiguous, s | strided, s | ratio |");
        System.out.println("| --- | --- | --- | --- |");
        least.forEach(
                (pair, both) ->
                        System.out.printf(
                                Locale.ROOT,
                                "| %s | %.5f | %.5f | %.2f |%n",
                                pair.name(),
                                both[0],
                                both[1],
                                both[1] / both[0]));
    }

    private static List<Pair> pairs() {
        Random random = random(1);
        Tensor x = random.uniform(2000, 2000).execute();
        Tensor y = random.uniform(2000, 2000).execute();
        Tensor row = random.uniform(2000).execute();
        Tensor column = random.uniform(2000, 1).execute();
        Tensor a = random.uniform(FLOAT32, 2000, 2000).execute();
        Tensor b = random.uniform(FLOAT32, 2000, 2000).execute();
        Tensor cube = random.uniform(FLOAT32, 100, 500, 600).execute();
        Supplier<Tensor> sum = () -> x.plus(y);
        return List.of(
                new Pair("x.T() + y, float64 (2000, 2000), beside x + y", sum, () -> x.T().plus(y)),
                new Pair(
                        "a.T() + b, float32 (2000, 2000), beside a + b",
                        () -> a.plus(b),
                        () -> a.T().plus(b)),
                new Pair(
                        "(x.T() + y).sum(0), beside (x + y).sum(0)",
                        () -> x.plus(y).sum(0),
                        () -> x.T().plus(y).sum(0)),
                new Pair("x + row, beside x + y", sum, () -> x.plus(row)),
                new Pair("x + column, beside x + y", sum, () -> x.plus(column)),
                new Pair(
                        "sum(1) of float32 (100, 500, 600), beside sum(0)",
                        () -> cube.sum(0),
                        () -> cube.sum(1)),
                new Pair(
                        "sum(2) of float32 (100, 500, 600), beside sum(0)",
                        () -> cube.sum(0),
                        () -> cube.sum(2)));
    }

    private static double seconds(Supplier<Tensor> expression) {
        long start = System.nanoTime();
        expression.get().execute().close();
        return (System.nanoTime() - start) / 1e9;
    }
}
