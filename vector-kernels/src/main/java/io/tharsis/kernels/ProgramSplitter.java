package io.tharsis.kernels;

import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cuts a large program into consecutive stages that each cost at most a limit (a single dearer node
 * is a stage of its own). Values that cross a cut travel through scratch memory; inputs,
 * parameters, literals and index ranges are simply used again. Slots are numbered anew in each
 * stage in order of first use, so that equal stretches of a program are equal stage programs and
 * share one compiled class.
 *
 * <p>The cut is placed, within the second half of what a stage may hold, where the fewest values
 * are alive. Linear in nodes, no recursion.
 */
final class ProgramSplitter {
    private static final int WIDEST = 8;

    private final Program program;
    private final int size;
    private final boolean[] leaf;
    private final int[] stageOf;
    private final int[] stageOfOutput;

    /** First node of each stage, and the end. */
    private final List<Integer> starts = new ArrayList<>();

    private ProgramSplitter(Program program) {
        this.program = program;
        this.size = program.nodes().size();
        this.leaf = new boolean[size];
        this.stageOf = new int[size];
        this.stageOfOutput = new int[program.outputs().size()];
    }

    /**
     * The stages of {@code program}, each at most {@code limit} of {@link ProgramCost}, outputs
     * aside; at least one.
     */
    static StagePlan split(Program program, int limit) {
        var splitter = new ProgramSplitter(program);
        splitter.cut(limit);
        splitter.placeOutputs();
        return splitter.build();
    }

    private void cut(int limit) {
        for (int id = 0; id < size; id++) {
            Node node = program.node(id);
            leaf[id] =
                    node instanceof Node.Load
                            || node instanceof Node.Const
                            || node instanceof Node.Param
                            || node instanceof Node.Index;
        }
        int[] alive = alive();
        int[] seenIn = new int[size];
        Set<Node> philoxBlocks = new HashSet<>();
        int start = 0;
        int cost = 0;
        int best = -1;
        starts.add(0);
        for (int id = 0; id < size; id++) {
            if (leaf[id]) {
                continue;
            }
            int added = cost(id, start, starts.size(), seenIn, philoxBlocks);
            if (cost > 0 && cost + added > limit) {
                int end = best < 0 ? id : best;
                Arrays.fill(stageOf, start, end, starts.size() - 1);
                starts.add(end);
                philoxBlocks.clear();
                start = end;
                cost = 0;
                best = -1;
                id = end - 1;
                continue;
            }
            cost += added;
            // Of equally good places the last, so that a chain is cut into equal pieces.
            if (cost > limit / 2 && (best < 0 || alive[id + 1] <= alive[best])) {
                best = id + 1;
            }
        }
        Arrays.fill(stageOf, start, size, starts.size() - 1);
        starts.add(size);
    }

    /** The node, and what the stage must fetch for it for the first time. */
    private int cost(int id, int start, int stageNumber, int[] seenIn, Set<Node> philoxBlocks) {
        Node node = program.node(id);
        int[] cost = {ProgramCost.of(node, philoxBlocks)};
        Nodes.forEachArgument(
                node,
                argument -> {
                    boolean fetched =
                            leaf[argument]
                                    ? program.node(argument) instanceof Node.Load
                                            || program.node(argument) instanceof Node.Index
                                    : argument < start;
                    if (fetched && seenIn[argument] != stageNumber) {
                        seenIn[argument] = stageNumber;
                        cost[0]++;
                    }
                });
        return cost[0];
    }

    /** How many computed values cross a cut before each node. */
    private int[] alive() {
        int[] last = new int[size];
        for (int id = 0; id < size; id++) {
            int user = id;
            Nodes.forEachArgument(program.node(id), argument -> last[argument] = user);
        }
        int[] alive = new int[size + 2];
        for (int id = 0; id < size; id++) {
            if (!leaf[id] && last[id] > id) {
                alive[id + 1]++;
                alive[last[id] + 1]--;
            }
        }
        for (int id = 1; id <= size; id++) {
            alive[id] += alive[id - 1];
        }
        return alive;
    }

