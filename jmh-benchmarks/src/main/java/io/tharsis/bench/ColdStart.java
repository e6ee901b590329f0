package io.tharsis.bench;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.array;

import io.tharsis.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How long expressions take in young JVMs. Each of 20 has evaluated one unrelated expression; then
 * it evaluates the ten of {@link Expression} over 10^6 doubles for the first time, beginning with
 * another one in each JVM, then again, and at last a chain of five operations over 1,000 doubles
 * many times.
 *
 * <p>{@code ColdStart [--aot Warmup.java] [JVMs] [JVM options...]}. With {@code --aot} each of
 * these JVMs, which stands for a program that has the engine as a library, is followed by one with
 * an ahead-of-time cache, which stands for a program under {@code ./tharsis}. The cache is recorded
 * before as the launcher does it, by a run of the named source file.
 */
final class ColdStart {
    private static final int LENGTH = 1_000_000;
    private static final int REPEATS = 20;
    private static final int SMALL_LENGTH = 1_000;
    private static final int SMALL_WARMUP = 50_000;
    private static final int SMALL_CALLS = 20_000;

    /** What was measured in JVMs of the same options: seconds by name. */
    private record Side(String title, List<String> options, Map<String, List<Double>> samples) {
        Side(String title, List<String> options) {
            this(title, options, new TreeMap<>());
        }

        void start(int turn) throws IOException {
            for (String line : Children.run(options, Child.class, Integer.toString(turn))) {
                String[] parts = line.split("\t");
                samples.computeIfAbsent(parts[0], _ -> new ArrayList<>())
                        .add(Double.parseDouble(parts[1]));
            }
        }

        void print() {
            System.out.printf("%n%s%n%n", title);
            System.out.printf(
                    "| %-62s | samples | p50, ms | p95, ms | max, ms |%n| --- | --- | --- | --- |"
                            + " --- |%n",
                    "what");
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
    }

    private ColdStart() {}

    static void main(String[] args) throws IOException {
        boolean cached = args.length > 1 && args[0].equals("--aot");
        List<String> rest = List.of(args).subList(cached ? 2 : 0, args.length);
        int starts = rest.isEmpty() ? 20 : Integer.parseInt(rest.getFirst());
        List<String> options = rest.subList(Math.min(1, rest.size()), rest.size());
        List<Side> sides = new ArrayList<>();
        sides.add(
                new Side(
                        "Without a cache, as in a program that has the engine as a library:",
                        options));
        Path folder = Files.createTempDirectory("cold-start");
        Path cache = folder.resolve("cold-start.aot");
        try {
            if (cached) {
                sides.add(
                        new Side(
                                "With an ahead-of-time cache, as in a program under ./tharsis:",
                                record(cache, args[1], options)));
            }
            for (int turn = 0; turn < starts; turn++) {
                for (Side side : sides) {
                    side.start(turn);
                }
                System.err.println("cold-start: " + (turn + 1) + " of " + starts);
            }
        } finally {
            Files.deleteIfExists(cache);
            Files.delete(folder);
        }
        sides.forEach(Side::print);
    }

    /** Records the cache; answers the options of a JVM that uses it, or fails if it cannot. */
    private static List<String> record(Path cache, String warmup, List<String> options)
            throws IOException {
        System.err.println("cold-start: recording the cache");
        Children.run(
                with(options, "-XX:AOTCacheOutput=" + cache),
                io.tharsis.node.Main.class,
                "run",
                warmup);
        return with(options, "-XX:AOTCache=" + cache, "-XX:AOTMode=on");
    }

    private static List<String> with(List<String> options, String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
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
                print(
                        i == 0
                                ? "2 first evaluation, only one before it in the JVM"
                                : "3 first evaluation, others before it",
                        seconds);
                print("6 first evaluation of " + expression.name(), seconds);
            }
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                for (Expression expression : all) {
                    print(
                            repeat == 0 ? "4 second evaluation" : "5 third to 21st evaluation",
                            expression.seconds(a, b));
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
