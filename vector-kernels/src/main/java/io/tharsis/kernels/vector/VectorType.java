package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** The vector class of a lane, and how its methods are called in bytecode. */
public enum VectorType {
    /** Memory of narrow formats only; no lane. */
    I8(ByteVector.class, ConstantDescs.CD_byte, 'B'),
    /** Memory of narrow formats only; no lane. */
    I16(ShortVector.class, ConstantDescs.CD_short, 'S'),
    I32(IntVector.class, ConstantDescs.CD_int, 'I'),
    I64(LongVector.class, ConstantDescs.CD_long, 'L'),
    F32(FloatVector.class, ConstantDescs.CD_float, 'F'),
    F64(DoubleVector.class, ConstantDescs.CD_double, 'D');

    public static final ClassDesc VECTOR = desc(Vector.class);
    static final ClassDesc MASK = desc(VectorMask.class);
    static final ClassDesc SPECIES = desc(VectorSpecies.class);
    static final ClassDesc OPERATORS = desc(VectorOperators.class);
    static final ClassDesc ASSOCIATIVE = desc(VectorOperators.Associative.class);
    static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
    static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
    static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
    public static final ClassDesc SEGMENT = desc(java.lang.foreign.MemorySegment.class);
    static final ClassDesc BYTE_ORDER = desc(java.nio.ByteOrder.class);
    static final ClassDesc MEMORY = desc(Memory.class);

    public final ClassDesc vector;
    public final ClassDesc primitive;

    /** The letter of this lane in the names of {@link VectorOperators}' conversions. */
    final char letter;

    VectorType(Class<?> vector, ClassDesc primitive, char letter) {
        this.vector = desc(vector);
        this.primitive = primitive;
        this.letter = letter;
    }

    public static VectorType of(Lane lane) {
        return switch (lane) {
            case I32 -> I32;
            case I64 -> I64;
            case F32 -> F32;
            case F64 -> F64;
            case MASK -> throw new IllegalArgumentException("a mask has no vector class");
        };
    }

    /** The class of vectors of this format in memory. */
    static VectorType of(Format format) {
        return switch (format) {
            case BOOL, I8, U8 -> I8;
            case I16, U16 -> I16;
            case I32, U32 -> I32;
            case I64, U64 -> I64;
            case F32 -> F32;
            case F64 -> F64;
        };
    }

    public static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    /**
     * Pushes the species of {@code bits} bits, a static final, so it folds into the compiled code.
     */
    public void species(CodeBuilder code, int bits) {
        code.getstatic(vector, "SPECIES_" + bits, SPECIES);
    }

    /** Primitive on the stack after the species to a vector. */
    public void broadcast(CodeBuilder code) {
        code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, primitive));
    }

    /** Pushes the primitive with these bits; 32-bit lanes use the low half. */
    public void literal(CodeBuilder code, long bits) {
        switch (this) {
            case I8, I16, I32 -> code.loadConstant((int) bits);
            case I64 -> code.loadConstant(bits);
            case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
            case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
        }
    }

    /** Turns the long on the stack, bits of a value, into the primitive. */
    void fromBits(CodeBuilder code) {
        switch (this) {
            case I8, I16, I32 -> code.l2i();
            case I64 -> {}
            case F32 ->
                    code.l2i()
                            .invokestatic(
                                    ConstantDescs.CD_Float,
                                    "intBitsToFloat",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_float, ConstantDescs.CD_int));
            case F64 ->
                    code.invokestatic(
                            ConstantDescs.CD_Double,
                            "longBitsToDouble",
                            MethodTypeDesc.of(ConstantDescs.CD_double, ConstantDescs.CD_long));
        }
    }

    /**
     * A method of one receiver and {@code vectors} vector arguments that answers this vector class.
     */
    public void call(CodeBuilder code, String method, int vectors) {
        ClassDesc[] arguments = new ClassDesc[vectors];
        java.util.Arrays.fill(arguments, VECTOR);
        code.invokevirtual(vector, method, MethodTypeDesc.of(vector, arguments));
    }

    /** Vector, operator, vector on the stack. */
    public void lanewise(CodeBuilder code) {
        code.invokevirtual(vector, "lanewise", MethodTypeDesc.of(vector, BINARY, VECTOR));
    }

    /** Vector, operator, scalar on the stack. */
    void lanewiseScalar(CodeBuilder code) {
        code.invokevirtual(vector, "lanewise", MethodTypeDesc.of(vector, BINARY, primitive));
    }

    /** Vector, comparison, vector on the stack. */
    void compare(CodeBuilder code) {
        code.invokevirtual(vector, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    }

    /** Vector where the mask is false, vector where it is true, mask on the stack. */
    void blend(CodeBuilder code) {
        code.invokevirtual(vector, "blend", MethodTypeDesc.of(vector, VECTOR, MASK));
    }

    /**
     * Species and then the address on the stack are turned into a load; the caller pushes the
     * address between the two halves.
     */
    public void load(CodeBuilder code, int bits, Runnable address) {
        species(code, bits);
        code.getstatic(MEMORY, "ALL", SEGMENT);
        address.run();
        code.getstatic(MEMORY, "ORDER", BYTE_ORDER)
                .invokestatic(
                        vector,
                        "fromMemorySegment",
                        MethodTypeDesc.of(
                                vector, SPECIES, SEGMENT, ConstantDescs.CD_long, BYTE_ORDER));
    }

    /** Stores the vector on the stack. */
    public void store(CodeBuilder code, Runnable address) {
        code.getstatic(MEMORY, "ALL", SEGMENT);
        address.run();
        code.getstatic(MEMORY, "ORDER", BYTE_ORDER)
                .invokevirtual(
                        vector,
                        "intoMemorySegment",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, BYTE_ORDER));
    }

    /**
     * Vector on the stack to another vector class of {@code bits} bits and the same lane count, by
     * a named conversion.
     */
    static void convert(CodeBuilder code, String conversion, VectorType to, int bits) {
        code.getstatic(OPERATORS, conversion, CONVERSION);
        to.species(code, bits);
        code.iconst_0()
                .invokevirtual(
                        VECTOR,
                        "convertShape",
                        MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, ConstantDescs.CD_int))
                .checkcast(to.vector);
    }

    public static void operator(CodeBuilder code, String name) {
        boolean associative =
                switch (name) {
                    case "ADD", "MUL", "MIN", "MAX", "AND", "OR", "XOR" -> true;
                    default -> false;
                };
        code.getstatic(OPERATORS, name, associative ? ASSOCIATIVE : BINARY);
    }
}
