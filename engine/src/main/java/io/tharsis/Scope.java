package io.tharsis;

import io.tharsis.engine.graph.Operand;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Closes, when it is closed, every tensor made by its thread since it was opened: {@code try (var
 * scope = session.scope()) {...}}. A tensor that shall live longer is taken out with {@link #keep}.
 * Scopes nest.
 *
 * <p><b>Opened, used and closed by one thread.</b>
 */
public final class Scope implements AutoCloseable {
    private final Session session;
    private final Scope parent;
    private final List<WeakReference<Operand>> operands = new ArrayList<>();
    private boolean closed;

    Scope(Session session, Scope parent) {
        this.session = session;
        this.parent = parent;
    }

    void adopt(Operand operand) {
        operands.add(new WeakReference<>(operand));
    }

    Session session() {
        return session;
    }

    boolean isClosed() {
        return closed;
    }

    Scope parent() {
        return parent;
    }

    /**
     * Takes {@code tensor} out of this scope, into the one around it if there is one, and answers
     * it.
     */
    public Tensor keep(Tensor tensor) {
        if (operands.removeIf(reference -> reference.get() == tensor.operand()) && parent != null) {
            parent.adopt(tensor.operand());
        }
        return tensor;
    }

    /** Closes the scope's tensors; a second close does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        session.leave();
        for (WeakReference<Operand> reference : operands) {
            Operand operand = reference.get();
            if (operand != null) {
                operand.close();
            }
        }
    }
}
