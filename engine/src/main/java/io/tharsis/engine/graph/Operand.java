package io.tharsis.engine.graph;

import io.tharsis.DType;
import io.tharsis.engine.storage.Stored;

import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.List;

/**
 * A vertex of the coarse graph. Immutable but for one cell: the result, if a run kept it; from then
 * on the operand is data, and forgets what it was made of. Identity is the vertex's; structural
 * equality is a matter of the optimizer.
 *
 * <p>Thread-safe.
 */
public final class Operand {
    private static final Operand[] NONE = {};

    private static final Object SEVERAL = new Object();

    private static final Lineage OF_DATA = new Lineage(new Op.Data(), NONE);

    private volatile Lineage lineage;
    private final long[] shape;
    private final DType dtype;
    private final boolean unsized;
    private final Object product;
    private volatile Stored stored;
    private Cleaner.Cleanable cleanable;
    private volatile boolean closed;
    private boolean claimed;

    public Operand(Op op, DType dtype, long[] shape, Operand... inputs) {
        this.lineage = new Lineage(op, inputs.length == 0 ? NONE : inputs);
        this.dtype = dtype;
        this.shape = shape;
        boolean waits = !Shapes.isKnown(shape);
        for (Operand input : inputs) {
            waits |= input.isUnsized();
        }
        this.unsized = waits;
        this.product = productOf(op, shape, inputs);
    }

    /** What stands for the one matrix product, {@link #SEVERAL} if there are more, else null. */
    private static Object productOf(Op op, long[] shape, Operand... inputs) {
        if (shape.length != 2) {
            return null;
        }
        if (op instanceof Op.Product) {
            return new Object();
        }
        boolean isSame = op instanceof Op.Viewed(View view) && view.isIdentity();
        if (!isSame && !(op instanceof Op.Elementwise)) {
            return null;
        }
        Object found = null;
        for (Operand input : inputs) {
            if (input.product != null && Arrays.equals(input.shape, shape)) {
                found = found == null || found == input.product ? input.product : SEVERAL;
            }
        }
        return found;
    }

    /**
     * True if this was built as an element-wise expression of two axes over exactly one matrix
     * product of its shape, and maybe other things. What folds all elements of such an expression
     * folds them tile by tile, so that it can be done while the product's tiles are in cache. Says
     * how the program is written: it does not change when a result is kept.
     */
    public boolean isOverProduct() {
        return product != null && product != SEVERAL;
    }

    /** A vertex for data that is there already. */
    public static Operand data(Stored stored) {
        var operand = new Operand(new Op.Data(), stored.dtype(), stored.shape());
        operand.keep(stored);
        return operand;
    }

    /** What an operand is made of, seen at one moment. The inputs are not to be modified. */
    public record Lineage(Op op, Operand... inputs) {}

    /**
     * What this is made of. An operand that has kept its result is data from then on, so that what
     * made it can be collected.
     */
    public Lineage lineage() {
        return lineage;
    }

    public Op op() {
        return lineage.op();
    }

    public DType dtype() {
        return dtype;
    }

    /** The shape, maybe with {@link Shapes#UNKNOWN} lengths; not to be modified. */
    public long[] shape() {
        Stored known = stored;
        return known == null ? shape : known.shape();
    }

    /**
     * True if this or something it is made of has a length that only a run can tell, and none has
     * kept its result yet.
     */
    public boolean isUnsized() {
        return unsized && stored == null;
    }

    public int rank() {
        return shape.length;
    }

    public int inputCount() {
        return lineage.inputs().length;
    }

    public Operand input(int i) {
        return lineage.inputs()[i];
    }

    public List<Operand> inputs() {
        return List.of(lineage.inputs());
    }

    /** The result if a run kept it and it has not been closed, else null. */
    public Stored stored() {
        return stored;
    }

    /**
     * Keeps {@code result}, whose count passes to this operand: {@link #forget} releases it, and so
     * does the collector if the operand becomes unreachable. If a result is kept already, or the
     * operand is closed, the new one is released at once.
     */
    public synchronized void keep(Stored result) {
        if (stored != null || closed) {
            result.release();
            return;
        }
        cleanable = KeptResults.add(this, result);
        stored = result;
        lineage = OF_DATA;
    }

    /** Releases the result, if there is one. What was kept cannot be computed again. */
    public synchronized void forget() {
        if (stored != null) {
            stored = null;
            cleanable.clean();
            cleanable = null;
        }
    }

    /**
     * Releases the result for good: the owner of the handle is done with it. Operands built on this
     * one can still be computed only if this one never kept a result.
     *
     * @return false if it was closed before
     */
    public synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        forget();
        return true;
    }

    /**
     * True the first time it is asked: an operand has one handle at most, which alone may close it.
     */
    public synchronized boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return op().name() + " " + dtype + Shapes.text(shape());
    }
}
