package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.random.Philox;
import java.util.Arrays;

/**
 * Evaluates programs of one output node by node over blocks, straight from the definitions of the kernel language: an oracle that
 * shares no code with the kernels.
 */
public final class IrEvaluator {
    private static final int BLOCK = 512;

    private final Program program;
    private final long[][] values;
    private long rareCount;

    public IrEvaluator(Program program) {
        this.program = program;
        this.values = new long[program.nodes().size()][BLOCK];
    }

    /** Elements of all runs so far that took a rare path. */
    public long rareCount() {
        return rareCount;
    }

    /** Output 0 as bits, one long an element; inputs as bits likewise (32-bit lanes in the low half). */
    public long[] run(int n, long[] params, long indexBase, long[]... inputs) {
        long[] result = new long[n];
        int out = ((Output.Store) program.outputs().getFirst()).node();
        for (int start = 0; start < n; start += BLOCK) {
            int count = Math.min(BLOCK, n - start);
            for (int id = 0; id < values.length; id++) {
                evaluate(id, start, count, params, indexBase, inputs);
            }
            System.arraycopy(values[out], 0, result, start, count);
        }
        return result;
    }

    private void evaluate(int id, int start, int count, long[] params, long indexBase, long[][] inputs) {
        long[] to = values[id];
        switch (program.node(id)) {
            case Node.Load n -> System.arraycopy(inputs[n.input()], start, to, 0, count);
            case Node.Const n -> Arrays.fill(to, n.bits());
            case Node.Param n -> Arrays.fill(to, params[n.param()]);
            case Node.Index _ -> {
                for (int i = 0; i < count; i++) {
                    to[i] = indexBase + start + i;
                }
            }
            case Node.Philox n -> {
                for (int i = 0; i < count; i++) {
                    to[i] = Philox.word(values[n.counter()][i], values[n.stream()][i], values[n.key()][i], n.word()) & 0xffffffffL;
                }
            }
            case Node.PhiloxStream n -> {
                for (int i = 0; i < count; i++) {
                    long e = indexBase + start + i;
                    long key = values[n.key()][i];
                    long stream = values[n.stream()][i];
                    to[i] = n.lane() == Lane.I64 ? Philox.long64(key, stream, e) : Philox.int32(key, stream, e);
                }
            }
            case Node.Unary n -> unary(n, values[n.a()], to, count);
            case Node.Binary n -> binary(n, values[n.a()], values[n.b()], to, count);
            case Node.Fma n -> fma(n, to, count);
            case Node.Select n -> {
                long[] mask = values[n.mask()];
                long[] a = values[n.a()];
                long[] b = values[n.b()];
                for (int i = 0; i < count; i++) {
                    to[i] = mask[i] != 0 ? a[i] : b[i];
                }
            }
            case Node.Compare n -> compare(n, values[n.a()], values[n.b()], to, count);
            case Node.Convert n -> convert(n, values[n.a()], to, count);
            case Node.Reinterpret n -> System.arraycopy(values[n.a()], 0, to, 0, count);
            case Node.Rare n -> {
                for (int i = 0; i < count; i++) {
                    boolean rare = values[n.guard()][i] != 0;
                    rareCount += rare ? 1 : 0;
                    long a = values[n.a()][i];
                    long b = values[n.b()][i];
                    if (!rare) {
                        to[i] = values[n.fast()][i];
                    } else if (n.lane() == Lane.F64) {
                        to[i] = bits(n.function().apply(d(a), d(b)));
                    } else {
                        to[i] = bits(n.function().apply(s(a), s(b)));
                    }
                }
            }
        }
    }

