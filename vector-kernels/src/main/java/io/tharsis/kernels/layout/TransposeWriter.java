package io.tharsis.kernels.layout;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.tharsis.kernels.vector.Memory;
import io.tharsis.kernels.vector.VectorType;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Writes a class that transposes square tiles in vector registers. A tile of n vectors of n lanes
 * is transposed by log2(n) perfect shuffles, each of which interleaves vector i with vector i + n /
 * 2 (Stone, Parallel Processing with the Perfect Shuffle, 1971): so all of them use the same two
 * tables.
 */
final class TransposeWriter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc SUPER = VectorType.desc(VectorTranspose.class);
    private static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(CD_void, CD_int, CD_int);

    /** {@code from, columnStep, to, pitch, tiles}. */
    private static final MethodTypeDesc ACROSS =
            MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_long, CD_int);

    /** The most lanes: 32 vectors of 5 shuffles would be more than C1 compiles. */
    private static final int MOST_LANES = 16;

    /** The shortest vectors there are. */
    private static final int LEAST_BITS = 64;

    /** Bits that an address may have on any machine; said so that C2 drops range checks. */
    private static final long ADDRESS_MASK = (1L << 56) - 1;

    private static final int FROM = 1;
    private static final int COLUMN_STEP = 3;
    private static final int TO = 5;
    private static final int PITCH = 7;
    private static final int TILES = 9;

    private final int elementSize;
    private final int lanes;
    private final int bits;
    private final VectorType type;
    private final ClassDesc name;

    private TransposeWriter(int elementSize, int vectorBits) {
        this.elementSize = elementSize;
        this.lanes = lanes(elementSize, vectorBits);
        this.bits = lanes * elementSize * Byte.SIZE;
        this.type =
                switch (elementSize) {
                    case 1 -> VectorType.I8;
                    case 2 -> VectorType.I16;
                    case 4 -> VectorType.I32;
                    default -> VectorType.I64;
                };
        this.name =
                ClassDesc.of(
                        TransposeWriter.class.getPackageName(),
                        "Transpose" + elementSize + "x" + bits);
    }

    /** Rows and columns of a tile over vectors of at most {@code vectorBits} bits. */
    static int lanes(int elementSize, int vectorBits) {
        return Math.min(MOST_LANES, Math.max(vectorBits, LEAST_BITS) / Byte.SIZE / elementSize);
    }

    /** A fresh class, whose first runs are very slow. */
    static VectorTranspose generate(int elementSize, int vectorBits) {
        var writer = new TransposeWriter(elementSize, vectorBits);
        try {
            MethodHandles.Lookup kernel = LOOKUP.defineHiddenClass(writer.write(), true);
            return (VectorTranspose)
                    kernel.findConstructor(
                                    kernel.lookupClass(),
                                    MethodType.methodType(void.class, int.class, int.class))
                            .invoke(elementSize, writer.lanes);
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "the generated transposition does not load: " + writer.name, e);
        }
    }

    private byte[] write() {
        return ClassFile.of()
                .build(
                        name,
                        writer -> {
                            writer.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                    .withSuperclass(SUPER);
                            writer.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    CONSTRUCTOR,
                                    0,
                                    code ->
                                            code.aload(0)
                                                    .iload(1)
                                                    .iload(2)
                                                    .invokespecial(
                                                            SUPER,
                                                            ConstantDescs.INIT_NAME,
                                                            CONSTRUCTOR)
                                                    .return_());
                            writer.withMethodBody("across", ACROSS, 0, this::across);
                        });
    }

    private void across(CodeBuilder code) {
        Label work = code.newLabel();
        Label again = code.newLabel();
        code.iload(TILES).ifge(work).labelBinding(again);
        code.iinc(TILES, 1).iload(TILES).iflt(again).return_().labelBinding(work);
        int low = table(code, 0);
        int high = table(code, lanes / 2);
        int tile = code.allocateLocal(TypeKind.INT);
        Label top = code.newLabel();
        Label done = code.newLabel();
        code.iconst_0().istore(tile).labelBinding(top).iload(tile).iload(TILES).if_icmpge(done);
        int[] vectors = load(code);
        for (int stage = 1; stage < lanes; stage *= 2) {
            vectors = shuffle(code, vectors, low, high);
        }
        store(code, vectors);
        code.lload(FROM).lload(COLUMN_STEP).loadConstant((long) lanes).lmul().ladd().lstore(FROM);
        code.lload(TO).loadConstant((long) lanes * elementSize).ladd().lstore(TO);
        code.iinc(tile, 1).goto_(top).labelBinding(done).return_();
    }

    /**
     * A local with the lanes that interleave two vectors from lane {@code first} of each, those of
     * the second counted from {@code lanes} on.
     */
    private int table(CodeBuilder code, int first) {
        var table = Arena.global().allocate((long) lanes * elementSize, Long.BYTES);
        for (int lane = 0; lane < lanes; lane++) {
            int from = first + lane / 2 + lane % 2 * lanes;
            long at = table.address() + (long) lane * elementSize;
            switch (elementSize) {
                case 1 -> Memory.ALL.set(Memory.BYTE, at, (byte) from);
                case 2 -> Memory.ALL.set(Memory.SHORT, at, (short) from);
                case 4 -> Memory.ALL.set(Memory.INT, at, from);
                default -> Memory.ALL.set(Memory.LONG, at, from);
            }
        }
        int local = code.allocateLocal(TypeKind.REFERENCE);
        type.load(code, bits, () -> code.loadConstant(table.address()));
        code.astore(local);
        return local;
    }

    private int[] load(CodeBuilder code) {
        int[] vectors = new int[lanes];
        int at = code.allocateLocal(TypeKind.LONG);
        code.lload(FROM).lstore(at);
        for (int column = 0; column < lanes; column++) {
            type.load(code, bits, () -> code.lload(at).loadConstant(ADDRESS_MASK).land());
            vectors[column] = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(vectors[column]);
            code.lload(at).lload(COLUMN_STEP).ladd().lstore(at);
        }
        return vectors;
    }

    private int[] shuffle(CodeBuilder code, int[] vectors, int low, int high) {
        int[] shuffled = new int[lanes];
        for (int i = 0; i < lanes; i++) {
            code.aload(i % 2 == 0 ? low : high);
            code.aload(vectors[i / 2]).aload(vectors[lanes / 2 + i / 2]);
            type.call(code, "selectFrom", 2);
            shuffled[i] = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(shuffled[i]);
        }
        return shuffled;
    }

    private void store(CodeBuilder code, int[] vectors) {
        int at = code.allocateLocal(TypeKind.LONG);
        code.lload(TO).lstore(at);
        for (int row = 0; row < lanes; row++) {
            code.aload(vectors[row]);
            type.store(code, () -> code.lload(at).loadConstant(ADDRESS_MASK).land());
            code.lload(at).lload(PITCH).ladd().lstore(at);
        }
    }
}
