package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;
import java.util.Arrays;

/** Drops nodes that no root needs. */
final class DropUnused {
    private DropUnused() {}

    static PlanGraph keepReachable(PlanGraph graph) {
        boolean[] live = new boolean[graph.size()];
        graph.roots().forEach(root -> live[root] = true);
        int count = 0;
        for (int id = graph.size() - 1; id >= 0; id--) {
            if (live[id]) {
                count++;
                for (int input : graph.node(id).inputs()) {
                    live[input] = true;
                }
            }
        }
        if (count == graph.size()) {
            return graph;
        }
        var kept = new PlanGraph();
        int[] map = new int[graph.size()];
        for (int id = 0; id < graph.size(); id++) {
            if (live[id]) {
                PlanGraph.Node node = graph.node(id);
                int[] inputs = Arrays.stream(node.inputs()).map(i -> map[i]).toArray();
                map[id] = kept.add(
                        new PlanGraph.Node(node.op(), node.dtype(), node.shape(), inputs, node.origin(), node.grid()));
            }
        }
        graph.roots().forEach(root -> kept.addRoot(map[root]));
        return kept;
    }
}
