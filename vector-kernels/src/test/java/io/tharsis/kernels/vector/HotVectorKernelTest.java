package io.tharsis.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** The same bits again once C2 has compiled the loops, which JFR's events prove. */
@Timeout(600)
class HotVectorKernelTest {
    /** Main loop, rest loop and tail all run. */
    private static final int HEATING_SIZE = 165;

    /** A fold from memory takes four stretches of a block, and main loop, rest loop and tail. */
    private static final int HEATING_STRETCHES = 4 * Program.FOLD_BLOCK + HEATING_SIZE;

    private static final int HEATING_RUNS = 4000;

    /** C2 takes as long as others leave it no processor; a dozen rounds are enough else. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void shouldKeepTheBitsOfSomeOperatorsWhenHot() throws IOException {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("HotVectorKernelTest seed " + seed);
        List<Differential> all = everyOperator();
        Collections.shuffle(all, new Random(seed));
        checkHot(all.subList(0, 6), seed);
    }

    @Test
    void shouldKeepTheBitsOfFoldsWhenHot() throws IOException {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("HotVectorKernelTest seed " + seed);
        List<Differential> folds = new ArrayList<>();
        for (Format format : List.of(Format.F64, Format.F32, Format.I64)) {
            var b = new ProgramBuilder();
            int x = b.load(0, format, Access.CONTIGUOUS);
            b.foldLanes(FoldOp.ADD, b.mul(b.add(x, b.param(0, format.lane())), x));
            folds.add(new Differential(b.build(), "a sum of " + format));
        }
        checkHot(folds, seed);
    }

    @Test
    @Tag("slow")
    void shouldKeepTheBitsOfEveryOperatorWhenHot() throws IOException {
        List<Differential> all = everyOperator();
        for (int from = 0; from < all.size(); from += 10) {
            checkHot(all.subList(from, Math.min(all.size(), from + 10)), from);
        }
    }

    @Test
    @Tag("slow")
    void shouldKeepTheBitsOfRandomProgramsWhenHot() throws IOException {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("HotVectorKernelTest seed " + seed);
        var random = new SplittableRandom(seed);
        for (int batch = 0; batch < 5; batch++) {
            List<Differential> some = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                some.add(
                        new Differential(
                                Differential.randomProgram(random, 45),
                                "random program of seed " + seed));
            }
            checkHot(some, seed);
        }
    }

    private static List<Differential> everyOperator() {
        List<Differential> all = new ArrayList<>();
        EveryOperator.forEach((what, program) -> all.add(new Differential(program, what)));
        return all;
    }

    private static int heatingSize(Differential differential) {
        boolean stretches =
                differential.classes().stream()
                        .flatMap(kernel -> Arrays.stream(kernel.getDeclaredMethods()))
                        .anyMatch(loop -> loop.getName().equals("sideBySide"));
        return stretches ? HEATING_STRETCHES : HEATING_SIZE;
    }

    private static void checkHot(List<Differential> differentials, long seed) throws IOException {
        try (var log = new CompilationLog()) {
            Set<String> missing = missing(differentials, log);
            long endNs = System.nanoTime() + PATIENCE.toNanos();
            while (!missing.isEmpty() && System.nanoTime() - endNs < 0) {
                differentials.forEach(
                        differential ->
                                differential.heat(heatingSize(differential), HEATING_RUNS, seed));
                missing = missing(differentials, log);
            }
            assertEquals(Set.of(), missing, "loops that C2 has not compiled");
        }
        differentials.forEach(differential -> differential.check(seed));
    }

    /** Every kernel runs its rest loop, for tails at least, and the loop over stretches it has. */
    private static Set<String> missing(List<Differential> differentials, CompilationLog log)
            throws IOException {
        Set<String> compiled = log.compiled();
        Set<String> missing = new TreeSet<>();
        for (Differential differential : differentials) {
            for (Class<?> kernel : differential.classes()) {
                for (Method loop : kernel.getDeclaredMethods()) {
                    if (!loop.getName().equals("main")
                            && !compiled.contains(
                                    CompilationLog.key(kernel.getName(), loop.getName()))) {
                        missing.add(loop + " of " + differential.what());
                    }
                }
            }
        }
        return missing;
    }
}
