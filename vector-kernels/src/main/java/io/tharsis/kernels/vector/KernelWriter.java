package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes the class of a kernel: a subclass of {@link VectorKernel} with a main loop, unrolled, and
 * a rest loop of single vectors. They are two methods so that each stays small enough for every
 * compiler of HotSpot.
 */
final class KernelWriter {
    static final ClassDesc FRAME = VectorType.desc(Frame.class);
    private static final ClassDesc KERNEL = VectorType.desc(VectorKernel.class);
    private static final ClassDesc LAYOUT = VectorType.desc(Layout.class);
    private static final MethodTypeDesc CONSTRUCTOR =
            MethodTypeDesc.of(ConstantDescs.CD_void, LAYOUT);
    private static final MethodTypeDesc LOOP =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, FRAME, ConstantDescs.CD_int, ConstantDescs.CD_int);

    static final int FRAME_SLOT = 1;
    static final int FROM_SLOT = 2;
    static final int COUNT_SLOT = 3;

    private final Layout layout;
    private final Program program;

    private KernelWriter(Layout layout) {
        this.layout = layout;
        this.program = layout.program();
    }

    static byte[] write(Layout layout) {
        return new KernelWriter(layout).write();
    }

    /** Pushes element {@code slot} of an array of longs in the frame. */
    static void pushFrameLong(CodeBuilder code, String field, int slot) {
        code.aload(FRAME_SLOT)
                .getfield(FRAME, field, ConstantDescs.CD_long.arrayType())
                .loadConstant(slot)
                .laload();
    }

    private byte[] write() {
        ClassDesc name =
                ClassDesc.of(VectorKernel.class.getPackageName(), "Kernel" + layout.vectorBits());
        return ClassFile.of()
                .build(
                        name,
                        type -> {
                            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                    .withSuperclass(KERNEL);
                            type.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    CONSTRUCTOR,
                                    0,
                                    code ->
                                            code.aload(0)
                                                    .aload(1)
                                                    .invokespecial(
                                                            KERNEL,
                                                            ConstantDescs.INIT_NAME,
                                                            CONSTRUCTOR)
                                                    .return_());
                            type.withMethodBody(
                                    "main",
                                    LOOP,
                                    0,
                                    code -> {
                                        if (layout.registerFolds()) {
                                            blocks(code);
                                        } else if (layout.unroll() > 1) {
                                            loop(code, layout.unroll());
                                        } else {
                                            code.return_();
                                        }
                                    });
                            type.withMethodBody("rest", LOOP, 0, code -> loop(code, 1));
                        });
    }

    /** {@code for (i = from; i < n - (copies * lanes - 1); i += copies * lanes) body}. */
    private void loop(CodeBuilder code, int copies) {
        var body = new LoopBody(code, layout, copies);
        body.prelude();
        int index = code.allocateLocal(TypeKind.INT);
        code.iload(FROM_SLOT).istore(index);
        int step = copies * layout.laneCount();
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(COUNT_SLOT).loadConstant(step - 1).isub().istore(limit);
        Label top = code.newLabel();
        Label done = code.newLabel();
        int stride = stride(code, step);
        code.labelBinding(top).iload(index).iload(limit).if_icmpge(done);
        body.round(position(code, index));
        code.iload(index).iload(stride).iadd().istore(index).goto_(top).labelBinding(done);
        body.end();
        code.return_();
    }

    /**
     * A local with {@code step}, which C2 does not see to be a constant. To it a loop is a counted
     * one only if its step is a constant; of such a loop it makes three, the first and the last for
     * a few rounds, unrolls the middle one once more and computes for each access where that may
     * end: in runs of some hundred elements most of the time goes there (measured, 38 vectors from
     * the second-level cache added to a row: 53 ns, or 32 so; four rows at a time 29 and 17 ns a
     * row), and in runs of many nothing is gained, as the loop is unrolled already.
     */
    private static int stride(CodeBuilder code, int step) {
        int stride = code.allocateLocal(TypeKind.INT);
        code.aload(FRAME_SLOT).getfield(FRAME, "zero", ConstantDescs.CD_int);
        code.loadConstant(step).iadd().istore(stride);
        return stride;
    }

    /**
     * A local with the index. That it is not negative is said in a way that C2 follows: with it,
     * and addresses below 2^56, it sees that no access leaves the memory.
     */
    private static int position(CodeBuilder code, int index) {
        int at = code.allocateLocal(TypeKind.INT);
        code.iload(index).loadConstant(Integer.MAX_VALUE).iand().istore(at);
        return at;
    }

    /**
     * Fold blocks one after the other, accumulators in registers. It is one loop over all elements
     * that puts the accumulators away where a block ends: with a loop for each block the
     * processor's window over coming loads would be full of the inner loop's set-up (measured, one
     * thread, a sum of (a + 1) * 2: 20 GB/s with a loop for each block, 31 with a loop for each two
     * of them, 31 to 35 so, where the memory gives 40).
     */
    private void blocks(CodeBuilder code) {
        var body = new LoopBody(code, layout, layout.unroll());
        body.prelude();
        int index = code.allocateLocal(TypeKind.INT);
        code.iload(FROM_SLOT).istore(index);
        int[][] accumulators = accumulators(code);
        forEachAccumulator(accumulators, (output, copy, local) -> identity(code, output, local));
        int rounds = layout.foldRounds();
        rounds(code, body, index, accumulators, rounds, true);
        if (rounds > 1) {
            rounds(code, body, index, accumulators, 1, false);
        }
        // The last block, short or not even begun. One branch: C2 leaves out what a profile never
        // saw, and code that meets it after all is lost.
        Label full = code.newLabel();
        code.iload(COUNT_SLOT).iload(index).isub();
        code.iload(index).loadConstant(Program.FOLD_BLOCK - 1).iand();
        code.ior().ifeq(full);
        forEachAccumulator(
                accumulators,
                (output, copy, local) -> store(code, body, index, output, copy, local));
        code.labelBinding(full);
        body.end();
        code.return_();
    }

    /**
     * {@code rounds} rounds at a time while there are as many; the start in {@code index} is where
     * a block can end after whole steps.
     *
     * @param ends true if blocks may end here
     */
    private void rounds(
            CodeBuilder code,
            LoopBody body,
            int index,
            int[][] accumulators,
            int rounds,
            boolean ends) {
        int stride = layout.unroll() * layout.laneCount();
        int step = rounds * stride;
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(COUNT_SLOT).loadConstant(step - 1).isub().istore(limit);
        Label top = code.newLabel();
        Label next = code.newLabel();
        Label done = code.newLabel();
        int by = stride(code, step);
        code.labelBinding(top).iload(index).iload(limit).if_icmpge(done);
        int at = position(code, index);
        for (int round = 0; round < rounds; round++) {
            body.foldInto(accumulators);
            body.round(at, round * stride);
        }
        if (ends) {
            code.iload(index).loadConstant(Program.FOLD_BLOCK - 1).iand();
            code.loadConstant(Program.FOLD_BLOCK - step).if_icmpne(next);
            forEachAccumulator(
                    accumulators,
                    (output, copy, local) -> {
                        store(code, body, at, output, copy, local);
                        identity(code, output, local);
                    });
        }
        code.labelBinding(next).iload(index).iload(by).iadd().istore(index);
        code.goto_(top).labelBinding(done);
    }

    /** Accumulator locals by output and copy. */
    private int[][] accumulators(CodeBuilder code) {
        int[][] accumulators = new int[program.outputs().size()][];
        for (int output = 0; output < accumulators.length; output++) {
            if (program.outputs().get(output) instanceof Output.FoldLanes) {
                accumulators[output] = new int[layout.unroll()];
                for (int copy = 0; copy < accumulators[output].length; copy++) {
                    accumulators[output][copy] = code.allocateLocal(TypeKind.REFERENCE);
                }
            }
        }
        return accumulators;
    }

    private void identity(CodeBuilder code, int output, int local) {
        Output.FoldLanes fold = (Output.FoldLanes) program.outputs().get(output);
        Lane lane = program.node(fold.node()).lane();
        VectorType type = VectorType.of(lane);
        type.species(code, layout.bits(lane));
        type.literal(code, fold.op().identity(lane));
        type.broadcast(code);
        code.astore(local);
    }

    /** Puts an accumulator of the block that the element in {@code index} belongs to away. */
    private void store(
            CodeBuilder code, LoopBody body, int index, int output, int copy, int local) {
        Lane lane = program.node(program.outputs().get(output).node()).lane();
        code.aload(local);
        VectorType.of(lane)
                .store(
                        code,
                        () -> {
                            // A block of FOLD_BLOCK elements leaves FOLD_LANES accumulators.
                            code.lload(body.outLocal(output)).iload(index);
                            code.loadConstant(Integer.numberOfTrailingZeros(Program.FOLD_BLOCK))
                                    .ishr();
                            code.i2l();
                            code.loadConstant((long) Program.FOLD_LANES * lane.byteSize()).lmul();
                            code.ladd();
                            code.loadConstant((long) copy * layout.laneCount() * lane.byteSize())
                                    .ladd();
                        });
    }

    private interface AccumulatorAction {
        void accept(int output, int copy, int local);
    }

    private static void forEachAccumulator(int[][] accumulators, AccumulatorAction action) {
        for (int output = 0; output < accumulators.length; output++) {
            for (int copy = 0;
                    accumulators[output] != null && copy < accumulators[output].length;
                    copy++) {
                action.accept(output, copy, accumulators[output][copy]);
            }
        }
    }
}
