package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.tharsis.DType;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.Contents;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Random graphs on the engine, in chunks of every size and on one to three threads, give the bits
 * of the reference.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("tharsis.seed", 20_260_101L);

    @Test
    void shouldGiveTheBitsOfTheReferenceForSmallGraphs() {
        compare(SEED, Duration.ofSeconds(15), 400, 2500);
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForGraphsOfManyBlocks() {
        compare(SEED + 1_000_000, Duration.ofSeconds(15), 70_000, 60);
    }

    @Test
    @Tag("slow")
    void shouldGiveTheBitsOfTheReferenceForVeryManyGraphs() {
        compare(SEED + 2_000_000, Duration.ofSeconds(300), 5_000, 30_000);
        compare(SEED + 3_000_000, Duration.ofSeconds(300), 200_000, 3_000);
    }

    private static void compare(long firstSeed, Duration atMost, long limit, int graphs) {
        System.out.println("DifferentialTest: seeds from " + firstSeed);
        long start = System.nanoTime();
        int done = 0;
        while (done < graphs && System.nanoTime() - start < atMost.toNanos()) {
            compare(firstSeed + done, limit);
            done++;
        }
        System.out.println("DifferentialTest: " + done + " graphs");
    }

    private static void compare(long seed, long limit) {
        var random = new Random(~seed);
        int threads = random.nextInt(1, 4);
        long chunkBytes = 64L << random.nextInt(0, limit > 1000 ? 12 : 6);
        chunkBytes = Math.max(chunkBytes, limit / 50);
        long inline = random.nextBoolean() ? 0 : Long.MAX_VALUE;
        String setting =
                "seed "
                        + seed
                        + ", limit "
                        + limit
                        + ", "
                        + threads
                        + " threads, chunks of "
                        + chunkBytes
                        + " bytes, "
                        + (inline == 0 ? "on the pool" : "on the caller's thread");
        try (var engine =
                new LocalEngine(threads, new MemoryBudget(256 << 20), chunkBytes, inline)) {
            var graph = new RandomGraph(seed, operand -> engine.execute(List.of(operand)), limit);
            var same = new RandomGraph(seed, _ -> {}, limit);
            engine.execute(graph.roots());
            new ReferenceEngine(ScalarKernel::of).execute(same.roots());
            for (int i = 0; i < graph.roots().size(); i++) {
                same(graph.roots().get(i), same.roots().get(i));
            }
        } catch (Throwable e) {
            throw new AssertionError(setting, e);
        }
    }

    /** Throws unless both have the same bits, NaNs counting as one value. */
    static void same(Operand actual, Operand expected) {
        assertEquals(expected.dtype(), actual.dtype());
        assertArrayEquals(expected.shape(), actual.shape(), () -> "shape of " + actual);
        DType type = expected.dtype();
        byte[] a = bytes(actual);
        byte[] b = bytes(expected);
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                int element = i / type.byteSize();
                String got = text(type, a, element);
                String wanted = text(type, b, element);
                if (!(got.equals("NaN") && wanted.equals("NaN"))) {
                    fail(
                            actual
                                    + " element "
                                    + element
                                    + " is "
                                    + got
                                    + ", the reference has "
                                    + wanted);
                }
            }
        }
    }

    private static byte[] bytes(Operand operand) {
        byte[] bytes =
                new byte
                        [Math.toIntExact(
                                Shapes.size(operand.shape()) * operand.dtype().byteSize())];
        Contents.copy(operand, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static String text(DType type, byte[] bytes, int element) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        return switch (type) {
            case FLOAT64 ->
                    Double.toString(segment.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, element * 8L));
            case FLOAT32 ->
                    Float.toString(segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, element * 4L));
            default -> {
                long value = 0;
                for (int i = 0; i < type.byteSize(); i++) {
                    value |= (bytes[element * type.byteSize() + i] & 0xFFL) << (8 * i);
                }
                yield Long.toHexString(value);
            }
        };
    }
}
