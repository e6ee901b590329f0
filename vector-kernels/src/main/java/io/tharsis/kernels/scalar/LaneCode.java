package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * The bytecodes of one lane's operators, on values on the stack. They mean exactly what the loops
 * of the lane mean: Java's arithmetic. A truth value is an int, 0 or 1.
 */
enum LaneCode {
    MASK(TypeKind.BOOLEAN, ConstantDescs.CD_boolean, "mask", ' '),
    I32(TypeKind.INT, ConstantDescs.CD_int, "i32", 'I'),
    I64(TypeKind.LONG, ConstantDescs.CD_long, "i64", 'L'),
    F32(TypeKind.FLOAT, ConstantDescs.CD_float, "f32", 'F'),
    F64(TypeKind.DOUBLE, ConstantDescs.CD_double, "f64", 'D');

    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
    private static final ClassDesc DOUBLE = ClassDesc.of("java.lang.Double");

    /** How a local or an array element of this lane is accessed. */
    final TypeKind kind;

    final ClassDesc type;

    /** The field of {@link Registers} with this lane's registers. */
    final String field;

    private final char letter;

    LaneCode(TypeKind kind, ClassDesc type, String field, char letter) {
        this.kind = kind;
        this.type = type;
        this.field = field;
        this.letter = letter;
    }

    static LaneCode of(Lane lane) {
        return switch (lane) {
            case MASK -> MASK;
            case I32 -> I32;
            case I64 -> I64;
            case F32 -> F32;
            case F64 -> F64;
        };
    }

    void literal(CodeBuilder code, long bits) {
        switch (this) {
            case MASK, I32 -> code.loadConstant((int) bits);
            case I64 -> code.loadConstant(bits);
            case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
            case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
        }
    }

    /** Turns the bits of a value, a long on the stack, into the value. */
    void fromBits(CodeBuilder code) {
        switch (this) {
            case MASK, I32 -> code.l2i();
            case I64 -> {}
            case F32 -> code.l2i().invokestatic(FLOAT, "intBitsToFloat", method(type, I32.type));
            case F64 -> code.invokestatic(DOUBLE, "longBitsToDouble", method(type, I64.type));
        }
    }

    void unary(CodeBuilder code, UnaryOp op) {
        switch (op) {
            case NEG -> operator(code, "NEG");
            case ABS -> code.invokestatic(MATH, "abs", method(type, type));
            case SQRT -> {
                if (this == F32) {
                    code.f2d();
                }
                code.invokestatic(MATH, "sqrt", method(F64.type, F64.type));
                if (this == F32) {
                    code.d2f();
                }
            }
            case NOT -> {
                literal(code, this == MASK ? 1 : -1);
                operator(code, "XOR");
            }
        }
    }

    void binary(CodeBuilder code, BinaryOp op) {
        switch (op) {
            case ADD, SUB, MUL, DIV, AND, OR, XOR -> operator(code, op.name());
            case MIN, MAX ->
                    code.invokestatic(
                            MATH, op == BinaryOp.MIN ? "min" : "max", method(type, type, type));
            case SHL, SHR, USHR -> {
                if (this == I64) {
                    code.l2i();
                }
                operator(code, op.name());
            }
            default -> throw new IllegalStateException(op + " is a step of its own");
        }
    }

    void fma(CodeBuilder code) {
        code.invokestatic(MATH, "fma", method(type, type, type, type));
    }

    /** Takes two values and goes to {@code otherwise} if the comparison does not hold. */
    void compare(CodeBuilder code, CompareOp op, Label otherwise) {
        if (this == MASK || this == I32) {
            switch (op) {
                case EQ -> code.if_icmpne(otherwise);
                case NE -> code.if_icmpeq(otherwise);
                case LT -> code.if_icmpge(otherwise);
                case LE -> code.if_icmpgt(otherwise);
                case GT -> code.if_icmple(otherwise);
                case GE -> code.if_icmplt(otherwise);
            }
            return;
        }
        // NaN shall come out as "does not hold".
        boolean nanIsGreater = op == CompareOp.LT || op == CompareOp.LE;
        switch (this) {
            case I64 -> code.lcmp();
            case F32 -> code.with(operator(nanIsGreater ? Opcode.FCMPG : Opcode.FCMPL));
            default -> code.with(operator(nanIsGreater ? Opcode.DCMPG : Opcode.DCMPL));
        }
        switch (op) {
            case EQ -> code.ifne(otherwise);
            case NE -> code.ifeq(otherwise);
            case LT -> code.ifge(otherwise);
            case LE -> code.ifgt(otherwise);
            case GT -> code.ifle(otherwise);
            case GE -> code.iflt(otherwise);
        }
    }

    /** A Java cast from {@code from}; a truth value becomes 0 or 1. */
    void convert(CodeBuilder code, LaneCode from) {
        TypeKind source = from.kind.asLoadable();
        if (source != kind) {
            code.with(ConvertInstruction.of(source, kind));
        }
    }

    /** The same bits, which were a value of {@code from}. */
    void reinterpret(CodeBuilder code, LaneCode from) {
        switch (this) {
            case I32 -> code.invokestatic(FLOAT, "floatToRawIntBits", method(type, from.type));
            case I64 -> code.invokestatic(DOUBLE, "doubleToRawLongBits", method(type, from.type));
            case F32 -> code.invokestatic(FLOAT, "intBitsToFloat", method(type, from.type));
            case F64 -> code.invokestatic(DOUBLE, "longBitsToDouble", method(type, from.type));
            case MASK -> throw new IllegalStateException("a truth value has no bits");
        }
    }

    private void operator(CodeBuilder code, String name) {
        char prefix = this == MASK ? 'I' : letter;
        code.with(operator(Opcode.valueOf(prefix + name)));
    }

    private static OperatorInstruction operator(Opcode opcode) {
        return OperatorInstruction.of(opcode);
    }

    private static MethodTypeDesc method(ClassDesc result, ClassDesc... arguments) {
        return MethodTypeDesc.of(result, arguments);
    }
}
