package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the program of one stage: nodes of the whole program over slots of the stage's own. */
final class StageBuilder {
    private final Program program;
    private final boolean[] leaf;
    private final ProgramSplitter.ScratchSlots scratch;
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Map<Integer, Integer> local = new HashMap<>();
    private final List<Integer> inputs = new ArrayList<>();
    private final List<Integer> inputBytes = new ArrayList<>();
    private final List<Integer> outputs = new ArrayList<>();
    private final List<Integer> outputBytes = new ArrayList<>();
    private final List<Integer> params = new ArrayList<>();
    private final List<Integer> indexes = new ArrayList<>();

    StageBuilder(Program program, boolean[] leaf, ProgramSplitter.ScratchSlots scratch) {
        this.program = program;
        this.leaf = leaf;
        this.scratch = scratch;
    }

    /** Adds node {@code id}, which is not a leaf, to this stage. */
    void compute(int id) {
        Nodes.forEachArgument(program.node(id), this::local);
        local.put(id, copy(Nodes.mapArguments(program.node(id), local::get)));
    }

    /** Writes output {@code slot} of the whole program in this stage. */
    void output(int slot) {
        Output output = program.outputs().get(slot);
        int node = local(output.node());
        int size = program.node(output.node()).lane().byteSize();
        switch (output) {
            case Output.Store o -> {
                builder.store(node, o.format());
                addOutput(slot, Program.FOLD_BLOCK * o.format().byteSize());
            }
            case Output.FoldLanes o -> {
                builder.foldLanes(o.op(), node);
                addOutput(slot, Program.FOLD_LANES * size);
            }
            case Output.FoldRows o -> {
                builder.foldRows(o.op(), node);
                addOutput(slot, Program.FOLD_BLOCK * size);
            }
        }
    }

    /** Keeps the value of {@code id} for later stages. */
    void keep(int id, int scratchSlot) {
        Format format = scratchFormat(program.node(id).lane());
        builder.store(local.get(id), format);
        addOutput(~scratchSlot, Program.FOLD_BLOCK * format.byteSize());
    }

    StagePlan.Stage build() {
        return new StagePlan.Stage(
                builder.build(),
                ints(inputs),
                ints(inputBytes),
                ints(outputs),
                ints(outputBytes),
                ints(params),
                ints(indexes));
    }

    private int local(int id) {
        Integer known = local.get(id);
        if (known == null) {
            known = leaf[id] ? copy(program.node(id)) : fetch(id);
            local.put(id, known);
        }
        return known;
    }

    private int fetch(int id) {
        Format format = scratchFormat(program.node(id).lane());
        return builder.load(
                input(~scratch.of(id), Program.FOLD_BLOCK * format.byteSize()),
                format,
                Access.CONTIGUOUS);
    }

    private int copy(Node node) {
        return switch (node) {
            case Node.Load n -> {
                int bytes =
                        n.access() == Access.UNIFORM
                                ? 0
                                : Program.FOLD_BLOCK * n.format().byteSize();
                yield builder.load(input(n.input(), bytes), n.format(), n.access());
            }
            case Node.Const n -> literal(n);
            case Node.Param n -> {
                params.add(n.param());
                yield builder.param(params.size() - 1, n.lane());
            }
            case Node.Index n -> builder.index(index(n.slot()));
            case Node.Philox n -> builder.philox(n.counter(), n.key(), n.stream(), n.word());
            case Node.PhiloxStream n ->
                    builder.philoxStream(index(n.slot()), n.key(), n.stream(), n.lane());
            case Node.Unary n -> builder.unary(n.op(), n.a());
            case Node.Binary n -> builder.binary(n.op(), n.a(), n.b());
            case Node.Fma n -> builder.fma(n.a(), n.b(), n.c());
            case Node.Select n -> builder.select(n.mask(), n.a(), n.b());
            case Node.Compare n -> builder.compare(n.op(), n.a(), n.b());
            case Node.Convert n -> builder.convert(n.a(), n.lane());
            case Node.Reinterpret n -> builder.reinterpret(n.a(), n.lane());
            case Node.Rare n -> builder.rare(n.fast(), n.guard(), n.a(), n.b(), n.function());
        };
    }

    private int literal(Node.Const node) {
        return switch (node.lane()) {
            case F64 -> builder.constant(Double.longBitsToDouble(node.bits()));
            case F32 -> builder.constant(Float.intBitsToFloat((int) node.bits()));
            case I64 -> builder.constant(node.bits());
            case I32 -> builder.constant((int) node.bits());
            case MASK -> builder.convert(builder.constant((int) node.bits()), Lane.MASK);
        };
    }

    private int input(int from, int bytesPerBlock) {
        inputs.add(from);
        inputBytes.add(bytesPerBlock);
        return inputs.size() - 1;
    }

    private int index(int slot) {
        int known = indexes.indexOf(slot);
        if (known < 0) {
            indexes.add(slot);
            return indexes.size() - 1;
        }
        return known;
    }

    private void addOutput(int to, int bytesPerBlock) {
        outputs.add(to);
        outputBytes.add(bytesPerBlock);
    }

    private static Format scratchFormat(Lane lane) {
        return lane == Lane.MASK ? Format.BOOL : Format.valueOf(lane.name());
    }

    private static int[] ints(List<Integer> list) {
        int[] array = new int[list.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = list.get(i);
        }
        return array;
    }
}
