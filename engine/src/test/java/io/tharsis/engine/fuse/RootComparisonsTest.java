package io.tharsis.engine.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Roots compared with numbers: where no root is taken the answers are those of the root. */
class RootComparisonsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double MAX = Double.MAX_VALUE;
    private static final double[] SPECIAL = {
        0,
        -0.0,
        1,
        -1,
        2,
        0.5,
        Double.NaN,
        INFINITY,
        -INFINITY,
        MAX,
        -MAX,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        1e-160,
        1e-162,
        1e-170,
        1e154,
        1.4e154,
        1e-20,
        1e-23,
        1e-30,
        1e20,
        1e38,
        Math.nextDown(1.0),
        Math.nextUp(1.0),
        1 / 3.0
    };

    private static final Map<String, BinaryOperator<Tensor>> COMPARISONS =
            Map.of(
                    "less", Tensors::less,
                    "lessEqual", Tensors::lessEqual,
                    "greater", Tensors::greater,
                    "greaterEqual", Tensors::greaterEqual,
                    "equal", Tensors::equal,
                    "notEqual", Tensors::notEqual);

    /** Each is never below zero, or the root must stay. */
    private static final Map<String, UnaryOperator<Tensor>> RADICANDS = new LinkedHashMap<>();

    static {
        RADICANDS.put("a * a", x -> x.square());
        RADICANDS.put("a * a + b * b", x -> x.square().plus(x.times(3).square()));
        RADICANDS.put("abs", x -> Tensors.abs(x));
        RADICANDS.put("abs * sqrt", x -> Tensors.abs(x).times(Tensors.sqrt(x)));
        RADICANDS.put("min", x -> Tensors.minimum(Tensors.abs(x), x.square()));
        RADICANDS.put("max with one below zero", x -> Tensors.maximum(x, Tensors.abs(x)));
        RADICANDS.put(
                "where", x -> Tensors.where(x.gt(1), x.square(), Tensors.abs(x).plus(x.square())));
        RADICANDS.put("bool", x -> x.gt(1).astype(x.dtype()));
        RADICANDS.put("maybe below zero", x -> x);
        RADICANDS.put("sum with one below zero", x -> x.plus(x.square()));
        RADICANDS.put("max of two below zero", x -> Tensors.maximum(x, x.minus(1)));
        RADICANDS.put("quotient of zeros", x -> Tensors.divide(x.square(), Tensors.abs(x)));
    }

    private final SplittableRandom random = new SplittableRandom(seed());
    private final Session session =
            Session.over(new LocalEngine(2, new MemoryBudget(1 << 28), 1 << 22), false);
    private final Session.Binding bound = session.bind();

    private static long seed() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("RootComparisonsTest: -Dtharsis.seed=" + seed);
        return seed;
    }

    @AfterEach
    void close() {
        bound.close();
        session.close();
    }

    @Test
    void shouldBoundWhatIsUnderRootsOfDoubles() {
        for (int i = 0; i < 50_000; i++) {
            double bound = i < SPECIAL.length ? SPECIAL[i] : anyDouble();
            double least = RootBound.least(bound);
            double greatest = RootBound.greatest(bound);
            double[] near = {bound * bound, least, greatest, 0, -0.0, Double.NaN, 1, MAX, INFINITY};
            for (double start : near) {
                for (double x : new double[] {start, Math.nextUp(start), Math.nextDown(start)}) {
                    if (!(x < 0)) {
                        assertEquals(Math.sqrt(x) < bound, x < least, x + " < " + bound);
                        assertEquals(Math.sqrt(x) >= bound, x >= least, x + " >= " + bound);
                        assertEquals(Math.sqrt(x) > bound, x > greatest, x + " > " + bound);
                        assertEquals(Math.sqrt(x) <= bound, x <= greatest, x + " <= " + bound);
                    }
                }
            }
        }
    }

    @Test
    void shouldBoundWhatIsUnderRootsOfFloats() {
        for (int i = 0; i < 50_000; i++) {
            float bound = i < SPECIAL.length ? (float) SPECIAL[i] : anyFloat();
            float least = RootBound.least(bound);
            float greatest = RootBound.greatest(bound);
            float[] near = {bound * bound, least, greatest, 0, -0f, Float.NaN, Float.MAX_VALUE};
            for (float start : near) {
                for (float x : new float[] {start, Math.nextUp(start), Math.nextDown(start)}) {
                    if (!(x < 0)) {
                        float root = (float) Math.sqrt(x);
                        assertEquals(root < bound, x < least, x + " < " + bound);
                        assertEquals(root >= bound, x >= least, x + " >= " + bound);
                        assertEquals(root > bound, x > greatest, x + " > " + bound);
                        assertEquals(root <= bound, x <= greatest, x + " <= " + bound);
                    }
                }
            }
        }
    }

    @Test
    void shouldAnswerAsTheRootDoes() {
        for (DType type : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
            double[] bounds = Arrays.copyOf(SPECIAL, SPECIAL.length + 8);
            for (int i = SPECIAL.length; i < bounds.length; i++) {
                bounds[i] = random.nextDouble() * 4;
            }
            Tensor x = Tensors.array(elements(bounds)).astype(type).execute();
            RADICANDS.forEach(
                    (name, radicand) -> {
                        Tensor root = Tensors.sqrt(radicand.apply(x)).execute();
                        for (double c : bounds) {
                            Tensor bound = Tensors.scalar(c).astype(type);
                            Tensor known = bound.plus(0).execute();
                            COMPARISONS.forEach(
                                    (op, compare) -> {
                                        String what = op + " of root of " + name + " and " + c;
                                        Tensor fused = Tensors.sqrt(radicand.apply(x));
                                        assertArrayEquals(
                                                bools(compare.apply(root, known)),
                                                bools(compare.apply(fused, bound)),
                                                what);
                                        assertArrayEquals(
                                                bools(compare.apply(known, root)),
                                                bools(compare.apply(bound, fused)),
                                                what + ", turned");
                                    });
                        }
                    });
        }
    }

    @Test
    void shouldTakeNoRootOfADistance() {
        Tensor x = Tensors.arange(1000).astype(DType.FLOAT64).execute();
        Tensor distance = Tensors.sqrt(x.square().plus(x.square()));
        assertEquals(0, roots(distance.lt(7)));
        assertEquals(0, roots(Tensors.less(Tensors.scalar(7.0), distance)));
        assertEquals(1, roots(distance.eq(7)));
        assertEquals(1, roots(Tensors.sqrt(x).lt(7)));
        assertEquals(1, roots(Tensors.where(distance.lt(7), distance, x)));
    }

    private double anyDouble() {
        return random.nextBoolean()
                ? Double.longBitsToDouble(random.nextLong())
                : Math.scalb(random.nextDouble(), random.nextInt(-20, 20));
    }

    private float anyFloat() {
        return random.nextBoolean()
                ? Float.intBitsToFloat(random.nextInt())
                : Math.scalb((float) random.nextDouble(), random.nextInt(-20, 20));
    }

    /** Special numbers, and numbers whose squares, roots or selves are near the bounds. */
    private double[] elements(double[] bounds) {
        return Arrays.stream(bounds)
                .flatMap(
                        c ->
                                Arrays.stream(
                                        new double[] {
                                            c,
                                            -c,
                                            Math.nextUp(c),
                                            Math.nextDown(c),
                                            c * c,
                                            Math.nextUp(c * c),
                                            Math.nextDown(c * c),
                                            Math.sqrt(c)
                                        }))
                .toArray();
    }

    private static boolean[] bools(Tensor comparison) {
        return comparison.toBooleanArray();
    }

    private static int roots(Tensor x) {
        return (int) x.explain().lines().filter(line -> line.contains("= sqrt %")).count();
    }
}
