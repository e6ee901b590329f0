package io.tharsis.engine.fuse;

import io.tharsis.DType;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the program of one loop. Iterative, so that no expression is too deep. */
final class LoopBuilder {
    /**
     * A last axis at least this long makes a value that is constant along it worth a load per run
     * instead of a copy per element.
     */
    private static final long UNIFORM_RUN = 64;

    /** A node as seen from the domain. */
    private record Seen(int node, View view) {}

    private final PlanGraph graph;
    private final boolean[] stored;
    private final long[] domain;
    private final int foldFrom;
    private final int foldTo;
    private final int lastAxis;
    private final ProgramBuilder b = new ProgramBuilder();
    private final List<Loop.Input> inputs = new ArrayList<>();
    private final List<Loop.Index> indexes = new ArrayList<>();
    private final List<Loop.Param> params = new ArrayList<>();
    private final List<Loop.Out> outputs = new ArrayList<>();
    private final Map<Seen, Integer> values = new HashMap<>();
    private final Map<Object, Integer> slots = new HashMap<>();
    private int indexSlots;
    private int paramSlots;
    private ChunkGrid grid;

    /**
     * @param stored which nodes are loaded rather than computed here
     */
    LoopBuilder(PlanGraph graph, boolean[] stored, long[] domain, int foldFrom, int foldTo) {
        this.graph = graph;
        this.stored = stored;
        this.domain = domain;
        this.foldFrom = foldFrom;
        this.foldTo = foldTo;
        int last = domain.length - 1;
        while (last > 0 && domain[last] == 1) {
            last--;
        }
        this.lastAxis = last;
    }

    /** Adds a node whose shape is the domain, stored element by element. */
    void addStore(int node) {
        PlanGraph.Node made = graph.node(node);
        if (made.op() instanceof Op.Rechunk rechunk) {
            grid = rechunk.grid();
        }
        int value =
                made.op() instanceof Op.Rechunk
                        ? value(new Seen(made.inputs()[0], View.identity(domain.length)))
                        : value(new Seen(node, View.identity(domain.length)), true);
        b.store(value, made.dtype().format());
        outputs.add(new Loop.Out(node, null, made.dtype().format()));
    }

    /** Adds a reduction whose input has the domain's shape. */
    void addFold(int node) {
        PlanGraph.Node made = graph.node(node);
        var reduce = (Op.Reduce) made.op();
        int value = value(new Seen(made.inputs()[0], View.identity(domain.length)));
        long inner = 1;
        for (int axis = reduce.to(); axis < domain.length; axis++) {
            inner *= domain[axis];
        }
        if (inner == 1) {
            b.foldLanes(reduce.op(), value);
        } else {
            b.foldRows(reduce.op(), value);
        }
        outputs.add(new Loop.Out(node, reduce.op(), made.dtype().format()));
    }

    /** Adds the argument of a fold by tiles, stored element by element. */
    void addTileArgument(int node) {
        int input = graph.node(node).inputs()[0];
        var format = graph.node(input).dtype().format();
        b.store(value(new Seen(input, View.identity(domain.length))), format);
        outputs.add(new Loop.Out(node, null, format));
    }

    Loop build() {
        Program program = RootComparisons.replace(b.build(), params, paramSlots);
        return new Loop(
                domain,
                foldFrom,
                foldTo,
                List.copyOf(inputs),
                List.copyOf(indexes),
                List.copyOf(params),
                List.copyOf(outputs),
                program,
                Kernels.of(program),
                new StoreVariant(program),
                RowVariant.of(program, Loop.ROW_BLOCK),
                grid);
    }

    /**
     * True if the folded axes cannot be walked as one run: some number that depends on the position
     * does not go along.
     */
    boolean needsStoredArgument() {
        if (foldFrom < 0) {
            return false;
        }
        for (int axis = foldFrom; axis + 1 < foldTo; axis++) {
            for (Loop.Index index : indexes) {
                boolean longAxes = domain[axis] > 1 && domain[axis + 1] > 1;
                if (longAxes
                        && index.coefficient()[axis]
                                != index.coefficient()[axis + 1] * domain[axis + 1]) {
                    return true;
                }
            }
        }
        return false;
    }

    private int value(Seen wanted) {
        return value(wanted, false);
    }

