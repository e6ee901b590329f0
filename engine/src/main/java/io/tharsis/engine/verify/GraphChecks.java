package io.tharsis.engine.verify;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkFunction.Tiling;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What holds of every graph: order, shapes, dtypes, views inside their inputs. */
final class GraphChecks {
    private final String stage;
    private final PlanGraph graph;
    private int id;
    private PlanGraph.Node node;

    GraphChecks(String stage, PlanGraph graph) {
        this.stage = stage;
        this.graph = graph;
    }

    void check() {
        for (id = 0; id < graph.size(); id++) {
            node = graph.node(id);
            checkInputs();
            checkOp();
        }
        for (int root : graph.roots()) {
            if (root < 0 || root >= graph.size()) {
                throw new VerificationException(
                        stage, "root #" + root, "is no node of " + graph.size());
            }
        }
    }

    /** As {@link #check()}, and the roots of {@code before} are still what they were. */
    void checkRewritten(PlanGraph before) {
        check();
        if (before.roots().size() != graph.roots().size()) {
            throw new VerificationException(
                    stage,
                    "the graph",
                    "has " + graph.roots().size() + " roots, but had " + before.roots().size());
        }
        for (int i = 0; i < graph.roots().size(); i++) {
            PlanGraph.Node was = before.node(before.roots().get(i));
            PlanGraph.Node is = graph.node(graph.roots().get(i));
            if (was.dtype() != is.dtype() || !Arrays.equals(was.shape(), is.shape())) {
                throw new VerificationException(
                        stage, "root #" + graph.roots().get(i) + " = " + is, "was " + was);
            }
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new VerificationException(stage, "#" + id + " = " + node, problem);
        }
    }

    private void checkInputs() {
        for (int input : node.inputs()) {
            require(input >= 0 && input < id, "uses #" + input + ", which does not come before it");
        }
        require(node.grid() == null || node.op() instanceof Op.Data, "has a grid but is no data");
        require(
                Shapes.isKnown(node.shape()) || node.op() instanceof Op.Chunked,
                "has a length that only a run can tell");
    }

    private PlanGraph.Node input(int i) {
        return graph.node(node.inputs()[i]);
    }

    private void requireInputs(int count) {
        require(
                node.inputs().length == count,
                "has " + node.inputs().length + " inputs, but takes " + count);
    }

    private void requireOrigin() {
        requireInputs(0);
        require(node.origin() >= 0, "has no operand to take its data or parameters from");
    }

    private void requireSameType(int i) {
        require(input(i).dtype() == node.dtype(), "has an input of another dtype, " + input(i));
    }

    private void requireShape(long[] expected) {
        require(
                Arrays.equals(expected, node.shape()),
                "should have shape " + Shapes.text(expected));
    }

    private void checkOp() {
        switch (node.op()) {
            case Op.Data _ -> {
                requireOrigin();
                require(node.grid() != null, "has no grid");
                require(
                        Arrays.equals(node.grid().shape(), node.shape()),
                        "is cut as " + Shapes.text(node.grid().shape()));
            }
            case Op.Fill _ -> requireOrigin();
            case Op.RandomBits _ -> {
                requireOrigin();
                require(
                        node.dtype() == DType.UINT64 || node.dtype() == DType.UINT32,
                        "is neither uint64 nor uint32");
            }
            case Op.Iota _ -> {
                requireInputs(0);
                require(node.dtype() == DType.INT64, "is not int64");
            }
            case Op.Read _ -> requireInputs(0);
            case Op.Elementwise _ -> checkElementwise();
            case Op.Viewed viewed -> {
                requireInputs(1);
                requireSameType(0);
                checkView(viewed.view());
            }
            case Op.Reshape _ -> {
                requireInputs(1);
                requireSameType(0);
                require(
                        input(0).size() == node.size(),
                        "has another number of elements than its input, " + input(0));
            }
            case Op.Reduce reduce -> {
                requireInputs(1);
                checkReduce(reduce);
            }
            case Op.TileFold _ -> {
                requireInputs(1);
                requireSameType(0);
                require(node.dtype() != DType.BOOL, "folds bools");
                checkTiles(new long[0]);
            }
            case Op.TileMoments _ -> {
                requireInputs(1);
                require(
                        input(0).dtype().isFloat() && node.dtype() == DType.FLOAT64,
                        "has moments of another dtype, of " + input(0));
                checkTiles(new long[] {2});
            }
            case Op.Product _ -> {
                requireInputs(2);
                checkProduct();
            }
            case Op.Concat concat -> checkConcat(concat.axis());
            case Op.Rechunk rechunk -> {
                requireInputs(1);
                requireSameType(0);
                requireShape(input(0).shape());
                requireShape(rechunk.grid().shape());
            }
            case Op.Chunked chunked -> checkChunked(chunked.function().tiling());
        }
    }

    private void checkElementwise() {
        require(node.inputs().length > 0, "has no inputs");
        long[] shape = Shapes.SCALAR;
        for (int input : node.inputs()) {
            shape = Shapes.broadcast(shape, graph.node(input).shape());
        }
        requireShape(shape);
    }

    private void checkView(View view) {
        String problem = problem(view, node.shape(), input(0).shape());
        require(problem == null, problem + ": " + view + " of " + input(0));
    }

