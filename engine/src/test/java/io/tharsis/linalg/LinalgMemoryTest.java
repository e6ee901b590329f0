package io.tharsis.linalg;

import static io.tharsis.Tensors.eye;
import static io.tharsis.Tensors.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.SessionStats;
import io.tharsis.Tensor;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.graph.KeptResults;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Linear algebra with less memory than its operands take. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinalgMemoryTest {
    private static final long MIB = 1 << 20;

    private static final Pattern FITTING = Pattern.compile("in chunks of \\((\\d+), (\\d+)\\)");

    @TempDir private Path folder;

    /** A program, and a budget that its operands, results and what is between exceed. */
    private enum Program {
        PRODUCT(20, true, () -> square(0, 1100).matmul(square(1, 1100))),
        TRANSPOSED(20, true, () -> square(0, 1100).T().matmul(square(1, 1100).T())),
        DIFFERENCE(
                20,
                true,
                () -> {
                    Tensor b = square(0, 1100);
                    return b.times(2).minus(b.T()).matmul(square(1, 1100));
                }),
        HALF(20, true, () -> gram(square(0, 1100))),
        HALF_LESS_ITSELF(
                20,
                false,
                () -> {
                    Tensor a = square(0, 1100);
                    return gram(a).minus(a).std();
                }),
        TALL_QR(
                12,
                false,
                () -> {
                    Linalg.Qr qr = Linalg.qr(tall());
                    return qr.q().matmul(qr.r());
                }),
        TALL_SVD(
                12,
                false,
                () -> {
                    Linalg.Svd svd = Linalg.svd(tall());
                    return svd.u().times(svd.s()).matmul(svd.vt());
                }),
        SVD(
                24,
                false,
                () -> {
                    Linalg.Svd svd = Linalg.svd(square(0, 700));
                    return svd.u().times(svd.s()).matmul(svd.vt());
                }),
        EIGH(24, false, () -> Linalg.eigh(square(0, 700)).vectors()),
        QR(24, false, () -> Linalg.qr(square(0, 700)).q()),
        CHOLESKY(24, false, () -> Linalg.cholesky(definite(900))),
        SOLVE(24, false, () -> Linalg.solve(square(0, 700), square(1, 700)));

        private final long budgetMib;
        private final boolean mustSpill;
        private final Supplier<Tensor> program;

        /**
         * @param mustSpill whether its operands are data that cannot be made again, and too large
         */
        Program(long budgetMib, boolean mustSpill, Supplier<Tensor> program) {
            this.budgetMib = budgetMib;
            this.mustSpill = mustSpill;
            this.program = program;
        }
    }

    /** Uniform numbers, kept; too many inputs to be made again. */
    private static Tensor square(long seed, long n) {
        return random(seed).uniform(n, n).plus(random(seed + 9).uniform(n, 1)).execute();
    }

    private static Tensor tall() {
        return random(3).uniform(60_000, 24).plus(random(4).uniform(24)).execute();
    }

    private static Tensor gram(Tensor a) {
        return a.matmul(a.T());
    }

    private static Tensor definite(long n) {
        Tensor a = square(0, n);
        return gram(a).plus(eye(n).times(n)).execute();
    }

    private LocalEngine engine(int threads, long budget) {
        return new LocalEngine(
                threads,
                new MemoryBudget(budget),
                budget / 8 / threads,
                0,
                List.of(folder.resolve("spill")));
    }

    private static double[] ample(Program program) {
        try (Session session =
                        Session.over(
                                new LocalEngine(2, new MemoryBudget(1L << 30), 16 << 20), false);
                var _ = session.bind()) {
            return program.program.get().execute().toDoubleArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void shouldGiveTheBitsOfAmpleMemory(Program program) {
        double[] expected = ample(program);
        long budget = program.budgetMib * MIB;
        for (int threads = 1; threads <= 3; threads += 2) {
            LocalEngine engine = engine(threads, budget);
            try (Session session = Session.over(engine, false);
                    var _ = session.bind()) {
                try (var _ = session.scope()) {
                    double[] actual = program.program.get().execute().toDoubleArray();
                    assertArrayEquals(expected, actual, program + " on " + threads);
                }
                SessionStats stats = session.stats();
                System.out.println("LinalgMemoryTest: " + program + " " + stats);
                assertTrue(stats.peak() <= budget, stats::toString);
                assertTrue(!program.mustSpill || stats.spilled() > 0, stats::toString);
                assertFreed(engine);
            }
        }
    }

    private static void assertFreed(LocalEngine engine) {
        // what is being written to disk keeps its memory until that ends
        KeptResults.awaitFreed(Duration.ofSeconds(20));
        while (engine.isMovingChunks()) {
            Thread.onSpinWait();
        }
        assertEquals(0, engine.memory().inUse());
    }

    @Test
    void shouldFreeEverythingAfterAFailure() {
        LocalEngine engine = engine(2, 24 * MIB);
        try (Session session = Session.over(engine, false);
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                Tensor indefinite = definite(900).minus(eye(900).times(5000));
                assertThrows(LinAlgException.class, () -> Linalg.cholesky(indefinite).execute());
            }
            assertFreed(engine);
        }
    }

    @Test
    void shouldFreeEverythingWhenCancelledInAProduct() {
        LocalEngine engine = engine(2, 20 * MIB);
        try (Session session = Session.over(engine, false);
                var _ = session.bind()) {
            int cancelled = 0;
            for (int stopAt = 0; stopAt < 6; stopAt++) {
                try (var _ = session.scope()) {
                    int last = stopAt;
                    var calls = new AtomicInteger();
                    var self = new CompletableFuture<Computation>();
                    Tensor product = square(0, 1100).matmul(square(1, 1100));
                    Tensor passed =
                            product.mapBlocks(
                                    DType.FLOAT64,
                                    (in, out) -> {
                                        out.segment().copyFrom(in.segment());
                                        if (calls.getAndIncrement() == last) {
                                            self.join().cancel();
                                        }
                                    });
                    self.complete(session.executeAsync(passed));
                    try {
                        self.join().await(Duration.ofSeconds(100));
                    } catch (CancellationException _) {
                        cancelled++;
                    }
                }
                assertFreed(engine);
            }
            assertTrue(cancelled > 0, "never cancelled");
        }
    }

    @Test
    void shouldRefuseAProductThatCanNeverFitAndSayWhatWould() {
        LocalEngine engine = engine(2, 8 * MIB);
        try (Session session = Session.over(engine, false);
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                Tensor a = random(0).uniform(64, 200_000);
                Tensor whole = a.rechunk(64, 200_000);
                String message =
                        assertThrows(OutOfMemoryBudgetException.class, () -> gram(whole).execute())
                                .getMessage();
                Matcher fitting = FITTING.matcher(message);
                assertTrue(fitting.find(), message);
                long rows = Long.parseLong(fitting.group(1));
                long columns = Long.parseLong(fitting.group(2));
                assertTrue(gram(a.rechunk(rows, columns)).sum().item() > 0);
            }
            assertFreed(engine);
        }
    }
}
