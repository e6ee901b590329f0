package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Folds of what is broadcast, positions above all, several at once, give the bits of the reference
 * in chunks of every size.
 */
class BroadcastFoldTest {
    private static final long SEED = Long.getLong("tharsis.seed", 20_261_122L);

    @Test
    void shouldGiveTheBitsOfTheReference() {
        System.out.println("BroadcastFoldTest: seeds from " + SEED);
        for (long seed = SEED; seed < SEED + 400; seed++) {
            compare(seed);
        }
    }

    @Test
    void shouldAddPositionsThatAreTheSameAlongARow() {
        try (Session session = Session.local().threads(1).open();
                var _ = session.bind()) {
            Tensor ones = Tensors.ones(3, 32, 100).astype(DType.INT64).execute();
            Tensor factors = Tensors.arange(3).reshape(3, 1, 1);
            assertEquals(96, ones.times(factors).sum(1).get(":, 7").sum().itemLong());
            assertEquals(192, ones.plus(Tensors.arange(10).get("5")).sum(1).get("2, 7").itemLong());
        }
    }

    private static void compare(long seed) {
        var random = new Random(~seed);
        int threads = random.nextInt(1, 4);
        long chunkBytes = 512L << random.nextInt(12);
        long inline = random.nextBoolean() ? 0 : Long.MAX_VALUE;
        String setting = "seed " + seed + ", " + threads + " threads, chunks of " + chunkBytes;
        try (var engine =
                new LocalEngine(threads, new MemoryBudget(256 << 20), chunkBytes, inline)) {
            List<Operand> actual = run(engine, seed);
            List<Operand> expected = run(new ReferenceEngine(ScalarKernel::of), seed);
            for (int i = 0; i < actual.size(); i++) {
                DifferentialTest.same(actual.get(i), expected.get(i));
            }
        } catch (Throwable e) {
            throw new AssertionError(setting, e);
        }
    }

    private static List<Operand> run(Engine engine, long seed) {
        Session session = Session.over(engine, false);
        try (var _ = session.bind()) {
            Tensor[] roots = roots(new Random(seed));
            Tensors.execute(roots);
            return Arrays.stream(roots).map(Tensor::operand).toList();
        }
    }

    private static Tensor[] roots(Random random) {
        long[] shape = new long[random.nextInt(1, 5)];
        long room = 12_000;
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = Math.min(room, random.nextInt(1, random.nextInt(3) == 0 ? 700 : 40));
            room /= shape[axis];
        }
        if (random.nextBoolean()) {
            shape =
                    new long[] {
                        random.nextInt(1, 5), random.nextInt(1, 60), random.nextInt(1, 300)
                    };
        }
        DType type = random.nextBoolean() ? DType.INT64 : DType.FLOAT64;
        List<Tensor> made = new ArrayList<>();
        Tensor x = leaf(random, type, shape);
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            long[] part = shape.clone();
            for (int axis = 0; axis < part.length; axis++) {
                part[axis] = random.nextBoolean() ? 1 : part[axis];
            }
            Tensor y = leaf(random, type, part);
            x =
                    switch (random.nextInt(4)) {
                        case 0 -> x.plus(y);
                        case 1 -> x.times(y);
                        case 2 -> x.maximum(y);
                        default -> Tensors.where(x.lt(y), x, y.minus(1));
                    };
            made.add(x);
        }
        List<Tensor> roots = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Tensor y = made.get(random.nextInt(made.size()));
            int axis = random.nextInt(y.rank());
            int end = random.nextBoolean() ? axis : random.nextInt(axis, y.rank());
            int[] axes = new int[end - axis + 1];
            for (int k = axis; k <= end; k++) {
                axes[k - axis] = k;
            }
            roots.add(
                    switch (random.nextInt(6)) {
                        case 0, 1 -> y.sum(axes);
                        case 2 -> y.max(axes);
                        case 3 -> y.var(axes);
                        case 4 -> y.minus(y.min(true, axes)).sum(axes);
                        default -> y;
                    });
        }
        return roots.toArray(Tensor[]::new);
    }

    /** Positions, random numbers or data, reversed, in steps, transposed. */
    private static Tensor leaf(Random random, DType type, long... shape) {
        int rank = shape.length;
        int[] order = new int[rank];
        Arrays.setAll(order, k -> k);
        if (rank > 1 && random.nextInt(3) == 0) {
            int a = random.nextInt(rank - 1);
            order[a] = a + 1;
            order[a + 1] = a;
        }
        long[] stored = new long[rank];
        for (int k = 0; k < rank; k++) {
            stored[order[k]] = shape[k];
        }
        String slices = RandomMatrices.slices(random, 7, stored);
        long size = Shapes.size(stored);
        int seed = random.nextInt(1000);
        Tensor made =
                switch (random.nextInt(5)) {
                    case 0, 4 -> Tensors.arange(size).reshape(stored).astype(type);
                    case 1 -> Tensors.random(seed).uniform(-100, 100, stored).astype(type);
                    default ->
                            Tensors.random(seed).uniform(-100, 100, stored).astype(type).execute();
                };
        if (made.isStored() && random.nextBoolean()) {
            long[] lengths = stored.clone();
            for (int axis = 0; axis < rank; axis++) {
                lengths[axis] =
                        Math.max(lengths[axis] / 6 + 1, random.nextLong(1, lengths[axis] + 1));
            }
            made = made.rechunk(lengths).execute();
        }
        return made.get(slices).transpose(order);
    }
}