    private int value(Seen wanted, boolean computeRoot) {
        Integer known = values.get(wanted);
        if (known != null) {
            return known;
        }
        Deque<Seen> stack = new ArrayDeque<>();
        stack.push(wanted);
        while (!stack.isEmpty()) {
            Seen seen = stack.peek();
            if (values.containsKey(seen)) {
                stack.pop();
                continue;
            }
            boolean computed = computeRoot && seen.equals(wanted);
            PlanGraph.Node node = graph.node(seen.node());
            if (stored[seen.node()] && !computed) {
                values.put(seen, load(seen));
                stack.pop();
                continue;
            }
            switch (node.op()) {
                case Op.Fill _ -> values.put(seen, fill(node));
                case Op.Iota _ -> values.put(seen, position(seen, 1, 0));
                case Op.RandomBits _ -> values.put(seen, randomBits(seen, node));
                case Op.Viewed viewed -> {
                    var input = new Seen(node.inputs()[0], seen.view().compose(viewed.view()));
                    if (!values.containsKey(input)) {
                        stack.push(input);
                        continue;
                    }
                    values.put(seen, values.get(input));
                }
                case Op.Elementwise elementwise -> {
                    Seen[] arguments = arguments(seen, node);
                    boolean ready = true;
                    for (int i = arguments.length - 1; i >= 0; i--) {
                        if (!values.containsKey(arguments[i])) {
                            stack.push(arguments[i]);
                            ready = false;
                        }
                    }
                    if (!ready) {
                        continue;
                    }
                    int[] args = new int[arguments.length];
                    DType[] types = new DType[arguments.length];
                    for (int i = 0; i < args.length; i++) {
                        args[i] = values.get(arguments[i]);
                        types[i] = graph.node(arguments[i].node()).dtype();
                    }
                    values.put(seen, elementwise.function().lower(b, types, node.dtype(), args));
                }
                default ->
                        throw new IllegalStateException(node + " cannot be computed inside a loop");
            }
            stack.pop();
        }
        return values.get(wanted);
    }

    private Seen[] arguments(Seen seen, PlanGraph.Node node) {
        Seen[] arguments = new Seen[node.inputs().length];
        for (int i = 0; i < arguments.length; i++) {
            int input = node.inputs()[i];
            long[] shape = graph.node(input).shape();
            View view =
                    Arrays.equals(shape, node.shape())
                            ? seen.view()
                            : seen.view().compose(View.broadcast(shape, node.shape()));
            arguments[i] = new Seen(input, view);
        }
        return arguments;
    }

    private int load(Seen seen) {
        PlanGraph.Node node = graph.node(seen.node());
        boolean uniform = isUniform(seen.view());
        Integer slot = slots.get(seen);
        if (slot == null) {
            slot = inputs.size();
            inputs.add(new Loop.Input(seen.node(), seen.view(), uniform));
            slots.put(seen, slot);
        }
        return b.load(slot, node.dtype().format(), uniform ? Access.UNIFORM : Access.CONTIGUOUS);
    }

    private boolean isUniform(View view) {
        boolean walksNone = true;
        for (int axis = 0; axis < domain.length; axis++) {
            walksNone &= domain[axis] <= 1 || view.source()[axis] < 0 || view.step()[axis] == 0;
        }
        if (walksNone) {
            return true;
        }
        if (view.source()[lastAxis] >= 0 && view.step()[lastAxis] != 0
                || domain[lastAxis] < UNIFORM_RUN) {
            return false;
        }
        for (int axis = Math.max(foldFrom, 0); axis < lastAxis && axis < foldTo; axis++) {
            if (lastAxis < foldTo && domain[axis] > 1) {
                return false;
            }
        }
        return true;
    }

    private int fill(PlanGraph.Node node) {
        boolean bool = node.dtype() == DType.BOOL;
        int value =
                param(
                        node.origin(),
                        Loop.Part.VALUE,
                        bool ? Lane.I32 : node.dtype().format().lane());
        return bool ? b.compare(CompareOp.NE, value, b.constant(0)) : value;
    }

    private int param(int origin, Loop.Part part, Lane lane) {
        record Key(int origin, Loop.Part part) {}
        int param =
                slots.computeIfAbsent(
                        new Key(origin, part),
                        _ -> {
                            params.add(new Loop.Param(paramSlots, origin, part));
                            return paramSlots++;
                        });
        return b.param(param, lane);
    }

