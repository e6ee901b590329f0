package io.tharsis.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.kernels.RandomPrograms;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** Every node kind, lane and format, bit for bit as the scalar twin, before anything is hot. */
class VectorKernelTest {
    private static final Lane[] NUMBERS = {Lane.I32, Lane.I64, Lane.F32, Lane.F64};

    @Test
    void shouldComputeEveryOperatorOfEveryLaneAsTheTwin() {
        EveryOperator.forEach((what, program) -> new Differential(program, what).check(1));
    }

    @Test
    void shouldMixLanesOfBothSizes() {
        var b = new ProgramBuilder();
        int d = b.load(0, Format.F64, Access.CONTIGUOUS);
        int f = b.load(1, Format.F32, Access.CONTIGUOUS);
        int i = b.load(2, Format.I32, Access.CONTIGUOUS);
        int small = b.compare(CompareOp.LT, f, b.constant(0.5f));
        b.store(b.select(small, d, b.convert(i, Lane.F64)), Format.F64);
        b.store(
                b.select(b.compare(CompareOp.GT, d, b.constant(0.0)), f, b.convert(i, Lane.F32)),
                Format.F32);
        b.store(b.and(small, b.compare(CompareOp.NE, d, b.convert(f, Lane.F64))), Format.BOOL);
        new Differential(b.build(), "mixed lanes").check(2);
    }

    @Test
    void shouldUseUniformValuesOfEveryFormat() {
        for (Format format : Format.values()) {
            var b = new ProgramBuilder();
            int u = b.load(0, format, Access.UNIFORM);
            int x = b.load(1, format, Access.CONTIGUOUS);
            b.store(format.lane() == Lane.MASK ? b.xor(u, x) : b.add(u, x), format);
            b.store(u, format);
            new Differential(b.build(), "uniform " + format).check(3);
        }
    }

    @Test
    void shouldFoldEveryLaneAlongAndAcross() {
        for (Lane lane : NUMBERS) {
            for (FoldOp op : FoldOp.values()) {
                if (lane.isInt() || op.ordinal() <= FoldOp.MAX.ordinal()) {
                    var b = new ProgramBuilder();
                    int x = b.load(0, Format.valueOf(lane.name()), Access.CONTIGUOUS);
                    b.foldLanes(op, x);
                    new Differential(b.build(), op + " along " + lane).check(4);
                    b.foldRows(op, x);
                    b.store(b.neg(x), Format.valueOf(lane.name()));
                    new Differential(b.build(), op + " along and across " + lane).check(5);
                }
            }
        }
    }

    @Test
    void shouldFoldStretchesSideBySide() {
        long seed = System.nanoTime();
        System.out.println("stretches seed " + seed);
        int[] sizes = {1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 33_333, 3 * 32_768 + 5};
        for (Lane lane : NUMBERS) {
            var b = new ProgramBuilder();
            Format format = Format.valueOf(lane.name());
            int x = b.load(0, format, Access.CONTIGUOUS);
            b.foldLanes(FoldOp.ADD, b.mul(x, b.load(1, format, Access.CONTIGUOUS)));
            check(b.build(), "a sum of products of " + lane, sizes, seed);
            b.foldLanes(FoldOp.MAX, b.add(x, b.load(2, format, Access.UNIFORM)));
            check(b.build(), "a sum and a maximum of " + lane, sizes, seed);
        }
        var b = new ProgramBuilder();
        int y = b.load(0, Format.F64, Access.CONTIGUOUS);
        for (int i = 0; i < 10; i++) {
            y = b.mul(b.add(y, b.param(0, Lane.F64)), b.param(1, Lane.F64));
        }
        b.foldLanes(FoldOp.ADD, y);
        check(b.build(), "a heavier sum", sizes, seed);
    }

    private static void check(Program program, String what, int[] sizes, long seed) {
        var differential = new Differential(program, what);
        for (int n : sizes) {
            differential.check(n, seed);
        }
        differential.checkRows(2100, 3, seed);
    }

