package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Program;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes the class of a kernel: a subclass of {@link VectorKernel} with a main loop, unrolled, a
 * rest loop of single vectors and, where {@link Layout#stretches} says so, a loop over several
 * stretches of memory. Each is a method so that it stays small enough for every compiler of
 * HotSpot.
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
                                        if (layout.unroll() > 1) {
                                            loops(code, layout.unroll(), layout.rounds());
                                        } else {
                                            code.return_();
                                        }
                                    });
                            type.withMethodBody("rest", LOOP, 0, code -> loops(code, 1, 1));
                            if (layout.stretches() > 1) {
                                type.withMethodBody("sideBySide", LOOP, 0, this::sideBySide);
                            }
                        });
    }

    /** A loop with {@code rounds} rounds of {@code copies} vectors, then one with single rounds. */
    private void loops(CodeBuilder code, int copies, int rounds) {
        unlessNegative(code);
        var body = new LoopBody(code, layout, copies);
        body.prelude();
        int index = code.allocateLocal(TypeKind.INT);
        code.iload(FROM_SLOT).istore(index);
        loop(code, body, index, copies, rounds);
        if (rounds > 1) {
            loop(code, body, index, copies, 1);
        }
        body.end();
        code.return_();
    }

    /**
     * {@code if (count < 0) { while (++count < 0); return; }}, before anything that a cold call
     * could box.
     */
    private static void unlessNegative(CodeBuilder code) {
        Label work = code.newLabel();
        Label again = code.newLabel();
        code.iload(COUNT_SLOT).ifge(work).labelBinding(again);
        code.iinc(COUNT_SLOT, 1).iload(COUNT_SLOT).iflt(again).return_().labelBinding(work);
    }

    /** A loop that takes one round of each stretch in an iteration. */
    private void sideBySide(CodeBuilder code) {
        unlessNegative(code);
        var body = new LoopBody(code, layout, layout.unroll());
        body.prelude();
        int offset = code.allocateLocal(TypeKind.INT);
        code.iconst_0().istore(offset);
        int index = code.allocateLocal(TypeKind.INT);
        int stride = stride(code, layout.unroll() * layout.laneCount());
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(top).iload(offset).iload(COUNT_SLOT).if_icmpge(done);
        code.iload(FROM_SLOT).iload(offset).iadd().istore(index);
        for (int stretch = 0; stretch < layout.stretches(); stretch++) {
            if (stretch > 0) {
                code.iload(index).iload(COUNT_SLOT).iadd().istore(index);
            }
            body.round(position(code, index), 0);
        }
        code.iload(offset).iload(stride).iadd().istore(offset).goto_(top).labelBinding(done);
        body.end();
        code.return_();
    }

    /**
     * {@code for (; index < n - (step - 1); index += step) body}. No vector goes from one iteration
     * to the next: where one did, C2 now and then boxed it in each.
     */
    private void loop(CodeBuilder code, LoopBody body, int index, int copies, int rounds) {
        int step = rounds * copies * layout.laneCount();
        int limit = code.allocateLocal(TypeKind.INT);
        code.iload(COUNT_SLOT).loadConstant(step - 1).isub().istore(limit);
        Label top = code.newLabel();
        Label done = code.newLabel();
        int stride = stride(code, step);
        code.labelBinding(top).iload(index).iload(limit).if_icmpge(done);
        int at = position(code, index);
        for (int round = 0; round < rounds; round++) {
            body.round(at, round);
        }
        code.iload(index).iload(stride).iadd().istore(index).goto_(top).labelBinding(done);
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
}
