package io.tharsis.engine.execute;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Kernels over rows of lanes: combine two rows, narrow a row to a dtype, rows of identities. */
final class LaneKernels {
    /** Lanes worked on at a time. */
    static final int ROW = 8192;

    /** Rows that {@link #halving} makes one of. */
    static final int WAYS = 8;

    private record FoldKey(FoldOp op, Lane lane) {}

    private record NarrowKey(Lane lane, Format format) {}

    private static final Map<FoldKey, Kernel> COMBINE = new ConcurrentHashMap<>();
    private static final Map<FoldKey, Kernel> HALVE = new ConcurrentHashMap<>();
    private static final Map<NarrowKey, Kernel> NARROW = new ConcurrentHashMap<>();
    private static final Map<FoldKey, MemorySegment> IDENTITIES = new ConcurrentHashMap<>();

    private LaneKernels() {}

    /** The format that holds a lane as it is. */
    static Format format(Lane lane) {
        return switch (lane) {
            case I32 -> Format.I32;
            case I64 -> Format.I64;
            case F32 -> Format.F32;
            case F64 -> Format.F64;
            case MASK -> throw new IllegalArgumentException("masks are folded as integers");
        };
    }

    /** {@code out[i] = op(a[i], b[i])}; {@code out} may be a or b. */
    static void combine(
            FoldOp op,
            Lane lane,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment out,
            long outOffset,
            int n) {
        if (n < 4) {
            for (int i = 0; i < n; i++) {
                long at = (long) i * lane.byteSize();
                long left = FoldMath.get(lane, a, aOffset + at);
                FoldMath.put(
                        lane,
                        out,
                        outOffset + at,
                        FoldMath.apply(op, lane, left, FoldMath.get(lane, b, bOffset + at)));
            }
            return;
        }
        Kernel kernel = combining(op, lane);
        var call = new KernelCall(kernel.program());
        call.inputs[0] = a;
        call.inputOffsets[0] = aOffset;
        call.inputs[1] = b;
        call.inputOffsets[1] = bOffset;
        call.outputs[0] = out;
        call.outputOffsets[0] = outOffset;
        kernel.run(call, n);
    }

    /**
     * {@code rows[i] = op(rows[i], rows[half + i])} for i below {@code n} of each of {@code count}
     * rows, {@code pitch} bytes apart.
     */
    static void halve(
            FoldOp op, Lane lane, MemorySegment rows, long pitch, int half, int n, int count) {
        Kernel kernel = combining(op, lane);
        var call = new KernelCall(kernel.program());
        call.inputs[0] = rows;
        call.inputs[1] = rows;
        call.inputOffsets[1] = (long) half * lane.byteSize();
        call.outputs[0] = rows;
        call.inputSteps[0] = pitch;
        call.inputSteps[1] = pitch;
        call.outputSteps[0] = pitch;
        kernel.run(call, n, count);
    }

    /**
     * Row i of {@code out} becomes {@code op(row 2 * i, row 2 * i + 1)} of {@code rows}, for i
     * below {@code pairs}; rows are {@code n} elements long. The two must not overlap.
     */
    static void combinePairs(
            FoldOp op, Lane lane, MemorySegment rows, MemorySegment out, int n, int pairs) {
        Kernel kernel = combining(op, lane);
        var call = new KernelCall(kernel.program());
        long row = (long) n * lane.byteSize();
        call.inputs[0] = rows;
        call.inputs[1] = rows;
        call.inputOffsets[1] = row;
        call.outputs[0] = out;
        call.inputSteps[0] = 2 * row;
        call.inputSteps[1] = 2 * row;
        call.outputSteps[0] = row;
        kernel.run(call, n, pairs);
    }

    private static Kernel combining(FoldOp op, Lane lane) {
        return COMBINE.computeIfAbsent(new FoldKey(op, lane), key -> makeCombine(key, 2));
    }

    /** {@code out[i] = op(in0[i], in1[i])}; {@code out} may be in0 or in1. */
    private static Kernel makeCombine(FoldKey key, int ways) {
        var b = new ProgramBuilder();
        Format format = format(key.lane());
        int[] values = new int[ways];
        for (int i = 0; i < ways; i++) {
            values[i] = b.load(i, format, Access.CONTIGUOUS);
        }
        for (int half = ways / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                values[i] = b.binary(key.op().binary(), values[i], values[i + half]);
            }
        }
        b.store(values[0], format);
        return Kernels.of(b.build());
    }

    /**
     * The kernel that halves {@link #WAYS} rows to one: {@code out[i] = ((in0[i] + in4[i]) +
     * (in2[i] + in6[i])) + ((in1[i] + in5[i]) + (in3[i] + in7[i]))} for a sum; {@code out} may be
     * in0.
     */
    static Kernel halving(FoldOp op, Lane lane) {
        return HALVE.computeIfAbsent(new FoldKey(op, lane), key -> makeCombine(key, WAYS));
    }

    /** Writes {@code n} lanes as elements of {@code format}. */
    static void narrow(
            Lane lane,
            MemorySegment row,
            long rowOffset,
            Format format,
            MemorySegment out,
            long outOffset,
            int n) {
        if (format.byteSize() == lane.byteSize()) {
            MemorySegment.copy(row, rowOffset, out, outOffset, (long) n * lane.byteSize());
            return;
        }
        Kernel kernel =
                NARROW.computeIfAbsent(new NarrowKey(lane, format), LaneKernels::makeNarrow);
        var call = new KernelCall(kernel.program());
        call.inputs[0] = row;
        call.inputOffsets[0] = rowOffset;
        call.outputs[0] = out;
        call.outputOffsets[0] = outOffset;
        kernel.run(call, n);
    }

    private static Kernel makeNarrow(NarrowKey key) {
        var b = new ProgramBuilder();
        b.store(b.load(0, format(key.lane()), Access.CONTIGUOUS), key.format());
        return Kernels.of(b.build());
    }

    /** {@link #ROW} identities; shared, never written. */
    static MemorySegment identities(FoldOp op, Lane lane) {
        return IDENTITIES.computeIfAbsent(
                new FoldKey(op, lane),
                key -> {
                    MemorySegment row = Arena.global().allocate((long) ROW * lane.byteSize(), 64);
                    for (int i = 0; i < ROW; i++) {
                        FoldMath.put(
                                lane,
                                row,
                                (long) i * lane.byteSize(),
                                key.op().identity(key.lane()));
                    }
                    return row;
                });
    }
}
