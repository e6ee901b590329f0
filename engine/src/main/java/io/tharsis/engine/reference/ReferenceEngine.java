package io.tharsis.engine.reference;

import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.engine.Engine;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.storage.Stored;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** See the package. Single-threaded, for small data. */
public final class ReferenceEngine implements Engine {
    private final Function<Program, Kernel> kernels;
    private final ReferenceReduction reduction;

    /**
     * @param kernels makes a kernel of a program: the scalar twin
     */
    public ReferenceEngine(Function<Program, Kernel> kernels) {
        this.kernels = kernels;
        this.reduction = new ReferenceReduction(kernels);
    }

    @Override
    public void execute(List<Operand> roots, Computation computation) {
        Map<Operand, ReferenceStored> results = new IdentityHashMap<>();
        Deque<Operand> pending = new ArrayDeque<>(roots);
        while (!pending.isEmpty()) {
            Operand operand = pending.peek();
            if (results.containsKey(operand)) {
                pending.pop();
                continue;
            }
            Stored kept = operand.stored();
            if (kept != null) {
                results.put(operand, ReferenceStored.copyOf(kept));
                continue;
            }
            boolean ready = true;
            for (Operand input : operand.inputs()) {
                if (!results.containsKey(input)) {
                    pending.push(input);
                    ready = false;
                }
            }
            if (ready) {
                ReferenceStored[] inputs =
                        operand.inputs().stream().map(results::get).toArray(ReferenceStored[]::new);
                results.put(operand, evaluate(operand, inputs));
            }
        }
        roots.forEach(root -> root.keep(results.get(root)));
    }

    /** The operands in no particular order; there are no stages. */
    @Override
    public String explain(List<Operand> roots) {
        return roots.toString();
    }

