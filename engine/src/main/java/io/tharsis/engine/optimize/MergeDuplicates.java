package io.tharsis.engine.optimize;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.PlanGraph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Nodes that do the same to the same inputs become one. */
final class MergeDuplicates implements Rule {
    /** What a node does, its origin apart. */
    private record Key(PlanGraph.Node node) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(PlanGraph.Node that)
                    && node.dtype() == that.dtype()
                    && Arrays.equals(node.inputs(), that.inputs())
                    && Arrays.equals(node.shape(), that.shape())
                    && node.op().equals(that.op());
        }

        @Override
        public int hashCode() {
            return 31 * (31 * node.op().hashCode() + Arrays.hashCode(node.inputs()))
                    + Arrays.hashCode(node.shape());
        }
    }

    @Override
    public PlanGraph apply(PlanGraph graph) {
        Map<Key, Integer> known = new HashMap<>();
        var merging =
                new Rewriter() {
                    @Override
                    int rewrite(Pass pass, PlanGraph.Node node) {
                        if (node.inputs().length == 0 && !(node.op() instanceof Op.Iota)) {
                            return pass.target.add(node);
                        }
                        var key = new Key(node);
                        Integer same = known.get(key);
                        if (same != null) {
                            return pass.changed(same);
                        }
                        int id = pass.target.add(node);
                        known.put(key, id);
                        return id;
                    }
                };
        return merging.apply(graph);
    }
}
