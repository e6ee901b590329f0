package io.tharsis.engine.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.functions.ElementOp;
import io.tharsis.engine.fuse.Fuser;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;

import org.junit.jupiter.api.Test;

class PlanTest {
    /** {@code operations} additions, one after the other, to each of {@code size} elements. */
    private static Plan chain(long size, int operations) {
        var graph = new PlanGraph();
        long[] shape = {size};
        int x =
                graph.add(
                        new PlanGraph.Node(
                                new Op.Data(),
                                DType.FLOAT64,
                                shape,
                                new int[0],
                                0,
                                ChunkGrid.regular(shape, shape)));
        int sum = x;
        for (int i = 0; i < operations; i++) {
            sum =
                    graph.add(
                            new PlanGraph.Node(
                                    new Op.Elementwise(ElementOp.ADD),
                                    DType.FLOAT64,
                                    shape,
                                    new int[] {sum, x},
                                    -1,
                                    null));
        }
        graph.addRoot(sum);
        return Tiler.tile(graph, Fuser.fuse(graph, 1 << 30), 1 << 30, 1 << 30);
    }

    @Test
    void shouldCallFewElementsShortWhateverIsDoneToThem() {
        assertTrue(chain(LocalEngine.INLINE_WORK, 60).isShort(LocalEngine.INLINE_WORK));
    }

    @Test
    void shouldCallMoreElementsShortIfLittleIsDoneToThem() {
        long most = LocalEngine.INLINE_WORK;
        assertEquals(true, chain(3 * most, 3).isShort(most));
        assertEquals(false, chain(3 * most, 30).isShort(most));
        assertEquals(false, chain(17 * most, 1).isShort(most));
    }

    @Test
    void shouldKnowTheLimitsOfWhatIsShort() {
        assertEquals(false, chain(1000, 1).isShort(0));
        assertTrue(chain(1L << 40, 30).isShort(Long.MAX_VALUE));
    }
}
