package io.tharsis;

import io.tharsis.engine.Engine;
import io.tharsis.engine.graph.Operand;
import java.util.List;

/**
 * Where tensors are computed: threads, a memory budget, a chunk size. Most programs never mention one and use the default session;
 * {@code try (var session = Session.local().threads(4).memory("8g").open())} makes another.
 *
 * <p>Thread-safe. A session belongs to who opened it; closing it closes every tensor made in it. The default session lives as long as
 * the JVM.
 */
public final class Session implements AutoCloseable {
    private static final ThreadLocal<Session> BOUND = new ThreadLocal<>();
    private static final ThreadLocal<Scope> SCOPES = new ThreadLocal<>();

    private final Engine engine;
    private final boolean eager;
    private volatile boolean closed;

    Session(Engine engine, boolean eager) {
        this.engine = engine;
        this.eager = eager;
    }

    /** A session over {@code engine}, which it owns; for tests and for engines of other kinds. */
    public static Session over(Engine engine, boolean eager) {
        return new Session(engine, eager);
    }

    /** The session bound to this thread by {@link #bind}, else the default one. */
    public static Session current() {
        Session bound = BOUND.get();
        if (bound == null) {
            throw new IllegalStateException("no session is bound to this thread");
        }
        return bound;
    }

    /** Makes this the current session of the calling thread until the answer is closed. */
    public Binding bind() {
        Session previous = BOUND.get();
        BOUND.set(this);
        return () -> BOUND.set(previous);
    }

    /** Undoes a {@link Session#bind}. */
    @FunctionalInterface
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    /** Computes {@code operands} together and keeps their results; returns when all are done. */
    public void execute(List<Operand> operands) {
        checkOpen();
        engine.execute(operands);
    }

    /** True if every tensor is to be computed when it is made. */
    public boolean eager() {
        return eager;
    }

    /** Opens a scope on the calling thread. */
    public Scope scope() {
        checkOpen();
        var scope = new Scope(this, SCOPES.get());
        SCOPES.set(scope);
        return scope;
    }

    void leave(Scope scope) {
        if (SCOPES.get() == scope) {
            SCOPES.set(scope.parent());
        }
    }

    /** Tells the calling thread's scope, if it has one, of a new tensor's operand. */
    void adopt(Operand operand) {
        Scope scope = SCOPES.get();
        while (scope != null && scope.session() != this) {
            scope = scope.parent();
        }
        if (scope != null) {
            scope.adopt(operand);
        }
    }

    public Engine engine() {
        return engine;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Throws {@link ClosedException} if this session is closed. */
    void checkOpen() {
        if (closed) {
            throw new ClosedException("the session is closed; open another with Session.local()");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            throw new ClosedException("the session is closed already");
        }
        closed = true;
        engine.close();
    }
}
