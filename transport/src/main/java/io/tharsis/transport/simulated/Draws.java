package io.tharsis.transport.simulated;

/** Numbers that follow from a seed: SplitMix64 of Steele, Lea and Flood. */
final class Draws {
    private final long seed;
    private long drawn;

    Draws(long seed) {
        this.seed = seed;
    }

    long next() {
        long z = seed + ++drawn * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** 0 to {@code bound} - 1. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** {@code least} to {@code most}, both of them too. */
    long between(long least, long most) {
        return least + Long.remainderUnsigned(next(), most - least + 1);
    }

    /** True in a share of cases; draws nothing where that is no question. */
    boolean chance(double share) {
        return share >= 1 || (share > 0 && (next() >>> 11) * 0x1.0p-53 < share);
    }
}
