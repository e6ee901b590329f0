package io.tharsis;

import io.tharsis.engine.Engine;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.storage.ChunkSink;

import java.util.Arrays;
import java.util.List;

/**
 * Where tensors are computed: threads, a memory budget, a chunk size. Most programs never mention
 * one and use the default session; {@code try (var session =
 * Session.local().threads(4).memory("8g").open(); var bound = session.bind())} uses another.
 *
 * <p>Thread-safe. A session belongs to who opened it. Closing it cancels what runs and frees all
 * its memory; its tensors can then no longer be used. The default session lives as long as the JVM.
 */
public final class Session implements AutoCloseable {
    private static final ThreadLocal<Session> BOUND = new ThreadLocal<>();
    private static final ThreadLocal<Scope> SCOPES = new ThreadLocal<>();

    private final Engine engine;
    private final boolean eager;
    private volatile boolean closed;

    /** Made with the first use, with the settings of {@link Session#local()}. */
    private static final class Default {
        static final Session SESSION = make();

        private static Session make() {
            Session session = local().open();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(session.engine::close, "tharsis-shutdown"));
            return session;
        }
    }

    Session(Engine engine, boolean eager) {
        this.engine = engine;
        this.eager = eager;
    }

    /** A session over {@code engine}, which it owns; for tests and for engines of other kinds. */
    public static Session over(Engine engine, boolean eager) {
        return new Session(engine, eager);
    }

    /** The settings of a session on this machine's cores. */
    public static LocalSettings local() {
        return new LocalSettings();
    }

    /** The session bound to this thread by {@link #bind}, else the default one. */
    public static Session current() {
        Session bound = BOUND.get();
        return bound == null ? Default.SESSION : bound;
    }

    /**
     * Makes this the current session of the calling thread until the answer is closed, on the same
     * thread.
     */
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
        engine.execute(operands, new Computation());
    }

    /**
     * Computes {@code tensors} together on other threads and answers at once; the answer tells how
     * far it is, waits, and cancels. When it is done each tensor keeps its result.
     */
    public Computation executeAsync(Tensor... tensors) {
        checkOpen();
        List<Operand> operands = Arrays.stream(tensors).map(Tensor::operand).toList();
        var computation = new Computation();
        Thread.ofVirtual()
                .name("tharsis-computation")
                .start(() -> computation.complete(() -> engine.execute(operands, computation)));
        return computation;
    }

    /** What computing {@code tensors} would do, stage by stage; computes nothing. */
    public String explain(Tensor... tensors) {
        checkOpen();
        return engine.explain(Arrays.stream(tensors).map(Tensor::operand).toList());
    }

    /**
     * The session's memory: budget, bytes in use and pooled, and the peak since the session began.
     */
    public PoolStats memory() {
        return engine.memory();
    }

    /** As {@link #memory}, and what has been moved to disk and back, and what tasks waited for. */
    public SessionStats stats() {
        return engine.stats();
    }

    /**
     * Loops of this JVM that are being compiled now, in the background; who measures repeated work
     * waits until there are none. See {@link Engine#compiling}.
     */
    public int compiling() {
        return engine.compiling();
    }

    /**
     * Computes {@code root} and hands its chunks to {@code sink} as they are made; see {@link
     * Engine#stream}.
     */
    void stream(Operand root, ChunkSink sink) {
        checkOpen();
        engine.stream(root, sink, new Computation());
    }

    /** True if every tensor is to be computed when it is made. */
    public boolean eager() {
        return eager;
    }

    /**
     * Opens a scope on the calling thread, which closes it there. It takes the tensors made in this
     * session by this thread.
     */
    public Scope scope() {
        checkOpen();
        var scope = new Scope(this, SCOPES.get());
        SCOPES.set(scope);
        return scope;
    }

    /** A scope has been closed: the current one is the innermost that is open. */
    void leave() {
        Scope top = SCOPES.get();
        while (top != null && top.isClosed()) {
            top = top.parent();
        }
        if (top == null) {
            SCOPES.remove();
        } else {
            SCOPES.set(top);
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