    @Override
    public PoolStats memory() {
        return new PoolStats(0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        // owns nothing
    }

    private ReferenceStored evaluate(Operand operand, ReferenceStored[] inputs) {
        return switch (operand.op()) {
            case Op.Data _ ->
                    throw new IllegalStateException("the data of " + operand + " has been closed");
            case Op.Fill op ->
                    run(
                            operand.dtype(),
                            operand.shape(),
                            b -> b.param(0, paramLane(operand.dtype())),
                            op.bits());
            case Op.Iota _ -> run(operand.dtype(), operand.shape(), b -> b.index(0));
            case Op.RandomBits op -> {
                Lane lane = operand.dtype() == DType.UINT64 ? Lane.I64 : Lane.I32;
                yield run(
                        operand.dtype(),
                        operand.shape(),
                        b ->
                                zeroExtend(
                                        b,
                                        b.philoxStream(
                                                0,
                                                b.param(0, Lane.I64),
                                                b.param(1, Lane.I64),
                                                lane)),
                        op.seed(),
                        op.stream());
            }
            case Op.Read op -> {
                ReferenceStored result = ReferenceStored.allocate(operand.dtype(), operand.shape());
                op.source()
                        .read(
                                new long[operand.rank()],
                                operand.shape(),
                                result.segment().asSlice(0, result.byteSize()));
                yield result;
            }
            case Op.Elementwise op -> elementwise(operand, op, inputs);
            case Op.Viewed op when op.view().isIdentity() && !Shapes.isKnown(operand.shape()) ->
                    inputs[0];
            case Op.Viewed op -> view(inputs[0], op.view(), operand.shape());
            case Op.Reshape _ ->
                    new ReferenceStored(operand.dtype(), operand.shape(), inputs[0].segment());
            case Op.Rechunk _ -> inputs[0];
            case Op.Reduce op -> reduction.reduce(inputs[0], op, operand.shape());
            case Op.TileFold op -> new ReferenceTiles(reduction).fold(inputs[0], op.op());
            case Op.TileMoments _ -> new ReferenceTiles(reduction).moments(inputs[0]);
            case Op.Product _ -> ReferenceProduct.multiply(inputs[0], inputs[1], operand.shape());
            case Op.Concat op -> concat(inputs, op.axis(), operand.shape());
            case Op.Chunked op -> ReferenceChunkCall.apply(op.function(), operand, inputs);
        };
    }

    private static Lane paramLane(DType dtype) {
        return dtype == DType.BOOL ? Lane.I32 : dtype.format().lane();
    }

    private static int zeroExtend(ProgramBuilder b, int bits) {
        return b.lane(bits) == Lane.I64
                ? bits
                : b.and(b.convert(bits, Lane.I64), b.constant(0xFFFFFFFFL));
    }

    private ReferenceStored run(
            DType dtype, long[] shape, Function<ProgramBuilder, Integer> body, long... params) {
        ReferenceStored result = ReferenceStored.allocate(dtype, shape);
        var b = new ProgramBuilder();
        b.store(b.convert(body.apply(b), dtype.format().lane()), dtype.format());
        runOver(result, b.build(), params);
        return result;
    }

    private void runOver(
            ReferenceStored result, Program program, long[] params, ReferenceStored... inputs) {
        var call = new KernelCall(program);
        for (int i = 0; i < call.inputs.length; i++) {
            call.inputs[i] = inputs[i].segment();
        }
        System.arraycopy(params, 0, call.params, 0, Math.min(params.length, call.params.length));
        call.outputs[0] = result.segment();
        kernels.apply(program).run(call, Math.toIntExact(Shapes.size(result.shape())));
    }

    private ReferenceStored elementwise(
            Operand operand, Op.Elementwise op, ReferenceStored[] inputs) {
        long[] shape = Shapes.SCALAR;
        for (ReferenceStored input : inputs) {
            shape = Shapes.broadcast(shape, input.shape());
        }
        DType[] types = new DType[inputs.length];
        int[] args = new int[inputs.length];
        ReferenceStored[] dense = new ReferenceStored[inputs.length];
        var b = new ProgramBuilder();
        for (int i = 0; i < inputs.length; i++) {
            types[i] = inputs[i].dtype();
            args[i] = b.load(i, types[i].format(), Access.CONTIGUOUS);
            dense[i] = view(inputs[i], View.broadcast(inputs[i].shape(), shape), shape);
        }
        b.store(op.function().lower(b, types, operand.dtype(), args), operand.dtype().format());
        ReferenceStored result = ReferenceStored.allocate(operand.dtype(), shape);
        runOver(result, b.build(), new long[0], dense);
        return result;
    }

    private static ReferenceStored view(ReferenceStored input, View view, long[] shape) {
        ReferenceStored result = ReferenceStored.allocate(input.dtype(), shape);
        long[] strides = Shapes.strides(input.shape());
        long size = Shapes.size(shape);
        int width = input.dtype().byteSize();
        for (long p = 0; p < size; p++) {
            long from = 0;
            for (int axis = 0; axis < strides.length; axis++) {
                from += view.offset()[axis] * strides[axis];
            }
            long rest = p;
            for (int k = shape.length - 1; k >= 0; k--) {
                long index = rest % shape[k];
                rest /= shape[k];
                if (view.source()[k] >= 0) {
                    from += index * view.step()[k] * strides[view.source()[k]];
                }
            }
            MemorySegment.copy(input.segment(), from * width, result.segment(), p * width, width);
        }
        return result;
    }

    private static ReferenceStored concat(ReferenceStored[] inputs, int axis, long[] shape) {
        ReferenceStored result = ReferenceStored.allocate(inputs[0].dtype(), shape);
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= shape[i];
        }
        long target = 0;
        for (long o = 0; o < outer; o++) {
            for (ReferenceStored input : inputs) {
                long length = input.byteSize() / outer;
                MemorySegment.copy(input.segment(), o * length, result.segment(), target, length);
                target += length;
            }
        }
        return result;
    }

    /** The lane bits of one stored element. */
    static long bits(MemorySegment segment, DType dtype, long index) {
        return switch (dtype.format()) {
            case BOOL -> segment.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, index);
            case U8 -> Byte.toUnsignedLong(segment.get(ValueLayout.JAVA_BYTE, index));
            case I16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
            case U16 -> Short.toUnsignedLong(segment.getAtIndex(ValueLayout.JAVA_SHORT, index));
            case I32, F32 -> segment.getAtIndex(ValueLayout.JAVA_INT, index);
            case U32 -> Integer.toUnsignedLong(segment.getAtIndex(ValueLayout.JAVA_INT, index));
            case I64, U64, F64 -> segment.getAtIndex(ValueLayout.JAVA_LONG, index);
        };
    }

    /** Writes the low bytes of lane bits as one stored element. */
    static void putBits(MemorySegment segment, DType dtype, long index, long bits) {
        switch (dtype.byteSize()) {
            case 1 -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) bits);
            case 2 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) bits);
            case 4 -> segment.setAtIndex(ValueLayout.JAVA_INT, index, (int) bits);
            default -> segment.setAtIndex(ValueLayout.JAVA_LONG, index, bits);
        }
    }
}
