package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.function.BiConsumer;

/** One small program per operator and lane, and one per format for conversions. */
final class EveryOperator {
    private static final Lane[] NUMBERS = {Lane.I32, Lane.I64, Lane.F32, Lane.F64};

    private EveryOperator() {}

    static void forEach(BiConsumer<String, Program> action) {
        for (Lane lane : NUMBERS) {
            Format format = Format.valueOf(lane.name());
            for (UnaryOp op : UnaryOp.values()) {
                if (!(op == UnaryOp.SQRT && lane.isInt() || op == UnaryOp.NOT && lane.isFloat())) {
                    var b = new ProgramBuilder();
                    b.store(b.unary(op, b.load(0, format, Access.CONTIGUOUS)), format);
                    action.accept(lane + " " + op, b.build());
                }
            }
            for (BinaryOp op : BinaryOp.values()) {
                boolean floatOp = op.ordinal() <= BinaryOp.MAX.ordinal();
                if (op.hasVectorForm() && (lane.isFloat() ? floatOp : op != BinaryOp.DIV)) {
                    action.accept(lane + " " + op, binary(lane, format, op));
                }
            }
            for (CompareOp op : CompareOp.values()) {
                action.accept(lane + " " + op, compare(lane, format, op));
            }
        }
        for (Format from : Format.values()) {
            action.accept("from " + from, conversions(from));
        }
        action.accept("masks and fma", masksAndFma());
    }

    private static Program binary(Lane lane, Format format, BinaryOp op) {
        var b = new ProgramBuilder();
        int left = b.load(0, format, Access.CONTIGUOUS);
        b.store(b.binary(op, left, b.load(1, format, Access.CONTIGUOUS)), format);
        b.store(b.binary(op, left, b.load(2, format, Access.UNIFORM)), format);
        b.store(b.binary(op, b.param(0, lane), left), format);
        b.store(b.binary(op, left, b.constant(lane, 5)), format);
        return b.build();
    }

    private static Program compare(Lane lane, Format format, CompareOp op) {
        var b = new ProgramBuilder();
        int left = b.load(0, format, Access.CONTIGUOUS);
        int right = b.load(1, format, Access.CONTIGUOUS);
        int mask = b.compare(op, left, right);
        b.store(mask, Format.BOOL);
        b.store(b.select(mask, left, right), format);
        b.store(b.compare(op, left, left), Format.BOOL);
        b.store(b.compare(op, left, b.param(0, lane)), Format.BOOL);
        return b.build();
    }

    private static Program conversions(Format from) {
        var b = new ProgramBuilder();
        int value = b.load(0, from, Access.CONTIGUOUS);
        for (Format to : Format.values()) {
            b.store(b.convert(value, to.lane()), to);
        }
        if (from.lane() != Lane.MASK) {
            Lane other =
                    switch (from.lane()) {
                        case F64 -> Lane.I64;
                        case I64 -> Lane.F64;
                        case F32 -> Lane.I32;
                        default -> Lane.F32;
                    };
            b.store(b.reinterpret(value, other), Format.valueOf(other.name()));
        }
        return b.build();
    }

    private static Program masksAndFma() {
        var b = new ProgramBuilder();
        int m = b.load(0, Format.BOOL, Access.CONTIGUOUS);
        int k = b.load(1, Format.BOOL, Access.CONTIGUOUS);
        int u = b.load(2, Format.BOOL, Access.UNIFORM);
        b.store(b.and(m, k), Format.BOOL);
        b.store(b.or(m, u), Format.BOOL);
        b.store(b.xor(m, b.not(k)), Format.BOOL);
        b.store(b.compare(CompareOp.EQ, m, k), Format.BOOL);
        b.store(b.select(m, k, u), Format.BOOL);
        int d = b.load(3, Format.F64, Access.CONTIGUOUS);
        int f = b.load(4, Format.F32, Access.CONTIGUOUS);
        b.store(b.fma(d, d, b.constant(0.1)), Format.F64);
        b.store(b.fma(f, b.constant(0.1f), f), Format.F32);
        return b.build();
    }
}
