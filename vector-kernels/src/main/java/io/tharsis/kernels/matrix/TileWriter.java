package io.tharsis.kernels.matrix;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.vector.Memory;
import io.tharsis.kernels.vector.VectorType;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Writes the class of a vector tile: a method that multiplies for each count of vectors side by
 * side, the same that add, and one that adds single elements. The methods are short so that every
 * compiler of HotSpot masters them: with the addition in it, the widest multiplication has so many
 * vector operations that C1 gives up.
 */
final class TileWriter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc KERNEL = VectorType.desc(TwoStepTile.class);
    private static final ClassDesc MEMORY = VectorType.desc(Memory.class);

    /** {@code depth, left, right, sums}. */
    private static final MethodTypeDesc MULTIPLY =
            MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long, CD_long);

    /** {@code rows, columns, sums, in, inRowBytes, out, outRowBytes}. */
    private static final MethodTypeDesc ADD =
            MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long);

    /** {@code bytes, panels, from, to, panelBytes}. */
    private static final MethodTypeDesc SPREAD =
            MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_long, CD_long, CD_long);

    /** Bits that an address may have on any machine; pointers' tag bits, if any, are above. */
    private static final long ADDRESS_MASK = (1L << 56) - 1;

    private final Lane lane;
    private final VectorType type;
    private final TileShape shape;
    private final int bits;
    private final int elementBytes;
    private final int vectorBytes;
    private final ClassDesc name;

    /** Vectors side by side in the widest method; wider tiles are run in parts. */
    private final int most;

    private TileWriter(Format format, TileShape shape, int most) {
        this.most = most;
        this.lane = format.lane();
        this.type = VectorType.of(lane);
        this.shape = shape;
        this.elementBytes = format.byteSize();
        this.vectorBytes = shape.lanes() * elementBytes;
        this.bits = vectorBytes * Byte.SIZE;
        this.name = ClassDesc.of(TileWriter.class.getPackageName(), "Tile" + format + "x" + bits);
    }

    /**
     * A fresh class, whose first runs are very slow.
     *
     * @param most vectors that are computed side by side; fewer make a class that is slower and
     *     easier to compile
     */
    static TwoStepTile generate(Format format, TileShape shape, int most) {
        byte[] bytes = new TileWriter(format, shape, most).write();
        try {
            MethodHandles.Lookup kernel = LOOKUP.defineHiddenClass(bytes, true);
            return (TwoStepTile)
                    kernel.findConstructor(kernel.lookupClass(), MethodType.methodType(void.class))
                            .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("the generated tile does not load: " + shape, e);
        }
    }

    private byte[] write() {
        return ClassFile.of()
                .build(
                        name,
                        writer -> {
                            writer.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                    .withInterfaceSymbols(KERNEL);
                            writer.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    ConstantDescs.MTD_void,
                                    0,
                                    code ->
                                            code.aload(0)
                                                    .invokespecial(
                                                            ConstantDescs.CD_Object,
                                                            ConstantDescs.INIT_NAME,
                                                            ConstantDescs.MTD_void)
                                                    .return_());
                            writer.withMethodBody(
                                    "multiply",
                                    MULTIPLY.insertParameterTypes(0, CD_int),
                                    ClassFile.ACC_PUBLIC,
                                    this::dispatch);
                            for (int vectors = 1; vectors <= most; vectors++) {
                                int count = vectors;
                                writer.withMethodBody(
                                        "multiply" + count,
                                        MULTIPLY,
                                        ClassFile.ACC_STATIC,
                                        code -> multiply(code, count));
                            }
                            writer.withMethodBody(
                                    "add", ADD, ClassFile.ACC_PUBLIC, this::dispatchAdd);
                            for (int vectors = 1; vectors <= shape.vectors(); vectors++) {
                                int count = vectors;
                                writer.withMethodBody(
                                        "add" + count,
                                        ADD,
                                        ClassFile.ACC_STATIC,
                                        code -> addVectors(code, count));
                            }
                            writer.withMethodBody(
                                    "addWhole", ADD, ClassFile.ACC_STATIC, this::addWhole);
                            writer.withMethodBody(
                                    "addElements", ADD, ClassFile.ACC_STATIC, this::addElements);
                            writer.withMethodBody(
                                    "spread", SPREAD, ClassFile.ACC_PUBLIC, this::dispatchSpread);
                            writer.withMethodBody(
                                    "spreadRows",
                                    SPREAD,
                                    ClassFile.ACC_STATIC,
                                    code -> spread(code, TileShape.PANEL_ROWS));
                            writer.withMethodBody(
                                    "spreadColumns",
                                    SPREAD,
                                    ClassFile.ACC_STATIC,
                                    code -> spread(code, shape.columns()));
                        });
    }

    /** {@code this, columns}, and then the arguments of {@link #multiply}. */
    private void dispatch(CodeBuilder code) {
        for (int vectors = shape.vectors(); vectors > 0; vectors--) {
            Label next = code.newLabel();
            if (vectors > 1) {
                code.iload(1).loadConstant((vectors - 1) * shape.lanes()).if_icmple(next);
            }
            for (int first = 0; first < vectors; first += most) {
                int count = Math.min(most, vectors - first);
                long skipped = (long) first * vectorBytes;
                code.iload(2).lload(3).lload(5).loadConstant(skipped).ladd();
                code.lload(7).loadConstant(skipped).ladd();
                code.invokestatic(name, "multiply" + count, MULTIPLY);
            }
            code.return_().labelBinding(next);
        }
    }

    /** {@code if (argument == NOTHING) { while (--rounds > 0); return; }}. */
    private static void unlessNothing(CodeBuilder code, int argument, int rounds) {
        Label work = code.newLabel();
        Label again = code.newLabel();
        code.lload(argument)
                .loadConstant(TwoStepTile.NOTHING)
                .lcmp()
                .ifne(work)
                .labelBinding(again);
        code.iinc(rounds, -1).iload(rounds).ifgt(again).return_().labelBinding(work);
    }

    /** Of {@code vectors} vectors: sums in registers, then to memory. */
    private void multiply(CodeBuilder code, int vectors) {
        unlessNothing(code, 1, 0);
        int[] sums = new int[shape.rows() * vectors];
        type.species(code, bits);
        type.literal(code, 0);
        type.broadcast(code);
        for (int sum = 0; sum < sums.length; sum++) {
            sums[sum] = code.allocateLocal(TypeKind.REFERENCE);
            if (sum < sums.length - 1) {
                code.dup();
            }
            code.astore(sums[sum]);
        }
        sum(code, vectors, sums);
        masked(code.lload(5)).lstore(5);
        for (int sum = 0; sum < sums.length; sum++) {
            long to =
                    (long) (sum / vectors) * shape.columns() * elementBytes
                            + (long) (sum % vectors) * vectorBytes;
            code.aload(sums[sum]);
            type.store(code, () -> code.lload(5).loadConstant(to).ladd());
        }
        code.return_();
    }

    /**
     * {@code for (k = 0; k < depth; k++) sums += left[k] outer right[k]}. Both addresses move on
     * with k: the fewer instructions a step has beside its arithmetic, the further ahead of it the
     * processor loads (measured: 4 % beside computing them from k). Panels of the left after the
     * first are as far from it as a panel is long.
     *
     * <p>Where sums and operands are more than registers, a branch that is never taken stands
     * before each later panel: no address is 0. Sums are needed behind it too, so what was to be
     * added to them before it is, and C2 loads a panel's elements only behind it (measured: tiles
     * of 8 x 3 vectors go from 64 to 68 GFLOP/s, see docs/performance.md).
     */
    private void sum(CodeBuilder code, int vectors, int[] sums) {
        int[] right = new int[vectors];
        for (int vector = 0; vector < vectors; vector++) {
            right[vector] = code.allocateLocal(TypeKind.REFERENCE);
        }
        int left = code.allocateLocal(TypeKind.REFERENCE);
        int[] panels = new int[shape.rows() / TileShape.PANEL_ROWS];
        panels[0] = 1;
        int panelBytes = code.allocateLocal(TypeKind.LONG);
        long stepBytes = (long) TileShape.PANEL_ROWS * elementBytes;
        code.iload(0).i2l().loadConstant(stepBytes).lmul().lstore(panelBytes);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(top).iload(0).ifle(done);
        masked(code.lload(1)).lstore(1);
        for (int panel = 1; panel < panels.length; panel++) {
            panels[panel] = code.allocateLocal(TypeKind.LONG);
            masked(code.lload(panels[panel - 1]).lload(panelBytes).ladd()).lstore(panels[panel]);
        }
        masked(code.lload(3)).lstore(3);
        for (int vector = 0; vector < vectors; vector++) {
            long from = (long) vector * vectorBytes;
            type.load(code, bits, () -> code.lload(3).loadConstant(from).ladd());
            code.astore(right[vector]);
        }
        for (int row = 0; row < shape.rows(); row++) {
            boolean isNext = row > 0 && row % TileShape.PANEL_ROWS == 0;
            if (isNext && shape.exceedsRegisters(vectors)) {
                code.lload(1).lconst_0().lcmp().ifeq(done);
            }
            type.species(code, bits);
            code.getstatic(MEMORY, "ALL", VectorType.SEGMENT);
            code.getstatic(MEMORY, layoutName(), layoutType());
            long at = (long) row % TileShape.PANEL_ROWS * elementBytes;
            code.lload(panels[row / TileShape.PANEL_ROWS]).loadConstant(at).ladd();
            get(code);
            type.broadcast(code);
            code.astore(left);
            for (int vector = 0; vector < vectors; vector++) {
                int sum = sums[row * vectors + vector];
                multiplyAdd(code, left, right[vector], sum);
                code.astore(sum);
            }
        }
        code.lload(1).loadConstant(stepBytes).ladd().lstore(1);
        code.lload(3).loadConstant((long) shape.columns() * elementBytes).ladd().lstore(3);
        code.iinc(0, -1).goto_(top).labelBinding(done);
    }

    /**
     * Tells C2 that the address on the stack is no more than an address, so that no access need be
     * checked against the end of memory.
     */
    private static CodeBuilder masked(CodeBuilder code) {
        return code.loadConstant(ADDRESS_MASK).land();
    }

    private CodeBuilder at(CodeBuilder code, int base, int k, int width) {
        return code.lload(base)
                .iload(k)
                .i2l()
                .loadConstant((long) width * elementBytes)
                .lmul()
                .ladd();
    }

    private void multiplyAdd(CodeBuilder code, int left, int right, int sum) {
        switch (lane) {
            case F64, F32 -> {
                code.aload(right).aload(left).aload(sum);
                type.call(code, "fma", 2);
            }
            default -> {
                code.aload(right).aload(left);
                type.call(code, "mul", 1);
                code.aload(sum);
                type.call(code, "add", 1);
            }
        }
    }

    private String layoutName() {
        return switch (lane) {
            case F64 -> "DOUBLE";
            case F32 -> "FLOAT";
            case I64 -> "LONG";
            default -> "INT";
        };
    }

    private ClassDesc layoutType() {
        return switch (lane) {
            case F64 -> VectorType.desc(java.lang.foreign.ValueLayout.OfDouble.class);
            case F32 -> VectorType.desc(java.lang.foreign.ValueLayout.OfFloat.class);
            case I64 -> VectorType.desc(java.lang.foreign.ValueLayout.OfLong.class);
            default -> VectorType.desc(java.lang.foreign.ValueLayout.OfInt.class);
        };
    }

    /** As many whole vectors of each row as there are, then single elements. */
    private void dispatchAdd(CodeBuilder code) {
        for (int vectors = shape.vectors(); vectors >= 0; vectors--) {
            Label fewer = code.newLabel();
            Label done = code.newLabel();
            if (vectors > 0) {
                code.iload(2).loadConstant(vectors * shape.lanes()).if_icmplt(fewer);
                Label edge = code.newLabel();
                Label added = code.newLabel();
                code.iload(1).loadConstant(shape.rows()).if_icmpne(edge);
                for (int vector = 0; vector < vectors; vector++) {
                    argumentsOfAdd(code, vector);
                    code.invokestatic(name, "addWhole", ADD);
                }
                code.goto_(added).labelBinding(edge);
                argumentsOfAdd(code, 0);
                code.invokestatic(name, "add" + vectors, ADD);
                code.labelBinding(added);
            }
            code.iload(2).loadConstant(vectors * shape.lanes()).if_icmple(done);
            argumentsOfAdd(code, vectors);
            code.invokestatic(name, "addElements", ADD);
            code.labelBinding(done).return_().labelBinding(fewer);
        }
    }

    /** Without the first {@code vectors} vectors; {@code this} is before the arguments. */
    private void argumentsOfAdd(CodeBuilder code, int vectors) {
        long skipped = (long) vectors * vectorBytes;
        code.iload(1).iload(2).loadConstant(vectors * shape.lanes()).isub();
        code.lload(3).loadConstant(skipped).ladd();
        code.lload(5).loadConstant(skipped).ladd().lload(7);
        code.lload(9).loadConstant(skipped).ladd().lload(11);
    }

    /**
     * One vector of each row, of as many rows as a tile has: all are loaded before one is stored.
     * Measured to be steadier from start to start, see docs/performance.md; supposedly because
     * where rows lie a multiple of 4 KiB apart a processor that compares the low twelve bits of
     * addresses takes a load for one of what was just stored to another row, and waits for it.
     */
    private void addWhole(CodeBuilder code) {
        unlessNothing(code, 10, 0);
        int[] loaded = new int[shape.rows()];
        masked(code.lload(2)).lstore(2);
        for (int row = 0; row < loaded.length; row++) {
            masked(code.lload(4)).lstore(4);
            type.load(code, bits, () -> code.lload(4));
            loaded[row] = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(loaded[row]);
            code.lload(4).lload(6).ladd().lstore(4);
        }
        for (int row = 0; row < loaded.length; row++) {
            long from = (long) row * shape.columns() * elementBytes;
            code.aload(loaded[row]);
            type.load(code, bits, () -> code.lload(2).loadConstant(from).ladd());
            type.call(code, "add", 1);
            code.astore(loaded[row]);
        }
        for (int sum : loaded) {
            masked(code.lload(8)).lstore(8);
            code.aload(sum);
            type.store(code, () -> code.lload(8));
            code.lload(8).lload(10).ladd().lstore(8);
        }
        code.return_();
    }

    private void addVectors(CodeBuilder code, int vectors) {
        forEachRow(
                code,
                () -> {
                    for (int vector = 0; vector < vectors; vector++) {
                        long from = (long) vector * vectorBytes;
                        type.load(code, bits, () -> code.lload(4).loadConstant(from).ladd());
                        type.load(code, bits, () -> code.lload(2).loadConstant(from).ladd());
                        type.call(code, "add", 1);
                        type.store(code, () -> code.lload(8).loadConstant(from).ladd());
                    }
                });
    }

    /** Less than a vector of each row. Not under a mask: C2 boxes masks of two lanes. */
    private void addElements(CodeBuilder code) {
        int column = code.allocateLocal(TypeKind.INT);
        forEachRow(
                code,
                () -> {
                    Label top = code.newLabel();
                    Label done = code.newLabel();
                    code.iconst_0().istore(column);
                    code.labelBinding(top).iload(column).iload(1).if_icmpge(done);
                    pushElement(code, 8, column);
                    pushElement(code, 4, column);
                    get(code);
                    pushElement(code, 2, column);
                    get(code);
                    switch (lane) {
                        case F64 -> code.dadd();
                        case F32 -> code.fadd();
                        case I64 -> code.ladd();
                        default -> code.iadd();
                    }
                    code.invokeinterface(
                            VectorType.SEGMENT,
                            "set",
                            MethodTypeDesc.of(CD_void, layoutType(), CD_long, type.primitive));
                    code.iinc(column, 1).goto_(top).labelBinding(done);
                });
    }

    /** {@code this}, and then the arguments of {@link #spread}. */
    private void dispatchSpread(CodeBuilder code) {
        Label rows = code.newLabel();
        code.iload(1).iload(2).lload(3).lload(5).lload(7);
        code.iload(1).loadConstant(shape.columns() * elementBytes).if_icmpne(rows);
        code.invokestatic(name, "spreadColumns", SPREAD).return_();
        code.labelBinding(rows).invokestatic(name, "spreadRows", SPREAD).return_();
    }

    /** {@code for (panel = 0; panel < panels; panel++)}, a panel's elements at a time. */
    private void spread(CodeBuilder code, int width) {
        unlessNothing(code, 6, 1);
        int bytes = width * elementBytes;
        int part = Math.min(bytes, vectorBytes);
        int panel = code.allocateLocal(TypeKind.INT);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.iconst_0().istore(panel).labelBinding(top).iload(panel).iload(1).if_icmpge(done);
        masked(code.lload(2)).lstore(2);
        masked(code.lload(4)).lstore(4);
        for (int at = 0; at < bytes; at += part) {
            long offset = at;
            type.load(code, part * Byte.SIZE, () -> code.lload(2).loadConstant(offset).ladd());
            type.store(code, () -> code.lload(4).loadConstant(offset).ladd());
        }
        code.lload(2).loadConstant((long) bytes).ladd().lstore(2);
        code.lload(4).lload(6).ladd().lstore(4);
        code.iinc(panel, 1).goto_(top).labelBinding(done).return_();
    }

    /** Pushes what an access to {@code address[column]} starts with. */
    private void pushElement(CodeBuilder code, int address, int column) {
        code.getstatic(MEMORY, "ALL", VectorType.SEGMENT);
        code.getstatic(MEMORY, layoutName(), layoutType());
        at(code, address, column, 1);
    }

    private void get(CodeBuilder code) {
        code.invokeinterface(
                VectorType.SEGMENT,
                "get",
                MethodTypeDesc.of(type.primitive, layoutType(), CD_long));
    }

    /** {@code for (row = 0; row < rows; row++)}, with sums, in and out moving on. */
    private void forEachRow(CodeBuilder code, Runnable body) {
        unlessNothing(code, 10, 0);
        int row = code.allocateLocal(TypeKind.INT);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.iconst_0().istore(row).labelBinding(top).iload(row).iload(0).if_icmpge(done);
        for (int address : new int[] {2, 4, 8}) {
            masked(code.lload(address)).lstore(address);
        }
        body.run();
        code.lload(2).loadConstant((long) shape.columns() * elementBytes).ladd().lstore(2);
        code.lload(4).lload(6).ladd().lstore(4);
        code.lload(8).lload(10).ladd().lstore(8);
        code.iinc(row, 1).goto_(top).labelBinding(done).return_();
    }
}
