package io.tharsis.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

class ScalarKernelTest {
    private static final int[] SIZES = {0, 1, 31, 32, 33, 511, 512, 513, 1500};
    private static final Lane[] NUMBERS = {Lane.I32, Lane.I64, Lane.F32, Lane.F64};

    @Test
    void shouldComputeEveryOperatorOfEveryLaneAsTheReference() {
        for (Lane lane : NUMBERS) {
            Format format = Format.valueOf(lane.name());
            for (UnaryOp op : UnaryOp.values()) {
                if (!(op == UnaryOp.SQRT && lane.isInt() || op == UnaryOp.NOT && lane.isFloat())) {
                    var b = new ProgramBuilder();
                    b.store(b.unary(op, b.load(0, format, Access.CONTIGUOUS)), format);
                    check(b.build(), lane + " " + op);
                }
            }
            for (BinaryOp op : BinaryOp.values()) {
                boolean floatOp = op.ordinal() <= BinaryOp.MAX.ordinal();
                if (lane.isFloat() ? floatOp : op != BinaryOp.DIV) {
                    var b = new ProgramBuilder();
                    int left = b.load(0, format, Access.CONTIGUOUS);
                    b.store(b.binary(op, left, b.load(1, format, Access.CONTIGUOUS)), format);
                    b.store(b.binary(op, left, b.load(2, format, Access.UNIFORM)), format);
                    b.store(b.binary(op, b.param(0, lane), left), format);
                    check(b.build(), lane + " " + op);
                }
            }
            for (CompareOp op : CompareOp.values()) {
                var b = new ProgramBuilder();
                int left = b.load(0, format, Access.CONTIGUOUS);
                int right = b.load(1, format, Access.CONTIGUOUS);
                int mask = b.compare(op, left, right);
                b.store(mask, Format.BOOL);
                b.store(b.select(mask, left, right), format);
                b.store(b.compare(op, left, left), Format.BOOL);
                check(b.build(), lane + " " + op);
            }
        }
    }

    @Test
    void shouldComputeMasksAndFmaAsTheReference() {
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
        check(b.build(), "masks and fma");
    }

    @Test
    void shouldConvertBetweenAllLanesAsTheReference() {
        for (Format from : Format.values()) {
            var b = new ProgramBuilder();
            int value = b.load(0, from, Access.CONTIGUOUS);
            for (Format to : Format.values()) {
                b.store(b.convert(value, to.lane()), to);
            }
            if (from.lane() != Lane.MASK) {
                Lane twin =
                        switch (from.lane()) {
                            case F64 -> Lane.I64;
                            case I64 -> Lane.F64;
                            case F32 -> Lane.I32;
                            default -> Lane.F32;
                        };
                b.store(b.reinterpret(value, twin), Format.valueOf(twin.name()));
            }
            check(b.build(), "from " + from);
        }
    }

    @Test
    void shouldFoldAsTheReference() {
        for (Lane lane : NUMBERS) {
            var b = new ProgramBuilder();
            int value = b.load(0, Format.valueOf(lane.name()), Access.CONTIGUOUS);
            for (FoldOp op : FoldOp.values()) {
                if (lane.isInt() || op.ordinal() < FoldOp.AND.ordinal()) {
                    b.foldLanes(op, value);
                    b.foldRows(op, value);
                }
            }
            check(b.build(), "folds of " + lane);
        }
    }

    @Test
    void shouldMatchTheReferenceOnRandomPrograms() {
        for (int seed = 0; seed < 400; seed++) {
            Program program =
                    RandomPrograms.nextOfEveryOp(new SplittableRandom(seed), 10 + seed % 90);
            Kernel kernel = seed % 2 == 0 ? ScalarKernel.of(program) : pastItsShortBlocks(program);
            int n = SIZES[seed / 2 % SIZES.length];
            compare(program, kernel, n, seed, "seed " + seed);
            compare(program, fused(program), n, seed, "fused, seed " + seed);
        }
    }

    @Test
    void shouldReadEveryInputBeforeWritingOverIt() {
        Program program = writingOverItsInputs();
        readEveryInputBeforeWritingOverIt(program, ScalarKernel.of(program));
        readEveryInputBeforeWritingOverIt(program, ScalarKernel.fused(program));
    }

