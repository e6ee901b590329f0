package io.tharsis.kernels.vector;

import java.lang.classfile.CodeBuilder;

/**
 * Emits the conversion of vectors of longs to doubles, rounded to nearest as Java's. C2 has an
 * instruction for it where there are vectors of 512 bits, and on AArch64. Elsewhere the low half of
 * a long becomes the fraction of 2^52 and the high half, its sign turned, that of 2^84: both are
 * exact, and so is the second less what was added to both; their sum is rounded once.
 */
final class LongConverter {
    private static final long TWO_52 = Double.doubleToRawLongBits(0x1p52);
    private static final long TWO_84_63 = Double.doubleToRawLongBits(0x1p84 + 0x1p63);
    private static final double ADDED = 0x1p84 + 0x1p63 + 0x1p52;

    private final LongOps ops;
    private final CodeBuilder code;
    private final int bits;
    private final boolean instruction;
    private int lowHalf = -1;
    private int low;
    private int high;
    private int added;

    LongConverter(CodeBuilder code, int bits) {
        this.code = code;
        this.bits = bits;
        this.ops = new LongOps(code, bits);
        this.instruction = bits == 512 || System.getProperty("os.arch").equals("aarch64");
    }

    /** In the prelude. */
    void prepare() {
        if (!instruction && lowHalf < 0) {
            lowHalf = ops.broadcast(() -> code.loadConstant(PhiloxKeys.WORD));
            low = ops.broadcast(() -> code.loadConstant(TWO_52));
            high = ops.broadcast(() -> code.loadConstant(TWO_84_63));
            added = ops.broadcast(() -> code.loadConstant(Double.doubleToRawLongBits(ADDED)));
        }
    }

    /** Leaves the doubles of the longs in a local on the stack. */
    void push(int longs) {
        if (instruction) {
            code.aload(longs);
            VectorType.convert(code, "L2D", VectorType.F64, bits);
            return;
        }
        int lowDoubles = ops.or(ops.and(longs, lowHalf), low);
        int highDoubles = ops.xor(ops.shift("LSHR", longs, 32L), high);
        ops.pushDoubles(highDoubles);
        ops.pushDoubles(added);
        VectorType.F64.call(code, "sub", 1);
        ops.pushDoubles(lowDoubles);
        VectorType.F64.call(code, "add", 1);
    }
}
