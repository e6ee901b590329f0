package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The steps in which a block of a program is computed: one node each, or as many as possible fused
 * into one. What a fused step cannot compute (loads, random bits, integer division) comes before
 * the fused step that needs it and after the one that it needs.
 */
final class Schedule {
    private final int[] step;
    private final List<int[]> steps;
    private final boolean[] fused;
    private final boolean[] readFromRegister;

    private Schedule(int[] step, List<int[]> steps, boolean[] fused, boolean[] readFromRegister) {
        this.step = step;
        this.steps = steps;
        this.fused = fused;
        this.readFromRegister = readFromRegister;
    }

    /** Every node is a step of its own. */
    static Schedule ofSingles(Program program) {
        int size = program.nodes().size();
        int[] step = new int[size];
        boolean[] read = new boolean[size];
        List<int[]> steps = new ArrayList<>(size);
        for (int id = 0; id < size; id++) {
            step[id] = id;
            steps.add(new int[] {id});
        }
        Arrays.fill(read, true);
        return new Schedule(step, steps, new boolean[size], read);
    }

    /** Nodes are fused where that is possible. */
    static Schedule ofFused(Program program) {
        int size = program.nodes().size();
        int[] phase = phases(program);
        int phases = Arrays.stream(phase).max().orElse(0) + 1;
        int[] step = new int[size];
        List<int[]> steps = new ArrayList<>();
        boolean[] fused = new boolean[size + phases];
        for (int p = 0; p < phases; p++) {
            List<Integer> group = new ArrayList<>();
            for (int id = 0; id < size; id++) {
                Node node = program.node(id);
                if (phase[id] != p) {
                    continue;
                }
                if (isFusable(node)) {
                    group.add(id);
                } else {
                    step[id] = steps.size();
                    steps.add(new int[] {id});
                }
            }
            if (!group.isEmpty()) {
                for (int id : group) {
                    step[id] = steps.size();
                }
                fused[steps.size()] = true;
                steps.add(group.stream().mapToInt(id -> id).toArray());
            }
        }
        boolean[] read = new boolean[size];
        for (int id = 0; id < size; id++) {
            if (!fused[step[id]]) {
                Nodes.forEachArgument(program.node(id), argument -> read[argument] = true);
            }
        }
        program.outputs().forEach(output -> read[output.node()] = true);
        return new Schedule(step, steps, fused, read);
    }

    /** How many fused steps must be over before a node's own step. */
    private static int[] phases(Program program) {
        int[] phase = new int[program.nodes().size()];
        for (int id = 0; id < phase.length; id++) {
            int own = id;
            boolean fusable = isFusable(program.node(id));
            Nodes.forEachArgument(
                    program.node(id),
                    argument -> {
                        boolean later = !fusable && isFusable(program.node(argument));
                        phase[own] = Math.max(phase[own], phase[argument] + (later ? 1 : 0));
                    });
        }
        return phase;
    }

    /** True for what is one value in a whole run: literals, parameters, uniform loads. */
    static boolean isUniform(Node node) {
        return node instanceof Node.Const
                || node instanceof Node.Param
                || node instanceof Node.Load load && load.access() == Access.UNIFORM;
    }

    private static boolean isFusable(Node node) {
        return switch (node) {
            case Node.Const _, Node.Param _, Node.Load _, Node.Index _ -> false;
            case Node.Philox _, Node.PhiloxStream _ -> false;
            case Node.Binary binary -> binary.op().hasVectorForm();
            case Node.Unary _, Node.Fma _, Node.Select _, Node.Compare _ -> true;
            case Node.Convert _, Node.Reinterpret _, Node.Rare _ -> true;
        };
    }

    int steps() {
        return steps.size();
    }

    /** The nodes of a step, in order of evaluation. */
    int[] nodes(int number) {
        return steps.get(number);
    }

    boolean isFused(int number) {
        return fused[number];
    }

    /** True if any step is fused. */
    boolean isFused() {
        for (boolean one : fused) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    /** The step of node {@code id}. */
    int step(int id) {
        return step[id];
    }

    /** False for nodes that only fused steps read. */
    boolean isReadFromRegister(int id) {
        return readFromRegister[id];
    }
}
