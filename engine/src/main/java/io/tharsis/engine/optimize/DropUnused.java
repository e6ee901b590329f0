package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;

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
                map[id] = kept.add(Rewriter.moved(graph.node(id), map));
            }
        }
        graph.roots().forEach(root -> kept.addRoot(map[root]));
        return kept;
    }
}
