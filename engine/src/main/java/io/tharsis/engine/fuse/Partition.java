package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.plan.PlanGraph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which nodes are stored. A node must be stored if it is asked for, if something that works on
 * whole chunks makes or takes it, if it closes a reduction, or if a larger loop would compute it
 * again for every element it is broadcast to. A node that two loops need is stored if computing it
 * twice costs more than storing and loading it, and computed twice otherwise.
 */
final class Partition {
    /** Kernel operations that cost about as much as storing an element and loading it again. */
    private static final int STORE_COST = 24;

    private final PlanGraph graph;
    private final boolean[] stored;
    private final long spareBytes;

    private Partition(PlanGraph graph, long spareBytes) {
        this.graph = graph;
        this.stored = new boolean[graph.size()];
        this.spareBytes = spareBytes;
    }

    /**
     * @param spareBytes at most this much is stored only to save time
     * @return for each node whether it is stored, data included
     */
    static boolean[] decide(PlanGraph graph, long spareBytes) {
        var partition = new Partition(graph, spareBytes);
        partition.mustStore();
        partition.worthStoring();
        return partition.stored;
    }

    private void mustStore() {
        graph.roots().forEach(root -> stored[root] = true);
        for (int id = 0; id < graph.size(); id++) {
            PlanGraph.Node node = graph.node(id);
            switch (node.op()) {
                case Op.Data _,
                        Op.Read _,
                        Op.Reduce _,
                        Op.TileFold _,
                        Op.TileMoments _,
                        Op.Rechunk _ ->
                        stored[id] = true;
                case Op.Concat _, Op.Chunked _, Op.Reshape _ -> {
                    stored[id] = true;
                    for (int input : node.inputs()) {
                        stored[input] = true;
                    }
                }
                case Op.Product _ -> {
                    stored[id] = true;
                    storeMatrix(node.inputs()[0]);
                    storeMatrix(node.inputs()[1]);
                }
                case Op.Elementwise _ -> storeSmallerInputs(node);
                case Op.Fill _, Op.Iota _, Op.RandomBits _, Op.Viewed _ -> {}
            }
        }
    }

    /** A product reads its operands many times; views of what is stored are no trouble. */
    private void storeMatrix(int operand) {
        int base = operand;
        while (graph.node(base).op() instanceof Op.Viewed && !stored[base]) {
            base = graph.node(base).inputs()[0];
        }
        stored[base] = true;
    }

    /** What is computed and then broadcast is computed once. */
    private void storeSmallerInputs(PlanGraph.Node node) {
        for (int input : node.inputs()) {
            int base = input;
            while (graph.node(base).op() instanceof Op.Viewed && !stored[base]) {
                base = graph.node(base).inputs()[0];
            }
            PlanGraph.Node computed = graph.node(base);
            if (computed.op() instanceof Op.Elementwise
                    && computed.size() < node.size()
                    && !isOfSources(base)) {
                stored[base] = true;
            }
        }
    }

    /** True for a function of fills alone, which costs a parameter or two. */
    private boolean isOfSources(int id) {
        for (int input : graph.node(id).inputs()) {
            if (!(graph.node(input).op() instanceof Op.Fill)) {
                return false;
            }
        }
        return true;
    }

    private void worthStoring() {
        int[] cost = new int[graph.size()];
        int[] loops = loopsPerNode();
        long spare = spareBytes;
        for (int id = 0; id < graph.size(); id++) {
            PlanGraph.Node node = graph.node(id);
            if (stored[id]) {
                continue;
            }
            cost[id] = FunctionCosts.of(node.op());
            for (int input : node.inputs()) {
                cost[id] = Math.min(1 << 20, cost[id] + cost[input]);
            }
            long bytes = node.size() * node.dtype().byteSize();
            boolean computed = node.op() instanceof Op.Elementwise;
            if (computed && loops[id] > 1 && cost[id] > STORE_COST && bytes <= spare) {
                spare -= bytes;
                stored[id] = true;
                cost[id] = 0;
            }
        }
    }

    /** For each node the number of loops that compute it, counted up to two. */
    private int[] loopsPerNode() {
        int[] loops = new int[graph.size()];
        int[] seenBy = new int[graph.size()];
        for (int root = 0; root < graph.size(); root++) {
            if (!stored[root] || !isLoop(graph.node(root).op())) {
                continue;
            }
            Deque<Integer> stack = new ArrayDeque<>();
            push(root, stack);
            while (!stack.isEmpty()) {
                int id = stack.pop();
                if (stored[id] || seenBy[id] == root + 1 || loops[id] > 1) {
                    continue;
                }
                seenBy[id] = root + 1;
                loops[id]++;
                push(id, stack);
            }
        }
        return loops;
    }

    private void push(int id, Deque<Integer> stack) {
        for (int input : graph.node(id).inputs()) {
            stack.push(input);
        }
    }

    /** True if a node with this operation, when it is stored, is computed by a loop. */
    static boolean isLoop(Op op) {
        return switch (op) {
            case Op.Elementwise _,
                    Op.Viewed _,
                    Op.Fill _,
                    Op.Iota _,
                    Op.RandomBits _,
                    Op.Reduce _,
                    Op.TileFold _,
                    Op.TileMoments _,
                    Op.Rechunk _ ->
                    true;
            case Op.Data _, Op.Read _, Op.Product _, Op.Concat _, Op.Chunked _, Op.Reshape _ ->
                    false;
        };
    }

    /**
     * The stored nodes that the loop or step computing {@code id} needs; {@code id} is stored
     * itself.
     */
    static List<Integer> needs(PlanGraph graph, boolean[] stored, int id) {
        List<Integer> needs = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> stack = new ArrayDeque<>();
        for (int input : graph.node(id).inputs()) {
            stack.push(input);
        }
        while (!stack.isEmpty()) {
            int node = stack.pop();
            if (!seen.add(node)) {
                continue;
            }
            if (stored[node]) {
                needs.add(node);
                continue;
            }
            for (int input : graph.node(node).inputs()) {
                stack.push(input);
            }
        }
        return needs;
    }
}
