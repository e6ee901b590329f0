package io.tharsis.engine.fuse;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.List;

/**
 * A square root compared with a number that an operand gives becomes what is under the root,
 * compared with a {@link RootBound} of the number, where what is under the root is never below
 * zero: distances are compared with a radius by their squares. The answers are the same for all
 * numbers: roots are rounded correctly, so they never fall where their argument rises.
 */
final class RootComparisons {
    private final Program program;
    private final List<Loop.Param> params;
    private final boolean[] neverBelowZero;
    private final int[] copies;
    private final ProgramBuilder b = new ProgramBuilder();
    private int paramSlots;

    private RootComparisons(Program program, List<Loop.Param> params, int paramSlots) {
        this.program = program;
        this.params = params;
        this.paramSlots = paramSlots;
        this.neverBelowZero = new boolean[program.nodes().size()];
        this.copies = new int[neverBelowZero.length];
    }

    /**
     * The program with such comparisons replaced.
     *
     * @param params what operands give the program; bounds are added
     * @param paramSlots the first free parameter slot
     */
    static Program replace(Program program, List<Loop.Param> params, int paramSlots) {
        boolean hasRoot = program.nodes().stream().anyMatch(RootComparisons::isRoot);
        return hasRoot ? new RootComparisons(program, params, paramSlots).replace() : program;
    }

    private Program replace() {
        for (int id = 0; id < copies.length; id++) {
            Node node = program.node(id);
            neverBelowZero[id] = isNeverBelowZero(node);
            copies[id] =
                    switch (node) {
                        case Node.Compare n when isBounded(n.a(), n.b()) ->
                                compare(n.op(), n.a(), n.b());
                        case Node.Compare n when isBounded(n.b(), n.a()) ->
                                compare(n.op().mirrored(), n.b(), n.a());
                        default -> b.copy(node, argument -> copies[argument]);
                    };
        }
        for (Output output : program.outputs()) {
            switch (output) {
                case Output.Store o -> b.store(copies[o.node()], o.format());
                case Output.FoldLanes o -> b.foldLanes(o.op(), copies[o.node()]);
                case Output.FoldRows o -> b.foldRows(o.op(), copies[o.node()]);
            }
        }
        return b.build();
    }

    private boolean isBounded(int root, int bound) {
        return program.node(root) instanceof Node.Unary unary
                && isRoot(unary)
                && neverBelowZero[unary.a()]
                && program.node(bound) instanceof Node.Param;
    }

    private int compare(CompareOp op, int root, int bound) {
        int under = ((Node.Unary) program.node(root)).a();
        var given = (Node.Param) program.node(bound);
        return switch (op) {
            case LT, GE -> b.compare(op, copies[under], bound(given, Loop.Part.LEAST_ROOT));
            case LE, GT -> b.compare(op, copies[under], bound(given, Loop.Part.GREATEST_ROOT));
            case EQ, NE -> b.compare(op, copies[root], copies[bound]);
        };
    }

    private int bound(Node.Param given, Loop.Part part) {
        int origin = originOf(given);
        for (Loop.Param param : params) {
            if (param.origin() == origin && param.part() == part) {
                return b.param(param.param(), given.lane());
            }
        }
        params.add(new Loop.Param(paramSlots, origin, part));
        return b.param(paramSlots++, given.lane());
    }

    /** The operand whose value a parameter is; parameters of positions are never compared here. */
    private int originOf(Node.Param given) {
        for (Loop.Param param : params) {
            if (param.param() == given.param()) {
                return param.origin();
            }
        }
        throw new IllegalStateException(given + " is given by no operand");
    }

    /** False unless known: true if no value of {@code node} is less than 0; one may be NaN. */
    private boolean isNeverBelowZero(Node node) {
        if (!node.lane().isFloat()) {
            return false;
        }
        return switch (node) {
            case Node.Const n -> !(value(n) < 0);
            case Node.Unary n -> n.op() == UnaryOp.ABS || n.op() == UnaryOp.SQRT;
            case Node.Binary n ->
                    switch (n.op()) {
                        case ADD, MIN -> areNeverBelowZero(n.a(), n.b());
                        case MUL -> n.a() == n.b() || areNeverBelowZero(n.a(), n.b());
                        case MAX -> neverBelowZero[n.a()] || neverBelowZero[n.b()];
                        default -> false;
                    };
            case Node.Fma n ->
                    (n.a() == n.b() || areNeverBelowZero(n.a(), n.b())) && neverBelowZero[n.c()];
            case Node.Select n -> areNeverBelowZero(n.a(), n.b());
            case Node.Convert n -> n.from() == Lane.MASK || neverBelowZero[n.a()];
            default -> false;
        };
    }

    private boolean areNeverBelowZero(int a, int b) {
        return neverBelowZero[a] && neverBelowZero[b];
    }

    private static double value(Node.Const constant) {
        return constant.lane() == Lane.F64
                ? Double.longBitsToDouble(constant.bits())
                : Float.intBitsToFloat((int) constant.bits());
    }

    private static boolean isRoot(Node node) {
        return node instanceof Node.Unary unary && unary.op() == UnaryOp.SQRT;
    }
}
