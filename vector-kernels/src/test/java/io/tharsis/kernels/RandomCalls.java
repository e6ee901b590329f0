package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Seeded random data for any program, full of edge values, and the comparison of what two backends
 * made of it.
 *
 * <p>The same arguments give the same bytes, so two backends each get a call of their own. Outputs
 * lie between guard bytes that {@link #assertSameOutputs} compares too.
 */
public final class RandomCalls {
    private static final int GUARD = 64;
    private static final double[] EDGES = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1,
        -1,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        0.5,
        -2.5,
        1L << 31,
        0x1p63,
        -0x1p63
    };
    private static final long[] INT_EDGES = {
        0,
        1,
        -1,
        2,
        31,
        63,
        127,
        128,
        255,
        32767,
        65535,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFFFFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private RandomCalls() {}

    /**
     * A frame for a run of {@code n} elements; memory belongs to {@code arena}, offsets are not
     * multiples of a vector.
     */
    public static KernelCall call(Program program, int n, long seed, Arena arena) {
        var random = new SplittableRandom(seed);
        var call = new KernelCall(program);
        for (Node node : program.nodes()) {
            switch (node) {
                case Node.Load load -> input(call, load, n, random, arena);
                case Node.Param param -> call.params[param.param()] = bits(param.lane(), random);
                default -> {}
            }
        }
        for (int slot = 0; slot < call.indexBases.length; slot++) {
            call.indexBases[slot] = random.nextLong(1L << 40);
        }
        for (int slot = 0; slot < call.outputs.length; slot++) {
            Output output = program.outputs().get(slot);
            long bytes = outputBytes(program, output, n);
            call.outputs[slot] = arena.allocate(bytes + 2 * GUARD, 64);
            call.outputOffsets[slot] = GUARD - 8;
            call.outputs[slot].fill((byte) 0xA5);
            if (output instanceof Output.FoldRows) {
                fill(
                        call.outputs[slot],
                        call.outputOffsets[slot],
                        formatOf(program.node(output.node()).lane()),
                        n,
                        random);
            }
        }
        return call;
    }

    /** Bytes that {@code output} writes in a run of {@code n} elements. */
    public static long outputBytes(Program program, Output output, int n) {
        return switch (output) {
            case Output.Store o -> (long) n * o.format().byteSize();
            case Output.FoldRows o -> (long) n * program.node(o.node()).lane().byteSize();
            case Output.FoldLanes o ->
                    ((long) n + Program.FOLD_BLOCK - 1)
                            / Program.FOLD_BLOCK
                            * Program.FOLD_LANES
                            * program.node(o.node()).lane().byteSize();
        };
    }

    /**
     * Fails unless both calls hold the same output bytes, guards included; two NaN of a float
     * output are the same.
     */
    public static void assertSameOutputs(
            Program program, KernelCall expected, KernelCall actual, int n, String what) {
        for (int slot = 0; slot < expected.outputs.length; slot++) {
            long difference = expected.outputs[slot].mismatch(actual.outputs[slot]);
            if (difference >= 0) {
                compare(program, slot, expected, actual, n, what);
            }
        }
    }

    private static void compare(
            Program program, int slot, KernelCall expected, KernelCall actual, int n, String what) {
        Output output = program.outputs().get(slot);
        Lane lane = program.node(output.node()).lane();
        int size =
                output instanceof Output.Store store ? store.format().byteSize() : lane.byteSize();
        long from = expected.outputOffsets[slot];
        long to = from + outputBytes(program, output, n);
        MemorySegment left = expected.outputs[slot];
        MemorySegment right = actual.outputs[slot];
        for (long at = 0; at < left.byteSize(); ) {
            boolean inside = at >= from && at < to;
            int step = inside ? size : 1;
            if (!same(left, right, at, inside ? lane : Lane.MASK, step)) {
                String place =
                        inside ? "element " + (at - from) / size : "guard byte " + (at - from);
                throw new AssertionError(
                        what
                                + ": output "
                                + slot
                                + ", "
                                + place
                                + " of n="
                                + n
                                + ": expected "
                                + show(left, at, lane, step)
                                + ", got "
                                + show(right, at, lane, step)
                                + "\n"
                                + program);
            }
            at += step;
        }
    }

    private static boolean same(
            MemorySegment left, MemorySegment right, long at, Lane lane, int size) {
        if (MemorySegment.mismatch(left, at, at + size, right, at, at + size) < 0) {
            return true;
        }
        return switch (lane) {
            case F64 ->
                    Double.isNaN(left.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at))
                            && Double.isNaN(right.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at));
            case F32 ->
                    Float.isNaN(left.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at))
                            && Float.isNaN(right.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
            default -> false;
        };
    }

    private static String show(MemorySegment segment, long at, Lane lane, int size) {
        return switch (size) {
            case 1 -> Integer.toHexString(segment.get(ValueLayout.JAVA_BYTE, at));
            case 2 -> Integer.toHexString(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
            case 4 ->
                    lane == Lane.F32
                            ? Float.toString(segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at))
                            : Integer.toHexString(segment.get(ValueLayout.JAVA_INT_UNALIGNED, at));
            default ->
                    lane == Lane.F64
                            ? Double.toString(segment.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at))
                            : Long.toHexString(segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        };
    }

    private static void input(
            KernelCall call, Node.Load load, int n, SplittableRandom random, Arena arena) {
        int count = load.access() == Access.UNIFORM ? 1 : n;
        long bytes = (long) count * load.format().byteSize();
        MemorySegment known = call.inputs[load.input()];
        if (known != null && known.byteSize() >= bytes + load.format().byteSize()) {
            return;
        }
        call.inputs[load.input()] = arena.allocate(bytes + load.format().byteSize(), 64);
        call.inputOffsets[load.input()] = load.format().byteSize();
        fill(call.inputs[load.input()], load.format().byteSize(), load.format(), count, random);
    }

    /** Fills {@code count} elements with ordinary and edge values. */
    public static void fill(
            MemorySegment segment,
            long byteOffset,
            Format format,
            int count,
            SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            long at = byteOffset + (long) i * format.byteSize();
            switch (format) {
                case BOOL ->
                        segment.set(
                                ValueLayout.JAVA_BYTE,
                                at,
                                (byte) (random.nextBoolean() ? random.nextInt(1, 256) : 0));
                case F64 -> segment.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, real(random));
                case F32 -> segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) real(random));
                case I8, U8 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) integer(random));
                case I16, U16 ->
                        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) integer(random));
                case I32, U32 ->
                        segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) integer(random));
                case I64, U64 -> segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at, integer(random));
            }
        }
    }

    private static long bits(Lane lane, SplittableRandom random) {
        return switch (lane) {
            case F64 -> Double.doubleToRawLongBits(real(random));
            case F32 -> Float.floatToRawIntBits((float) real(random));
            default -> integer(random);
        };
    }

    private static double real(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextDouble(-1e9, 1e9);
            case 2 -> random.nextInt(-20, 20);
            default -> random.nextDouble(-10, 10);
        };
    }

    private static long integer(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> INT_EDGES[random.nextInt(INT_EDGES.length)];
            case 1 -> random.nextLong();
            default -> random.nextInt(-50, 200);
        };
    }

    private static Format formatOf(Lane lane) {
        return switch (lane) {
            case MASK -> Format.BOOL;
            case I32 -> Format.I32;
            case I64 -> Format.I64;
            case F32 -> Format.F32;
            case F64 -> Format.F64;
        };
    }
}
