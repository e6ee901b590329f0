package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.RareFunction;

/**
 * One thread's registers: arrays of {@link #BLOCK} elements per lane, made when first needed and
 * used again by every later run of any program.
 *
 * <p><b>Confined to its thread.</b> A run never starts another on the same thread, so one file per
 * thread is enough.
 */
final class Registers {
    /**
     * Elements of a register: a block of a FoldLanes, and few enough that some ten registers stay
     * in the first-level cache.
     */
    static final int BLOCK = Program.FOLD_BLOCK;

    static final int FOLD_LANES = Program.FOLD_LANES;

    /** Registers a lane may keep between runs; 256 of F64 are 1 MiB. */
    private static final int KEPT = 256;

    private static final ThreadLocal<Registers> OF_THREAD = new ThreadLocal<>();

    double[][] f64 = new double[0][];
    float[][] f32 = new float[0][];
    long[][] i64 = new long[0][];
    int[][] i32 = new int[0][];
    boolean[][] mask = new boolean[0][];

    /** Staging of narrow formats between a segment and a register. */
    final byte[] bytes = new byte[BLOCK];

    final short[] shorts = new short[BLOCK];
    final int[] ints = new int[BLOCK];

    /** The four state words of a Philox evaluation. */
    final long[][] words = new long[4][BLOCK];

    /** Of the running kernel: bits of its uniform values and of its fold identities. */
    long[] uniform = new long[0];

    RareFunction[] functions;

    FusedBody[] bodies;

    /** Elements of one call of a fused body. */
    int slice;

    /** Position of the running block's first element in its block of {@link #BLOCK}. */
    int blockIndex;

    private Registers() {}

    static Registers ofThread() {
        Registers registers = OF_THREAD.get();
        if (registers == null) {
            registers = new Registers();
            OF_THREAD.set(registers);
        }
        return registers;
    }

    /**
     * Makes sure of {@code counts[lane.ordinal()]} registers of each lane and of {@code uniforms}
     * uniform values.
     */
    void reserve(int[] counts, int uniforms) {
        mask = grow(mask, counts[0], new boolean[0][]);
        i32 = grow(i32, counts[1], new int[0][]);
        i64 = grow(i64, counts[2], new long[0][]);
        f32 = grow(f32, counts[3], new float[0][]);
        f64 = grow(f64, counts[4], new double[0][]);
        for (int i = counts[0] - 1; i >= 0 && mask[i] == null; i--) {
            mask[i] = new boolean[BLOCK];
        }
        for (int i = counts[1] - 1; i >= 0 && i32[i] == null; i--) {
            i32[i] = new int[BLOCK];
        }
        for (int i = counts[2] - 1; i >= 0 && i64[i] == null; i--) {
            i64[i] = new long[BLOCK];
        }
        for (int i = counts[3] - 1; i >= 0 && f32[i] == null; i--) {
            f32[i] = new float[BLOCK];
        }
        for (int i = counts[4] - 1; i >= 0 && f64[i] == null; i--) {
            f64[i] = new double[BLOCK];
        }
        if (uniform.length < uniforms) {
            uniform = new long[uniforms];
        }
    }

    /** Forgets the run, and what a giant program needed. */
    void release() {
        functions = null;
        bodies = null;
        mask = shrink(mask, new boolean[0][]);
        i32 = shrink(i32, new int[0][]);
        i64 = shrink(i64, new long[0][]);
        f32 = shrink(f32, new float[0][]);
        f64 = shrink(f64, new double[0][]);
        if (uniform.length > BLOCK * KEPT) {
            uniform = new long[0];
        }
    }

    private static <T> T[] grow(T[] registers, int count, T[] empty) {
        if (registers.length >= count) {
            return registers;
        }
        T[] grown = java.util.Arrays.copyOf(empty, count);
        System.arraycopy(registers, 0, grown, 0, registers.length);
        return grown;
    }

    private static <T> T[] shrink(T[] registers, T[] empty) {
        return registers.length <= KEPT ? registers : empty;
    }
}
