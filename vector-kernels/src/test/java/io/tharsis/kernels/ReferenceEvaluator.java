package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;

/**
 * The kernel language once more, one element and one node at a time, written from the Javadoc of
 * the nodes alone and as slow as it likes: the oracle of the twin. All loads happen before all
 * stores.
 */
final class ReferenceEvaluator {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    private final Program program;
    private final KernelCall call;

    private ReferenceEvaluator(Program program, KernelCall call) {
        this.program = program;
        this.call = call;
    }

    static void run(Program program, KernelCall call, int n) {
        var evaluator = new ReferenceEvaluator(program, call);
        long[][] values = new long[n][];
        for (int i = 0; i < n; i++) {
            values[i] = evaluator.element(i);
        }
        for (int slot = 0; slot < program.outputs().size(); slot++) {
            evaluator.write(slot, program.outputs().get(slot), values);
        }
    }

    private long[] element(int i) {
        long[] v = new long[program.nodes().size()];
        for (int id = 0; id < v.length; id++) {
            v[id] = value(program.node(id), v, i);
        }
        return v;
    }

    private long value(Node node, long[] v, int i) {
        return switch (node) {
            case Node.Load n -> {
                long step = n.access() == Access.UNIFORM ? 0 : (long) i * n.format().byteSize();
                yield read(n.format(), call.inputs[n.input()], call.inputOffsets[n.input()] + step);
            }
            case Node.Const n -> n.lane().byteSize() == 4 ? (int) n.bits() : n.bits();
            case Node.Param n ->
                    n.lane().byteSize() == 4
                            ? (int) call.params[n.param()]
                            : call.params[n.param()];
            case Node.Index n -> call.indexBases[n.slot()] + i;
            case Node.Philox n -> philox(v[n.counter()], v[n.stream()], v[n.key()])[n.word()];
            case Node.PhiloxStream n -> stream(n, call.indexBases[n.slot()] + i, v);
            case Node.Unary n ->
                    switch (n.op()) {
                        case NEG ->
                                number(
                                        n.lane(),
                                        n.lane().isFloat() ? -real(n.lane(), v[n.a()]) : 0,
                                        -v[n.a()]);
                        case ABS ->
                                number(
                                        n.lane(),
                                        n.lane().isFloat() ? Math.abs(real(n.lane(), v[n.a()])) : 0,
                                        v[n.a()] < 0 ? -v[n.a()] : v[n.a()]);
                        case SQRT -> number(n.lane(), Math.sqrt(real(n.lane(), v[n.a()])), 0);
                        case NOT ->
                                n.lane() == Lane.MASK
                                        ? 1 - v[n.a()]
                                        : number(n.lane(), 0, ~v[n.a()]);
                    };
            case Node.Binary n -> binary(n.op(), n.lane(), v[n.a()], v[n.b()]);
            case Node.Fma n -> {
                if (n.lane() == Lane.F64) {
                    yield bits(
                            Math.fma(asDouble(v[n.a()]), asDouble(v[n.b()]), asDouble(v[n.c()])));
                }
                yield bits(Math.fma(asFloat(v[n.a()]), asFloat(v[n.b()]), asFloat(v[n.c()])));
            }
            case Node.Select n -> v[n.mask()] != 0 ? v[n.a()] : v[n.b()];
            case Node.Compare n -> compare(n, v[n.a()], v[n.b()]) ? 1 : 0;
            case Node.Convert n -> convert(n.from(), n.lane(), v[n.a()]);
            case Node.Reinterpret n -> v[n.a()];
            case Node.Rare n -> {
                if (v[n.guard()] == 0) {
                    yield v[n.fast()];
                }
                yield n.lane() == Lane.F64
                        ? bits(n.function().apply(asDouble(v[n.a()]), asDouble(v[n.b()])))
                        : bits(n.function().apply(asFloat(v[n.a()]), asFloat(v[n.b()])));
            }
        };
    }

