package io.tharsis.engine;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.Stored;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs what only a run can size. The operands that make unknown lengths are computed first, inputs
 * before users; then everything between them and the roots is built again with shapes that are
 * known.
 */
final class UnknownSizes {
    private UnknownSizes() {}

    /**
     * Computes makers of unknown lengths below {@code roots}, and those roots whose shapes depend
     * on them. What is computed on the way is kept in vertices of its own and freed at the end.
     */
    static void resolve(List<Operand> roots, Consumer<List<Operand>> run) {
        List<Operand> ordered = topological(roots);
        Map<Operand, Operand> known = new IdentityHashMap<>();
        Set<Operand> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        wanted.addAll(roots);
        try {
            for (Operand operand : ordered) {
                if (operand.stored() == null) {
                    resolve(operand, wanted.contains(operand), known, run);
                }
            }
        } finally {
            known.values().forEach(Operand::forget);
        }
    }

    private static void resolve(
            Operand operand,
            boolean wanted,
            Map<Operand, Operand> known,
            Consumer<List<Operand>> run) {
        boolean maker = operand.op() instanceof Op.Chunked && !Shapes.isKnown(operand.shape());
        Operand current = rebuilt(operand, known, maker);
        if (current == operand) {
            return;
        }
        known.put(operand, current);
        if (maker || wanted) {
            run.accept(List.of(current));
        }
        if (wanted) {
            hand(current, operand);
        }
    }

    private static void hand(Operand from, Operand to) {
        Stored stored = from.stored();
        if (stored != null && stored.retain()) {
            to.keep(stored);
        }
    }

    private static Operand rebuilt(Operand operand, Map<Operand, Operand> known, boolean always) {
        boolean changed = always;
        Operand.Lineage lineage = operand.lineage();
        Operand[] inputs = lineage.inputs().clone();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = known.getOrDefault(inputs[i], inputs[i]);
            changed |= inputs[i] != lineage.inputs()[i];
        }
        boolean stale = !Shapes.isKnown(operand.shape()) && !(lineage.op() instanceof Op.Chunked);
        if (!changed && !stale) {
            return operand;
        }
        return new Operand(lineage.op(), operand.dtype(), shape(operand, inputs), inputs);
    }

    private static long[] shape(Operand operand, Operand[] inputs) {
        if (Shapes.isKnown(operand.shape())) {
            return operand.shape();
        }
        return switch (operand.op()) {
            case Op.Elementwise _ -> {
                long[] shape = Shapes.SCALAR;
                for (Operand input : inputs) {
                    shape = Shapes.broadcast(shape, input.shape());
                }
                yield shape;
            }
            case Op.Reduce reduce -> {
                List<Long> kept = new ArrayList<>();
                for (int axis = 0; axis < inputs[0].rank(); axis++) {
                    if (axis < reduce.from() || axis >= reduce.to()) {
                        kept.add(inputs[0].shape()[axis]);
                    }
                }
                yield kept.stream().mapToLong(Long::longValue).toArray();
            }
            case Op.Chunked _ -> operand.shape();
            case Op.Rechunk _ -> inputs[0].shape();
            case Op.Viewed viewed when viewed.view().isIdentity() -> inputs[0].shape();
            default ->
                    throw new ShapeException(
                            operand
                                    + " needs lengths that only a run can tell; execute() its input"
                                    + " first");
        };
    }

    private static List<Operand> topological(List<Operand> roots) {
        List<Operand> ordered = new ArrayList<>();
        Set<Operand> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Operand> open = new HashSet<>();
        Deque<Operand> stack = new ArrayDeque<>(roots);
        while (!stack.isEmpty()) {
            Operand operand = stack.peek();
            if (seen.contains(operand)) {
                stack.pop();
                continue;
            }
            if (operand.stored() == null && open.add(operand)) {
                for (Operand input : operand.inputs()) {
                    if (!seen.contains(input)) {
                        stack.push(input);
                    }
                }
                continue;
            }
            seen.add(operand);
            ordered.add(operand);
            stack.pop();
        }
        return ordered;
    }
}