    private static double d(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static float s(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    private void fma(Node.Fma n, long[] to, int count) {
        long[] a = values[n.a()];
        long[] b = values[n.b()];
        long[] c = values[n.c()];
        for (int i = 0; i < count; i++) {
            to[i] = n.lane() == Lane.F64 ? bits(Math.fma(d(a[i]), d(b[i]), d(c[i]))) : bits(Math.fma(s(a[i]), s(b[i]), s(c[i])));
        }
    }

    private static void unary(Node.Unary n, long[] a, long[] to, int count) {
        for (int i = 0; i < count; i++) {
            long x = a[i];
            to[i] =
                    switch (n.op()) {
                        case NEG ->
                            switch (n.lane()) {
                                case F64 -> x ^ Long.MIN_VALUE;
                                case F32 -> (int) x ^ Integer.MIN_VALUE;
                                case I32 -> -(int) x;
                                default -> -x;
                            };
                        case ABS ->
                            switch (n.lane()) {
                                case F64 -> x & Long.MAX_VALUE;
                                case F32 -> x & Integer.MAX_VALUE;
                                case I32 -> Math.abs((int) x);
                                default -> Math.abs(x);
                            };
                        case SQRT -> n.lane() == Lane.F64 ? bits(Math.sqrt(d(x))) : bits((float) Math.sqrt(s(x)));
                        case NOT -> n.lane() == Lane.MASK ? x ^ 1 : ~x;
                    };
        }
    }

    private static void binary(Node.Binary n, long[] a, long[] b, long[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] =
                    switch (n.lane()) {
                        case F64 -> bits(floating(n, d(a[i]), d(b[i])));
                        case F32 -> bits((float) floating(n, s(a[i]), s(b[i])));
                        case I32 -> integer32(n, (int) a[i], (int) b[i]);
                        case I64, MASK -> integer64(n, a[i], b[i]);
                    };
        }
    }

    /** A sum, product or quotient of floats rounded to double and then to float is rounded rightly (53 >= 2 * 24 + 2). */
    private static double floating(Node.Binary n, double x, double y) {
        return switch (n.op()) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            default -> throw new IllegalArgumentException(n.toString());
        };
    }

    private static int integer32(Node.Binary n, int x, int y) {
        return switch (n.op()) {
            case SHL -> x << y;
            case SHR -> x >> y;
            case USHR -> x >>> y;
            default -> (int) integer64(n, x, y);
        };
    }

    private static long integer64(Node.Binary n, long x, long y) {
        return switch (n.op()) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case SHL -> x << y;
            case SHR -> x >> y;
            case USHR -> x >>> y;
            default -> throw new IllegalArgumentException(n.toString());
        };
    }

    private static void compare(Node.Compare n, long[] a, long[] b, long[] to, int count) {
        for (int i = 0; i < count; i++) {
            boolean holds =
                    switch (n.of()) {
                        case F64 -> holds(n, d(a[i]), d(b[i]));
                        case F32 -> holds(n, s(a[i]), s(b[i]));
                        case I32 -> holds(n, Integer.compare((int) a[i], (int) b[i]), 0);
                        case I64, MASK -> holds(n, Long.compare(a[i], b[i]), 0);
                    };
            to[i] = holds ? 1 : 0;
        }
    }

    private static boolean holds(Node.Compare n, double x, double y) {
        return switch (n.op()) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
        };
    }

    private static void convert(Node.Convert n, long[] a, long[] to, int count) {
        for (int i = 0; i < count; i++) {
            long x = a[i];
            to[i] =
                    switch (n.from()) {
                        case F64 ->
                            switch (n.lane()) {
                                case F32 -> bits((float) d(x));
                                case I32 -> (int) d(x);
                                default -> (long) d(x);
                            };
                        case F32 ->
                            switch (n.lane()) {
                                case F64 -> bits((double) s(x));
                                case I32 -> (int) s(x);
                                default -> (long) s(x);
                            };
                        default ->
                            switch (n.lane()) {
                                case F64 -> bits((double) x);
                                case F32 -> bits((float) x);
                                case I32 -> (int) x;
                                default -> x;
                            };
                    };
        }
    }
}
