package io.tharsis.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The error of float sums against exact ones stays within (16 + ceil(log2(n / 16))) u sum |x|, u
 * being half an ulp of 1. NumPy's pairwise sums add 16 elements in a row for each of 8 accumulators
 * and halve above them where the folded axis is innermost, and add in order where it is not, so its
 * bound is this one or n u sum |x|: never smaller.
 */
class SumErrorTest {
    private static final int ROUNDS = 60;

    @Test
    @Timeout(60)
    void shouldKeepSumsWithinPairwiseBounds() {
        long seed = Seeds.fresh();
        System.out.println("SumErrorTest -Dtharsis.seed=" + seed);
        var random = new Random(seed);
        try (Session session = Engines.local(2, 20_000);
                var _ = session.bind()) {
            for (int round = 0; round < ROUNDS; round++) {
                try (var _ = session.scope()) {
                    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
                    int n = 1 + (int) Math.pow(60_000, random.nextDouble());
                    Kind kind = Kind.values()[round % Kind.values().length];
                    check(kind, dtype, n, kind.values(random, n));
                }
            }
        }
    }

    /** Sums that are easy and sums that are not. */
    private enum Kind {
        POSITIVE,
        SIGNED,
        /** Magnitudes over forty powers of two. */
        WIDE,
        /** Every number has its negative, and little is left. */
        CANCELLING,
        /** One large number among small ones. */
        SWAMPED,
        ASCENDING;

        double[] values(Random random, int n) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] =
                        switch (this) {
                            case POSITIVE -> random.nextDouble();
                            case SIGNED -> random.nextGaussian();
                            case WIDE, CANCELLING ->
                                    random.nextGaussian()
                                            * Math.scalb(1.0, random.nextInt(-20, 20));
                            case SWAMPED -> i == n / 3 ? 1e8 : random.nextDouble();
                            case ASCENDING -> i + 0.1;
                        };
            }
            if (this == CANCELLING) {
                for (int i = 0; i + 1 < n; i += 2) {
                    values[i + 1] = -values[i] * (1 + 1e-9 * random.nextGaussian());
                }
                List<Double> shuffled =
                        new ArrayList<>(IntStream.range(0, n).mapToObj(i -> values[i]).toList());
                Collections.shuffle(shuffled, random);
                return shuffled.stream().mapToDouble(Double::doubleValue).toArray();
            }
            return values;
        }
    }

    private static void check(Kind kind, DType dtype, int n, double... values) {
        GoldenArray array = GoldenArray.allocate(dtype, n);
        for (int i = 0; i < n; i++) {
            if (dtype == DType.FLOAT32) {
                array.segment().setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) values[i]);
            } else {
                array.segment().setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, values[i]);
            }
        }
        BigDecimal exact = BigDecimal.ZERO;
        BigDecimal magnitude = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
            var element = new BigDecimal(array.number(i));
            exact = exact.add(element);
            magnitude = magnitude.add(element.abs());
        }
        double depth = 16 + Math.max(0, Math.ceil(Math.log(n / 16.0) / Math.log(2)));
        double bound =
                depth * (dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53) * magnitude.doubleValue();
        Tensor line = Layout.dense(array);
        check(kind, dtype, n, "along the last axis", exact, bound, line.sum());
        check(
                kind,
                dtype,
                n,
                "down a column",
                exact,
                bound,
                line.reshape(n, 1).broadcastTo(n, 3).plus(0).sum(0).get(1));
        check(
                kind,
                dtype,
                n,
                "along rows",
                exact,
                bound,
                line.broadcastTo(3, n).plus(0).sum(1).get(2));
    }

    private static void check(
            Kind kind, DType dtype, int n, String how, BigDecimal exact, double bound, Tensor sum) {
        double error = new BigDecimal(sum.item()).subtract(exact).abs().doubleValue();
        assertTrue(
                error <= bound,
                () ->
                        kind
                                + " "
                                + dtype
                                + " sum of "
                                + n
                                + " "
                                + how
                                + ": error "
                                + error
                                + " over "
                                + bound);
    }
}
