package io.tharsis.kernels.scalar;

/**
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3", SC 2011. Words are kept zero-extended in longs, and a round is a loop over a
 * block, because that is what C2 turns into vectors.
 */
final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /**
     * Words of {@code n} blocks, in place of their counters in {@code words}, under the one key
     * {@code key}.
     */
    static void evaluate(long[][] words, long key, int n) {
        int key0 = (int) key;
        int key1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            round(words[0], words[1], words[2], words[3], key0 & LOW, key1 & LOW, n);
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
    }

    /** Splits counters and streams into the state words. */
    static void split(long[] values, long[] low, long[] high, int n) {
        for (int i = 0; i < n; i++) {
            long value = values[i];
            low[i] = value & LOW;
            high[i] = value >>> 32;
        }
    }

    /** State words of the counters {@code first, first + 1, ...} in one stream. */
    static void splitRange(long first, long stream, long[][] words, int n) {
        long[] low = words[0];
        long[] high = words[1];
        for (int i = 0; i < n; i++) {
            low[i] = first + i;
        }
        split(low, low, high, n);
        I64Loops.fill(words[2], stream & LOW, n);
        I64Loops.fill(words[3], stream >>> 32, n);
    }

    /** Keys that differ from element to element: the general and slow way. */
    static void evaluateEach(long[][] words, long[] keys, int n) {
        long[][] one = new long[4][1];
        for (int i = 0; i < n; i++) {
            for (int word = 0; word < 4; word++) {
                one[word][0] = words[word][i];
            }
            evaluate(one, keys[i], 1);
            for (int word = 0; word < 4; word++) {
                words[word][i] = one[word][0];
            }
        }
    }

    /**
     * Elements of a stream of 64 bits: two to a block, the first being element {@code skip} of
     * block 0.
     */
    static void pairs(long[] d, long[][] words, int skip, int n) {
        int i = 0;
        if (skip == 1 && n > 0) {
            d[i++] = words[2][0] | words[3][0] << 32;
        }
        int block = skip;
        int whole = (n - i) / 2;
        interleave(d, words[0], words[1], i, block, whole);
        interleave(d, words[2], words[3], i + 1, block, whole);
        if (i + 2 * whole < n) {
            d[i + 2 * whole] = words[0][block + whole] | words[1][block + whole] << 32;
        }
    }

    /**
     * Elements of a stream of 32 bits: four to a block, the first being word {@code skip} of block
     * 0.
     */
    static void quads(int[] d, long[][] words, int skip, int n) {
        for (int i = 0; i < n; i++) {
            int at = skip + i;
            d[i] = (int) words[at & 3][at >> 2];
        }
    }

    private static void interleave(long[] d, long[] low, long[] high, int at, int block, int n) {
        for (int i = 0; i < n; i++) {
            d[at + 2 * i] = low[block + i] | high[block + i] << 32;
        }
    }

    private static void round(
            long[] w0, long[] w1, long[] w2, long[] w3, long key0, long key1, int n) {
        for (int i = 0; i < n; i++) {
            long p0 = MULTIPLIER_0 * w0[i];
            long p1 = MULTIPLIER_1 * w2[i];
            w0[i] = p1 >>> 32 ^ w1[i] ^ key0;
            w1[i] = p1 & LOW;
            w2[i] = p0 >>> 32 ^ w3[i] ^ key1;
            w3[i] = p0 & LOW;
        }
    }
}
