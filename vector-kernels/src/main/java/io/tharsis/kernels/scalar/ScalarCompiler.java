package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.RareFunction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a program into {@link Code}: one pass to see who needs what until when, one pass that
 * allocates registers by a linear scan and writes instructions. Linear in nodes, no recursion. The
 * {@link Schedule} says in which steps: a node each, or many nodes fused into one instruction.
 *
 * <p>Uniform values (literals, parameters, uniform loads) are not computed per block: the first
 * {@link #PINNED} of each lane get a register for the whole run, the others are filled anew before
 * each use, so that a thousand parameters do not push each other out of the cache.
 */
final class ScalarCompiler {
    private static final int PINNED = 8;

    private final Program program;
    private final Schedule schedule;
    private final int size;
    private final int[] lastUse;
    private final int[] register;
    private final int[] uniform;
    private final Map<Node.Philox, int[]> philoxWords = new HashMap<>();
    private final List<Node> uniformNodes = new ArrayList<>();
    private final List<RareFunction> functions = new ArrayList<>();
    private final List<FusedBody> bodies = new ArrayList<>();
    private final List<Long> identities = new ArrayList<>();
    private final RegisterPool pool = new RegisterPool();
    private int[] code = new int[64 * Code.SIZE];
    private int codeLength;
    private int setupLength;

    ScalarCompiler(Program program, Schedule schedule) {
        this.program = program;
        this.schedule = schedule;
        this.size = program.nodes().size();
        this.lastUse = new int[size];
        this.register = new int[size];
        this.uniform = new int[size];
    }

    ScalarCode compile() {
        Arrays.fill(register, Code.NOBODY);
        Arrays.fill(uniform, -1);
        Arrays.fill(lastUse, -1);
        int[][] outputsAt = findUses();
        pinUniforms();
        setupLength = codeLength;
        for (int step = 0; step < schedule.steps(); step++) {
            int[] nodes = schedule.nodes(step);
            if (schedule.isFused(step)) {
                emitFused(nodes);
            } else if (uniform[nodes[0]] < 0) {
                emit(nodes[0], program.node(nodes[0]));
            }
            if (outputsAt[step] != null) {
                for (int slot : outputsAt[step]) {
                    emit(slot, program.outputs().get(slot));
                }
                freeAfterOutputs(outputsAt[step], step);
            }
        }
        long[] identityBits = new long[identities.size()];
        for (int i = 0; i < identityBits.length; i++) {
            identityBits[i] = identities.get(i);
        }
        return new ScalarCode(
                Arrays.copyOf(code, codeLength),
                setupLength,
                pool.counts(),
                uniformNodes.toArray(new Node[0]),
                identityBits,
                functions.toArray(new RareFunction[0]),
                bodies.toArray(new FusedBody[0]));
    }

    /**
     * Sets last uses: 2 * step for a use in that step, 2 * step + 1 for an output written after it.
     * Answers the outputs to write after each step: as soon as their value is there and every input
     * has been read, since an output may lie on an input.
     */
    private int[][] findUses() {
        int lastLoad = 0;
        for (int id = 0; id < size; id++) {
            int user = 2 * schedule.step(id);
            Node node = program.node(id);
            if (node instanceof Node.Load load && load.access() == Access.CONTIGUOUS) {
                lastLoad = Math.max(lastLoad, schedule.step(id));
            }
            uniform[id] = Schedule.isUniform(node) ? uniformNodes.size() : -1;
            if (uniform[id] >= 0) {
                uniformNodes.add(node);
            }
            if (node instanceof Node.Philox philox) {
                int[] words =
                        philoxWords.computeIfAbsent(
                                block(philox), key -> new int[] {-1, -1, -1, -1});
                words[philox.word()] = id;
            }
            Nodes.forEachArgument(
                    node, argument -> lastUse[argument] = Math.max(lastUse[argument], user));
        }
        int[][] outputsAt = new int[schedule.steps()][];
        for (int slot = 0; slot < program.outputs().size(); slot++) {
            int node = program.outputs().get(slot).node();
            int at = Math.max(schedule.step(node), lastLoad);
            lastUse[node] = Math.max(lastUse[node], 2 * at + 1);
            int[] known = outputsAt[at] == null ? new int[0] : outputsAt[at];
            outputsAt[at] = Arrays.copyOf(known, known.length + 1);
            outputsAt[at][known.length] = slot;
        }
        return outputsAt;
    }

    private static Node.Philox block(Node.Philox node) {
        return new Node.Philox(node.counter(), node.key(), node.stream(), 0);
    }

    private void pinUniforms() {
        int[] taken = new int[Lane.values().length];
        for (int id = 0; id < size; id++) {
            if (uniform[id] >= 0
                    && schedule.isReadFromRegister(id)
                    && taken[program.node(id).lane().ordinal()]++ < PINNED) {
                register[id] = pool.allocate(program.node(id).lane());
                fill(id, register[id]);
            }
        }
    }

    private void emit(int id, Node node) {
        switch (node) {
            case Node.Const n -> throw uniformNode(n);
            case Node.Param n -> throw uniformNode(n);
            case Node.Load n ->
                    write(Code.LOAD, 0, n.format().ordinal(), target(id), n.input(), 0, 0, 0);
            case Node.Index n -> write(Code.INDEX, 0, 0, target(id), n.slot(), 0, 0, 0);
            case Node.Philox n -> emitPhilox(id, n);
            case Node.PhiloxStream n -> {
                int key = use(id, n.key());
                int stream = use(id, n.stream());
                write(
                        Code.PHILOX_STREAM,
                        n.lane().ordinal(),
                        0,
                        target(id),
                        n.slot(),
                        key,
                        stream,
                        0);
            }
            case Node.Unary n -> {
                int a = use(id, n.a());
                if (n.lane() == Lane.MASK) {
                    write(Code.MASK_LOGIC, 0, maskOperator(n.op()), target(id), a, 0, 0, 0);
                } else {
                    write(Code.UNARY, n.lane().ordinal(), n.op().ordinal(), target(id), a, 0, 0, 0);
                }
            }
            case Node.Binary n -> {
                int a = use(id, n.a());
                int b = use(id, n.b());
                if (n.lane() == Lane.MASK) {
                    write(Code.MASK_LOGIC, 0, maskOperator(n.op()), target(id), a, b, 0, 0);
                } else {
                    write(
                            Code.BINARY,
                            n.lane().ordinal(),
                            n.op().ordinal(),
                            target(id),
                            a,
                            b,
                            0,
                            0);
                }
            }
            case Node.Fma n -> {
                int a = use(id, n.a());
                int b = use(id, n.b());
                int c = use(id, n.c());
                write(Code.FMA, n.lane().ordinal(), 0, target(id), a, b, c, 0);
            }
            case Node.Select n -> {
                int mask = use(id, n.mask());
                int a = use(id, n.a());
                int b = use(id, n.b());
                if (n.lane() == Lane.MASK) {
                    write(Code.MASK_LOGIC, 0, MaskLoops.CHOOSE, target(id), a, b, mask, 0);
                } else {
                    write(Code.SELECT, n.lane().ordinal(), 0, target(id), a, b, mask, 0);
                }
            }
            case Node.Compare n -> {
                int a = use(id, n.a());
                int b = use(id, n.b());
                if (n.of() == Lane.MASK) {
                    write(Code.MASK_LOGIC, 0, maskOperator(n), target(id), a, b, 0, 0);
                } else {
                    write(Code.COMPARE, n.of().ordinal(), n.op().ordinal(), target(id), a, b, 0, 0);
                }
            }
            case Node.Convert n -> {
                int a = use(id, n.a());
                write(Code.CONVERT, pair(n.from(), n.lane()), 0, target(id), a, 0, 0, 0);
            }
            case Node.Reinterpret n -> {
                int a = use(id, n.a());
                write(Code.REINTERPRET, pair(n.from(), n.lane()), 0, target(id), a, 0, 0, 0);
            }
            case Node.Rare n -> {
                int fast = use(id, n.fast());
                int guard = use(id, n.guard());
                int a = use(id, n.a());
                int b = use(id, n.b());
                functions.add(n.function());
                write(
                        Code.RARE,
                        n.lane().ordinal(),
                        functions.size() - 1,
                        target(id),
                        a,
                        b,
                        guard,
                        fast);
            }
        }
    }

    /** One instruction for all of {@code nodes}; only what others read leaves the body. */
    private void emitFused(int[] nodes) {
        int step = schedule.step(nodes[0]);
        int[] from = new int[size];
        int[] to = new int[size];
        Arrays.fill(from, Code.NOBODY);
        Arrays.fill(to, Code.NOBODY);
        var rare = new ArrayList<Integer>();
        for (int id : nodes) {
            Nodes.forEachArgument(
                    program.node(id),
                    argument -> {
                        if (uniform[argument] < 0 && schedule.step(argument) != step) {
                            from[argument] = use(id, argument);
                        }
                    });
        }
        // The body reads an element of all inputs before it writes one, so results may take the
        // registers of inputs.
        pool.releaseTemporaries();
        for (int id : nodes) {
            if (lastUse[id] > 2 * step) {
                to[id] = target(id);
            }
            if (program.node(id) instanceof Node.Rare node) {
                rare.add(functions.size());
                functions.add(node.function());
            }
        }
        bodies.add(
                FusedWriter.body(program, nodes, new FusedWriter.Places(from, to, uniform, rare)));
        write(Code.FUSED, 0, bodies.size() - 1, 0, 0, 0, 0, 0);
    }

    private void emitPhilox(int id, Node.Philox node) {
        int[] words = philoxWords.get(block(node));
        for (int word : words) {
            if (word >= 0 && word < id) {
                // Computed with the first word; only the arguments are still to be given back.
                Nodes.forEachArgument(
                        node,
                        argument -> {
                            if (uniform[argument] < 0) {
                                use(id, argument);
                            }
                        });
                pool.releaseTemporaries();
                return;
            }
        }
        int counter = use(id, node.counter());
        int key = use(id, node.key());
        int stream = use(id, node.stream());
        // All arguments are read before the first word is written, so the words may take their
        // registers.
        pool.releaseTemporaries();
        int[] targets = new int[4];
        for (int word = 0; word < 4; word++) {
            targets[word] = words[word] < 0 ? Code.NOBODY : pool.allocate(Lane.I64);
            if (words[word] >= 0) {
                register[words[word]] = targets[word];
            }
        }
        write(
                Code.PHILOX,
                0,
                uniform[node.key()] >= 0 ? 1 : 0,
                targets[0],
                counter,
                key,
                stream,
                targets[1]);
        code[codeLength - Code.SIZE + Code.X + 1] = targets[2];
        code[codeLength - Code.SIZE + Code.X + 2] = targets[3];
    }

    private void emit(int slot, Output output) {
        int source = source(output.node());
        Lane lane = program.node(output.node()).lane();
        int format = formatOf(lane).ordinal();
        switch (output) {
            case Output.Store o ->
                    write(Code.STORE, 0, o.format().ordinal(), 0, source, slot, 0, 0);
            case Output.FoldLanes o -> {
                int accumulators = pool.allocateForEver(lane);
                identities.add(o.op().identity(lane));
                int identity = uniformNodes.size() + identities.size() - 1;
                write(
                        Code.FOLD_LANES,
                        lane.ordinal(),
                        o.op().ordinal(),
                        accumulators,
                        source,
                        identity,
                        0,
                        0);
                write(Code.STORE_LANES, 0, format, 0, accumulators, slot, 0, 0);
                // Not given back: a block may come in parts.
            }
            case Output.FoldRows o -> {
                int accumulators = pool.allocate(lane);
                write(Code.LOAD_OUTPUT, 0, format, accumulators, slot, 0, 0, 0);
                write(
                        Code.BINARY,
                        lane.ordinal(),
                        o.op().binary().ordinal(),
                        accumulators,
                        accumulators,
                        source,
                        0,
                        0);
                write(Code.STORE, 0, format, 0, accumulators, slot, 0, 0);
                pool.release(lane, accumulators);
            }
        }
        pool.releaseTemporaries();
    }

    /**
     * The register that holds {@code argument} while {@code user}'s instruction runs; given back if
     * this is the last use.
     */
    private int use(int user, int argument) {
        int found = source(argument);
        if (uniform[argument] < 0
                && lastUse[argument] == 2 * schedule.step(user)
                && register[argument] >= 0) {
            pool.releaseLater(program.node(argument).lane(), found);
            register[argument] = ~found;
        }
        return found;
    }

    private int source(int node) {
        if (register[node] >= 0) {
            return register[node];
        }
        if (uniform[node] < 0) {
            return ~register[node];
        }
        Lane lane = program.node(node).lane();
        int filled = pool.allocate(lane);
        fill(node, filled);
        pool.releaseLater(lane, filled);
        return filled;
    }

    private void freeAfterOutputs(int[] slots, int at) {
        for (int slot : slots) {
            int node = program.outputs().get(slot).node();
            if (uniform[node] < 0 && lastUse[node] == 2 * at + 1 && register[node] >= 0) {
                pool.release(program.node(node).lane(), register[node]);
                register[node] = ~register[node];
            }
        }
    }

    private int target(int id) {
        pool.releaseTemporaries();
        Lane lane = program.node(id).lane();
        register[id] = pool.allocate(lane);
        return register[id];
    }

    private void fill(int node, int into) {
        Lane lane = program.node(node).lane();
        if (lane == Lane.MASK) {
            write(Code.MASK_LOGIC, 0, MaskLoops.FILL, into, uniform[node], 0, 0, 0);
        } else {
            write(Code.FILL, lane.ordinal(), 0, into, uniform[node], 0, 0, 0);
        }
    }

    private void write(int kind, int lane, int op, int d, int a, int b, int c, int x) {
        if (codeLength == code.length) {
            code = Arrays.copyOf(code, 2 * codeLength);
        }
        int pc = codeLength;
        code[pc] = kind;
        code[pc + Code.LANE] = lane;
        code[pc + Code.OP] = op;
        code[pc + Code.DST] = d;
        code[pc + Code.A] = a;
        code[pc + Code.B] = b;
        code[pc + Code.C] = c;
        code[pc + Code.X] = x;
        codeLength += Code.SIZE;
    }

    private static int pair(Lane from, Lane to) {
        return from.ordinal() * 8 + to.ordinal();
    }

    private static int maskOperator(UnaryOp op) {
        if (op == UnaryOp.NOT) {
            return MaskLoops.NOT;
        }
        throw new IllegalArgumentException(op + " has no form for masks");
    }

    private static int maskOperator(BinaryOp op) {
        if (op == BinaryOp.AND) {
            return MaskLoops.AND;
        }
        if (op == BinaryOp.OR) {
            return MaskLoops.OR;
        }
        if (op == BinaryOp.XOR) {
            return MaskLoops.XOR;
        }
        throw new IllegalArgumentException(op + " has no form for masks");
    }

    private static int maskOperator(Node.Compare node) {
        return switch (node.op()) {
            case EQ -> MaskLoops.SAME;
            case NE -> MaskLoops.XOR;
            default -> throw new IllegalArgumentException(node.op() + " does not order masks");
        };
    }

    private static Format formatOf(Lane lane) {
        return switch (lane) {
            case MASK -> Format.BOOL;
            case I32 -> Format.I32;
            case I64 -> Format.I64;
            case F32 -> Format.F32;
            case F64 -> Format.F64;
        };
    }

    private static IllegalStateException uniformNode(Node node) {
        return new IllegalStateException("uniform nodes are filled, not computed: " + node);
    }
}
