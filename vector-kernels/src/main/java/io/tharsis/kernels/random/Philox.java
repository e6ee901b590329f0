package io.tharsis.kernels.random;

/**
 * Philox4x32-10 in plain Java: the reference for the kernels' {@code Philox} nodes. Counter words
 * are (counter low, counter high, stream low, stream high), key words (key low, key high).
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
public final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xffffffffL;

    private Philox() {}

    /**
     * Writes the four words of the block with counter ({@code counter}, {@code stream}) under
     * {@code key} into {@code words}.
     */
    public static void block(long counter, long stream, long key, int[] words) {
        int c0 = (int) counter;
        int c1 = (int) (counter >>> 32);
        int c2 = (int) stream;
        int c3 = (int) (stream >>> 32);
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW);
            long product1 = MULTIPLIER_1 * (c2 & LOW);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** One word of a block. */
    public static int word(long counter, long stream, long key, int word) {
        int[] words = new int[4];
        block(counter, stream, key, words);
        return words[word];
    }

    /** The 64 bits of element {@code element}: half of block element / 2. */
    public static long long64(long key, long stream, long element) {
        int[] words = new int[4];
        block(element >> 1, stream, key, words);
        int first = (int) (element & 1) * 2;
        return (words[first] & LOW) | ((long) words[first + 1] << 32);
    }

    /** The 32 bits of element {@code element}: a quarter of block element / 4. */
    public static int int32(long key, long stream, long element) {
        int[] words = new int[4];
        block(element >> 2, stream, key, words);
        return words[(int) (element & 3)];
    }
}
