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
        count(code, body, index, copies);
        body.end();
        code.return_();
    }

    private void count(CodeBuilder code, LoopBody body, int index, int copies) {
        int step = copies * layout.laneCount();
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(COUNT_SLOT).loadConstant(step - 1).isub().istore(limit);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(top).iload(index).iload(limit).if_icmpge(done);
        body.round(index);
        code.iinc(index, step).goto_(top).labelBinding(done);
    }

    /**
     * One fold block after the other, its accumulators in registers. Light programs fold two blocks
     * at a time: the inner loop over one block is so short that leaving it costs a third of the
     * memory's bandwidth (measured: 21 GB/s against 32).
     */
    private void blocks(CodeBuilder code) {
        var body = new LoopBody(code, layout, layout.unroll());
        body.prelude();
        int block = code.allocateLocal(TypeKind.INT);
        code.iload(FROM_SLOT).istore(block);
        int[][] first = accumulators(code);
        if (layout.foldsPairs()) {
            blocks(code, body, block, first, accumulators(code));
        }
        blocks(code, body, block, first);
        body.end();
        code.return_();
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

    /**
     * Folds as many blocks at a time as there are sets of accumulators, while there are as many;
     * one alone may be short.
     */
    private void blocks(CodeBuilder code, LoopBody body, int block, int[][]... sets) {
        int step = sets.length * Program.FOLD_BLOCK;
        int index = code.allocateLocal(TypeKind.INT);
        int next = code.allocateLocal(TypeKind.INT);
        int limit = code.allocateLocal(TypeKind.INT);
        Label top = code.newLabel();
        Label done = code.newLabel();
        int shortest = sets.length == 1 ? 1 : step;
        code.labelBinding(top)
                .iload(block)
                .iload(COUNT_SLOT)
                .loadConstant(shortest - 1)
                .isub()
                .if_icmpge(done);
        for (int[][] set : sets) {
            forEachAccumulator(set, (output, copy, local) -> identity(code, output, local));
        }
        code.iload(block).loadConstant(Program.FOLD_BLOCK).iadd().iload(COUNT_SLOT);
        code.invokestatic(
                VectorType.desc(Math.class),
                "min",
                MethodTypeDesc.of(
                        ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
        int stride = layout.unroll() * layout.laneCount();
        code.loadConstant(stride - 1).isub().istore(limit);
        Label again = code.newLabel();
        Label folded = code.newLabel();
        code.iload(block).istore(index);
        code.labelBinding(again).iload(index).iload(limit).if_icmpge(folded);
        for (int i = 0; i < sets.length; i++) {
            body.foldInto(sets[i]);
            if (i == 0) {
                body.round(index);
            } else {
                code.iload(index).loadConstant(i * Program.FOLD_BLOCK).iadd().istore(next);
                body.round(next);
            }
        }
        code.iinc(index, stride).goto_(again).labelBinding(folded);
        for (int i = 0; i < sets.length; i++) {
            int offset = i * Program.FOLD_LANES;
            forEachAccumulator(
                    sets[i],
                    (output, copy, local) -> store(code, body, block, offset, output, copy, local));
        }
        code.iload(block).loadConstant(step).iadd().istore(block).goto_(top).labelBinding(done);
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

    private void store(
            CodeBuilder code,
            LoopBody body,
            int block,
            int offset,
            int output,
            int copy,
            int local) {
        Lane lane = program.node(program.outputs().get(output).node()).lane();
        code.aload(local);
        VectorType.of(lane)
                .store(
                        code,
                        () -> {
                            // One block of FOLD_BLOCK elements leaves FOLD_LANES accumulators:
                            // block / 16.
                            code.lload(body.outLocal(output)).iload(block);
                            code.loadConstant(
                                            Integer.numberOfTrailingZeros(
                                                    Program.FOLD_BLOCK / Program.FOLD_LANES))
                                    .ishr();
                            code.i2l().loadConstant((long) lane.byteSize()).lmul().ladd();
                            code.loadConstant(
                                            (long) (offset + copy * layout.laneCount())
                                                    * lane.byteSize())
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
