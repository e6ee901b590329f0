package io.tharsis.kernels.ir;

import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** The arguments of nodes, for passes that do not care what a node computes. */
public final class Nodes {
    private Nodes() {}

    /** Calls {@code visitor} with every argument of {@code node}, in order. */
    public static void forEachArgument(Node node, IntConsumer visitor) {
        mapArguments(
                node,
                argument -> {
                    visitor.accept(argument);
                    return argument;
                });
    }

    /** The same node over arguments renumbered by {@code map}. */
    public static Node mapArguments(Node node, IntUnaryOperator map) {
        return switch (node) {
            case Node.Load n -> n;
            case Node.Const n -> n;
            case Node.Param n -> n;
            case Node.Index n -> n;
            case Node.Philox n ->
                    new Node.Philox(
                            map.applyAsInt(n.counter()),
                            map.applyAsInt(n.key()),
                            map.applyAsInt(n.stream()),
                            n.word());
            case Node.PhiloxStream n ->
                    new Node.PhiloxStream(
                            n.slot(),
                            map.applyAsInt(n.key()),
                            map.applyAsInt(n.stream()),
                            n.lane());
            case Node.Unary n -> new Node.Unary(n.op(), map.applyAsInt(n.a()), n.lane());
            case Node.Binary n ->
                    new Node.Binary(n.op(), map.applyAsInt(n.a()), map.applyAsInt(n.b()), n.lane());
            case Node.Fma n ->
                    new Node.Fma(
                            map.applyAsInt(n.a()),
                            map.applyAsInt(n.b()),
                            map.applyAsInt(n.c()),
                            n.lane());
            case Node.Select n ->
                    new Node.Select(
                            map.applyAsInt(n.mask()),
                            map.applyAsInt(n.a()),
                            map.applyAsInt(n.b()),
                            n.lane());
            case Node.Compare n ->
                    new Node.Compare(n.op(), map.applyAsInt(n.a()), map.applyAsInt(n.b()), n.of());
            case Node.Convert n -> new Node.Convert(map.applyAsInt(n.a()), n.from(), n.lane());
            case Node.Reinterpret n ->
                    new Node.Reinterpret(map.applyAsInt(n.a()), n.from(), n.lane());
            case Node.Rare n ->
                    new Node.Rare(
                            map.applyAsInt(n.fast()),
                            map.applyAsInt(n.guard()),
                            map.applyAsInt(n.a()),
                            map.applyAsInt(n.b()),
                            n.function(),
                            n.lane());
        };
    }
}
