package io.tharsis.kernels.vector;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;

/**
 * Operations on vectors of longs in locals: each emits its code and answers the local of its
 * result.
 */
final class LongOps {
    private static final VectorType TYPE = VectorType.I64;
    private static final MethodTypeDesc OF_VECTOR =
            MethodTypeDesc.of(TYPE.vector, VectorType.VECTOR);
    private static final MethodTypeDesc OF_LONG = MethodTypeDesc.of(TYPE.vector, CD_long);

    private final CodeBuilder code;
    private final int bits;

    LongOps(CodeBuilder code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    int laneCount() {
        return bits / Long.SIZE;
    }

    int broadcast(Runnable pushLong) {
        return keep(
                () -> {
                    TYPE.species(code, bits);
                    pushLong.run();
                    TYPE.broadcast(code);
                });
    }

    /** {@code base, base + step, base + 2 step, ...}. */
    int sequence(Runnable pushBase, int step) {
        return keep(
                () -> {
                    TYPE.species(code, bits);
                    pushBase.run();
                    TYPE.broadcast(code);
                    code.loadConstant(step)
                            .invokevirtual(
                                    TYPE.vector,
                                    "addIndex",
                                    MethodTypeDesc.of(TYPE.vector, CD_int));
                });
    }

    int addScalar(int a, Runnable pushLong) {
        return keep(
                () -> {
                    code.aload(a);
                    pushLong.run();
                    code.invokevirtual(TYPE.vector, "add", OF_LONG);
                });
    }

    int mul(int a, int b) {
        return keep(() -> code.aload(a).aload(b).invokevirtual(TYPE.vector, "mul", OF_VECTOR));
    }

    int and(int a, int b) {
        return keep(() -> code.aload(a).aload(b).invokevirtual(TYPE.vector, "and", OF_VECTOR));
    }

    int or(int a, int b) {
        return keep(() -> code.aload(a).aload(b).invokevirtual(TYPE.vector, "or", OF_VECTOR));
    }

    int xor(int first, int... others) {
        return keep(
                () -> {
                    code.aload(first);
                    for (int other : others) {
                        VectorType.operator(code, "XOR");
                        code.aload(other);
                        TYPE.lanewise(code);
                    }
                });
    }

    int shift(String operator, int vector, long distance) {
        return keep(
                () -> {
                    code.aload(vector);
                    VectorType.operator(code, operator);
                    code.loadConstant(distance);
                    TYPE.lanewiseScalar(code);
                });
    }

    int shift(String operator, int vector, int distances) {
        return keep(
                () -> {
                    code.aload(vector);
                    VectorType.operator(code, operator);
                    code.aload(distances);
                    TYPE.lanewise(code);
                });
    }

    /** {@code low | high << 32}. */
    int pair(int low, int high) {
        return or(low, shift("LSHL", high, 32L));
    }

    /** The mask of lanes that have one of these bits. */
    int hasBit(int vector, long bit) {
        int zero = broadcast(() -> code.lconst_0());
        return keep(
                () -> {
                    code.aload(vector).loadConstant(bit).invokevirtual(TYPE.vector, "and", OF_LONG);
                    code.getstatic(VectorType.OPERATORS, "NE", VectorType.COMPARISON).aload(zero);
                    TYPE.compare(code);
                });
    }

    int blend(int whereFalse, int whereTrue, int mask) {
        return keep(
                () -> {
                    code.aload(whereFalse).aload(whereTrue).aload(mask);
                    TYPE.blend(code);
                });
    }

    /** Lane {@code indexes[l]} of {@code a}. */
    int select(int indexes, int a) {
        return keep(
                () ->
                        code.aload(indexes)
                                .aload(a)
                                .invokevirtual(TYPE.vector, "selectFrom", OF_VECTOR));
    }

    /** Lane {@code indexes[l]} of {@code a} followed by {@code b}. */
    int select(int indexes, int a, int b) {
        return keep(
                () ->
                        code.aload(indexes)
                                .aload(a)
                                .aload(b)
                                .invokevirtual(
                                        TYPE.vector,
                                        "selectFrom",
                                        MethodTypeDesc.of(
                                                TYPE.vector,
                                                VectorType.VECTOR,
                                                VectorType.VECTOR)));
    }

    /** {@code base, base + 1, ...} as a full vector of ints. */
    int intSequence(Runnable pushBase) {
        return keep(
                () -> {
                    VectorType.I32.species(code, bits);
                    pushBase.run();
                    VectorType.I32.broadcast(code);
                    code.iconst_1()
                            .invokevirtual(
                                    VectorType.I32.vector,
                                    "addIndex",
                                    MethodTypeDesc.of(VectorType.I32.vector, CD_int));
                });
    }

    /** As {@link #select(int, int, int)} for ints. */
    int selectInts(int indexes, int a, int b) {
        return keep(
                () -> {
                    code.aload(indexes).aload(a).aload(b);
                    VectorType.I32.call(code, "selectFrom", 2);
                });
    }

    /** The same bits as ints, twice as many. */
    int asInts(int vector) {
        return keep(
                () ->
                        code.aload(vector)
                                .invokevirtual(
                                        TYPE.vector,
                                        "reinterpretAsInts",
                                        MethodTypeDesc.of(VectorType.I32.vector)));
    }

    /** Pushes the doubles that have these bits. */
    void pushDoubles(int vector) {
        code.aload(vector)
                .invokevirtual(
                        TYPE.vector,
                        "viewAsFloatingLanes",
                        MethodTypeDesc.of(VectorType.F64.vector));
    }

    /** The low halves as ints, in vectors of {@code intBits} bits. */
    int toInts(int vector, int intBits) {
        return keep(
                () -> {
                    code.aload(vector);
                    VectorType.convert(code, "L2I", VectorType.I32, intBits);
                });
    }

    private int keep(Runnable push) {
        push.run();
        int local = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(local);
        return local;
    }
}
