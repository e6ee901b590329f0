package io.tharsis.kernels.ir;

import java.util.Locale;

/** The stable text form of a program, compared in tests and shown by {@code explain()}. */
final class ProgramPrinter {
    private ProgramPrinter() {}

    static String print(Program program) {
        var text = new StringBuilder();
        for (int id = 0; id < program.nodes().size(); id++) {
            Node node = program.node(id);
            text.append("  %")
                    .append(id)
                    .append(':')
                    .append(lower(node.lane()))
                    .append(" = ")
                    .append(body(node))
                    .append('\n');
        }
        for (int slot = 0; slot < program.outputs().size(); slot++) {
            text.append("  out")
                    .append(slot)
                    .append(" = ")
                    .append(body(program.outputs().get(slot)))
                    .append('\n');
        }
        return text.toString();
    }

    private static String body(Node node) {
        return switch (node) {
            case Node.Load n ->
                    "load in" + n.input() + " " + lower(n.format()) + " " + lower(n.access());
            case Node.Const n -> "const " + value(n);
            case Node.Param n -> "param p" + n.param();
            case Node.Index n -> "index x" + n.slot();
            case Node.Philox n ->
                    "philox %"
                            + n.counter()
                            + ", %"
                            + n.key()
                            + ", %"
                            + n.stream()
                            + ", word "
                            + n.word();
            case Node.PhiloxStream n ->
                    "philoxStream x" + n.slot() + ", %" + n.key() + ", %" + n.stream();
            case Node.Unary n -> lower(n.op()) + " %" + n.a();
            case Node.Binary n -> lower(n.op()) + " %" + n.a() + ", %" + n.b();
            case Node.Fma n -> "fma %" + n.a() + ", %" + n.b() + ", %" + n.c();
            case Node.Select n -> "select %" + n.mask() + ", %" + n.a() + ", %" + n.b();
            case Node.Compare n -> lower(n.op()) + " %" + n.a() + ", %" + n.b();
            case Node.Convert n -> "convert %" + n.a();
            case Node.Reinterpret n -> "reinterpret %" + n.a();
            case Node.Rare n ->
                    "rare %"
                            + n.guard()
                            + " ? "
                            + n.function().name()
                            + "(%"
                            + n.a()
                            + ", %"
                            + n.b()
                            + ") : %"
                            + n.fast();
        };
    }

    private static String body(Output output) {
        return switch (output) {
            case Output.Store o -> "store %" + o.node() + " " + lower(o.format());
            case Output.FoldLanes o -> "foldLanes " + lower(o.op()) + " %" + o.node();
            case Output.FoldRows o -> "foldRows " + lower(o.op()) + " %" + o.node();
        };
    }

    private static String value(Node.Const node) {
        return switch (node.lane()) {
            case F64 -> Double.toString(Double.longBitsToDouble(node.bits()));
            case F32 -> Float.toString(Float.intBitsToFloat((int) node.bits()));
            default -> Long.toString(node.bits());
        };
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
