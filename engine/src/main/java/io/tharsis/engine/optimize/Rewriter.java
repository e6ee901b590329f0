package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;

import java.util.Arrays;

/**
 * The loop that local rules share: nodes in order, each kept, replaced or expanded over the
 * rewritten inputs.
 */
abstract class Rewriter implements Rule {
    /** The state of one pass. */
    static final class Pass {
        final PlanGraph source;
        final PlanGraph target = new PlanGraph();
        private final int[] map;
        private boolean changed;

        Pass(PlanGraph source) {
            this.source = source;
            this.map = new int[source.size()];
        }

        /** Says that the node under hand was not merely copied. */
        int changed(int id) {
            changed = true;
            return id;
        }
    }

    /**
     * Puts {@code node}, whose inputs are numbers of the target already, into {@code pass.target},
     * and answers the number that stands for it there.
     */
    abstract int rewrite(Pass pass, PlanGraph.Node node);

    /** {@code node} with inputs {@code map} of what they were; itself if that changes nothing. */
    static PlanGraph.Node moved(PlanGraph.Node node, int[] map) {
        int[] inputs = node.inputs().clone();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = map[inputs[i]];
        }
        return Arrays.equals(inputs, node.inputs())
                ? node
                : new PlanGraph.Node(
                        node.op(), node.dtype(), node.shape(), inputs, node.origin(), node.grid());
    }

    @Override
    public PlanGraph apply(PlanGraph graph) {
        var pass = new Pass(graph);
        for (int id = 0; id < graph.size(); id++) {
            PlanGraph.Node node = graph.node(id);
            pass.map[id] = rewrite(pass, moved(node, pass.map));
        }
        if (!pass.changed) {
            return graph;
        }
        for (int root : graph.roots()) {
            pass.target.addRoot(pass.map[root]);
        }
        return DropUnused.keepReachable(pass.target);
    }
}
