package io.tharsis.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

@Timeout(120)
class KernelCacheTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static KernelGenerator generator(Function<Program, Kernel> kernels) {
        return new KernelGenerator() {
            @Override
            public Kernel generate(Program program) {
                return kernels.apply(program);
            }

            @Override
            public int vectorBits() {
                return 128;
            }
        };
    }

    private static Program plus(double literal) {
        var b = new ProgramBuilder();
        b.store(b.add(b.load(0, Format.F64, Access.CONTIGUOUS), b.constant(literal)), Format.F64);
        return b.build();
    }

    @Test
    void shouldAnswerTheSameKernelForAnEqualProgram() {
        var cache = new KernelCache(generator(ScalarKernel::of), true, 10, 1);
        assertSame(cache.of(plus(1)), cache.of(plus(1)));
        assertNotSame(cache.of(plus(1)), cache.of(plus(2)));
    }

    @Test
    void shouldForgetTheLeastRecentlyUsedKernel() {
        var cache = new KernelCache(generator(ScalarKernel::of), true, 3, Long.MAX_VALUE);
        Kernel first = cache.of(plus(1));
        Kernel second = cache.of(plus(2));
        cache.of(plus(3));
        assertSame(first, cache.of(plus(1)));
        cache.of(plus(4));
        assertEquals(3, cache.stats().cached());
        assertSame(first, cache.of(plus(1)));
        assertNotSame(second, cache.of(plus(2)));
    }

    @Test
    void shouldStayBoundedOverManyPrograms() {
        var cache = new KernelCache(generator(ScalarKernel::of), true, 100, Long.MAX_VALUE);
        for (int i = 0; i < 20_000; i++) {
            cache.of(plus(i));
        }
        assertEquals(100, cache.stats().cached());
    }

    @Test
    void shouldUseTheTwinAloneWithoutAGenerator() throws InterruptedException {
        var cache = new KernelCache(null, true, 10, 1);
        assertInstanceOf(ScalarKernel.class, cache.of(plus(1)));
        assertFalse(cache.awaitHot(plus(1), LONG));
    }

    @Test
    void shouldLeaveProgramsWithoutVectorFormOnTheTwin() throws InterruptedException {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.I64, Access.CONTIGUOUS);
        b.store(b.binary(BinaryOp.FLOOR_DIV, x, x), Format.I64);
        var cache = new KernelCache(generator(ScalarKernel::of), true, 10, 1);
        assertFalse(cache.awaitHot(b.build(), LONG));
        assertEquals(0, cache.stats().compiled());
    }

    @Test
    void shouldSwitchWhenItHasDoneEnoughWork() throws InterruptedException {
        var generated = new AtomicInteger();
        var cache =
                new KernelCache(
                        generator(
                                program -> {
                                    generated.incrementAndGet();
                                    return ScalarKernel.of(program);
                                }),
                        true,
                        10,
                        1000);
        Program program = plus(1);
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomPrograms.call(program, 100, 1, arena);
            cache.of(program).run(call, 100);
            assertEquals(0, generated.get());
            assertTrue(cache.awaitHot(program, LONG));
            assertEquals(1, generated.get());
            assertEquals(new Kernels.Stats(1, 1, 1, 0, 0), cache.stats());
        }
    }

    @Test
    void shouldTryThreeClassesThenStayOnTheTwin() throws InterruptedException {
        var generated = new AtomicInteger();
        KernelGenerator slow =
                generator(
                        program -> {
                            generated.incrementAndGet();
                            return slow(program);
                        });
        var cache = new KernelCache(slow, true, 10, 1, 2_000_000);
        assertFalse(cache.awaitHot(plus(1), LONG));
        assertEquals(3, generated.get());
        assertEquals(1, cache.stats().gaveUp());
    }

    @Test
    void shouldStopCompilingWhereNothingBecomesHot() throws InterruptedException {
        var generated = new AtomicInteger();
        KernelGenerator slow =
                generator(
                        program -> {
                            generated.incrementAndGet();
                            return slow(program);
                        });
        var cache = new KernelCache(slow, true, 10, 1, 2_000_000);
        for (int i = 0; i < 6; i++) {
            assertFalse(cache.awaitHot(plus(i), LONG));
        }
        assertEquals(9, generated.get(), "three kernels of three classes each");
        assertEquals(6, cache.stats().gaveUp());
    }

    /** A kernel that is right but never fast. */
    private static Kernel slow(Program program) {
        Kernel twin = ScalarKernel.of(program);
        return new Kernel() {
            @Override
            public Program program() {
                return program;
            }

            @Override
            public void run(KernelCall call, int n) {
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < 200_000) {
                    Thread.onSpinWait();
                }
                twin.run(call, n);
            }
        };
    }

    @Test
    void shouldStayOnTheTwinIfTheProgramDoesNotCompile() throws InterruptedException {
        var cache =
                new KernelCache(
                        generator(
                                program -> {
                                    throw new IllegalArgumentException("not today");
                                }),
                        true,
                        10,
                        1);
        assertFalse(cache.awaitHot(plus(1), LONG));
        assertEquals(1, cache.stats().gaveUp());
    }

    @Test
    void shouldCompileEqualStagesOfALongChainOnce() throws InterruptedException {
        var generated = new AtomicInteger();
        var cache =
                new KernelCache(
                        generator(
                                program -> {
                                    generated.incrementAndGet();
                                    return ScalarKernel.of(program);
                                }),
                        true,
                        10,
                        1);
        Program chain = ProgramSplitterTest.chain(1000);
        assertTrue(cache.awaitHot(chain, LONG));
        assertEquals(2, generated.get(), "the repeated stage and the last one");
    }

    @Test
    void shouldGiveTheSameBitsWhileThreadsRunThroughTheSwitch() throws Exception {
        long seed = 77;
        var cache = new KernelCache(generator(ScalarKernel::of), true, 100, 50_000);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread =
                    new Thread(
                            () -> {
                                for (int round = 0; round < 40; round++) {
                                    for (int p = 0; p < 5; p++) {
                                        Program program =
                                                RandomPrograms.next(
                                                        new SplittableRandom(seed + p),
                                                        40 + 80 * p);
                                        try (Arena arena = Arena.ofConfined()) {
                                            KernelCall expected =
                                                    RandomPrograms.call(program, 700, round, arena);
                                            KernelCall actual =
                                                    RandomPrograms.call(program, 700, round, arena);
                                            ScalarKernel.of(program).run(expected, 700);
                                            cache.of(program).run(actual, 700);
                                            RandomCalls.assertSameOutputs(
                                                    program,
                                                    expected,
                                                    actual,
                                                    700,
                                                    "seed " + (seed + p));
                                        }
                                    }
                                }
                            });
            thread.setUncaughtExceptionHandler(
                    (failed, failure) -> {
                        synchronized (failures) {
                            failures.add(failure);
                        }
                    });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void shouldRunAProgramThatLoadsAnInputInTwoWays() throws InterruptedException {
        var b = new ProgramBuilder();
        int each = b.load(0, Format.F64, Access.CONTIGUOUS);
        int first = b.load(0, Format.F64, Access.UNIFORM);
        b.store(b.mul(b.sub(each, first), b.param(0, Lane.F64)), Format.F64);
        Program program = b.build();
        var cache = new KernelCache(VectorBackend.choose("auto"), true, 100, 1);
        try (Arena arena = Arena.ofConfined()) {
            KernelCall expected = RandomPrograms.call(program, 700, 1, arena);
            KernelCall actual = RandomPrograms.call(program, 700, 1, arena);
            ScalarKernel.of(program).run(expected, 700);
            assertTrue(cache.awaitHot(program, LONG));
            cache.of(program).run(actual, 700);
            RandomCalls.assertSameOutputs(program, expected, actual, 700, "two ways");
        }
    }

    @Test
    void shouldGetRealVectorKernelsHotAndKeepTheBits() throws InterruptedException {
        for (int nodes : new int[] {5, 40, 300}) {
            long seed = 1234L + nodes;
            Program program = RandomPrograms.next(new SplittableRandom(seed), nodes);
            assertTrue(
                    Kernels.awaitHot(program, LONG), () -> "seed " + seed + " " + Kernels.stats());
            try (Arena arena = Arena.ofConfined()) {
                KernelCall expected = RandomPrograms.call(program, 3000, seed, arena);
                KernelCall actual = RandomPrograms.call(program, 3000, seed, arena);
                ScalarKernel.of(program).run(expected, 3000);
                Kernels.of(program).run(actual, 3000);
                RandomCalls.assertSameOutputs(program, expected, actual, 3000, "seed " + seed);
            }
        }
    }
}
