package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;

import java.util.function.BiConsumer;

/**
 * A user's function of blocks: it gets a block of the input and fills the block of the output at
 * the same place.
 */
public record MapBlocks(BiConsumer<Block, Block> function) implements ChunkFunction {

    /** {@code function} over all blocks of {@code a}, with results of dtype {@code result}. */
    public static Operand apply(Operand a, DType result, BiConsumer<Block, Block> function) {
        return new Operand(new Op.Chunked(new MapBlocks(function)), result, a.shape(), a);
    }

    @Override
    public String name() {
        return "mapBlocks";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        function.accept(call.input(0), call.output());
    }
}
