package io.tharsis.kernels;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Program;

import java.util.HashSet;
import java.util.Set;

/**
 * What nodes cost, in vector operations of one loop body that is not unrolled. Decides where
 * programs are split and when a kernel counts as hot.
 */
public final class ProgramCost {
    /**
     * The most that one generated loop may cost, its unrolling included: a loop of more than one
     * copy may have at most {@code LIMIT / copies} a copy. Two limits of HotSpot stand behind it:
     * no method over 8,000 bytecodes is compiled at all, and C1 runs out of virtual registers at
     * some hundreds of vector operations.
     */
    public static final int LIMIT = 160;

    /**
     * The most that a stage of a chain should cost: a loop of that many vector operations is
     * unrolled four times, so that a dependent chain is bound by arithmetic and not by latency
     * (measured: 0.012 ns per operation and element against 0.04).
     */
    static final int CHAIN_STAGE = LIMIT / 4;

    /** Ten rounds of two multiplications, shifts and exclusive ors. */
    static final int PHILOX = 100;

    private ProgramCost() {}

    /** Cost of one element vector; Philox words of one block count once. */
    public static int of(Program program) {
        Set<Node> blocks = new HashSet<>();
        int cost = program.outputs().size();
        for (Node node : program.nodes()) {
            cost = Math.addExact(cost, of(node, blocks));
        }
        return cost;
    }

    /** Cost of {@code node}, given the Philox blocks that are evaluated already; adds its own. */
    static int of(Node node, Set<Node> blocks) {
        return switch (node) {
            case Node.Const n -> 0;
            case Node.Param n -> 0;
            case Node.Load n -> 1;
            case Node.Index n -> 1;
            case Node.Philox n ->
                    blocks.add(new Node.Philox(n.counter(), n.key(), n.stream(), 0)) ? PHILOX : 1;
            case Node.PhiloxStream n -> PHILOX;
            case Node.Unary n -> 1;
            case Node.Binary n -> 1;
            case Node.Fma n -> 1;
            case Node.Select n -> 1;
            case Node.Compare n -> 1;
            case Node.Convert n ->
                    n.from().byteSize() == n.lane().byteSize() || n.from() == Lane.MASK ? 1 : 3;
            case Node.Reinterpret n -> 1;
            case Node.Rare n -> 2;
        };
    }
}