    @Test
    void shouldRunRowsAsCallsOneAfterTheOther() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        System.out.println("rows seed " + seed);
        var folds = new ProgramBuilder();
        folds.foldLanes(FoldOp.ADD, folds.load(0, Format.F32, Access.CONTIGUOUS));
        folds.foldLanes(FoldOp.MAX, folds.load(1, Format.F64, Access.CONTIGUOUS));
        var stores = new ProgramBuilder();
        int x = stores.load(0, Format.F32, Access.CONTIGUOUS);
        stores.store(stores.add(x, stores.load(1, Format.F32, Access.CONTIGUOUS)), Format.F32);
        stores.store(stores.neg(x), Format.F32);
        for (int n : new int[] {1, 7, 16, 40, 512, 520, 600, 1111}) {
            new Differential(folds.build(), "folded rows").checkRows(n, 5, seed);
            new Differential(stores.build(), "stored rows").checkRows(n, 5, seed);
        }
        for (int i = 0; i < 40; i++) {
            Program program = Differential.randomProgram(random, 30);
            var differential = new Differential(program, "rows of a random program");
            differential.checkRows(random.nextInt(1, 700), random.nextInt(1, 6), seed + i);
        }
    }

    @Test
    void shouldFoldLongExpressionsInMemory() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = x;
        for (int i = 0; i < 70; i++) {
            y = b.fma(y, b.constant(0.5), x);
        }
        b.foldLanes(FoldOp.ADD, y);
        b.foldLanes(FoldOp.MAX, b.convert(y, Lane.F32));
        b.foldLanes(FoldOp.XOR, b.convert(b.compare(CompareOp.LT, x, y), Lane.I32));
        new Differential(b.build(), "long fold").check(6);
    }

    @Test
    void shouldDrawTheSameRandomWords() {
        for (int base : new int[] {0, 1, 2, 3, 4, 1000}) {
            philox(
                    (b, stream) ->
                            b.store(b.philoxStream(0, stream[0], stream[1], Lane.I64), Format.I64),
                    base);
            philox(
                    (b, stream) ->
                            b.store(b.philoxStream(0, stream[0], stream[1], Lane.I32), Format.I32),
                    base);
            philox(
                    (b, stream) -> {
                        int i = b.philoxStream(0, stream[0], stream[1], Lane.I32);
                        int l = b.philoxStream(0, stream[0], stream[1], Lane.I64);
                        b.store(i, Format.I32);
                        b.foldLanes(FoldOp.ADD, b.add(l, b.convert(i, Lane.I64)));
                    },
                    base);
            philox(
                    (b, stream) -> {
                        for (int word = 0; word < 4; word++) {
                            b.store(b.philox(b.index(0), stream[0], stream[1], word), Format.I64);
                        }
                    },
                    base);
        }
    }

    private static void philox(BiConsumer<ProgramBuilder, int[]> body, int base) {
        var b = new ProgramBuilder();
        body.accept(b, new int[] {b.param(0, Lane.I64), b.param(1, Lane.I64)});
        Program program = b.build();
        var differential = new Differential(program, "philox from " + base);
        for (int n : new int[] {1, 3, 31, 64, 511, 1000, 4099}) {
            differential.check(n, base, call -> call.indexBases[0] = base);
            differential.check(n, base, call -> call.indexBases[0] = (1L << 35) + base);
        }
    }

    @Test
    void shouldHandRareArgumentsToTheTwin() {
        for (Lane lane : new Lane[] {Lane.F32, Lane.F64}) {
            var b = new ProgramBuilder();
            int x = b.load(0, Format.valueOf(lane.name()), Access.CONTIGUOUS);
            int guard = b.compare(CompareOp.GT, b.abs(x), b.constant(lane, 1e8));
            int rare = b.rare(b.sqrt(x), guard, x, x, RandomPrograms.TestRare.PLUS_ONE);
            b.store(rare, Format.valueOf(lane.name()));
            b.store(b.convert(rare, Lane.I32), Format.I16);
            b.foldLanes(FoldOp.ADD, rare);
            b.foldRows(FoldOp.MAX, rare);
            new Differential(b.build(), "rare " + lane).check(7);
        }
    }

    @Test
    void shouldWriteOverAnInput() {
        for (Format format : new Format[] {Format.F64, Format.F32, Format.I16, Format.BOOL}) {
            for (boolean rare : new boolean[] {false, true}) {
                if (!rare || format.lane().isFloat()) {
                    inPlace(format, rare);
                }
            }
        }
    }

    private static void inPlace(Format format, boolean rare) {
        var b = new ProgramBuilder();
        int x = b.load(0, format, Access.CONTIGUOUS);
        int y = format.lane() == Lane.MASK ? b.not(x) : b.add(x, x);
        if (rare) {
            int guard = b.compare(CompareOp.GT, b.abs(x), b.constant(format.lane(), 1e8));
            y = b.rare(y, guard, x, x, RandomPrograms.TestRare.HALF_MINUS);
        }
        b.store(y, format);
        var differential = new Differential(b.build(), "in place " + format);
        for (int n : Differential.SIZES) {
            differential.check(
                    n,
                    8,
                    call -> {
                        long bytes = (long) n * format.byteSize();
                        MemorySegment.copy(
                                call.inputs[0],
                                call.inputOffsets[0],
                                call.outputs[0],
                                call.outputOffsets[0],
                                bytes);
                        call.inputs[0] = call.outputs[0];
                        call.inputOffsets[0] = call.outputOffsets[0];
                    });
        }
    }

    @Test
    void shouldAgreeOnRandomPrograms() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        System.out.println("VectorKernelTest seed " + seed);
        for (int i = 0; i < 60; i++) {
            Program program = Differential.randomProgram(random, 65);
            var differential =
                    new Differential(program, "random program " + i + " of seed " + seed);
            differential.check(random.nextInt(70), seed + i);
            differential.check(random.nextInt(3000), seed + i);
        }
    }

    @Test
    void shouldRefuseOperatorsWithoutVectorForm() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.I32, Access.CONTIGUOUS);
        b.store(b.binary(BinaryOp.FLOOR_DIV, x, x), Format.I32);
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.generate(b.build(), 256));
    }

    @Test
    void shouldRefuseOtherWidths() {
        var b = new ProgramBuilder();
        b.store(b.unary(UnaryOp.NEG, b.load(0, Format.I32, Access.CONTIGUOUS)), Format.I32);
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.generate(b.build(), 64));
    }
}
