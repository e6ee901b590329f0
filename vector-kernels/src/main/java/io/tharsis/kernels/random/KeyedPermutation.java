package io.tharsis.kernels.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A bijection of [0, n) chosen by a key: where each index goes is computed alone, so any part of a
 * permutation of any length can be made anywhere, in any order.
 *
 * <p>A Feistel network of {@value #ROUNDS} rounds over the bits of n - 1 (Luby and Rackoff 1988),
 * its halves unequal by a bit if their number is odd, with round keys from {@link Philox} and
 * Stafford's 64-bit mixer (variant 13) as round function; results beyond n walk on along their
 * cycle (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002), fewer than one further
 * step on average. Small lengths use {@value #MIN_BITS} bits, so that every order of a few elements
 * is about equally likely.
 *
 * <p><b>Thread-safe: immutable.</b>
 */
public final class KeyedPermutation {
    private static final int ROUNDS = 8;
    private static final int MIN_BITS = 10;

    private final long length;
    private final int rightBits;
    private final long leftMask;
    private final long rightMask;
    private final long[] roundKeys = new long[ROUNDS];

    /**
     * @param length n, from 0 to 2^62
     * @param key of the generator, as in {@link Philox}
     * @param stream as in {@link Philox}
     */
    public KeyedPermutation(long length, long key, long stream) {
        if (length < 0 || length > 1L << 62) {
            throw new IllegalArgumentException(
                    "a permutation has 0 to 2^62 elements, not " + length);
        }
        this.length = length;
        int bits =
                Math.max(MIN_BITS, Long.SIZE - Long.numberOfLeadingZeros(Math.max(length, 1) - 1));
        int leftBits = bits / 2;
        rightBits = bits - leftBits;
        leftMask = (1L << leftBits) - 1;
        rightMask = (1L << rightBits) - 1;
        for (int round = 0; round < ROUNDS; round++) {
            roundKeys[round] = Philox.long64(key, stream, round);
        }
    }

    /** n. */
    public long length() {
        return length;
    }

    /** Where {@code index} goes; 0 <= index < n. */
    public long apply(long index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " of a permutation of " + length + " elements");
        }
        return walk(index);
    }

    /**
     * Writes where {@code start, start + 1, ...} go as {@code count} native-order int64 from the
     * start of {@code target}, which the caller owns.
     */
    public void fill(long start, long count, MemorySegment target) {
        if (start < 0 || count < 0 || count > length - start) {
            throw new IndexOutOfBoundsException(
                    count
                            + " elements from "
                            + start
                            + " of a permutation of "
                            + length
                            + " elements");
        }
        for (long i = 0; i < count; i++) {
            target.set(ValueLayout.JAVA_LONG_UNALIGNED, i * Long.BYTES, walk(start + i));
        }
    }

    private long walk(long index) {
        long value = index;
        do {
            value = encrypt(value);
        } while (value >= length);
        return value;
    }

    private long encrypt(long value) {
        long left = value >>> rightBits;
        long right = value & rightMask;
        for (int round = 0; round < ROUNDS; round += 2) {
            left ^= mix(right + roundKeys[round]) & leftMask;
            right ^= mix(left + roundKeys[round + 1]) & rightMask;
        }
        return (left << rightBits) | right;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
