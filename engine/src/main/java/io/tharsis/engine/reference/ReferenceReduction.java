package io.tharsis.engine.reference;

import io.tharsis.DType;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.tile.FoldTree;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The trees of reductions, as a definition. With n the folded length and inner the product of the
 * axes after the folded ones:
 *
 * <ul>
 *   <li>inner = 1: blocks of {@link FoldTree#LANE_BLOCK} elements, in groups of {@link
 *       Program#FOLD_BLOCK}; in a group {@link Program#FOLD_LANES} accumulators take elements in
 *       turn; then all accumulators of a block halve: q takes q + p with p the largest power of two
 *       below their number, then q + p / 2, ..., q + 1.
 *   <li>inner &gt; 1: blocks of {@link #ROW_BLOCK} elements, folded in order.
 *   <li>Above the blocks: {@code tree(0, K) = op(tree(0, p), tree(p, K))} with p the largest power
 *       of two below K.
 * </ul>
 */
final class ReferenceReduction {
    static final int ROW_BLOCK = 16;

    private final Function<Program, Kernel> kernels;
    private final Map<Operator, Combiner> combiners = new HashMap<>();

    ReferenceReduction(Function<Program, Kernel> kernels) {
        this.kernels = kernels;
    }

    ReferenceStored reduce(ReferenceStored input, Op.Reduce op, long[] resultShape) {
        DType dtype = input.dtype();
        Lane lane = dtype.format().lane();
        long outer = 1;
        long n = 1;
        long inner = 1;
        for (int axis = 0; axis < input.shape().length; axis++) {
            long length = input.shape()[axis];
            if (axis < op.from()) {
                outer *= length;
            } else if (axis < op.to()) {
                n *= length;
            } else {
                inner *= length;
            }
        }
        ReferenceStored result = ReferenceStored.allocate(dtype, resultShape);
        int count = Math.toIntExact(n);
        for (long o = 0; o < outer; o++) {
            for (long i = 0; i < inner; i++) {
                long[] line = new long[count];
                for (int k = 0; k < count; k++) {
                    line[k] = ReferenceEngine.bits(input.segment(), dtype, (o * n + k) * inner + i);
                }
                long folded =
                        inner == 1
                                ? foldLine(op.op(), lane, line)
                                : foldColumn(op.op(), lane, line);
                ReferenceEngine.putBits(result.segment(), dtype, o * inner + i, folded);
            }
        }
        return result;
    }

    private long foldLine(FoldOp op, Lane lane, long[] line) {
        int blocks = Math.ceilDiv(line.length, FoldTree.LANE_BLOCK);
        long[] sums = new long[blocks];
        for (int block = 0; block < blocks; block++) {
            int start = block * FoldTree.LANE_BLOCK;
            int length = Math.min(FoldTree.LANE_BLOCK, line.length - start);
            int groups = Math.ceilDiv(length, Program.FOLD_BLOCK);
            long[] accumulators = new long[groups * Program.FOLD_LANES];
            Arrays.fill(accumulators, op.identity(lane));
            for (int k = 0; k < length; k++) {
                int q = k / Program.FOLD_BLOCK * Program.FOLD_LANES + k % Program.FOLD_LANES;
                boolean isFirst = k % Program.FOLD_BLOCK < Program.FOLD_LANES;
                accumulators[q] =
                        isFirst
                                ? line[start + k]
                                : combine(op, lane, accumulators[q], line[start + k]);
            }
            sums[block] = halve(op, lane, accumulators);
        }
        return tree(op, lane, sums, 0, blocks);
    }

    /** The accumulators of a block, which are overwritten, as one. */
    long halve(FoldOp op, Lane lane, long[] accumulators) {
        int count = accumulators.length;
        for (int half = Integer.highestOneBit(count - 1); half > 0; half /= 2) {
            for (int q = 0; q + half < count; q++) {
                accumulators[q] = combine(op, lane, accumulators[q], accumulators[q + half]);
            }
            count = half;
        }
        return accumulators[0];
    }

    private long foldColumn(FoldOp op, Lane lane, long[] column) {
        int blocks = Math.ceilDiv(column.length, ROW_BLOCK);
        long[] sums = new long[blocks];
        for (int k = 0; k < column.length; k++) {
            int block = k / ROW_BLOCK;
            sums[block] =
                    k % ROW_BLOCK == 0 ? column[k] : combine(op, lane, sums[block], column[k]);
        }
        return tree(op, lane, sums, 0, blocks);
    }

    private long tree(FoldOp op, Lane lane, long[] sums, int from, int to) {
        int count = to - from;
        if (count == 0) {
            return op == FoldOp.ADD ? 0 : op.identity(lane);
        }
        if (count == 1) {
            return sums[from];
        }
        int left = Integer.highestOneBit(count - 1);
        return combine(
                op,
                lane,
                tree(op, lane, sums, from, from + left),
                tree(op, lane, sums, from + left, to));
    }

    /** One application of the operator, by a one-element program. */
    long combine(FoldOp op, Lane lane, long a, long b) {
        return combiners
                .computeIfAbsent(new Operator(op, lane), _ -> new Combiner(op, lane))
                .combine(a, b);
    }

    private record Operator(FoldOp op, Lane lane) {}

    private final class Combiner {
        private static final long RESULT = 2L * Long.BYTES;

        private final Lane lane;
        private final Kernel kernel;
        private final KernelCall call;
        private final MemorySegment memory = Arena.ofAuto().allocate(RESULT + Long.BYTES, 8);

        Combiner(FoldOp op, Lane lane) {
            this.lane = lane;
            var builder = new ProgramBuilder();
            var format =
                    switch (lane) {
                        case I32 -> Format.I32;
                        case I64 -> Format.I64;
                        case F32 -> Format.F32;
                        case F64 -> Format.F64;
                        case MASK ->
                                throw new IllegalArgumentException("masks are folded as integers");
                    };
            int left = builder.load(0, format, Access.CONTIGUOUS);
            builder.store(
                    builder.binary(op.binary(), left, builder.load(1, format, Access.CONTIGUOUS)),
                    format);
            Program program = builder.build();
            kernel = kernels.apply(program);
            call = new KernelCall(program);
            Arrays.fill(call.inputs, memory);
            call.inputOffsets[1] = Long.BYTES;
            call.outputs[0] = memory;
            call.outputOffsets[0] = RESULT;
        }

        long combine(long a, long b) {
            memory.set(ValueLayout.JAVA_LONG, 0, a);
            memory.set(ValueLayout.JAVA_LONG, Long.BYTES, b);
            kernel.run(call, 1);
            return lane.byteSize() == Integer.BYTES
                    ? memory.get(ValueLayout.JAVA_INT, RESULT)
                    : memory.get(ValueLayout.JAVA_LONG, RESULT);
        }
    }
}
