package io.tharsis.engine.tile;

import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.ByteCounts;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;

/** Whether each task of a plan fits the memory budget, alone. */
public final class Fit {
    /** A chunk of a product's operand that takes this part of the budget leaves room for others. */
    private static final long OPERAND_PART = 16;

    private final Plan plan;
    private final long largestBytes;
    private final Task largest;

    /**
     * @param footprint bytes of the budget that a buffer of so many bytes takes
     * @param beside bytes that a task of the plan needs beside what it reads and writes
     * @param capacity bytes of the budget
     */
    public Fit(Plan plan, LongUnaryOperator footprint, ToLongFunction<Task> beside, long capacity) {
        this.plan = plan;
        Task found = null;
        long most = 0;
        for (Task task : plan.tasks()) {
            long bytes = 0;
            for (int slot : task.writes()) {
                bytes += footprint.applyAsLong(Math.max(0, plan.slotBytes()[slot]));
            }
            long own = beside.applyAsLong(task);
            if (task instanceof Task.Apply apply) {
                own += apply.scratchBytes();
            }
            bytes += own == 0 ? 0 : footprint.applyAsLong(own);
            if (!Piecewise.is(task, plan.slotBytes(), capacity)) {
                for (int slot : Arrays.stream(task.reads()).distinct().toArray()) {
                    bytes += footprint.applyAsLong(Math.max(0, plan.slotBytes()[slot]));
                }
            }
            if (bytes > most && !(task instanceof Task.Alias)) {
                most = bytes;
                found = task;
            }
        }
        this.largest = found instanceof Task.Assemble ? whatItIsFor(found) : found;
        this.largestBytes = most;
    }

    /** Each box is assembled for one task. */
    private Task whatItIsFor(Task assemble) {
        int slot = assemble.writes()[0];
        return plan.tasks().stream()
                .filter(task -> task instanceof Task.Apply || task instanceof Task.Run)
                .filter(task -> Arrays.stream(task.reads()).anyMatch(read -> read == slot))
                .findFirst()
                .orElse(assemble);
    }

    /** Bytes of the budget that the largest task reads and writes. */
    public long largestBytes() {
        return largestBytes;
    }

    /** Says what does not fit, and what would. */
    public OutOfMemoryBudgetException refusal(PlanGraph graph, long capacity) {
        int slot = largest.writes()[0];
        String tensor = "a tensor";
        String remedy = "give the session more memory";
        if (largest instanceof Task.Apply apply) {
            Task.Box box = apply.output();
            tensor =
                    apply.function().name()
                            + (box == null ? "" : " " + box.dtype() + Shapes.text(box.shape()));
            remedy = needed(apply) + remedy;
        } else if (largest instanceof Task.Run run) {
            tensor = graph.node(run.loop().outputs().getFirst().node()).toString();
        } else if (largest instanceof Task.Product product) {
            tensor = "a matrix product, box " + Shapes.text(product.shape());
            long[] fitting = operand(product, capacity);
            remedy =
                    "its operands in chunks of "
                            + Shapes.text(fitting)
                            + " ("
                            + ByteCounts.inWords(Shapes.size(fitting) * product.format().byteSize())
                            + ") would fit: rechunk them, or give the session more memory";
        } else if (largest instanceof Task.Read read) {
            tensor = read.source().name();
        }
        long[] box = box();
        if (box != null) {
            long elementSize = Math.max(1, plan.slotBytes()[slot] / Math.max(1, Shapes.size(box)));
            double part = 0.75 * capacity / largestBytes;
            long[] whole = largest instanceof Task.Run run ? run.loop().domain() : box;
            long[] fitting = cut(whole, (long) (part * Shapes.size(box)));
            if (fitting != null) {
                remedy =
                        "chunks of "
                                + Shapes.text(fitting)
                                + " ("
                                + ByteCounts.inWords(Shapes.size(fitting) * elementSize)
                                + ") would fit: rechunk what it is computed from, or give the"
                                + " session more memory";
            }
        }
        return OutOfMemoryBudgetException.thatCanNeverFit(tensor, largestBytes, capacity, remedy);
    }

    /**
     * A chunk of a product's left operand of which a task needs only part of the inner dimension.
     */
    private static long[] operand(Task.Product product, long capacity) {
        int rank = product.shape().length;
        int[] source = product.left().view().source();
        long[] chunk = new long[product.left().grid().rank()];
        Arrays.fill(chunk, 1);
        long rows = Math.min(TileTree.TILE, product.shape()[rank - 2]);
        long elements = capacity / OPERAND_PART / product.format().byteSize();
        long depth = elements / rows / MatrixProduct.INNER_BLOCK * MatrixProduct.INNER_BLOCK;
        if (source[rank - 2] >= 0) {
            chunk[source[rank - 2]] = rows;
        }
        if (source[rank - 1] >= 0) {
            chunk[source[rank - 1]] =
                    Math.clamp(
                            depth,
                            Math.min(MatrixProduct.INNER_BLOCK, product.inner()),
                            Math.max(1, product.inner()));
        }
        return chunk;
    }

    /** The shape of what the largest task works on; null if plans cut that as they need. */
    private long[] box() {
        return switch (largest) {
            case Task.Run run -> {
                long[] shape = new long[run.geometry().axes()];
                for (int axis = 0; axis < shape.length; axis++) {
                    shape[axis] = run.geometry().length(axis);
                }
                yield shape;
            }
            case Task.Assemble assemble -> assemble.shapes().getFirst();
            case Task.Read read -> read.box().shape();
            default -> null;
        };
    }

    /** What of a chunk function's inputs cannot be cut, which plans would have done otherwise. */
    private static String needed(Task.Apply apply) {
        for (int i = 1; i < apply.inputs().size(); i++) {
            Task.Box input = apply.inputs().get(i);
            if (Shapes.size(input.shape()) > Shapes.size(apply.inputs().getFirst().shape())) {
                return "it needs all of " + input.dtype() + Shapes.text(input.shape()) + ": ";
            }
        }
        return switch (apply.function().tiling()) {
            case ChunkFunction.Tiling.Whole _ -> "it is computed in one piece: ";
            case ChunkFunction.Tiling.Along along ->
                    "it needs all "
                            + apply.inputs().getFirst().shape()[along.axis()]
                            + " elements along an axis: ";
            default -> "";
        };
    }

    /** At most {@code elements} of a box, outer axes cut first; null if that cannot be. */
    private static long[] cut(long[] box, long elements) {
        long[] cut = box.clone();
        for (int axis = 0; axis < cut.length && Shapes.size(cut) > elements; axis++) {
            if (cut[axis] > 0) {
                long rest = Shapes.size(cut) / cut[axis];
                cut[axis] = Math.clamp(elements / Math.max(1, rest), 1, cut[axis]);
            }
        }
        return Shapes.size(cut) <= Math.max(0, elements) && elements > 0 ? cut : null;
    }
}
