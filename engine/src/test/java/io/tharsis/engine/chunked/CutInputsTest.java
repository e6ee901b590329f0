package io.tharsis.engine.chunked;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import io.tharsis.DType;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.functions.Statistics;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Stored;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** The engine must answer the same bits however its input is cut. */
@Timeout(120)
class CutInputsTest {
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());
    private static final long[] SHAPE = {60, 40, 50};

    private static Map<String, UnaryOperator<Operand>> functions() {
        Map<String, UnaryOperator<Operand>> functions = new LinkedHashMap<>();
        for (int axis = 0; axis < SHAPE.length; axis++) {
            int a = axis;
            functions.put("sort " + a, x -> Sorting.sort(x, a));
            functions.put("argsort " + a, x -> Sorting.argsort(x, a));
            functions.put("cumsum " + a, x -> Scans.cumsum(x, a));
            functions.put("argmax " + a, x -> Searching.argmax(x, a, false));
            functions.put("median " + a, x -> Statistics.median(x, a, false));
            functions.put(
                    "quantiles " + a,
                    x -> Statistics.quantile(x, new double[] {0.1, 0.8}, a, true));
        }
        functions.put("sort", Sorting::sortFlat);
        functions.put("unique", Sorting::unique);
        functions.put("uniqueInverse", Sorting::uniqueInverse);
        functions.put("nonzero", x -> Searching.nonzero(x)[1]);
        functions.put("histogram", x -> Statistics.histogram(x, 30, null, true).counts());
        functions.put("searchSorted", x -> Searching.searchSorted(Sorting.sortFlat(x), x, true));
        return functions;
    }

    private static Block input() {
        System.out.println("CutInputsTest: -Dtharsis.seed=" + SEED);
        var random = new Random(SEED);
        Block block = FakeCall.block(DType.FLOAT64, SHAPE);
        for (long i = 0; i < block.size(); i++) {
            block.segment()
                    .setAtIndex(
                            JAVA_DOUBLE,
                            i,
                            random.nextInt(3) == 0 ? random.nextInt(-2, 3) : random.nextGaussian());
        }
        return block;
    }

    @Test
    void shouldAnswerTheSameBitsHoweverTheInputIsCut() {
        Block block = input();
        try (var engine = new LocalEngine(2, new MemoryBudget(512L << 20), 1 << 16)) {
            for (long[] lengths :
                    new long[][] {{60, 40, 50}, {7, 40, 11}, {60, 13, 50}, {31, 39, 49}}) {
                ChunkGrid grid = ChunkGrid.regular(SHAPE, lengths);
                functions()
                        .forEach(
                                (name, function) -> {
                                    Block expected =
                                            FakeCall.evaluate(function.apply(FakeCall.data(block)));
                                    var cut =
                                            new Operand(
                                                    new Op.Rechunk(grid),
                                                    DType.FLOAT64,
                                                    SHAPE,
                                                    FakeCall.data(block));
                                    Operand result = function.apply(cut);
                                    engine.execute(List.of(result));
                                    assertEquals(
                                            Golden.text(expected, false),
                                            Golden.text(whole(result.stored()), false),
                                            name + " of " + grid);
                                    result.close();
                                });
            }
        }
    }

    private static Block whole(Stored stored) {
        Block block = FakeCall.block(stored.dtype(), stored.shape());
        int width = stored.dtype().byteSize();
        ChunkGrid grid = stored.grid();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] origin = grid.origin(chunk);
            long[] shape = grid.chunkShape(chunk);
            long size = Shapes.size(shape);
            for (long p = 0; p < size; p++) {
                long rest = p;
                long at = 0;
                long step = 1;
                for (int axis = shape.length - 1; axis >= 0; axis--) {
                    at += (origin[axis] + rest % shape[axis]) * step;
                    rest /= shape[axis];
                    step *= stored.shape()[axis];
                }
                MemorySegment.copy(
                        stored.chunk(chunk), p * width, block.segment(), at * width, width);
            }
        }
        return block;
    }
}