    /**
     * An output is written by the stage that computes it, except that it waits for the last stage
     * that reads an input of its element size: it may lie on that input. An output that is an
     * input's copy is such a reader too, hence the repetition.
     */
    private void placeOutputs() {
        int[] lastReader = new int[WIDEST + 1];
        for (int id = 0; id < size; id++) {
            if (!leaf[id]) {
                int stage = stageOf[id];
                Nodes.forEachArgument(
                        program.node(id), argument -> read(argument, stage, lastReader));
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int slot = 0; slot < stageOfOutput.length; slot++) {
                Output output = program.outputs().get(slot);
                int home = leaf[output.node()] ? 0 : stageOf[output.node()];
                stageOfOutput[slot] = Math.max(home, lastReader[widthOnInput(output)]);
                changed |= read(output.node(), stageOfOutput[slot], lastReader);
            }
        }
    }

    private boolean read(int node, int stage, int[] lastReader) {
        if (program.node(node) instanceof Node.Load load && load.access() == Access.CONTIGUOUS) {
            int width = load.format().byteSize();
            if (lastReader[width] < stage) {
                lastReader[width] = stage;
                return true;
            }
        }
        return false;
    }

    /** The element size of an input that this output may lie on; 0 for none. */
    private int widthOnInput(Output output) {
        return switch (output) {
            case Output.Store o -> o.format().byteSize();
            case Output.FoldRows o -> program.node(o.node()).lane().byteSize();
            case Output.FoldLanes o -> 0;
        };
    }

    private StagePlan build() {
        int[] lastStage = stageOf.clone();
        for (int id = 0; id < size; id++) {
            int stage = stageOf[id];
            if (!leaf[id]) {
                Nodes.forEachArgument(
                        program.node(id),
                        argument -> lastStage[argument] = Math.max(lastStage[argument], stage));
            }
        }
        List<List<Integer>> outputsOf = new ArrayList<>();
        for (int stage = 0; stage + 1 < starts.size(); stage++) {
            outputsOf.add(new ArrayList<>());
        }
        for (int slot = 0; slot < stageOfOutput.length; slot++) {
            int node = program.outputs().get(slot).node();
            lastStage[node] = Math.max(lastStage[node], stageOfOutput[slot]);
            outputsOf.get(stageOfOutput[slot]).add(slot);
        }
        var scratch = new ScratchSlots(size, starts.size());
        List<StagePlan.Stage> stages = new ArrayList<>();
        for (int stage = 0; stage + 1 < starts.size(); stage++) {
            var builder = new StageBuilder(program, leaf, scratch);
            int end = starts.get(stage + 1);
            for (int id = starts.get(stage); id < end; id++) {
                if (!leaf[id]) {
                    builder.compute(id);
                }
            }
            for (int slot : outputsOf.get(stage)) {
                builder.output(slot);
            }
            for (int id = starts.get(stage); id < end; id++) {
                if (!leaf[id] && lastStage[id] > stage) {
                    builder.keep(id, scratch.take(id, lastStage[id]));
                }
            }
            scratch.endOfStage(stage);
            stages.add(builder.build());
        }
        return new StagePlan(program, stages, scratch.count());
    }

    /**
     * Which scratch slot holds which value; a slot is free again after the last stage that reads
     * it.
     */
    static final class ScratchSlots {
        private final int[] slotOf;
        private final List<List<Integer>> freedAfter = new ArrayList<>();
        private final List<Integer> free = new ArrayList<>();
        private int count;

        ScratchSlots(int nodes, int stages) {
            slotOf = new int[nodes];
            for (int stage = 0; stage < stages; stage++) {
                freedAfter.add(new ArrayList<>());
            }
        }

        int of(int node) {
            return slotOf[node];
        }

        int take(int node, int lastStage) {
            int slot = free.isEmpty() ? count++ : free.removeLast();
            slotOf[node] = slot;
            freedAfter.get(lastStage).add(slot);
            return slot;
        }

        void endOfStage(int stage) {
            free.addAll(freedAfter.get(stage));
        }

        int count() {
            return count;
        }
    }
}