    /**
     * The I64 node of {@code (position >> shift)} of an element of {@code seen}; {@code low} bits
     * below the shift are known.
     */
    private int position(Seen seen, int divisor, int low) {
        long[] strides = Shapes.strides(graph.node(seen.node()).shape());
        long[] coefficient = new long[domain.length];
        View view = seen.view();
        for (int axis = 0; axis < domain.length; axis++) {
            if (view.source()[axis] >= 0 && domain[axis] > 1) {
                coefficient[axis] = view.step()[axis] * strides[view.source()[axis]] / divisor;
            }
        }
        long offset = (offset(view, strides) - low) / divisor;
        record Key(List<Long> coefficient, long offset) {}
        Integer id =
                slots.computeIfAbsent(
                        new Key(Arrays.stream(coefficient).boxed().toList(), offset),
                        _ -> {
                            boolean consecutive = domain.length > 0 && coefficient[lastAxis] == 1;
                            indexes.add(
                                    new Loop.Index(
                                            coefficient,
                                            offset,
                                            consecutive ? indexSlots++ : -1,
                                            consecutive ? -1 : paramSlots++));
                            return indexes.size() - 1;
                        });
        Loop.Index index = indexes.get(id);
        if (index.slot() >= 0) {
            return b.index(index.slot());
        }
        int start = b.param(index.param(), Lane.I64);
        long step = domain.length > 0 ? coefficient[lastAxis] : 0;
        return step == 0 ? start : b.add(start, b.mul(localIndex(), b.constant(step)));
    }

    /** The position in the run: an index slot whose base no one sets, so that it stays 0. */
    private int localIndex() {
        Integer slot = slots.computeIfAbsent("local index", _ -> indexSlots++);
        return b.index(slot);
    }

    private static long offset(View view, long[] strides) {
        long offset = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            offset += view.offset()[axis] * strides[axis];
        }
        return offset;
    }

    /**
     * Random bits of an element. Consecutive elements take the stream node; elements whose place in
     * their Philox block is the same for the whole loop take words of the block; others select by
     * their place.
     */
    private int randomBits(Seen seen, PlanGraph.Node node) {
        boolean wide = node.dtype() == DType.UINT64;
        int perBlock = wide ? 2 : 4;
        int key = param(node.origin(), Loop.Part.SEED, Lane.I64);
        int stream = param(node.origin(), Loop.Part.STREAM, Lane.I64);
        long[] strides = Shapes.strides(node.shape());
        View view = seen.view();
        boolean samePlace = true;
        for (int axis = 0; axis < domain.length; axis++) {
            if (view.source()[axis] >= 0 && domain[axis] > 1) {
                samePlace &= view.step()[axis] * strides[view.source()[axis]] % perBlock == 0;
            }
        }
        if (samePlace) {
            int place = (int) Math.floorMod(offset(view, strides), (long) perBlock);
            int counter = position(seen, perBlock, place);
            return wide
                    ? join(counter, key, stream, 2 * place)
                    : b.philox(counter, key, stream, place);
        }
        int position = position(seen, 1, 0);
        if (b.node(position) instanceof Node.Index index) {
            int bits = b.philoxStream(index.slot(), key, stream, wide ? Lane.I64 : Lane.I32);
            return wide ? bits : b.and(b.convert(bits, Lane.I64), b.constant(0xFFFFFFFFL));
        }
        int counter = b.ushr(position, wide ? 1 : 2);
        int place = b.and(position, b.constant((long) perBlock - 1));
        int bits = wide ? join(counter, key, stream, 0) : b.philox(counter, key, stream, 0);
        for (int i = 1; i < perBlock; i++) {
            int here = b.compare(CompareOp.EQ, place, b.constant((long) i));
            bits =
                    b.select(
                            here,
                            wide
                                    ? join(counter, key, stream, 2 * i)
                                    : b.philox(counter, key, stream, i),
                            bits);
        }
        return bits;
    }

    private int join(int counter, int key, int stream, int word) {
        int high = b.shl(b.philox(counter, key, stream, word + 1), 32);
        return b.or(b.philox(counter, key, stream, word), high);
    }
}
