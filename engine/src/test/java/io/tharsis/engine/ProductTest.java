package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.ShapeException;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.Contents;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Matrix products give the bits of the reference, however their operands lie and are cut. */
class ProductTest {
    private static final long SEED = Long.getLong("tharsis.seed", 20_261_121L);

    @TempDir Path folder;

    @Test
    void shouldGiveTheBitsOfTheReferenceForSmallProducts() {
        compare(SEED, 120, 40, ProductTest::product);
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForProductsOfManyBlocks() {
        compare(SEED + 10_000, 12, 600, ProductTest::product);
    }

    private static Tensor product(RandomMatrices random, int most) {
        long m = random.length(most);
        long k = random.length(most);
        long n = random.length(most);
        DType type = random.dtype();
        DType other = random.number(4) == 0 ? random.dtype() : type;
        int batches = most > 100 ? 0 : random.number(3);
        long[] batch = new long[batches];
        Arrays.setAll(batch, _ -> 1 + random.number(3));
        long[] left = with(batch, m, k);
        long[] right = with(batch, k, n);
        for (int axis = 0; axis < batches; axis++) {
            if (random.number(4) == 0) {
                (random.number(2) == 0 ? left : right)[axis] = 1;
            }
        }
        if (random.number(6) == 0) {
            right = with(new long[0], k, n);
        }
        return random.matrix(type, left).matmul(random.matrix(other, right));
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForExpressionsOverProducts() {
        compare(
                SEED + 20_000,
                10,
                600,
                (random, most) -> expression(product(random, most), random));
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForHalfAProduct() {
        compare(
                SEED + 30_000,
                10,
                600,
                (random, most) -> {
                    Tensor gram = gram(random, random.length(most));
                    return random.number(2) == 0 ? gram : expression(gram, random);
                });
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForHalvesOfManyTiles() {
        compare(
                SEED + 40_000,
                3,
                1300,
                (random, most) -> {
                    Tensor gram = gram(random, most - random.number(200));
                    return random.number(2) == 0 ? gram : gram.minus(1.5).std();
                });
    }

    private static Tensor gram(RandomMatrices random, long rows) {
        Tensor a = random.matrix(random.dtype(), rows, 1 + random.number(40));
        return random.number(2) == 0 ? a.matmul(a.T()) : a.T().T().matmul(a.T());
    }

    /** Element-wise work on a product, stored or folded, with other data as it lies. */
    private static Tensor expression(Tensor product, RandomMatrices random) {
        if (product.rank() != 2) {
            return product.sum();
        }
        long m = product.shape(0);
        long n = product.shape(1);
        Tensor other =
                switch (random.number(4)) {
                    case 0 -> random.matrix(DType.FLOAT64, m, n);
                    case 1 -> random.matrix(DType.FLOAT32, n);
                    case 2 -> Tensors.arange(m * n).reshape(m, n);
                    default -> random.matrix(DType.FLOAT64, m, 1);
                };
        Tensor x = product.astype(DType.FLOAT64).minus(other).times(0.25);
        return switch (random.number(8)) {
            case 0 -> x;
            case 1 -> x.std();
            case 2 -> x.var(1, true);
            case 3 -> x.sum();
            case 4 -> x.max().plus(x.min()).plus(x.mean());
            case 5 -> Tensors.stack(x.sum(), x.std());
            case 6 -> x.plus(x.sum());
            default -> x.astype(DType.FLOAT32).std();
        };
    }

    private static long[] with(long[] batch, long rows, long columns) {
        long[] shape = Arrays.copyOf(batch, batch.length + 2);
        shape[batch.length] = rows;
        shape[batch.length + 1] = columns;
        return shape;
    }

    /** One column, or one row, for all of a tile, of which each chunk holds a part. */
    @Test
    void shouldRepeatWhatIsCutInsideATile() {
        compare(
                SEED + 70_000,
                8,
                300,
                (random, most) -> {
                    random.inChunks(40);
                    long m = 150 + random.number(most);
                    long n = 150 + random.number(most);
                    Tensor product =
                            random.matrix(DType.FLOAT64, m, 20)
                                    .matmul(random.matrix(DType.FLOAT64, 20, n));
                    long[] shape = random.number(4) == 0 ? new long[] {1, n} : new long[] {m, 1};
                    Tensor x = product.times(random.matrix(DType.FLOAT64, shape));
                    return random.number(2) == 0 ? x : x.sum();
                });
    }

    @Test
    void shouldRepeatWhatIsCutInsideATileOfOneColumn() {
        try (Session session = Session.local().threads(1).open();
                var _ = session.bind()) {
            Tensor product = Tensors.ones(200, 1).matmul(Tensors.ones(1, 513));
            Tensor column = Tensors.arange(0.0, 200.0).reshape(200, 1).rechunk(90, 1).execute();
            assertEquals(513 * 19_900.0, product.times(column).sum().item());
        }
    }

    /** Operands that do not fit, so that products are made in bands and parts. */
    @Test
    void shouldGiveTheBitsOfTheReferenceWhereMemoryIsShort() {
        System.out.println("ProductTest: seeds from " + (SEED + 50_000));
        for (long seed = SEED + 50_000; seed < SEED + 50_003; seed++) {
            long own = seed;
            Function<Session, Tensor> program =
                    _ -> {
                        var random = new RandomMatrices(own).inChunks(400);
                        long k = 1200 + random.number(300);
                        Tensor a = random.matrix(DType.FLOAT64, 700, k);
                        Tensor b = random.matrix(DType.FLOAT64, k, 600);
                        Tensor c = random.number(2) == 0 ? a.matmul(b) : a.matmul(a.T());
                        return switch (random.number(3)) {
                            case 0 -> c;
                            case 1 -> c.times(0.5).std();
                            default -> c.plus(1);
                        };
                    };
            var random = new Random(~seed);
            var tight =
                    new LocalEngine(
                            random.nextInt(1, 4),
                            new MemoryBudget(30 << 20),
                            256 << 10,
                            0,
                            List.of(folder));
            byte[] actual = bytes(tight, program);
            byte[] expected = bytes(new ReferenceEngine(ScalarKernel::of), program);
            assertArrayEquals(expected, actual, "seed " + seed);
        }
    }

    /** A program over random matrices up to a length. */
    interface Program {
        Tensor of(RandomMatrices random, int most);
    }

    static void compare(long firstSeed, int programs, int most, Program program) {
        System.out.println("ProductTest: seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + programs; seed++) {
            var random = new Random(~seed);
            int threads = random.nextInt(1, 4);
            long chunkBytes = 64L << random.nextInt(most > 100 ? 6 : 0, most > 100 ? 18 : 12);
            long inline = random.nextBoolean() ? 0 : Long.MAX_VALUE;
            String setting =
                    "seed "
                            + seed
                            + ", "
                            + threads
                            + " threads, chunks of "
                            + chunkBytes
                            + " bytes";
            var local = new LocalEngine(threads, new MemoryBudget(512 << 20), chunkBytes, inline);
            long own = seed;
            byte[] actual = bytes(local, _ -> program.of(new RandomMatrices(own), most));
            byte[] expected =
                    bytes(
                            new ReferenceEngine(ScalarKernel::of),
                            _ -> program.of(new RandomMatrices(own), most));
            assertArrayEquals(expected, actual, setting);
        }
    }

    private static byte[] bytes(Engine engine, Function<Session, Tensor> program) {
        try (Session session = Session.over(engine, false);
                var _ = session.bind()) {
            Tensor result = program.apply(session).execute();
            byte[] bytes =
                    new byte
                            [Math.toIntExact(
                                    Shapes.size(result.shape()) * result.dtype().byteSize())];
            Contents.copy(result.operand(), MemorySegment.ofArray(bytes));
            return bytes;
        }
    }

    @Test
    void shouldShareThePackedRowsOfSeveralBlocksBetweenThreads() {
        try (Session session =
                        Session.over(
                                new LocalEngine(3, new MemoryBudget(256 << 20), 16 << 20, 0),
                                false);
                var _ = session.bind()) {
            Tensor a = Tensors.arange(9000L * 64).reshape(9000, 64).rem(7).astype(DType.INT32);
            Tensor b = Tensors.arange(64L * 900).reshape(64, 900).rem(5).astype(DType.INT32);
            Tensor product = a.matmul(b);
            long expected = 0;
            for (long k = 0; k < 64; k++) {
                expected += (8_765 * 64L + k) % 7 * ((k * 900 + 890) % 5);
            }
            assertEquals(expected, product.get("8765, 890").itemLong());
        }
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForBlocksAlongTheInnerDimension() {
        compare(
                SEED + 60_000,
                2,
                1100,
                (random, most) -> {
                    long k = most + random.number(300);
                    DType type = random.number(2) == 0 ? DType.FLOAT64 : DType.FLOAT32;
                    Tensor a = random.matrix(type, 1300 + random.number(100), k);
                    return a.matmul(random.matrix(type, k, 400 + random.number(200)));
                });
    }

    @Test
    void shouldNotDependOnWhetherTheProductIsKept() {
        try (Session session =
                        Session.over(
                                new LocalEngine(2, new MemoryBudget(256 << 20), 1 << 20, 0),
                                false);
                var _ = session.bind()) {
            Tensor a = Tensors.random(3).uniform(700, 90).execute();
            Tensor lazy = a.matmul(a.T());
            Tensor kept = a.matmul(a.T()).execute();
            assertEquals(lazy.minus(1.5).sum().item(), kept.minus(1.5).sum().item());
            assertEquals(lazy.minus(1.5).std().item(), kept.minus(1.5).std().item());
        }
    }

    @Test
    void shouldNameBothShapesThatDoNotFit() {
        try (Session session = Session.local().threads(1).open();
                var _ = session.bind()) {
            Tensor a = Tensors.zeros(2, 3);
            Tensor b = Tensors.zeros(4, 5);
            String message = assertThrows(ShapeException.class, () -> a.matmul(b)).getMessage();
            assertTrue(message.contains("(2, 3)") && message.contains("(4, 5)"), message);
            assertThrows(ShapeException.class, () -> a.matmul(Tensors.scalar(1)));
            assertThrows(
                    ShapeException.class,
                    () -> Tensors.zeros(2, 3, 4).matmul(Tensors.zeros(3, 4, 5)));
        }
    }

    @Test
    void shouldSayInThePlanWhatIsMultiplied() {
        try (Session session = Session.local().threads(1).open();
                var _ = session.bind()) {
            Tensor a = Tensors.ones(3, 4).plus(1).execute();
            String text = session.explain(a.matmul(a.T()));
            assertTrue(text.contains("matmul float64(3, 3)"), text);
            assertTrue(text.contains("[axis1, axis0]"), text);
        }
    }
}
