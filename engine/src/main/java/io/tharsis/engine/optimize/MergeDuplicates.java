package io.tharsis.engine.optimize;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.PlanGraph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes that do the same to the same inputs become one. */
final class MergeDuplicates implements Rule {
    private record Key(Op op, Object type, List<Long> shape, List<Integer> inputs) {}

    @Override
    public PlanGraph apply(PlanGraph graph) {
        Map<Key, Integer> known = new HashMap<>();
        var merging = new Rewriter() {
            @Override
            int rewrite(Pass pass, PlanGraph.Node node) {
                if (node.inputs().length == 0 && !(node.op() instanceof Op.Iota)) {
                    return pass.target.add(node);
                }
                var key = new Key(
                        node.op(),
                        node.dtype(),
                        Arrays.stream(node.shape()).boxed().toList(),
                        Arrays.stream(node.inputs()).boxed().toList());
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
