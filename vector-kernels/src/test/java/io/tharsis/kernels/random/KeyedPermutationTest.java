package io.tharsis.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

class KeyedPermutationTest {
    private static final long[] GOLDEN_SMALL = {3, 8, 5, 2, 7, 1, 4, 0, 9, 6};
    private static final long[] GOLDEN_LARGE = {
        672801633, 779585313, 124583388, 45542172, 105071317, 938642329, 277718925, 280192987,
        262494343, 868532464
    };

    @Test
    void shouldReachEveryIndexOnce() {
        for (int n : new int[] {0, 1, 2, 3, 5, 100, 1023, 1024, 1025, 4097, 100_000}) {
            var permutation = new KeyedPermutation(n, 99, n);
            var seen = new BitSet();
            for (int i = 0; i < n; i++) {
                long to = permutation.apply(i);
                assertTrue(to >= 0 && to < n, to + " of " + n);
                seen.set((int) to);
            }
            assertEquals(n, seen.cardinality());
        }
    }

    @Test
    void shouldFillAnyPartAsItAppliesToEach() {
        var permutation = new KeyedPermutation((1L << 62) - 12_345, 1, 2);
        long start = 1L << 61;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(100 * 8);
            permutation.fill(start, 100, target);
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        permutation.apply(start + i), target.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
        }
    }

    @Test
    void shouldMakeEveryOrderOfFourElementsAboutEquallyOften() {
        Map<Long, Integer> counts = new HashMap<>();
        int trials = 24_000;
        for (int key = 0; key < trials; key++) {
            var permutation = new KeyedPermutation(4, key, 0);
            long order = 0;
            for (int i = 0; i < 4; i++) {
                order = order * 4 + permutation.apply(i);
            }
            counts.merge(order, 1, Integer::sum);
        }
        assertEquals(24, counts.size());
        double chiSquare =
                counts.values().stream().mapToDouble(c -> (c - 1000.0) * (c - 1000.0) / 1000).sum();
        // 23 degrees of freedom: 58 is exceeded once in 10,000 keys
        assertTrue(chiSquare < 58, "chi-square " + chiSquare);
    }

    @Test
    void shouldKeepItsFirstValuesForEver() {
        assertOrder(new KeyedPermutation(10, 2024, 7), GOLDEN_SMALL);
        assertOrder(new KeyedPermutation(1_000_000_007L, 2024, 7), GOLDEN_LARGE);
    }

    private static void assertOrder(KeyedPermutation permutation, long[] expected) {
        long[] actual = new long[10];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = permutation.apply(i);
        }
        assertArrayEquals(expected, actual, () -> Arrays.toString(actual));
    }

    @Test
    void shouldRefuseLengthsAndIndicesOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new KeyedPermutation(-1, 0, 0));
        assertThrows(
                IllegalArgumentException.class, () -> new KeyedPermutation((1L << 62) + 1, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> new KeyedPermutation(5, 0, 0).apply(5));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> new KeyedPermutation(5, 0, 0).fill(3, 3, MemorySegment.NULL));
    }
}
