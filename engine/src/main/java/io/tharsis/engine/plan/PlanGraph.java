package io.tharsis.engine.plan;

import io.tharsis.DType;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The coarse graph as numbered nodes in topological order: inputs come before their users. A node's
 * number is its place in the list. Append-only; passes read one graph and write another.
 */
public final class PlanGraph {
    /**
     * One node.
     *
     * @param origin which operand of the execution this node takes its data or parameters from, -1
     *     if none
     * @param grid the grid of data that is there already, else null
     */
    public record Node(Op op, DType dtype, long[] shape, int[] inputs, int origin, ChunkGrid grid) {
        public long size() {
            return Shapes.size(shape);
        }

        /** True for what is computed element by element from nothing. */
        public boolean isSource() {
            return op instanceof Op.Fill || op instanceof Op.Iota || op instanceof Op.RandomBits;
        }

        @Override
        public String toString() {
            return op.name() + " " + dtype + Shapes.text(shape);
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final List<Integer> roots = new ArrayList<>();

    public int size() {
        return nodes.size();
    }

    public Node node(int id) {
        return nodes.get(id);
    }

    /** Appends a node and answers its number. */
    public int add(Node node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    public void addRoot(int id) {
        roots.add(id);
    }

    /** What is asked for, in the caller's order; a node may be asked for more than once. */
    public List<Integer> roots() {
        return roots;
    }

    /** Nodes in order, one a line. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int id = 0; id < nodes.size(); id++) {
            Node node = nodes.get(id);
            text.append("  #").append(id).append(" = ").append(node);
            if (node.inputs().length > 0) {
                text.append(" of ");
                text.append(
                        String.join(
                                ", ",
                                Arrays.stream(node.inputs()).mapToObj(i -> "#" + i).toList()));
            }
            switch (node.op()) {
                case Op.Viewed viewed -> text.append("  ").append(viewed.view());
                case Op.Reduce reduce ->
                        text.append("  ")
                                .append(reduce.op())
                                .append(" of axes ")
                                .append(reduce.from())
                                .append(" to ")
                                .append(reduce.to() - 1);
                default -> {}
            }
            if (node.grid() != null) {
                text.append("  chunks ").append(node.grid());
            }
            text.append(roots.contains(id) ? "  <- root\n" : "\n");
        }
        return text.toString();
    }
}
