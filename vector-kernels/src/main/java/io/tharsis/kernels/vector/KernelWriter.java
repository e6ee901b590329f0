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
 * Writes the class of a kernel: a subclass of {@link VectorKernel} with a main loop, unrolled, and a rest loop of single vectors. They are
 * two methods so that each stays small enough for every compiler of HotSpot.
 */
final class KernelWriter {
    static final ClassDesc FRAME = VectorType.desc(Frame.class);
    private static final ClassDesc KERNEL = VectorType.desc(VectorKernel.class);
    private static final ClassDesc LAYOUT = VectorType.desc(Layout.class);
    private static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(ConstantDescs.CD_void, LAYOUT);
    private static final MethodTypeDesc LOOP =
            MethodTypeDesc.of(ConstantDescs.CD_void, FRAME, ConstantDescs.CD_int, ConstantDescs.CD_int);

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
        code.aload(FRAME_SLOT).getfield(FRAME, field, ConstantDescs.CD_long.arrayType()).loadConstant(slot).laload();
    }

    private byte[] write() {
        ClassDesc name = ClassDesc.of(VectorKernel.class.getPackageName(), "Kernel" + layout.vectorBits());
        return ClassFile.of()
                .build(
                        name,
                        type -> {
                            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC).withSuperclass(KERNEL);
                            type.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    CONSTRUCTOR,
                                    0,
                                    code ->
                                            code.aload(0)
                                                    .aload(1)
                                                    .invokespecial(KERNEL, ConstantDescs.INIT_NAME, CONSTRUCTOR)
                                                    .return_());
                            type.withMethodBody(
                                    "main", LOOP, 0, code -> {
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
        count(code, body, index, COUNT_SLOT, copies);
        body.end();
        code.return_();
    }

    private void count(CodeBuilder code, LoopBody body, int index, int endSlot, int copies) {
        int step = copies * layout.laneCount();
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(endSlot).loadConstant(step - 1).isub().istore(limit);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(top).iload(index).iload(limit).if_icmpge(done);
        body.round(index);
        code.iinc(index, step).goto_(top).labelBinding(done);
    }

    /** One fold block after the other, its accumulators in registers. */
    private void blocks(CodeBuilder code) {
        int copies = layout.unroll();
        var body = new LoopBody(code, layout, copies);
        body.prelude();
        int outputs = program.outputs().size();
        int[][] accumulators = new int[outputs][];
        for (int output = 0; output < outputs; output++) {
            if (program.outputs().get(output) instanceof Output.FoldLanes) {
                accumulators[output] = new int[copies];
                for (int copy = 0; copy < copies; copy++) {
                    accumulators[output][copy] = code.allocateLocal(TypeKind.REFERENCE);
                }
            }
        }
        body.foldInto(accumulators);
        int block = code.allocateLocal(TypeKind.INT);
        int index = code.allocateLocal(TypeKind.INT);
        int end = code.allocateLocal(TypeKind.INT);
        code.iload(FROM_SLOT).istore(block);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(top).iload(block).iload(COUNT_SLOT).if_icmpge(done);
        forEachAccumulator(accumulators, (output, copy, local) -> {
            Output.FoldLanes fold = (Output.FoldLanes) program.outputs().get(output);
            Lane lane = program.node(fold.node()).lane();
            VectorType type = VectorType.of(lane);
            type.species(code, layout.bits(lane));
            type.literal(code, fold.op().identity(lane));
            type.broadcast(code);
            code.astore(local);
        });
        code.iload(block).istore(index);
        code.iload(block).loadConstant(Program.FOLD_BLOCK).iadd().iload(COUNT_SLOT);
        code.invokestatic(
                VectorType.desc(Math.class),
                "min",
                MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
        code.istore(end);
        count(code, body, index, end, copies);
        forEachAccumulator(accumulators, (output, copy, local) -> {
            Lane lane = program.node(program.outputs().get(output).node()).lane();
            code.aload(local);
            VectorType.of(lane)
                    .store(
                            code,
                            () -> {
                                // One block of FOLD_BLOCK elements leaves FOLD_LANES accumulators: block / 16.
                                code.lload(body.outLocal(output)).iload(block);
                                code.loadConstant(Integer.numberOfTrailingZeros(Program.FOLD_BLOCK / Program.FOLD_LANES)).ishr();
                                code.i2l().loadConstant((long) lane.byteSize()).lmul().ladd();
                                code.loadConstant((long) copy * layout.laneCount() * lane.byteSize()).ladd();
                            });
        });
        code.iload(block).loadConstant(Program.FOLD_BLOCK).iadd().istore(block).goto_(top).labelBinding(done);
        body.end();
        code.return_();
    }

    private interface AccumulatorAction {
        void accept(int output, int copy, int local);
    }

    private static void forEachAccumulator(int[][] accumulators, AccumulatorAction action) {
        for (int output = 0; output < accumulators.length; output++) {
            for (int copy = 0; accumulators[output] != null && copy < accumulators[output].length; copy++) {
                action.accept(output, copy, accumulators[output][copy]);
            }
        }
    }
}