    static long binary(BinaryOp op, Lane lane, long a, long b) {
        if (lane.isFloat()) {
            double x = real(lane, a);
            double y = real(lane, b);
            // Exact sums, products and quotients of floats round the same way through double.
            return switch (op) {
                case ADD -> number(lane, x + y, 0);
                case SUB -> number(lane, x - y, 0);
                case MUL -> number(lane, x * y, 0);
                case DIV -> number(lane, x / y, 0);
                case MIN -> number(lane, Math.min(x, y), 0);
                case MAX -> number(lane, Math.max(x, y), 0);
                default -> throw new AssertionError(op);
            };
        }
        int width = lane == Lane.I32 ? 32 : 64;
        int distance = (int) (b & width - 1);
        BigInteger unsignedA = unsigned(a, width);
        BigInteger unsignedB = unsigned(b, width);
        BigInteger signedA = BigInteger.valueOf(a);
        BigInteger signedB = BigInteger.valueOf(b);
        long result =
                switch (op) {
                    case ADD -> a + b;
                    case SUB -> a - b;
                    case MUL -> a * b;
                    case MIN -> a < b ? a : b;
                    case MAX -> a > b ? a : b;
                    case AND -> a & b;
                    case OR -> a | b;
                    case XOR -> a ^ b;
                    case SHL -> a << distance;
                    case SHR -> a >> distance;
                    case USHR -> unsignedA.shiftRight(distance).longValue();
                    case FLOOR_MOD ->
                            b == 0
                                    ? 0
                                    : signedA.subtract(floorDiv(signedA, signedB).multiply(signedB))
                                            .longValue();
                    case FLOOR_DIV -> b == 0 ? 0 : floorDiv(signedA, signedB).longValue();
                    case REM -> b == 0 ? 0 : signedA.remainder(signedB).longValue();
                    case UDIV -> b == 0 ? 0 : unsignedA.divide(unsignedB).longValue();
                    case UREM -> b == 0 ? 0 : unsignedA.remainder(unsignedB).longValue();
                    case IPOW -> power(a, b);
                    case DIV -> throw new AssertionError(op);
                };
        return lane == Lane.MASK ? result & 1 : number(lane, 0, result);
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        }
        return BigInteger.valueOf(base).modPow(BigInteger.valueOf(exponent), TWO_64).longValue();
    }

    private static BigInteger floorDiv(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() != 0 && parts[1].signum() != b.signum()
                ? parts[0].subtract(BigInteger.ONE)
                : parts[0];
    }

    private static BigInteger unsigned(long value, int width) {
        return BigInteger.valueOf(value).mod(BigInteger.ONE.shiftLeft(width));
    }

    private static boolean compare(Node.Compare n, long a, long b) {
        if (n.of().isFloat()) {
            double x = real(n.of(), a);
            double y = real(n.of(), b);
            return switch (n.op()) {
                case EQ -> x == y;
                case NE -> x != y;
                case LT -> x < y;
                case LE -> x <= y;
                case GT -> x > y;
                case GE -> x >= y;
            };
        }
        return switch (n.op()) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    private static long convert(Lane from, Lane to, long a) {
        return switch (to) {
            case F64 -> from.isFloat() ? bits(real(from, a)) : bits((double) a);
            case F32 -> from.isFloat() ? bits((float) real(from, a)) : bits((float) a);
            case I64 -> from.isFloat() ? (long) real(from, a) : a;
            case I32 -> from.isFloat() ? (int) real(from, a) : (int) a;
            case MASK -> throw new AssertionError("to mask");
        };
    }

    private static long stream(Node.PhiloxStream n, long e, long[] v) {
        if (n.lane() == Lane.I32) {
            return (int) philox(e >> 2, v[n.stream()], v[n.key()])[(int) (e & 3)];
        }
        long[] words = philox(e >> 1, v[n.stream()], v[n.key()]);
        int p = (int) (e & 1);
        return words[2 * p] | words[2 * p + 1] << 32;
    }

    /** Philox4x32-10 as in the paper's listing, with unsigned 32-bit words. */
    static long[] philox(long counter, long stream, long key) {
        int[] x = {(int) counter, (int) (counter >>> 32), (int) stream, (int) (stream >>> 32)};
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < 10; round++) {
            long product0 = Integer.toUnsignedLong(0xD2511F53) * Integer.toUnsignedLong(x[0]);
            long product1 = Integer.toUnsignedLong(0xCD9E8D57) * Integer.toUnsignedLong(x[2]);
            x =
                    new int[] {
                        (int) (product1 >>> 32) ^ x[1] ^ k0,
                        (int) product1,
                        (int) (product0 >>> 32) ^ x[3] ^ k1,
                        (int) product0
                    };
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return new long[] {
            Integer.toUnsignedLong(x[0]),
            Integer.toUnsignedLong(x[1]),
            Integer.toUnsignedLong(x[2]),
            Integer.toUnsignedLong(x[3])
        };
    }

    private void write(int slot, Output output, long[][] values) {
        MemorySegment to = call.outputs[slot];
        long at = call.outputOffsets[slot];
        Lane lane = program.node(output.node()).lane();
        int size = lane.byteSize();
        switch (output) {
            case Output.Store o -> {
                for (int i = 0; i < values.length; i++) {
                    put(
                            to,
                            at + (long) i * o.format().byteSize(),
                            o.format().byteSize(),
                            values[i][o.node()]);
                }
            }
            case Output.FoldRows o -> {
                for (int i = 0; i < values.length; i++) {
                    long old = read(laneFormat(lane), to, at + (long) i * size);
                    put(
                            to,
                            at + (long) i * size,
                            size,
                            binary(o.op().binary(), lane, old, values[i][o.node()]));
                }
            }
            case Output.FoldLanes o -> {
                for (int block = 0; block * 512 < values.length; block++) {
                    for (int l = 0; l < 32; l++) {
                        put(
                                to,
                                at + (block * 32L + l) * size,
                                size,
                                accumulator(o.op(), o.node(), lane, values, block, l));
                    }
                }
            }
        }
    }

    private static long accumulator(
            FoldOp op, int node, Lane lane, long[][] values, int block, int l) {
        int end = Math.min(values.length, (block + 1) * 512);
        int i = block * 512 + l;
        if (i >= end) {
            return op.identity(lane);
        }
        long accumulator = values[i][node];
        for (i += 32; i < end; i += 32) {
            accumulator = binary(op.binary(), lane, accumulator, values[i][node]);
        }
        return accumulator;
    }

    private static Format laneFormat(Lane lane) {
        return Format.valueOf(lane.name());
    }

    private static long read(Format format, MemorySegment from, long at) {
        return switch (format) {
            case BOOL -> from.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
            case I8 -> from.get(ValueLayout.JAVA_BYTE, at);
            case U8 -> Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, at));
            case I16 -> from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
            case U16 -> Short.toUnsignedInt(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
            case I32, F32 -> from.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            case U32 -> Integer.toUnsignedLong(from.get(ValueLayout.JAVA_INT_UNALIGNED, at));
            case I64, U64, F64 -> from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        };
    }

    private static void put(MemorySegment to, long at, int size, long bits) {
        switch (size) {
            case 1 -> to.set(ValueLayout.JAVA_BYTE, at, (byte) bits);
            case 2 -> to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) bits);
            case 4 -> to.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) bits);
            default -> to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, bits);
        }
    }

    private static long number(Lane lane, double real, long integer) {
        return switch (lane) {
            case F64 -> bits(real);
            case F32 -> bits((float) real);
            case I32 -> (int) integer;
            default -> integer;
        };
    }

    private static double real(Lane lane, long bits) {
        return lane == Lane.F64 ? asDouble(bits) : asFloat(bits);
    }

    private static double asDouble(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static float asFloat(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value);
    }
}