    /**
     * What is wrong with {@code view} as a map from indices of {@code from} to indices of {@code
     * to}; null if nothing is.
     */
    static String problem(View view, long[] from, long[] to) {
        if (view.source().length != from.length
                || view.step().length != from.length
                || view.offset().length != to.length) {
            return "has a view of other ranks";
        }
        boolean[] walked = new boolean[to.length];
        for (int source : view.source()) {
            if (source < -1 || source >= to.length) {
                return "has a view that walks an axis that is not there";
            }
            if (source >= 0 && walked[source]) {
                return "has a view that walks an axis twice";
            }
            if (source >= 0) {
                walked[source] = true;
            }
        }
        if (Shapes.size(from) == 0) {
            return null;
        }
        long[] low = view.offset().clone();
        long[] high = view.offset().clone();
        for (int axis = 0; axis < from.length; axis++) {
            if (view.source()[axis] >= 0) {
                long far = view.step()[axis] * (from[axis] - 1);
                low[view.source()[axis]] += Math.min(0, far);
                high[view.source()[axis]] += Math.max(0, far);
            }
        }
        for (int axis = 0; axis < to.length; axis++) {
            if (low[axis] < 0 || high[axis] >= to[axis]) {
                return "has a view that leaves its input, at axis "
                        + axis
                        + " from "
                        + low[axis]
                        + " to "
                        + high[axis];
            }
        }
        return null;
    }

    private void checkReduce(Op.Reduce reduce) {
        long[] shape = input(0).shape();
        require(
                0 <= reduce.from() && reduce.from() <= reduce.to() && reduce.to() <= shape.length,
                "folds axes " + reduce.from() + " to " + reduce.to() + " of " + input(0));
        require(
                input(0).dtype() == node.dtype() && node.dtype() != DType.BOOL,
                "has an input of another dtype or bool, " + input(0));
        requireShape(without(shape, reduce.from(), reduce.to()));
    }

    private void checkTiles(long[] shape) {
        requireShape(shape);
        require(
                input(0).shape().length == 2 && input(0).size() > 0,
                "folds tiles of other than a matrix, " + input(0));
    }

    private void checkProduct() {
        requireSameType(0);
        requireSameType(1);
        require(
                switch (node.dtype()) {
                    case FLOAT64, FLOAT32, INT64, INT32 -> true;
                    default -> false;
                },
                "is a product of a dtype that products do not have");
        long[] left = input(0).shape();
        long[] right = input(1).shape();
        int rank = node.shape().length;
        require(
                rank >= 2 && left.length == rank && right.length == rank,
                "is a product of other ranks, " + input(0) + " and " + input(1));
        require(
                left[rank - 1] == right[rank - 2] && left[rank - 1] > 0 && node.size() > 0,
                "is a product of inner lengths that differ, or of nothing, "
                        + input(0)
                        + " and "
                        + input(1));
        long[] expected = left.clone();
        expected[rank - 1] = right[rank - 1];
        requireShape(expected);
        for (int axis = 0; axis < rank - 2; axis++) {
            require(left[axis] == right[axis], "is a product over other batches, " + input(1));
        }
    }

    static long[] without(long[] shape, int from, int to) {
        return IntStream.range(0, shape.length)
                .filter(axis -> axis < from || axis >= to)
                .mapToLong(axis -> shape[axis])
                .toArray();
    }

    private void checkConcat(int axis) {
        require(node.inputs().length > 0, "has no inputs");
        require(axis >= 0 && axis < node.shape().length, "joins along axis " + axis);
        long[] shape = input(0).shape().clone();
        require(shape.length == node.shape().length, "has an input of another rank, " + input(0));
        shape[axis] = 0;
        for (int i = 0; i < node.inputs().length; i++) {
            requireSameType(i);
            long[] part = input(i).shape();
            require(part.length == shape.length, "has an input of another rank, " + input(i));
            long length = part[axis];
            require(
                    Arrays.equals(without(part, axis, axis + 1), without(shape, axis, axis + 1)),
                    "cannot join " + input(i));
            shape[axis] += length;
        }
        requireShape(shape);
    }

    private void checkChunked(Tiling tiling) {
        if (!Shapes.isKnown(node.shape())) {
            require(
                    tiling instanceof Tiling.Whole,
                    "has a length that only a run can tell, but is not made whole");
            return;
        }
        switch (tiling) {
            case Tiling.Whole _ -> {}
            case Tiling.PerElement _ -> requireShape(input(0).shape());
            case Tiling.Along(int axis) -> {
                long[] shape = input(0).shape().clone();
                require(
                        axis >= 0 && axis < shape.length,
                        "works along axis " + axis + " of " + input(0));
                require(
                        shape.length == node.shape().length,
                        "has another rank than its input, " + input(0));
                shape[axis] = node.shape()[axis];
                requireShape(shape);
            }
            case Tiling.RowBlocks blocks -> {
                long[] shape = node.shape().clone();
                require(shape.length > 0 && input(0).shape().length > 0, "has no rows");
                shape[0] = blocks.resultRows(input(0).shape()[0]);
                requireShape(shape);
            }
        }
    }
}
