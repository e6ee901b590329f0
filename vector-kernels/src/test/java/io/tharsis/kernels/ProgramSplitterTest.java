package io.tharsis.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.SplittableRandom;

class ProgramSplitterTest {
    private static final int[] SIZES = {0, 1, 33, 512, 1500, 2048, 5000};

    static StagedKernel staged(Program program, int limit) {
        StagePlan plan = ProgramSplitter.split(program, limit);
        Kernel[] kernels = new Kernel[plan.stages().size()];
        for (int stage = 0; stage < kernels.length; stage++) {
            kernels[stage] = ScalarKernel.of(plan.stages().get(stage).program());
        }
        return new StagedKernel(plan, kernels);
    }

    @Test
    void shouldGiveTheSameBitsSplitAsWhole() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            Program program = RandomPrograms.nextOfEveryOp(random, 20 + seed);
            int n = SIZES[seed % SIZES.length];
            int limit = 1 + random.nextInt(60);
            try (Arena arena = Arena.ofConfined()) {
                KernelCall whole = RandomPrograms.call(program, n, seed, arena);
                KernelCall split = RandomPrograms.call(program, n, seed, arena);
                ScalarKernel.of(program).run(whole, n);
                staged(program, limit).run(split, n);
                RandomCalls.assertSameOutputs(
                        program, whole, split, n, "seed " + seed + ", limit " + limit);
            }
        }
    }

    @Test
    void shouldKeepStagesUnderTheLimit() {
        for (int seed = 0; seed < 50; seed++) {
            Program program = RandomPrograms.next(new SplittableRandom(seed), 900);
            for (StagePlan.Stage stage :
                    ProgramSplitter.split(program, ProgramCost.LIMIT).stages()) {
                int outputs = stage.program().outputs().size();
                int cost = ProgramCost.of(stage.program()) - outputs;
                assertTrue(cost <= ProgramCost.LIMIT, () -> "cost " + cost);
            }
        }
    }

    @Test
    void shouldNotOverwriteAnInputThatALaterStageReads() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = b.add(x, b.constant(1.0));
        b.store(y, Format.F64);
        b.foldLanes(FoldOp.ADD, y);
        int z = y;
        for (int i = 0; i < 40; i++) {
            z = b.mul(b.add(z, x), b.param(i, Lane.F64));
        }
        b.store(z, Format.F64);
        b.store(x, Format.F64);
        Program program = b.build();
        int n = 3000;
        try (Arena arena = Arena.ofConfined()) {
            KernelCall whole = RandomPrograms.call(program, n, 9, arena);
            KernelCall split = RandomPrograms.call(program, n, 9, arena);
            // The first store lies on the input.
            split.outputs[0] = split.inputs[0];
            split.outputOffsets[0] = split.inputOffsets[0];
            ScalarKernel.of(program).run(whole, n);
            staged(program, 10).run(split, n);
            assertEquals(-1, whole.outputs[2].mismatch(split.outputs[2]));
            assertEquals(-1, whole.outputs[3].mismatch(split.outputs[3]));
            assertEquals(
                    -1,
                    whole.outputs[0]
                            .asSlice(whole.outputOffsets[0], 8L * n)
                            .mismatch(split.outputs[0].asSlice(split.outputOffsets[0], 8L * n)));
        }
    }

    @Test
    void shouldCutAChainIntoEqualStages() {
        Program program = chain(1000);
        StagePlan plan = ProgramSplitter.split(program, ProgramCost.LIMIT);
        var distinct = new HashSet<Program>();
        plan.stages().forEach(stage -> distinct.add(stage.program()));
        assertTrue(plan.stages().size() >= 6);
        assertEquals(2, distinct.size(), "all but the last stage are one program");
        assertEquals(2, plan.scratchSlots());
    }

    @Test
    void shouldSplitAHundredThousandNodes() {
        Program program = chain(100_000);
        StagePlan plan = ProgramSplitter.split(program, ProgramCost.LIMIT);
        assertTrue(plan.stages().size() >= 600);
        try (Arena arena = Arena.ofConfined()) {
            KernelCall whole = RandomPrograms.call(program, 100, 4, arena);
            KernelCall split = RandomPrograms.call(program, 100, 4, arena);
            ScalarKernel.of(program).run(whole, 100);
            staged(program, ProgramCost.LIMIT).run(split, 100);
            RandomCalls.assertSameOutputs(program, whole, split, 100, "chain");
        }
    }

    static Program chain(int links) {
        var b = new ProgramBuilder();
        int y = b.load(0, Format.F64, Access.CONTIGUOUS);
        for (int i = 0; i < links; i++) {
            y = b.add(y, b.param(i, Lane.F64));
        }
        b.store(y, Format.F64);
        return b.build();
    }
}
