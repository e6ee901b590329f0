package io.tharsis.bench;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.array;

import io.tharsis.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How long expressions take in young JVMs. Each of 20 has evaluated one unrelated expression; then it evaluates the ten of {@link
 * Expression} over 10^6 doubles for the first time, beginning with another one in each JVM, then again, and at last a chain of five
 * operations over 1,000 doubles many times.
 *
 * <p>{@code ColdStart [JVMs] [JVM options...]}
 */
final class ColdStart {
    private static final int LENGTH = 1_000_000;
    private static final int REPEATS = 20;
    private static final int SMALL_LENGTH = 1_000;
    private static final int SMALL_WARMUP = 50_000;
    private static final int SMALL_CALLS = 20_000;

    private ColdStart() {}

    static void main(String[] args) throws IOException {
        int starts = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        List<String> options = List.of(args).subList(Math.min(1, args.length), args.length);
        Map<String, List<Double>> samples = new TreeMap<>();
        for (int start = 0; start < starts; start++) {
            for (String line : Children.run(options, Child.class, Integer.toString(start))) {
                String[] parts = line.split("\t");
                samples.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(Double.parseDouble(parts[1]));
            }
            System.err.println("cold-start: " + (start + 1) + " of " + starts);
        }
        System.out.printf("| %-62s | samples | p50, ms | p95, ms | max, ms |%n| --- | --- | --- | --- | --- |%n", "what");
        samples.forEach(
                (name, values) ->
                        System.out.printf(
                                Locale.ROOT,
                                "| %-62s | %d | %.4f | %.4f | %.4f |%n",
                                name.substring(name.indexOf(' ') + 1),
                                values.size(),
                                1e3 * Children.percentile(values, 50),
                                1e3 * Children.percentile(values, 95),
                                1e3 * Children.percentile(values, 100)));
    }

    /** One JVM: prints what was measured and how many seconds it took, with a tab between. */
    static final class Child {
        private Child() {}

        static void main(String[] args) {
            int turn = Integer.parseInt(args[0]);
            SplittableRandom random = new SplittableRandom(turn);
            Tensor a = array(random.doubles(LENGTH).toArray());
            Tensor b = array(random.doubles(LENGTH).toArray());
            // The unrelated one: another dtype, another operation.
            arange(1000).rem(7).prod().itemLong();

            List<Expression> all = Expression.ALL;
            for (int i = 0; i < all.size(); i++) {
                Expression expression = all.get((turn + i) % all.size());
                double seconds = expression.seconds(a, b);
                print("1 first evaluation of any of the ten", seconds);
                print(i == 0 ? "2 first evaluation, only one before it in the JVM" : "3 first evaluation, others before it", seconds);
                print("6 first evaluation of " + expression.name(), seconds);
            }
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                for (Expression expression : all) {
                    print(repeat == 0 ? "4 second evaluation" : "5 third to 21st evaluation", expression.seconds(a, b));
                }
            }
            small(array(random.doubles(SMALL_LENGTH).toArray()));
        }

        private static void small(Tensor x) {
            for (int i = 0; i < SMALL_WARMUP; i++) {
                chain(x);
            }
            for (int i = 0; i < SMALL_CALLS; i++) {
                double seconds = chain(x);
                if (i % 20 == 0) {
                    print("7 chain of five operations over 1,000 doubles, repeated", seconds);
                }
            }
        }

        private static double chain(Tensor x) {
            long start = System.nanoTime();
            Tensor result = x.plus(1).times(2).sqrt().minus(3).abs().execute();
            double seconds = (System.nanoTime() - start) / 1e9;
            result.close();
            return seconds;
        }

        private static void print(String what, double seconds) {
            System.out.println(what + "\t" + seconds);
        }
    }
}
