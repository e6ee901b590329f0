package io.tharsis.engine.plan;

import io.tharsis.ClosedException;
import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Stored;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads operands into a structure: the operands in topological order, what each has stored (held
 * for the run), and the key of the structure. Operands whose result is kept are read as data.
 *
 * <p>Fills of the same bits, and random bits of the same seed and stream, are one node if shape and
 * dtype agree too. Their numbers are parameters that no rule after this sees, so what is built on
 * equal ones could never be merged later. Hence which of its numbers are equal belongs to a
 * structure, and the numbers themselves do not.
 *
 * <p>Whoever reads must {@link #releaseHeld()} once.
 */
public final class GraphReader {
    private enum Marker {
        FILL,
        RANDOM_BITS
    }

    /** A source with its parameters. */
    private record Source(Op op, DType dtype, long... shape) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Source that
                    && dtype == that.dtype
                    && Arrays.equals(shape, that.shape)
                    && op.equals(that.op);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * op.hashCode() + dtype.ordinal()) + Arrays.hashCode(shape);
        }
    }

    private final List<Operand> operands = new ArrayList<>();
    private final List<Stored> held = new ArrayList<>();
    private final List<Operand.Lineage> lineages = new ArrayList<>();
    private final Map<Operand, Integer> numbers = new IdentityHashMap<>();
    private Map<Source, Integer> sources;
    private final int[] roots;
    private final PlanKey key;

    public GraphReader(List<Operand> roots) {
        try {
            for (Operand root : roots) {
                visit(root);
            }
            this.roots = new int[roots.size()];
            for (int i = 0; i < this.roots.length; i++) {
                this.roots[i] = numbers.get(roots.get(i));
            }
            this.key = makeKey();
        } catch (RuntimeException | Error e) {
            releaseHeld();
            throw e;
        }
    }

    /** Depth first with a stack of its own, so that no chain is too long. */
    private void visit(Operand root) {
        if (numbers.containsKey(root)) {
            return;
        }
        List<Operand> path = new ArrayList<>();
        path.add(root);
        while (!path.isEmpty()) {
            Operand operand = path.getLast();
            if (numbers.containsKey(operand)) {
                path.removeLast();
                continue;
            }
            Operand.Lineage lineage = operand.lineage();
            Stored stored = operand.stored();
            if (stored != null && stored.retain()) {
                number(operand, lineage, stored);
                path.removeLast();
                continue;
            }
            if (lineage.op() instanceof Op.Data) {
                throw new ClosedException(
                        "a tensor of shape "
                                + Shapes.text(operand.shape())
                                + " and dtype "
                                + operand.dtype()
                                + " that this computation needs has been closed");
            }
            boolean ready = true;
            for (int i = lineage.inputs().length - 1; i >= 0; i--) {
                Operand input = lineage.inputs()[i];
                if (!numbers.containsKey(input)) {
                    path.add(input);
                    ready = false;
                }
            }
            if (ready) {
                number(operand, lineage, null);
                path.removeLast();
            }
        }
    }

    private void number(Operand operand, Operand.Lineage lineage, Stored stored) {
        Integer number = operands.size();
        if (stored == null && hasParameters(lineage.op())) {
            Integer same = sameSource(lineage.op(), operand, number);
            if (same != null) {
                numbers.put(operand, same);
                return;
            }
        }
        lineages.add(lineage);
        numbers.put(operand, number);
        operands.add(operand);
        held.add(stored);
    }

    private static boolean hasParameters(Op op) {
        return op instanceof Op.Fill || op instanceof Op.RandomBits;
    }

    /**
     * The number of a source read before with the same parameters; null if there is none, and then
     * {@code number} stands for it.
     */
    private Integer sameSource(Op op, Operand operand, Integer number) {
        if (!Shapes.isKnown(operand.shape())) {
            // two unknown lengths may turn out to differ
            return null;
        }
        if (sources == null) {
            sources = new HashMap<>();
        }
        return sources.putIfAbsent(new Source(op, operand.dtype(), operand.shape()), number);
    }

    private PlanKey makeKey() {
        Object[] ops = new Object[operands.size()];
        long[] structure = new long[operands.size() * 8 + roots.length];
        int used = 0;
        for (int id = 0; id < ops.length; id++) {
            Operand operand = operands.get(id);
            Stored stored = held.get(id);
            Operand.Lineage lineage = lineages.get(id);
            int inputs = stored == null ? lineage.inputs().length : 0;
            long[] shape = stored == null ? operand.shape() : stored.shape();
            int needed = used + 3 + inputs + shape.length + roots.length;
            if (needed > structure.length) {
                structure = Arrays.copyOf(structure, needed * 2);
            }
            ops[id] = stored != null ? stored.grid() : keyOf(lineage.op());
            structure[used++] = operand.dtype().ordinal();
            structure[used++] = inputs;
            for (int i = 0; i < inputs; i++) {
                structure[used++] = numbers.get(lineage.inputs()[i]);
            }
            structure[used++] = shape.length;
            for (long length : shape) {
                structure[used++] = length;
            }
        }
        for (int root : roots) {
            structure[used++] = root;
        }
        return new PlanKey(ops, Arrays.copyOf(structure, used));
    }

    private static Object keyOf(Op op) {
        return switch (op) {
            case Op.Fill _ -> Marker.FILL;
            case Op.RandomBits _ -> Marker.RANDOM_BITS;
            default -> op;
        };
    }

    /** The structure's key. */
    public PlanKey key() {
        return key;
    }

    /**
     * The operands in the order of their numbers, of equal sources the first; a plan's origins are
     * numbers of this list.
     */
    public List<Operand> operands() {
        return operands;
    }

    /** What operand {@code id} does, as it was when read. */
    public Op op(int id) {
        return lineages.get(id).op();
    }

    /**
     * What operand {@code id} has stored, held until {@link #releaseHeld}; null if it is to be
     * computed.
     */
    public Stored held(int id) {
        return held.get(id);
    }

    /** Numbers of the roots. */
    public int[] roots() {
        return roots;
    }

    public void releaseHeld() {
        for (Stored stored : held) {
            if (stored != null) {
                stored.release();
            }
        }
        held.clear();
    }

    /**
     * The structure as a graph. Throws {@link ShapeException} if a length that was unknown when an
     * operand was built turned out not to broadcast.
     */
    public PlanGraph graph() {
        var graph = new PlanGraph();
        for (int id = 0; id < operands.size(); id++) {
            Operand operand = operands.get(id);
            Stored stored = held.get(id);
            ChunkGrid grid = stored == null ? null : stored.grid();
            Operand.Lineage lineage = lineages.get(id);
            int[] inputs = new int[stored == null ? lineage.inputs().length : 0];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = numbers.get(lineage.inputs()[i]);
                if (lineage.op() instanceof Op.Elementwise) {
                    checkBroadcast(shape(inputs[i]), operand.shape());
                }
            }
            Op op = stored == null ? lineage.op() : new Op.Data();
            long[] shape = stored == null ? operand.shape() : stored.shape();
            graph.add(new PlanGraph.Node(op, operand.dtype(), shape, inputs, id, grid));
        }
        for (int root : roots) {
            graph.addRoot(root);
        }
        return graph;
    }

    private long[] shape(int id) {
        Stored stored = held.get(id);
        return stored == null ? operands.get(id).shape() : stored.shape();
    }

    private static void checkBroadcast(long[] from, long[] to) {
        if (!Arrays.equals(Shapes.broadcast(from, to), to)) {
            throw new ShapeException(
                    "a tensor whose length was known only when run has shape "
                            + Shapes.text(from)
                            + ", which does not broadcast to "
                            + Shapes.text(to)
                            + "; execute() it before building on it");
        }
    }
}