    private static Program writingOverItsInputs() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = b.load(1, Format.F64, Access.CONTIGUOUS);
        int sum = b.add(x, x);
        b.store(sum, Format.F64);
        b.store(b.mul(b.add(sum, y), b.load(2, Format.F64, Access.CONTIGUOUS)), Format.F64);
        return b.build();
    }

    private static void readEveryInputBeforeWritingOverIt(Program program, Kernel kernel) {
        for (int n : SIZES) {
            try (Arena arena = Arena.ofConfined()) {
                KernelCall expected = RandomPrograms.call(program, n, 5, arena);
                KernelCall actual = RandomPrograms.call(program, n, 5, arena);
                actual.outputs[0] = actual.inputs[2];
                actual.outputOffsets[0] = actual.inputOffsets[2];
                actual.outputs[1] = actual.inputs[1];
                actual.outputOffsets[1] = actual.inputOffsets[1];
                ScalarKernel.of(program).run(expected, n);
                kernel.run(actual, n);
                for (int slot = 0; slot < 2; slot++) {
                    MemorySegment left =
                            expected.outputs[slot].asSlice(expected.outputOffsets[slot], n * 8L);
                    MemorySegment right =
                            actual.outputs[slot].asSlice(actual.outputOffsets[slot], n * 8L);
                    for (int i = 0; i < n; i++) {
                        assertEquals(
                                left.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i),
                                right.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i));
                    }
                }
            }
        }
    }

    @Test
    void shouldReproduceThePublishedPhiloxVectors() {
        assertPhilox(0, 0, 0, 0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L);
        assertPhilox(-1, -1, -1, 0x408f276dL, 0x41c83b0eL, 0xa20bc7c6L, 0x6d5451fdL);
        assertPhilox(
                0x85a308d3_243f6a88L,
                0x03707344_13198a2eL,
                0x299f31d0_a4093822L,
                0xd16cfe09L,
                0x94fdccebL,
                0x5001e420L,
                0x24126ea1L);
    }

    private static void assertPhilox(long counter, long stream, long key, long... words) {
        var b = new ProgramBuilder();
        int c = b.add(b.load(0, Format.I64, Access.CONTIGUOUS), b.constant(0L));
        for (int word = 0; word < 4; word++) {
            b.store(b.philox(c, b.param(0, Lane.I64), b.param(1, Lane.I64), word), Format.I64);
        }
        int s = b.load(1, Format.I64, Access.CONTIGUOUS);
        b.store(b.philox(c, b.load(2, Format.I64, Access.CONTIGUOUS), s, 3), Format.I64);
        Program program = b.build();
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomPrograms.call(program, 700, 1, arena);
            call.params[0] = key;
            call.params[1] = stream;
            for (int i = 0; i < 700; i++) {
                call.inputs[0].set(
                        ValueLayout.JAVA_LONG_UNALIGNED, call.inputOffsets[0] + 8 * i, counter);
                call.inputs[1].set(
                        ValueLayout.JAVA_LONG_UNALIGNED, call.inputOffsets[1] + 8 * i, stream);
                call.inputs[2].set(
                        ValueLayout.JAVA_LONG_UNALIGNED, call.inputOffsets[2] + 8 * i, key);
            }
            ScalarKernel.of(program).run(call, 700);
            for (int i = 0; i < 700; i++) {
                for (int output = 0; output < 5; output++) {
                    long at = call.outputOffsets[output] + 8 * i;
                    assertEquals(
                            words[Math.min(output, 3)],
                            call.outputs[output].get(ValueLayout.JAVA_LONG_UNALIGNED, at));
                }
            }
        }
    }

    @Test
    void shouldGiveTheSameStreamFromEveryBase() {
        for (Lane lane : new Lane[] {Lane.I32, Lane.I64}) {
            var b = new ProgramBuilder();
            b.store(
                    b.philoxStream(0, b.param(0, Lane.I64), b.param(1, Lane.I64), lane),
                    Format.valueOf(lane.name()));
            Program program = b.build();
            for (int n : SIZES) {
                for (long base : new long[] {0, 1, 2, 3, 5, 511, (1L << 33) + 7}) {
                    try (Arena arena = Arena.ofConfined()) {
                        KernelCall expected = RandomPrograms.call(program, n, 3, arena);
                        KernelCall actual = RandomPrograms.call(program, n, 3, arena);
                        expected.indexBases[0] = base;
                        actual.indexBases[0] = base;
                        ReferenceEvaluator.run(program, expected, n);
                        ScalarKernel.of(program).run(actual, n);
                        RandomCalls.assertSameOutputs(
                                program, expected, actual, n, lane + " from " + base);
                    }
                }
            }
        }
    }

    @Test
    void shouldRunALongChainInFewRegistersAndNoRecursion() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = x;
        for (int i = 0; i < 100_000; i++) {
            y = b.add(y, b.param(i % 3000, Lane.F64));
        }
        b.store(y, Format.F64);
        Program program = b.build();
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomPrograms.call(program, 3, 1, arena);
            java.util.Arrays.fill(call.params, Double.doubleToRawLongBits(1.0));
            call.inputs[0].set(ValueLayout.JAVA_DOUBLE_UNALIGNED, call.inputOffsets[0], 5.0);
            ScalarKernel.of(program).run(call, 3);
            assertEquals(
                    100_005.0,
                    call.outputs[0].get(ValueLayout.JAVA_DOUBLE_UNALIGNED, call.outputOffsets[0]));
        }
    }

    @Test
    void shouldRefuseToReadPastAnInput() {
        var b = new ProgramBuilder();
        b.store(b.load(0, Format.F64, Access.CONTIGUOUS), Format.F64);
        Program program = b.build();
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomPrograms.call(program, 10, 1, arena);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> ScalarKernel.of(program).run(call, 1000));
        }
    }

    private static void check(Program program, String what) {
        Kernel used = pastItsShortBlocks(program);
        for (int n : SIZES) {
            compare(program, ScalarKernel.of(program), n, n, what);
            compare(program, used, n, n, what + " in long blocks");
            compare(program, fused(program), n, n, what + " fused");
        }
    }

    private static Kernel fused(Program program) {
        Kernel fused = ScalarKernel.fused(program);
        return fused == null ? ScalarKernel.of(program) : fused;
    }

    /** A twin begins with short blocks, for the sake of the compilers. */
    private static Kernel pastItsShortBlocks(Program program) {
        Kernel kernel = ScalarKernel.of(program);
        try (Arena arena = Arena.ofConfined()) {
            kernel.run(RandomPrograms.call(program, 66_000, 1, arena), 66_000);
        }
        return kernel;
    }

    private static void compare(Program program, Kernel kernel, int n, long seed, String what) {
        try (Arena arena = Arena.ofConfined()) {
            KernelCall expected = RandomPrograms.call(program, n, seed, arena);
            KernelCall actual = RandomPrograms.call(program, n, seed, arena);
            ReferenceEvaluator.run(program, expected, n);
            kernel.run(actual, n);
            RandomCalls.assertSameOutputs(program, expected, actual, n, what);
        }
    }

    @Test
    void shouldChangeFromShortToLongBlocksWithinARun() {
        var b = new ProgramBuilder();
        int value = b.load(0, Format.F32, Access.CONTIGUOUS);
        b.foldLanes(FoldOp.ADD, value);
        b.foldLanes(FoldOp.MAX, b.index(0));
        b.store(b.neg(value), Format.F32);
        Program program = b.build();
        Kernel kernel = ScalarKernel.of(program);
        Kernel fused = ScalarKernel.fused(program);
        for (int n : new int[] {100, 64_900, 66_000, 1000}) {
            compare(program, kernel, n, n, "n " + n);
            compare(program, fused, n, n, "fused, n " + n);
        }
    }

    @Test
    void shouldFuseNothingWhereThereIsNothingToCompute() {
        var b = new ProgramBuilder();
        b.store(b.load(0, Format.F64, Access.CONTIGUOUS), Format.F64);
        assertNull(ScalarKernel.fused(b.build()));
    }
}
