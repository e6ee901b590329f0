package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.RandomOp;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Contents;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Folds long enough to be cut into parts and chunks give the bits of the reference, wherever they
 * are cut.
 */
class LargeFoldsTest {
    private static final long SEED = Long.getLong("tharsis.seed", 7L);

    @Test
    void shouldFoldInPartsAndChunksAsInOne() {
        compare(SEED, 4);
    }

    @Test
    @Tag("slow")
    void shouldFoldInPartsAndChunksAsInOneForManyShapes() {
        compare(SEED + 1000, 100);
    }

    private static void compare(long firstSeed, int count) {
        System.out.println("LargeFoldsTest: seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            compare(seed);
        }
    }

    private static void compare(long seed) {
        var random = new Random(seed);
        long n =
                random.nextInt(2, 13) * 32768L
                        + random.nextInt(-2, 3) * (random.nextBoolean() ? 1 : random.nextInt(600));
        long few = random.nextInt(1, 4);
        long[] shape =
                switch (random.nextInt(6)) {
                    case 0 -> new long[] {n};
                    case 1 -> new long[] {few, n / few};
                    case 2 -> new long[] {n / few, few};
                    case 3 -> new long[] {n / 700, 700};
                    case 4 -> new long[] {few, n / few / 300, random.nextInt(260, 310)};
                    default -> new long[] {few, n / few / 50, 50};
                };
        boolean wide = random.nextBoolean();
        int from = random.nextInt(shape.length);
        int to = random.nextInt(from + 1, shape.length + 1);
        int threads = random.nextInt(1, 4);
        boolean turned = random.nextBoolean();
        boolean stored = random.nextInt(3) > 0;
        ChunkGrid grid = grid(random, shape);
        String setting =
                "seed "
                        + seed
                        + ": axes "
                        + from
                        + " to "
                        + to
                        + " of "
                        + Shapes.text(shape)
                        + " cut as "
                        + grid
                        + ", "
                        + threads
                        + " threads"
                        + (turned ? ", turned" : "")
                        + (stored ? ", stored" : "");
        try (var engine =
                new LocalEngine(
                        threads, new MemoryBudget(256 << 20), 1 << random.nextInt(14, 24), 0)) {
            List<Operand> actual =
                    folds(shape, wide, from, to, turned, stored ? grid : null, engine);
            List<Operand> expected = folds(shape, wide, from, to, turned, null, null);
            engine.execute(actual);
            new ReferenceEngine(ScalarKernel::of).execute(expected);
            for (int i = 0; i < actual.size(); i++) {
                assertArrayEquals(
                        bytes(expected.get(i)), bytes(actual.get(i)), setting + ", fold " + i);
            }
        } catch (RuntimeException e) {
            throw new AssertionError(setting, e);
        }
    }

    private static List<Operand> folds(
            long[] shape,
            boolean wide,
            int from,
            int to,
            boolean turned,
            ChunkGrid grid,
            LocalEngine engine) {
        DType type = wide ? DType.FLOAT64 : DType.FLOAT32;
        var bits = new Operand(new Op.RandomBits(11, 0), wide ? DType.UINT64 : DType.UINT32, shape);
        Operand x = Elementwise.apply(RandomOp.UNIFORM_01, type, bits);
        if (grid != null) {
            x = Shaping.rechunk(x, grid);
            engine.execute(List.of(x));
        }
        if (turned) {
            x = Shaping.flip(x, IntStream.range(0, shape.length).toArray());
        }
        long[] kept =
                IntStream.range(0, shape.length)
                        .filter(a -> a < from || a >= to)
                        .mapToLong(a -> shape[a])
                        .toArray();
        List<Operand> folds = new ArrayList<>();
        for (FoldOp op : List.of(FoldOp.ADD, FoldOp.MAX)) {
            folds.add(new Operand(new Op.Reduce(op, from, to), type, kept, x));
        }
        return folds;
    }

    private static ChunkGrid grid(Random random, long[] shape) {
        long[][] cuts = new long[shape.length][];
        for (int axis = 0; axis < shape.length; axis++) {
            cuts[axis] =
                    random.longs(random.nextInt(4), 1, Math.max(2, shape[axis]))
                            .distinct()
                            .toArray();
            long length = shape[axis];
            cuts[axis] =
                    java.util.stream.LongStream.concat(
                                    java.util.stream.LongStream.of(0, length),
                                    java.util.Arrays.stream(cuts[axis]).filter(c -> c < length))
                            .distinct()
                            .sorted()
                            .toArray();
        }
        return ChunkGrid.ofCuts(cuts);
    }

    private static byte[] bytes(Operand operand) {
        byte[] bytes =
                new byte
                        [Math.toIntExact(
                                Shapes.size(operand.shape()) * operand.dtype().byteSize())];
        Contents.copy(operand, MemorySegment.ofArray(bytes));
        return bytes;
    }
}
