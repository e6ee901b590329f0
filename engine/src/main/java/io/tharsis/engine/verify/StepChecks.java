package io.tharsis.engine.verify;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;

import java.util.Arrays;
import java.util.List;

/**
 * What holds of steps: each needs what is made before it, makes what nobody else makes, and binds
 * what its program asks for.
 */
final class StepChecks {
    private static final String STAGE = "fusing";

    private final PlanGraph graph;
    private final boolean[] made;
    private Step step;
    private int node;

    StepChecks(PlanGraph graph) {
        this.graph = graph;
        this.made = new boolean[graph.size()];
        for (int id = 0; id < made.length; id++) {
            made[id] = graph.node(id).op() instanceof Op.Data;
        }
    }

    void check(List<Step> steps) {
        for (Step next : steps) {
            step = next;
            switch (next) {
                case Loop loop -> checkLoop(loop);
                case Step.Product product -> checkProduct(product);
                case Step.Tiles tiles -> {
                    if (tiles.product() != null) {
                        checkProduct(tiles.product());
                        node = tiles.product().node();
                        require(
                                tiles.loop().inputs().get(tiles.productInput()).node() == node,
                                "is made for a loop that takes another node");
                    }
                    checkLoop(tiles.loop());
                }
                case Step.Concat concat -> {
                    needs(concat.node(), concat.inputs());
                    makes(concat.node());
                }
                case Step.Reshape reshape -> {
                    needs(reshape.node(), reshape.input());
                    makes(reshape.node());
                }
                case Step.Chunked chunked -> {
                    needs(chunked.node(), chunked.inputs());
                    makes(chunked.node());
                }
                case Step.Read read -> makes(read.node());
            }
        }
        for (int root : graph.roots()) {
            node = root;
            require(made[root], "is asked for but made by no step");
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new VerificationException(STAGE, "#" + node + " = " + graph.node(node), problem);
        }
    }

    private void needs(int user, int... inputs) {
        node = user;
        for (int input : inputs) {
            require(
                    made[input],
                    "is made by a "
                            + kind()
                            + " that needs #"
                            + input
                            + ", which is not made before it");
        }
    }

