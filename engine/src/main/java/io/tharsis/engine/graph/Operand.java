package io.tharsis.engine.graph;

import io.tharsis.DType;
import io.tharsis.engine.storage.Stored;
import java.util.List;

/**
 * A vertex of the coarse graph. Immutable but for one cell: the result, if a run kept it. Identity is the vertex's; structural
 * equality is a matter of the optimizer.
 *
 * <p>Thread-safe.
 */
public final class Operand {
    private static final Operand[] NONE = {};

    private final Op op;
    private final Operand[] inputs;
    private final long[] shape;
    private final DType dtype;
    private volatile Stored stored;

    public Operand(Op op, DType dtype, long[] shape, Operand... inputs) {
        this.op = op;
        this.dtype = dtype;
        this.shape = shape;
        this.inputs = inputs.length == 0 ? NONE : inputs;
    }

    /** A vertex for data that is there already. */
    public static Operand data(Stored stored) {
        var operand = new Operand(new Op.Data(), stored.dtype(), stored.shape());
        operand.keep(stored);
        return operand;
    }

    public Op op() {
        return op;
    }

    public DType dtype() {
        return dtype;
    }

    /** The shape, maybe with {@link Shapes#UNKNOWN} lengths; not to be modified. */
    public long[] shape() {
        Stored known = stored;
        return known == null ? shape : known.shape();
    }

    public int rank() {
        return shape.length;
    }

    public int inputCount() {
        return inputs.length;
    }

    public Operand input(int i) {
        return inputs[i];
    }

    public List<Operand> inputs() {
        return List.of(inputs);
    }

    /** The result if a run kept it and it has not been closed, else null. */
    public Stored stored() {
        return stored;
    }

    /** Keeps {@code result}, whose ownership passes to this operand; a null forgets it (the caller has taken it). */
    public void keep(Stored result) {
        stored = result;
    }

    @Override
    public String toString() {
        return op.name() + " " + dtype + Shapes.text(shape());
    }
}
