package io.tharsis.kernels.ir;

import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Builds a {@link Program}. Methods answer node numbers; equal nodes get equal numbers. Lanes of
 * arguments are checked at once, so a mistake is thrown on the line that made it. Not thread-safe;
 * one builder makes one program.
 */
public final class ProgramBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> interned = new HashMap<>();
    private final List<Output> outputs = new ArrayList<>();

    /** The lane of node {@code id}. */
    public Lane lane(int id) {
        return nodes.get(id).lane();
    }

    /** The node numbered {@code id}. */
    public Node node(int id) {
        return nodes.get(id);
    }

    public int load(int input, Format format, Access access) {
        return add(new Node.Load(input, format, access));
    }

    public int constant(double value) {
        return add(new Node.Const(Lane.F64, Double.doubleToRawLongBits(value)));
    }

    public int constant(float value) {
        return add(new Node.Const(Lane.F32, Float.floatToRawIntBits(value)));
    }

    public int constant(long value) {
        return add(new Node.Const(Lane.I64, value));
    }

    public int constant(int value) {
        return add(new Node.Const(Lane.I32, value));
    }

    /**
     * A literal of any lane but MASK: {@code value} rounded to a float lane or truncated to an
     * integer lane.
     */
    public int constant(Lane lane, double value) {
        return switch (lane) {
            case F64 -> constant(value);
            case F32 -> constant((float) value);
            case I64 -> constant((long) value);
            case I32 -> constant((int) value);
            case MASK ->
                    throw new IllegalArgumentException(
                            "a mask has no literal; compare two constants");
        };
    }

    public int param(int param, Lane lane) {
        if (lane == Lane.MASK) {
            throw new IllegalArgumentException(
                    "a parameter is never a mask; pass an i32 and compare it with 0");
        }
        return add(new Node.Param(param, lane));
    }

    public int index(int slot) {
        return add(new Node.Index(slot));
    }

    public int philox(int counter, int key, int stream, int word) {
        expect(counter, Lane.I64);
        return add(new Node.Philox(counter, key, stream, word));
    }

    public int philoxStream(int slot, int key, int stream, Lane lane) {
        return add(new Node.PhiloxStream(slot, key, stream, lane));
    }

    public int unary(UnaryOp op, int a) {
        Lane lane = lane(a);
        boolean fits =
                switch (op) {
                    case NEG, ABS -> lane != Lane.MASK;
                    case SQRT -> lane.isFloat();
                    case NOT -> !lane.isFloat();
                };
        require(fits, op, lane);
        return add(new Node.Unary(op, a, lane));
    }

    public int binary(BinaryOp op, int a, int b) {
        Lane lane = lane(a);
        expect(b, lane);
        boolean fits =
                switch (op) {
                    case ADD, SUB, MUL, MIN, MAX -> lane != Lane.MASK;
                    case DIV -> lane.isFloat();
                    case AND, OR, XOR -> !lane.isFloat();
                    default -> lane.isInt();
                };
        require(fits, op, lane);
        return add(new Node.Binary(op, a, b, lane));
    }

    public int add(int a, int b) {
        return binary(BinaryOp.ADD, a, b);
    }

    public int sub(int a, int b) {
        return binary(BinaryOp.SUB, a, b);
    }

    public int mul(int a, int b) {
        return binary(BinaryOp.MUL, a, b);
    }

    public int div(int a, int b) {
        return binary(BinaryOp.DIV, a, b);
    }

    public int and(int a, int b) {
        return binary(BinaryOp.AND, a, b);
    }

    public int or(int a, int b) {
        return binary(BinaryOp.OR, a, b);
    }

    public int xor(int a, int b) {
        return binary(BinaryOp.XOR, a, b);
    }

    /** Shift left by a literal. */
    public int shl(int a, int distance) {
        return binary(BinaryOp.SHL, a, constant(lane(a), distance));
    }

    /** Arithmetic shift right by a literal. */
    public int shr(int a, int distance) {
        return binary(BinaryOp.SHR, a, constant(lane(a), distance));
    }

    /** Logical shift right by a literal. */
    public int ushr(int a, int distance) {
        return binary(BinaryOp.USHR, a, constant(lane(a), distance));
    }

    public int neg(int a) {
        return unary(UnaryOp.NEG, a);
    }

    public int abs(int a) {
        return unary(UnaryOp.ABS, a);
    }

    public int sqrt(int a) {
        return unary(UnaryOp.SQRT, a);
    }

    public int not(int a) {
        return unary(UnaryOp.NOT, a);
    }

    public int fma(int a, int b, int c) {
        Lane lane = lane(a);
        expect(b, lane);
        expect(c, lane);
        require(lane.isFloat(), "FMA", lane);
        return add(new Node.Fma(a, b, c, lane));
    }

    public int select(int mask, int a, int b) {
        expect(mask, Lane.MASK);
        Lane lane = lane(a);
        expect(b, lane);
        if (lane == Lane.MASK) {
            return or(and(mask, a), and(not(mask), b));
        }
        return add(new Node.Select(mask, a, b, lane));
    }

    public int compare(CompareOp op, int a, int b) {
        Lane lane = lane(a);
        expect(b, lane);
        if (lane == Lane.MASK) {
            return switch (op) {
                case EQ -> not(xor(a, b));
                case NE -> xor(a, b);
                default -> throw new IllegalArgumentException(op + " does not order masks");
            };
        }
        return add(new Node.Compare(op, a, b, lane));
    }

    /** Converts the number; the node itself if it has that lane already. To MASK: is not zero. */
    public int convert(int a, Lane to) {
        Lane from = lane(a);
        if (from == to) {
            return a;
        }
        if (to == Lane.MASK) {
            return compare(CompareOp.NE, a, constant(from, 0));
        }
        return add(new Node.Convert(a, from, to));
    }

    /** The same bits as another lane of the same size. */
    public int reinterpret(int a, Lane to) {
        Lane from = lane(a);
        if (from == to) {
            return a;
        }
        require(
                from.byteSize() == to.byteSize() && from != Lane.MASK,
                "REINTERPRET to " + to,
                from);
        return add(new Node.Reinterpret(a, from, to));
    }

    /** See {@link Node.Rare}; {@code b} may equal {@code a} for functions of one argument. */
    public int rare(int fast, int guard, int a, int b, RareFunction function) {
        expect(guard, Lane.MASK);
        expect(a, lane(fast));
        expect(b, lane(fast));
        require(lane(fast).isFloat(), "RARE", lane(fast));
        return add(new Node.Rare(fast, guard, a, b, function, lane(fast)));
    }

    /**
     * Any node of another program, its arguments renumbered by {@code map} to nodes of this one.
     */
    public int copy(Node node, IntUnaryOperator map) {
        return add(Nodes.mapArguments(node, map));
    }

    /** Answers the output's slot. */
    public int store(int node, Format format) {
        expect(node, format.lane());
        return output(new Output.Store(node, format));
    }

    public int foldLanes(FoldOp op, int node) {
        op.identity(lane(node));
        return output(new Output.FoldLanes(op, node));
    }

    public int foldRows(FoldOp op, int node) {
        op.identity(lane(node));
        return output(new Output.FoldRows(op, node));
    }

    /** The program of everything the outputs need, nodes renumbered without gaps. */
    public Program build() {
        boolean[] live = new boolean[nodes.size()];
        outputs.forEach(output -> live[output.node()] = true);
        for (int id = nodes.size() - 1; id >= 0; id--) {
            if (live[id]) {
                Nodes.forEachArgument(nodes.get(id), argument -> live[argument] = true);
            }
        }
        int[] renumbered = new int[nodes.size()];
        List<Node> kept = new ArrayList<>();
        for (int id = 0; id < nodes.size(); id++) {
            if (live[id]) {
                renumbered[id] = kept.size();
                kept.add(Nodes.mapArguments(nodes.get(id), argument -> renumbered[argument]));
            }
        }
        List<Output> mapped = new ArrayList<>();
        for (Output output : outputs) {
            mapped.add(
                    switch (output) {
                        case Output.Store o -> new Output.Store(renumbered[o.node()], o.format());
                        case Output.FoldLanes o ->
                                new Output.FoldLanes(o.op(), renumbered[o.node()]);
                        case Output.FoldRows o -> new Output.FoldRows(o.op(), renumbered[o.node()]);
                    });
        }
        int inputs = 0;
        int params = 0;
        int indexes = 0;
        for (Node node : kept) {
            switch (node) {
                case Node.Load n -> inputs = Math.max(inputs, n.input() + 1);
                case Node.Param n -> params = Math.max(params, n.param() + 1);
                case Node.Index n -> indexes = Math.max(indexes, n.slot() + 1);
                case Node.PhiloxStream n -> indexes = Math.max(indexes, n.slot() + 1);
                default -> {}
            }
        }
        return new Program(kept, mapped, inputs, params, indexes);
    }

    private int output(Output output) {
        outputs.add(output);
        return outputs.size() - 1;
    }

    private int add(Node node) {
        Integer known = interned.get(node);
        if (known != null) {
            return known;
        }
        nodes.add(node);
        interned.put(node, nodes.size() - 1);
        return nodes.size() - 1;
    }

    private void expect(int id, Lane lane) {
        if (lane(id) != lane) {
            throw new IllegalArgumentException(
                    "node %" + id + " is " + lane(id) + ", expected " + lane);
        }
    }

    private static void require(boolean fits, Object op, Lane lane) {
        if (!fits) {
            throw new IllegalArgumentException(op + " has no form for " + lane);
        }
    }
}
