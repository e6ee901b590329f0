package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.Contents;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Inputs that lie in any order (permuted, backwards, with steps, broadcast along rows or columns),
 * alone, beside one that lies in order and beside one another, give the bits of the reference:
 * element by element and folded along every axis.
 */
class LayoutsTest {
    private static final long SEED = Long.getLong("tharsis.seed", 11L);
    private static final List<DType> TYPES =
            List.of(
                    DType.FLOAT64,
                    DType.FLOAT32,
                    DType.INT64,
                    DType.INT16,
                    DType.UINT8,
                    DType.FLOAT64,
                    DType.FLOAT32);

    @Test
    void shouldGiveTheBitsOfTheReference() {
        compare(SEED, 40);
    }

    @Test
    @Tag("slow")
    void shouldGiveTheBitsOfTheReferenceForManyShapes() {
        compare(SEED + 1000, 1000);
    }

    private static void compare(long firstSeed, int count) {
        System.out.println("LayoutsTest: seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            var random = new Random(seed);
            int threads = random.nextInt(1, 4);
            long chunkBytes = 1L << random.nextInt(14, 24);
            String setting = "seed " + seed + ", " + threads + " threads, chunks of " + chunkBytes;
            try (var engine =
                    new LocalEngine(threads, new MemoryBudget(256 << 20), chunkBytes, 0)) {
                List<Operand> actual = new Case(seed, engine).results();
                List<Operand> expected = new Case(seed, null).results();
                engine.execute(actual);
                new ReferenceEngine(ScalarKernel::of).execute(expected);
                for (int i = 0; i < actual.size(); i++) {
                    assertArrayEquals(
                            bytes(expected.get(i)),
                            bytes(actual.get(i)),
                            setting + ", " + Shapes.text(expected.get(i).shape()) + ", " + i);
                }
            } catch (RuntimeException e) {
                throw new AssertionError(setting, e);
            }
        }
    }

    /** One shape and dtype, and what is computed of it. */
    private static final class Case {
        private final Random random;
        private final LocalEngine engine;
        private final DType type;
        private final long[] shape;
        private int streams;

        Case(long seed, LocalEngine engine) {
            this.random = new Random(seed);
            this.engine = engine;
            this.type = TYPES.get(random.nextInt(TYPES.size()));
            this.shape =
                    switch (random.nextInt(5)) {
                        case 0 -> new long[] {random.nextInt(100, 700), random.nextInt(100, 700)};
                        case 1 -> new long[] {random.nextInt(1, 40), random.nextInt(500, 1500)};
                        case 2 -> new long[] {random.nextInt(500, 1500), random.nextInt(1, 40)};
                        case 3 ->
                                new long[] {
                                    random.nextInt(1, 12),
                                    random.nextInt(1, 200),
                                    random.nextInt(1, 300)
                                };
                        default ->
                                new long[] {
                                    random.nextInt(30, 200),
                                    random.nextInt(1, 40),
                                    random.nextInt(1, 40)
                                };
                    };
        }

        List<Operand> results() {
            Operand turned = layout();
            Operand sum = Elementwise.add(turned, random.nextBoolean() ? stored(shape) : layout());
            List<Operand> results = new ArrayList<>();
            results.add(sum);
            for (Operand x : List.of(turned, sum)) {
                int axis = random.nextInt(shape.length);
                results.add(fold(x, axis, axis + 1));
                results.add(fold(x, axis, random.nextInt(axis + 1, shape.length + 1)));
            }
            return results;
        }

        private Operand fold(Operand x, int from, int to) {
            Operand wide = type.byteSize() < 4 ? Elementwise.cast(x, DType.INT64) : x;
            long[] kept =
                    IntStream.range(0, shape.length)
                            .filter(axis -> axis < from || axis >= to)
                            .mapToLong(axis -> shape[axis])
                            .toArray();
            return new Operand(new Op.Reduce(FoldOp.ADD, from, to), wide.dtype(), kept, wide);
        }

        /** Stored data of this case's shape, in some order. */
        private Operand layout() {
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, shape.length).boxed().toList());
            Collections.shuffle(order, random);
            int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
            long[] own = new long[shape.length];
            long[] every = new long[shape.length];
            int broadcast = random.nextInt(4) == 0 ? random.nextInt(shape.length) : -1;
            for (int axis = 0; axis < axes.length; axis++) {
                every[axis] = random.nextInt(3) == 0 ? random.nextInt(2, 4) : 1;
                own[axes[axis]] = axis == broadcast ? 1 : shape[axis] * every[axis];
            }
            Operand x = stored(own);
            // Axis k of the result is axis axes[k] of what is stored.
            x = Shaping.permute(x, axes);
            Slice[] slices = new Slice[shape.length];
            for (int axis = 0; axis < axes.length; axis++) {
                boolean whole = every[axis] == 1 || axis == broadcast;
                slices[axis] =
                        whole
                                ? Slice.all()
                                : Slice.range(0, shape[axis] * every[axis], every[axis]);
            }
            x = Indexing.get(x, slices);
            int[] flipped =
                    IntStream.range(0, shape.length).filter(_ -> random.nextInt(3) == 0).toArray();
            if (flipped.length > 0) {
                x = Shaping.flip(x, flipped);
            }
            return Shaping.broadcastTo(x, shape);
        }

        private Operand stored(long[] shape) {
            var bits = new Operand(new Op.RandomBits(5, streams++), DType.UINT32, shape);
            Operand x = Elementwise.cast(bits, type);
            if (engine != null) {
                engine.execute(List.of(x));
            }
            return x;
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
}
