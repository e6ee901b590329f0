package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * The best element of each block of {@link #ROWS} elements of one axis, in two int64: how good it
 * is, and its position; for {@link ArgOfBlocks}.
 */
public record ArgBlocks(ArgExtreme of) implements ChunkFunction {
    /** Elements of a block. */
    public static final long ROWS = ArgExtreme.PIECE;

    /** Numbers for each block. */
    public static final long RESULTS = 2;

    @Override
    public String name() {
        return of.name() + "Blocks";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.RowBlocks(ROWS, RESULTS);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        MemorySegment output = call.output().segment();
        Pieces.forEach(
                call,
                input.size(),
                ROWS,
                (block, from, to) -> {
                    ArgExtreme.Best best = of.bestOf(input, from, to);
                    output.setAtIndex(JAVA_LONG, RESULTS * block, best.key);
                    output.setAtIndex(
                            JAVA_LONG, RESULTS * block + 1, input.origin()[0] + best.position);
                });
    }
}
