package io.tharsis.kernels.ir;

import java.util.List;

/**
 * A kernel's meaning: nodes in order of evaluation and what is done with some of them. Immutable;
 * equality is structural, and the hash is computed once, so a program is its own cache key.
 *
 * <p>Build one with {@link ProgramBuilder}, which interns equal nodes and drops unused ones.
 */
public final class Program {
    /**
     * Elements of one logical block of a {@link Output.FoldLanes}; part of the promise of equal
     * bits.
     */
    public static final int FOLD_BLOCK = 512;

    /** Accumulators of one logical block; part of the promise of equal bits. */
    public static final int FOLD_LANES = 32;

    private final List<Node> nodes;
    private final List<Output> outputs;
    private final int inputCount;
    private final int paramCount;
    private final int indexCount;
    private final int hash;

    Program(
            List<Node> nodes,
            List<Output> outputs,
            int inputCount,
            int paramCount,
            int indexCount) {
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.inputCount = inputCount;
        this.paramCount = paramCount;
        this.indexCount = indexCount;
        this.hash = 31 * this.nodes.hashCode() + this.outputs.hashCode();
    }

    /** The same nodes with other outputs, which refer to nodes of this program. */
    public Program withOutputs(List<Output> others) {
        return new Program(nodes, others, inputCount, paramCount, indexCount);
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(int id) {
        return nodes.get(id);
    }

    public List<Output> outputs() {
        return outputs;
    }

    /** One more than the largest input slot. */
    public int inputCount() {
        return inputCount;
    }

    /** One more than the largest parameter slot. */
    public int paramCount() {
        return paramCount;
    }

    /** True if every output is a fold along lanes. */
    public boolean foldsLanesOnly() {
        return outputs.stream().allMatch(Output.FoldLanes.class::isInstance);
    }

    /** One more than the largest index slot. */
    public int indexCount() {
        return indexCount;
    }

    /** False if an operator has no vector form; such a program always runs on the scalar twin. */
    public boolean hasVectorForm() {
        for (Node node : nodes) {
            if (node instanceof Node.Binary binary && !binary.op().hasVectorForm()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Program that
                && hash == that.hash
                && inputCount == that.inputCount
                && nodes.equals(that.nodes)
                && outputs.equals(that.outputs);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The stable printed form: one node a line, then the outputs. */
    @Override
    public String toString() {
        return ProgramPrinter.print(this);
    }
}