    private String kind() {
        return step.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private void makes(int id) {
        node = id;
        require(!made[id], "is made twice");
        made[id] = true;
    }

    private void checkLoop(Loop loop) {
        require(!loop.outputs().isEmpty(), "comes before a loop that makes nothing");
        node = loop.outputs().getFirst().node();
        loop.inputs().forEach(input -> needs(loop.outputs().getFirst().node(), input.node()));
        int rank = loop.domain().length;
        require(
                loop.foldFrom() == -1
                        || loop.foldFrom() >= 0
                                && loop.foldFrom() <= loop.foldTo()
                                && loop.foldTo() <= rank,
                "is made by a loop that folds axes " + loop.foldFrom() + " to " + loop.foldTo());
        require(
                loop.grid() == null || Arrays.equals(loop.grid().shape(), loop.domain()),
                "is made by a loop cut for another domain than " + Shapes.text(loop.domain()));
        checkOutputs(loop);
        for (Loop.Input input : loop.inputs()) {
            String problem =
                    GraphChecks.problem(
                            input.view(), loop.domain(), graph.node(input.node()).shape());
            require(
                    problem == null,
                    "is made by a loop whose input #"
                            + input.node()
                            + " "
                            + problem
                            + ": "
                            + input.view());
        }
        checkLoads(loop);
        checkParameters(loop);
    }

    private void checkProduct(Step.Product product) {
        needs(product.node(), product.left().node(), product.right().node());
        makes(product.node());
        checkMatrices(product.left(), product.right());
        require(
                !product.mirrored() || product.left().node() == product.right().node(),
                "is a product of different nodes, but only half of it is to be made");
    }

    /** Operands are seen inside what is stored, in the shapes of the product's inputs. */
    private void checkMatrices(Step.Matrix... operands) {
        for (int i = 0; i < operands.length; i++) {
            long[] shape = graph.node(graph.node(node).inputs()[i]).shape();
            String problem =
                    GraphChecks.problem(
                            operands[i].view(), shape, graph.node(operands[i].node()).shape());
            require(
                    problem == null,
                    "is a product whose operand #" + operands[i].node() + " " + problem);
        }
    }

    private void checkOutputs(Loop loop) {
        List<Output> outputs = loop.program().outputs();
        require(
                outputs.size() == loop.outputs().size(),
                "is made by a loop of "
                        + loop.outputs().size()
                        + " outputs whose program has "
                        + outputs.size());
        for (int o = 0; o < outputs.size(); o++) {
            Loop.Out out = loop.outputs().get(o);
            makes(out.node());
            PlanGraph.Node made = graph.node(out.node());
            boolean isArgument =
                    made.op() instanceof Op.TileFold || made.op() instanceof Op.TileMoments;
            PlanGraph.Node stored = isArgument ? graph.node(made.inputs()[0]) : made;
            require(out.format() == stored.dtype().format(), "is stored as " + out.format());
            boolean stores = outputs.get(o) instanceof Output.Store;
            require(
                    stores == (out.fold() == null),
                    "is stored by the loop but folded by its program, or the other way round");
            if (outputs.get(o) instanceof Output.Store store) {
                require(
                        store.format() == out.format(),
                        "is stored as " + store.format() + " by its program");
                require(
                        Arrays.equals(stored.shape(), loop.domain()),
                        "is made by a loop over " + Shapes.text(loop.domain()));
            } else {
                long[] kept = GraphChecks.without(loop.domain(), loop.foldFrom(), loop.foldTo());
                require(
                        loop.folds() && Arrays.equals(made.shape(), kept),
                        "is folded from " + Shapes.text(loop.domain()));
            }
        }
    }

    private void checkLoads(Loop loop) {
        for (Node use : loop.program().nodes()) {
            if (use instanceof Node.Load(int slot, Format format, Access access)) {
                require(
                        slot < loop.inputs().size(),
                        "is made by a program that loads input "
                                + slot
                                + ", which the loop does not bind");
                Loop.Input input = loop.inputs().get(slot);
                require(
                        graph.node(input.node()).dtype().format() == format,
                        "is made by a program that loads #" + input.node() + " as " + format);
                require(
                        input.uniform() == (access == Access.UNIFORM),
                        "is made by a program that loads #"
                                + input.node()
                                + " by another access than its loop");
            }
        }
    }

    private void checkParameters(Loop loop) {
        int[] givers = new int[Math.max(loop.program().paramCount(), 1)];
        loop.params().forEach(param -> count(givers, param.param()));
        loop.indexes().forEach(index -> count(givers, index.param()));
        for (int p = 0; p < loop.program().paramCount(); p++) {
            require(
                    givers[p] == 1,
                    "is made by a program whose parameter "
                            + p
                            + " is given "
                            + givers[p]
                            + " times");
        }
        int[] setters = new int[Math.max(loop.program().indexCount(), 1)];
        loop.indexes().forEach(index -> count(setters, index.slot()));
        for (int slot = 0; slot < loop.program().indexCount(); slot++) {
            require(
                    setters[slot] <= 1,
                    "is made by a program whose index "
                            + slot
                            + " is set "
                            + setters[slot]
                            + " times");
        }
        for (Loop.Index index : loop.indexes()) {
            require(
                    (index.slot() >= 0) != (index.param() >= 0),
                    "is made by a loop with an index that goes nowhere, or to two places");
            require(
                    index.coefficient().length == loop.domain().length,
                    "is made by a loop with an index of another rank");
        }
    }

    /** Slots past the end belong to values that the program turned out not to need. */
    private static void count(int[] uses, int slot) {
        if (slot >= 0 && slot < uses.length) {
            uses[slot]++;
        }
    }
}
