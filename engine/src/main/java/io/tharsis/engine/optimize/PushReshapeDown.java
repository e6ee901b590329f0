package io.tharsis.engine.optimize;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.plan.PlanGraph;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Reshapes move towards the leaves, where they cost nothing: through element-wise functions whose
 * inputs all have the result's shape or are scalars, into sources (which know only positions), and
 * over other reshapes.
 */
final class PushReshapeDown extends Rewriter {
    @Override
    int rewrite(Pass pass, PlanGraph.Node node) {
        if (!(node.op() instanceof Op.Reshape)) {
            return pass.target.add(node);
        }
        int input = node.inputs()[0];
        if (Arrays.equals(node.shape(), pass.target.node(input).shape())) {
            return pass.changed(input);
        }
        if (!canPush(pass.target, input)) {
            return pass.target.add(node);
        }
        return pass.changed(push(pass.target, input, node.shape()));
    }

    private static boolean canPush(PlanGraph graph, int id) {
        PlanGraph.Node node = graph.node(id);
        if (node.isSource() || node.op() instanceof Op.Reshape) {
            return true;
        }
        if (!(node.op() instanceof Op.Elementwise) || node.shape().length == 0) {
            return false;
        }
        for (int input : node.inputs()) {
            long[] shape = graph.node(input).shape();
            if (shape.length != 0 && !Arrays.equals(shape, node.shape())) {
                return false;
            }
        }
        return true;
    }

    /**
     * A reshape of node {@code root} to {@code shape}, pushed as far as it goes; iterative, shared
     * work done once.
     */
    private static int push(PlanGraph graph, int root, long[] shape) {
        Map<Integer, Integer> done = new HashMap<>();
        Deque<Integer> stack = new ArrayDeque<>();
        stack.push(root);
        while (!stack.isEmpty()) {
            int id = stack.peek();
            if (done.containsKey(id)) {
                stack.pop();
                continue;
            }
            PlanGraph.Node node = graph.node(id);
            if (node.isSource()) {
                done.put(
                        id,
                        graph.add(
                                new PlanGraph.Node(
                                        node.op(),
                                        node.dtype(),
                                        shape,
                                        new int[0],
                                        node.origin(),
                                        null)));
            } else if (node.op() instanceof Op.Reshape && !(canPush(graph, node.inputs()[0]))) {
                int base = node.inputs()[0];
                boolean same = Arrays.equals(graph.node(base).shape(), shape);
                done.put(id, same ? base : reshape(graph, base, shape));
            } else if (!canPush(graph, id)) {
                done.put(id, reshape(graph, id, shape));
            } else {
                boolean ready = true;
                for (int input : node.inputs()) {
                    if (graph.node(input).shape().length != 0 && !done.containsKey(input)) {
                        stack.push(input);
                        ready = false;
                    }
                }
                if (!ready) {
                    continue;
                }
                int[] inputs =
                        Arrays.stream(node.inputs()).map(i -> done.getOrDefault(i, i)).toArray();
                done.put(
                        id,
                        node.op() instanceof Op.Reshape
                                ? inputs[0]
                                : graph.add(
                                        new PlanGraph.Node(
                                                node.op(),
                                                node.dtype(),
                                                shape,
                                                inputs,
                                                node.origin(),
                                                null)));
            }
            stack.pop();
        }
        return done.get(root);
    }

    private static int reshape(PlanGraph graph, int id, long[] shape) {
        PlanGraph.Node node = graph.node(id);
        if (Shapes.size(node.shape()) != Shapes.size(shape)) {
            throw new IllegalStateException("reshape of " + node + " to " + Shapes.text(shape));
        }
        return graph.add(
                new PlanGraph.Node(
                        new Op.Reshape(), node.dtype(), shape, new int[] {id}, -1, null));
    }
}
