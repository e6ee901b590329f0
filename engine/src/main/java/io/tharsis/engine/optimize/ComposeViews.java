package io.tharsis.engine.optimize;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;

import java.util.Arrays;

/**
 * A view of a view is one view; a view that changes nothing is its input; a view of equal numbers
 * is fewer of them.
 */
final class ComposeViews extends Rewriter {
    @Override
    int rewrite(Pass pass, PlanGraph.Node node) {
        if (!(node.op() instanceof Op.Viewed viewed)) {
            return pass.target.add(node);
        }
        int inputId = node.inputs()[0];
        PlanGraph.Node input = pass.target.node(inputId);
        if (viewed.view().isIdentity() && Arrays.equals(node.shape(), input.shape())) {
            return pass.changed(inputId);
        }
        if (input.op() instanceof Op.Fill) {
            return pass.changed(
                    pass.target.add(
                            new PlanGraph.Node(
                                    input.op(),
                                    node.dtype(),
                                    node.shape(),
                                    new int[0],
                                    input.origin(),
                                    null)));
        }
        if (input.op() instanceof Op.Viewed inner) {
            View composed = viewed.view().compose(inner.view());
            int base = input.inputs()[0];
            if (composed.isIdentity()
                    && Arrays.equals(node.shape(), pass.target.node(base).shape())) {
                return pass.changed(base);
            }
            return pass.changed(
                    pass.target.add(
                            new PlanGraph.Node(
                                    new Op.Viewed(composed),
                                    node.dtype(),
                                    node.shape(),
                                    new int[] {base},
                                    node.origin(),
                                    null)));
        }
        return pass.target.add(node);
    }
}
