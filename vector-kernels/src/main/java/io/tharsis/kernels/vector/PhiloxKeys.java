package io.tharsis.kernels.vector;

/**
 * The key schedule of Philox4x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * 2011), called by generated code.
 */
final class PhiloxKeys {
    static final int ROUNDS = 10;
    static final long MULTIPLIER_0 = 0xD2511F53L;
    static final long MULTIPLIER_1 = 0xCD9E8D57L;
    static final long WORD = 0xFFFFFFFFL;
    private static final long WEYL_0 = 0x9E3779B9L;
    private static final long WEYL_1 = 0xBB67AE85L;

    private PhiloxKeys() {}

    /** The first word of the key of {@code round}, zero-extended. */
    static long low(long key, int round) {
        return (key + round * WEYL_0) & WORD;
    }

    /** The second word of the key of {@code round}, zero-extended. */
    static long high(long key, int round) {
        return ((key >>> 32) + round * WEYL_1) & WORD;
    }
}
