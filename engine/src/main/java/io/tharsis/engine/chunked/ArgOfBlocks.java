package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The position of the best element, the first of equals, from what {@link ArgBlocks} made of all
 * blocks: one int64.
 *
 * @param dtype of the elements
 * @param length how many there are
 */
public record ArgOfBlocks(ArgExtreme of, DType dtype, long length) implements ChunkFunction {
    @Override
    public String name() {
        return of.name();
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public void apply(Call call) {
        Block blocks = call.input(0);
        long best = 0;
        for (long i = ArgBlocks.RESULTS; i < blocks.size(); i += ArgBlocks.RESULTS) {
            best = at(blocks, i) > at(blocks, best) ? i : best;
        }
        of.requireNumber(dtype, new long[] {length}, at(blocks, best));
        call.output().segment().setAtIndex(JAVA_LONG, 0, at(blocks, best + 1));
    }

    private static long at(Block blocks, long i) {
        return blocks.segment().getAtIndex(JAVA_LONG, i);
    }
}
