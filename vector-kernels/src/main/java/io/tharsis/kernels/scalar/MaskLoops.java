package io.tharsis.kernels.scalar;

/** The loops over truth values. */
final class MaskLoops {
    static final int NOT = 0;
    static final int AND = 1;
    static final int OR = 2;
    static final int XOR = 3;
    static final int SAME = 4;
    static final int CHOOSE = 5;
    static final int FILL = 6;

    private MaskLoops() {}

    static void step(int[] code, int pc, Registers r, int n) {
        boolean[] d = r.mask[code[pc + Code.DST]];
        int a = code[pc + Code.A];
        int b = code[pc + Code.B];
        switch (code[pc + Code.OP]) {
            case NOT -> not(d, r.mask[a], n);
            case AND -> and(d, r.mask[a], r.mask[b], n);
            case OR -> or(d, r.mask[a], r.mask[b], n);
            case XOR -> xor(d, r.mask[a], r.mask[b], n);
            case SAME -> same(d, r.mask[a], r.mask[b], n);
            case CHOOSE -> choose(d, r.mask[code[pc + Code.C]], r.mask[a], r.mask[b], n);
            case FILL -> fill(d, r.uniform[a] != 0, n);
            default -> throw new IllegalStateException("no mask operator " + code[pc + Code.OP]);
        }
    }

    static void fill(boolean[] d, boolean value, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = value;
        }
    }

    private static void not(boolean[] d, boolean[] a, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = !a[i];
        }
    }

    private static void and(boolean[] d, boolean[] a, boolean[] b, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = a[i] & b[i];
        }
    }

    private static void or(boolean[] d, boolean[] a, boolean[] b, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = a[i] | b[i];
        }
    }

    private static void xor(boolean[] d, boolean[] a, boolean[] b, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = a[i] ^ b[i];
        }
    }

    private static void same(boolean[] d, boolean[] a, boolean[] b, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = !(a[i] ^ b[i]);
        }
    }

    private static void choose(boolean[] d, boolean[] m, boolean[] a, boolean[] b, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = m[i] ? a[i] : b[i];
        }
    }
}
