package io.tharsis.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ScalarRun;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class DistributionsTest {
    private static final long KEY = 0x0123456789abcdefL;
    private static final long STREAM = 42;

    /**
     * Lines of the golden file are: distribution, first element, then values as hexadecimal bits.
     */
    @ParameterizedTest
    @EnumSource(DistributionPrograms.class)
    void shouldKeepItsFirstValuesForEver(DistributionPrograms distribution) throws IOException {
        List<String> lines = goldenLines(distribution.name());
        assertEquals(
                2,
                lines.size(),
                distribution
                        + " lacks golden values; its actual ones are\n"
                        + actualLines(distribution));
        for (String line : lines) {
            String[] words = line.split(" ");
            long[] actual =
                    distribution.bits(KEY, STREAM, Long.parseLong(words[1]), words.length - 2);
            for (int i = 0; i < actual.length; i++) {
                assertEquals(
                        words[i + 2],
                        Long.toHexString(actual[i]),
                        distribution + " element " + i + " of: " + line);
            }
        }
    }

    private static String actualLines(DistributionPrograms distribution) {
        StringBuilder text = new StringBuilder();
        for (long first : new long[] {0, (1L << 33) + 5}) {
            text.append(distribution).append(' ').append(first);
            for (long bits : distribution.bits(KEY, STREAM, first, 8)) {
                text.append(' ').append(Long.toHexString(bits));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static List<String> goldenLines(String name) throws IOException {
        try (var in = DistributionsTest.class.getResourceAsStream("distribution_goldens.txt");
                var reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            List<String> result = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(name + " ")) {
                    result.add(line);
                }
            }
            return result;
        }
    }

    @ParameterizedTest
    @EnumSource(DistributionPrograms.class)
    void shouldFollowItsCdf(DistributionPrograms distribution) {
        kolmogorovSmirnov(distribution, 100_000);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(DistributionPrograms.class)
    void shouldFollowItsCdfOverManyDraws(DistributionPrograms distribution) {
        kolmogorovSmirnov(distribution, 10_000_000);
    }

    /**
     * The draws are fixed, so this either always passes or always fails; 2.2 is exceeded by chance
     * once in 8,000 generators.
     */
    private static void kolmogorovSmirnov(DistributionPrograms distribution, int n) {
        double[] values = distribution.values(KEY, STREAM, 0, n);
        Arrays.sort(values);
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double cdf = distribution.cdf(values[i]);
            distance = Math.max(distance, Math.max((i + 1.0) / n - cdf, cdf - (double) i / n));
        }
        assertTrue(
                distance * Math.sqrt(n) < 2.2,
                distribution + ": distance " + distance + " over " + n + " draws, key " + KEY);
    }

    @ParameterizedTest
    @EnumSource(DistributionPrograms.class)
    void shouldDependOnKeyStreamAndElementAlone(DistributionPrograms distribution) {
        long[] whole = distribution.bits(KEY, STREAM, 1000, 100);
        assertArrayEquals(
                Arrays.copyOfRange(whole, 37, 60), distribution.bits(KEY, STREAM, 1037, 23));
        assertTrue(!Arrays.equals(whole, distribution.bits(KEY + 1, STREAM, 1000, 100)), "key");
        assertTrue(!Arrays.equals(whole, distribution.bits(KEY, STREAM + 1, 1000, 100)), "stream");
    }

    @Test
    void shouldMakeUniformsOfTheHighestBits() {
        long[] bits = edgeBits();
        long[] wide = run(bits, Lane.I64, Format.F64, Kind.UNIFORM01);
        long[] single = run(bits, Lane.I32, Format.F32, Kind.UNIFORM01);
        for (int i = 0; i < bits.length; i++) {
            assertEquals(
                    (bits[i] >>> 11) * 0x1p-53,
                    Double.longBitsToDouble(wide[i]),
                    Long.toHexString(bits[i]));
            assertEquals(
                    ((int) bits[i] >>> 8) * 0x1p-24f,
                    Float.intBitsToFloat((int) single[i]),
                    Long.toHexString(bits[i]));
        }
    }

    @Test
    void shouldScaleIntegersByTheHighHalfOfTheProduct() {
        long[] bits = edgeBits();
        for (long count :
                new long[] {
                    1, 2, 3, 10, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, 0
                }) {
            long[] actual = integers(bits, -5, count);
            BigInteger range =
                    count == 0
                            ? BigInteger.ONE.shiftLeft(64)
                            : new BigInteger(Long.toUnsignedString(count));
            for (int i = 0; i < bits.length; i++) {
                long expected =
                        new BigInteger(Long.toUnsignedString(bits[i]))
                                        .multiply(range)
                                        .shiftRight(64)
                                        .longValue()
                                - 5;
                assertEquals(expected, actual[i], bits[i] + " of " + count);
            }
        }
    }

    @Test
    void shouldKeepExtremeBitsFiniteAndInTheirRange() {
        long[] bits = edgeBits();
        for (Lane lane : new Lane[] {Lane.I64, Lane.I32}) {
            Format format = lane == Lane.I64 ? Format.F64 : Format.F32;
            long[] normals = run(bits, lane, format, Kind.NORMAL);
            long[] exponentials = run(bits, lane, format, Kind.EXPONENTIAL);
            for (int i = 0; i < bits.length; i++) {
                double normal = value(format, normals[i]);
                double exponential = value(format, exponentials[i]);
                assertTrue(
                        Math.abs(normal) < (lane == Lane.I64 ? 8.3 : 6.4),
                        lane + " normal " + normal);
                assertTrue(
                        exponential >= 0 && exponential < 37, lane + " exponential " + exponential);
            }
        }
    }

    @Test
    void shouldInvertTheNormalCdfInTheFarTail() {
        // quantiles of (k + 1/2) 2^-53, computed with mpmath
        long[] bits = {0, 1L << 11, 1L << 40, 1L << 50, 1L << 58, 1L << 61};
        double[] expected = {
            8.2923610758135955,
            8.1607078408585832,
            5.2947040846844009,
            3.8419306855016877,
            2.1538746940614548,
            1.1503493803760079
        };
        long[] actual = run(bits, Lane.I64, Format.F64, Kind.NORMAL);
        for (int i = 0; i < bits.length; i++) {
            assertEquals(
                    expected[i],
                    Double.longBitsToDouble(actual[i]),
                    2e-15 * expected[i],
                    Long.toHexString(bits[i]));
        }
    }

    @Test
    void shouldDrawBernoulliAsOftenAsAsked() {
        int n = 200_000;
        for (double p : new double[] {0, 1e-3, 0.3, 1}) {
            var b = new ProgramBuilder();
            int raw = b.philoxStream(0, b.param(0, Lane.I64), b.param(1, Lane.I64), Lane.I64);
            b.store(Distributions.bernoulli(b, raw, b.constant(p)), Format.BOOL);
            long[] draws = ScalarRun.run(b.build(), Format.F64, n, new long[] {KEY, STREAM}, 0);
            long hits = Arrays.stream(draws).sum();
            double deviation = Math.sqrt(n * p * (1 - p));
            assertTrue(
                    Math.abs(hits - n * p) <= 4 * deviation, "p = " + p + ": " + hits + " of " + n);
        }
    }

    private enum Kind {
        UNIFORM01,
        NORMAL,
        EXPONENTIAL
    }

    private static long[] edgeBits() {
        long seed = 7;
        var random = new SplittableRandom(seed);
        long[] bits = new long[500];
        for (int i = 0; i < 64; i++) {
            bits[i] = 1L << i;
            bits[64 + i] = -1L << i;
            bits[128 + i] = -1L >>> i;
        }
        for (int i = 193; i < bits.length; i++) {
            bits[i] = random.nextLong();
        }
        return bits;
    }

    private static double value(Format format, long bits) {
        return format == Format.F64
                ? Double.longBitsToDouble(bits)
                : Float.intBitsToFloat((int) bits);
    }

    private static long[] run(long[] bits, Lane lane, Format out, Kind kind) {
        var b = new ProgramBuilder();
        Format in = Format.valueOf(lane.name());
        int raw = b.load(0, in, Access.CONTIGUOUS);
        b.store(
                switch (kind) {
                    case UNIFORM01 -> Distributions.uniform01(b, raw);
                    case NORMAL -> Distributions.normal(b, raw);
                    case EXPONENTIAL -> Distributions.exponential(b, raw);
                },
                out);
        return ScalarRun.run(b.build(), in, bits.length, new long[0], 0, bits);
    }

    private static long[] integers(long[] bits, long low, long count) {
        var b = new ProgramBuilder();
        int raw = b.load(0, Format.I64, Access.CONTIGUOUS);
        b.store(
                Distributions.integers(b, raw, b.param(0, Lane.I64), b.param(1, Lane.I64)),
                Format.I64);
        return ScalarRun.run(b.build(), Format.I64, bits.length, new long[] {low, count}, 0, bits);
    }
}
