package io.tharsis;

import io.tharsis.engine.graph.Operand;

/** An n-dimensional array, lazy until it is asked for. */
public final class Tensor implements AutoCloseable {
    private final Session session;
    private final Operand operand;

    Tensor(Session session, Operand operand) {
        this.session = session;
        this.operand = operand;
        session.adopt(operand);
    }

    /** The vertex of the coarse graph behind this tensor. */
    public Operand operand() {
        return operand;
    }

    public Session session() {
        return session;
    }

    /** Releases the result, if one is kept. */
    @Override
    public void close() {
        if (!operand.close()) {
            throw new ClosedException("the tensor is closed already");
        }
    }
}
