package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.math.Exponentials;
import io.tharsis.kernels.math.Logarithms;
import io.tharsis.kernels.math.Powers;
import io.tharsis.kernels.math.Trigonometry;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Gets ready, in the background, what a first expression needs: loads the classes that write a
 * fused loop, runs the programs of common functions through them, and gets the loops compiled that
 * fused kernels share, which move blocks and fold them. It takes some hundredths of a second of one
 * processor; more would be taken from the program that has just begun.
 */
final class TwinWarmUp {
    /** Runs after which every loop has been called often enough to be compiled. */
    private static final int OFTEN = 40;

    private TwinWarmUp() {}

    /** The work in pieces of some milliseconds, most wanted first. */
    static List<Runnable> pieces() {
        return List.of(
                () -> exercise(b -> arithmetic(b, Format.F64), 1),
                () -> exercise(b -> folds(b, Format.F64), OFTEN),
                () -> exercise(b -> unary(b, Exponentials::exp), 0),
                () -> exercise(b -> counts(b, Format.F64), OFTEN),
                () -> exercise(b -> unary(b, Trigonometry::sin), 0),
                () -> exercise(b -> unary(b, Logarithms::log1p), 0),
                () -> exercise(TwinWarmUp::hypot, 0),
                () -> exercise(b -> arithmetic(b, Format.F32), 1));
    }

    private static void exercise(Consumer<ProgramBuilder> writer, int rounds) {
        var b = new ProgramBuilder();
        writer.accept(b);
        Program program = b.build();
        WarmUp.exercise(ScalarKernel.fused(program), rounds);
    }

    private static void unary(
            ProgramBuilder b, BiFunction<ProgramBuilder, Integer, Integer> function) {
        b.store(function.apply(b, load(b, 0, Format.F64)), Format.F64);
    }

    private static void hypot(ProgramBuilder b) {
        b.store(Powers.hypot(b, load(b, 0, Format.F64), load(b, 1, Format.F64)), Format.F64);
    }

    private static int load(ProgramBuilder b, int input, Format format) {
        return b.load(input, format, Access.CONTIGUOUS);
    }

    private static void arithmetic(ProgramBuilder b, Format format) {
        int x = load(b, 0, format);
        int y = load(b, 1, format);
        int p = b.param(0, format.lane());
        int sum = b.add(b.mul(x, y), b.mul(b.sub(x, p), b.add(y, p)));
        int quotient = b.div(sum, b.sqrt(b.abs(b.neg(y))));
        int least = b.binary(BinaryOp.MIN, quotient, b.binary(BinaryOp.MAX, x, p));
        b.store(b.select(b.compare(CompareOp.LT, x, y), least, b.mul(quotient, p)), format);
        Format other = format == Format.F64 ? Format.F32 : Format.F64;
        b.store(b.convert(least, other.lane()), other);
        b.store(b.compare(CompareOp.GT, x, p), Format.BOOL);
    }

    private static void folds(ProgramBuilder b, Format format) {
        int x = b.sub(load(b, 0, format), load(b, 1, format));
        b.foldLanes(FoldOp.ADD, x);
        b.foldLanes(FoldOp.MAX, x);
        b.foldLanes(FoldOp.MIN, x);
        b.foldRows(FoldOp.ADD, x);
    }

    private static void counts(ProgramBuilder b, Format format) {
        int x = load(b, 0, format);
        int less = b.compare(CompareOp.LE, x, load(b, 1, format));
        int equal = b.compare(CompareOp.EQ, x, b.param(0, format.lane()));
        b.foldLanes(FoldOp.ADD, b.convert(b.and(less, b.not(equal)), Lane.I64));
    }
}
