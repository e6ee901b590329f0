package io.tharsis.bench;

import static io.tharsis.DType.FLOAT32;
import static io.tharsis.DType.FLOAT64;
import static io.tharsis.Tensors.random;

import io.tharsis.DType;
import io.tharsis.Random;
import io.tharsis.Tensor;

import java.util.ArrayList;
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
        List<Pair> pairs = new ArrayList<>();
        for (DType type : List.of(FLOAT64, FLOAT32)) {
            Tensor x = random.uniform(type, 2000, 2000).execute();
            Tensor y = random.uniform(type, 2000, 2000).execute();
            Tensor row = random.uniform(type, 2000).execute();
            Tensor column = random.uniform(type, 2000, 1).execute();
            Tensor cube = random.uniform(type, 100, 500, 600).execute();
            Supplier<Tensor> sum = () -> x.plus(y);
            String name = type.toString().toLowerCase(Locale.ROOT) + ": ";
            pairs.add(new Pair(name + "x.T() + y, beside x + y", sum, () -> x.T().plus(y)));
            for (int axis = 0; axis < 2; axis++) {
                int at = axis;
                pairs.add(
                        new Pair(
                                name
                                        + "(x.T() + y).sum(%d), beside (x + y).sum(%1$d)"
                                                .formatted(at),
                                () -> x.plus(y).sum(at),
                                () -> x.T().plus(y).sum(at)));
            }
            pairs.add(new Pair(name + "x + row, beside x + y", sum, () -> x.plus(row)));
            pairs.add(new Pair(name + "x + column, beside x + y", sum, () -> x.plus(column)));
            for (int axis = 1; axis < 3; axis++) {
                int at = axis;
                pairs.add(
                        new Pair(
                                name + "sum(%d) of (100, 500, 600), beside sum(0)".formatted(at),
                                () -> cube.sum(0),
                                () -> cube.sum(at)));
            }
        }
        return pairs;
    }

    private static double seconds(Supplier<Tensor> expression) {
        long start = System.nanoTime();
        expression.get().execute().close();
        return (System.nanoTime() - start) / 1e9;
    }
}
