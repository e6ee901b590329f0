package io.tharsis.engine.functions.linear;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.memory.MemoryBudget;

import org.junit.jupiter.api.Test;

import java.util.Random;

/** Panels and strips of any width, which the sizes of tests would never meet otherwise. */
class LuPanelsTest {
    private final Random random;

    LuPanelsTest() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println("LuPanelsTest -Dtharsis.seed=" + seed);
        random = new Random(seed);
    }

    private Session session() {
        long chunkBytes = 500L << random.nextInt(14);
        return Session.over(
                new LocalEngine(1 + random.nextInt(2), new MemoryBudget(1L << 29), chunkBytes),
                false);
    }

    private int length(int most) {
        return 1 + random.nextInt(most);
    }

    private Tensor matrix(DType type, int rows, int columns) {
        return Tensors.random(random.nextInt(1 << 20)).normal(rows, columns).astype(type).execute();
    }

    private static double largest(Tensor a) {
        return a.size() == 0 ? 0 : a.abs().max().astype(DType.FLOAT64).item();
    }

    private static double epsilon(DType type) {
        return type == DType.FLOAT64 ? 0x1p-52 : 0x1p-23;
    }

    @Test
    void shouldFactorInPanelsAndStripsOfAnyWidth() {
        for (int run = 0; run < 30; run++) {
            try (Session session = session();
                    var _ = session.bind()) {
                DType type = random.nextBoolean() ? DType.FLOAT64 : DType.FLOAT32;
                boolean wide = run % 5 == 0;
                int rows = length(wide ? 500 : 80);
                int columns = length(wide ? 500 : 80);
                int width = length(wide ? 200 : 9);
                int most = 2 + random.nextInt(3);
                String name = rows + " x " + columns + " by " + width + ", strips " + most;
                Tensor a = matrix(type, rows, columns);
                var lu = new LuPanels(a.operand(), width, most);
                Tensor packed = Tensor.of(session, lu.packed()).execute();
                Tensor order = Tensor.of(session, lu.permutation()).execute();
                int k = Math.min(rows, columns);
                Tensor lower =
                        Tensors.tril(packed, -1)
                                .take(Tensors.arange(k), 1)
                                .plus(Tensors.eye(rows, k, 0).astype(type));
                Tensor upper = Tensors.triu(packed).take(Tensors.arange(k), 0);
                double error = largest(lower.matmul(upper).minus(a.take(order, 0)));
                assertTrue(error <= 40 * epsilon(type) * k * largest(a), name + ": " + error);
                assertTrue(largest(lower) <= 1, name);
                Tensor diagonal = Tensor.of(session, lu.diagonal());
                Tensor expected = Tensors.diag(packed);
                assertEquals(0, largest(diagonal.minus(expected)), name);
            }
        }
    }

    @Test
    void shouldSolveInPanelsAndStripsOfAnyWidth() {
        for (int run = 0; run < 30; run++) {
            try (Session session = session();
                    var _ = session.bind()) {
                boolean wide = run % 5 == 0;
                int n = length(wide ? 500 : 80);
                int width = length(wide ? 200 : 9);
                int most = 2 + random.nextInt(3);
                Tensor a = matrix(DType.FLOAT64, n, n);
                Tensor b = matrix(DType.FLOAT64, n, length(wide ? 3000 : 20));
                Operand solution =
                        new LuPanels(a.operand(), width, most).solve("solve", true, b.operand());
                Tensor x = Tensor.of(session, solution).execute();
                double error = largest(a.matmul(x).minus(b));
                double scale = largest(a) * largest(x) * n + largest(b);
                assertTrue(
                        error <= 40 * epsilon(DType.FLOAT64) * n * scale,
                        n + " by " + width + ", strips " + most + ": " + error);
            }
        }
    }

    @Test
    void shouldTakeManyColumnsInFewStrips() {
        try (Session session = session();
                var _ = session.bind()) {
            Tensor wide = matrix(DType.FLOAT64, 3, 200_000);
            var lu = new LuPanels(wide.operand());
            Tensor order = Tensor.of(session, lu.permutation()).execute();
            Tensor packed = Tensor.of(session, lu.packed()).execute();
            assertEquals(0, largest(packed.get("0").minus(wide.take(order, 0).get("0"))));
            Tensor a = matrix(DType.FLOAT64, 2, 2);
            Tensor b = matrix(DType.FLOAT64, 2, 200_000);
            Operand solution = new LuPanels(a.operand()).solve("solve", true, b.operand());
            Tensor x = Tensor.of(session, solution);
            assertTrue(x.explain().length() < 20_000, "a plan that does not grow with columns");
            assertTrue(largest(a.matmul(x).minus(b)) < 1e-9);
        }
    }
}
