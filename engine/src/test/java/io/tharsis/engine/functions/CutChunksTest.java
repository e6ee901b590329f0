package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.ChunkFunction.Tiling;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.Stored;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Chunk functions give the same elements for any box their tiling allows as they give for the
 * whole.
 */
class CutChunksTest {
    private Random random;

    @BeforeEach
    void seed() {
        long seed = Long.getLong("seed", 2026);
        System.out.println("CutChunksTest seed " + seed);
        random = new Random(seed);
    }

    @Test
    void shouldSetSlicesBoxByBox() {
        for (String slices :
                List.of(
                        "1",
                        ":, 2",
                        "::2, ::-3",
                        "-1:0:-2, 1:4",
                        "2:, newaxis, :, 0",
                        "..., 1:6:4",
                        "0, 0, 0",
                        "5::-5")) {
            Operand x = Values.iota(6, 5, 7);
            long[] selected = Indexing.get(x, Slice.parse(slices)).shape();
            Operand value = Values.longs(random.longs(Shapes.size(selected)).toArray(), selected);
            check(Indexing.set(x, Slice.parse(slices), value));
            check(Indexing.set(x, Slice.parse(slices), Promotion.scalar(DType.INT64, -1)));
        }
        check(Indexing.set(Values.iota(50), Slice.parse("40:3:-3"), Values.iota(13)));
    }

    @Test
    void shouldSetSlicesOfNarrowElements() {
        Operand x = Elementwise.cast(Values.iota(6, 5, 7), DType.INT16);
        check(
                Indexing.set(
                        x,
                        Slice.parse("::2, 1:, ::-2"),
                        Elementwise.cast(Values.iota(4, 4), DType.INT16)));
    }

    @Test
    void shouldTakeBoxByBox() {
        Operand indices = Values.longs(new long[] {3, 0, -1, -5, 3}, 5);
        for (int axis = 0; axis < 3; axis++) {
            check(Indexing.take(Values.iota(5, 6, 7), indices, axis));
        }
        check(
                Indexing.take(
                        Values.iota(9),
                        Values.longs(random.longs(60, -9, 9).toArray(), 3, 4, 5),
                        0));
    }

    @Test
    void shouldTakeAlongAnAxisBoxByBox() {
        for (int axis = 0; axis < 3; axis++) {
            long[] shape = {5, 6, 7};
            shape[axis] = 4;
            Operand indices =
                    Values.longs(random.longs(Shapes.size(shape), -5, 5).toArray(), shape);
            check(Indexing.takeAlongAxis(Values.iota(5, 6, 7), indices, axis));
        }
    }

    @Test
    void shouldNumberTuplesBoxByBox() {
        Operand a = Values.longs(random.longs(5 * 6, -3, 3).toArray(), 5, 6, 1);
        Operand b = Values.longs(random.longs(7, -4, 4).toArray(), 7);
        Operand c = Values.longs(random.longs(6 * 7, -2, 2).toArray(), 6, 7);
        check(Indexing.gather(Values.iota(3, 4, 2), a, b, c).input(0));
    }

    private void check(Operand chunked) {
        while (!(chunked.op() instanceof Op.Chunked)) {
            chunked = chunked.input(0);
        }
        ChunkFunction function = ((Op.Chunked) chunked.op()).function();
        List<Operand> inputs = new ArrayList<>(chunked.inputs());
        inputs.forEach(Values::run);
        Values.run(chunked);
        for (int round = 0; round < 40; round++) {
            long[] shape = inputs.getFirst().shape();
            long[] origin = new long[shape.length];
            long[] length = new long[shape.length];
            for (int axis = 0; axis < shape.length; axis++) {
                boolean isWhole =
                        function.tiling() instanceof Tiling.Along(int along) && along == axis;
                origin[axis] = isWhole ? 0 : random.nextLong(shape[axis]);
                length[axis] =
                        isWhole ? shape[axis] : 1 + random.nextLong(shape[axis] - origin[axis]);
            }
            check(function, inputs, chunked, origin, length);
        }
    }

    private static void check(
            ChunkFunction function,
            List<Operand> inputs,
            Operand whole,
            long[] origin,
            long[] length) {
        long[] outLength = length.clone();
        if (function.tiling() instanceof Tiling.Along(int along)) {
            outLength[along] = whole.shape()[along];
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(box(inputs.getFirst(), origin, length));
        for (Operand input : inputs.subList(1, inputs.size())) {
            blocks.add(box(input, new long[input.rank()], input.shape()));
        }
        long byteSize = Shapes.size(outLength) * whole.dtype().byteSize();
        var output =
                new Block(Arena.ofAuto().allocate(byteSize, 8), whole.dtype(), outLength, origin);
        function.apply(new BoxCall(blocks, output));
        Block expected = box(whole, origin, outLength);
        assertArrayEquals(
                expected.segment().toArray(ValueLayout.JAVA_BYTE),
                output.segment().toArray(ValueLayout.JAVA_BYTE),
                () ->
                        function
                                + " at "
                                + Arrays.toString(origin)
                                + " of "
                                + Arrays.toString(length));
    }

    private static Block box(Operand x, long[] origin, long[] length) {
        Slice[] slices = new Slice[origin.length];
        Arrays.setAll(slices, axis -> Slice.range(origin[axis], origin[axis] + length[axis]));
        Stored stored = Values.run(Indexing.get(x, slices));
        return new Block(stored.chunk(0).asSlice(0, stored.byteSize()), x.dtype(), length, origin);
    }
}
