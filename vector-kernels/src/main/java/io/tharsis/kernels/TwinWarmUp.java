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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gets the scalar twin's loops compiled before anybody needs them: runs programs that use the
 * common ones, in the background. The loops are shared by all programs, so a first expression then
 * meets compiled code; it takes some tenths of a second of one processor.
 */
final class TwinWarmUp {
    /**
     * Runs after which C1 has been asked for every loop of a program, and C2: a new twin runs in
     * blocks of 64 elements, 31 calls of each loop a run, and the compilers want some 200 and 600
     * calls.
     */
    private static final int[] ROUNDS = {10, 40};

    private TwinWarmUp() {}

    /** The work in pieces of some milliseconds, most wanted first. */
    static List<Runnable> pieces() {
        List<Consumer<ProgramBuilder>> writers =
                List.of(
                        b -> arithmetic(b, Format.F64),
                        b -> folds(b, Format.F64),
                        b -> b.store(Exponentials.exp(b, load(b, 0, Format.F64)), Format.F64),
                        b -> counts(b, Format.F64),
                        b -> b.store(Trigonometry.sin(b, load(b, 0, Format.F64)), Format.F64),
                        b -> b.store(Logarithms.log1p(b, load(b, 0, Format.F64)), Format.F64),
                        TwinWarmUp::hypot,
                        b -> arithmetic(b, Format.F32),
                        b -> folds(b, Format.F32));
        List<Runnable> pieces = new ArrayList<>();
        for (int rounds : ROUNDS) {
            for (Consumer<ProgramBuilder> writer : writers) {
                pieces.add(() -> exercise(writer, rounds));
            }
        }
        return pieces;
    }

    private static void exercise(Consumer<ProgramBuilder> writer, int rounds) {
        var b = new ProgramBuilder();
        writer.accept(b);
        Program program = b.build();
        WarmUp.exercise(ScalarKernel.of(program), rounds);
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
