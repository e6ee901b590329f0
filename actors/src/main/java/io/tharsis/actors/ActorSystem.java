package io.tharsis.actors;

import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;

import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The actors of one process, their names, and what runs them.
 *
 * <p>Thread-safe. It starts no thread before the first actor is spawned.
 */
public final class ActorSystem implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);
    private static final int FRAMES_IN_DUMP = 8;

    /** Set while this thread is with the subscribers to dead letters. */
    private static final ThreadLocal<Boolean> PUBLISHING = new ThreadLocal<>();

    private final String name;
    private final Dispatcher dispatcher;
    private final Remoting remoting;
    private final int capacity;
    private final Children roots = new Children();
    private final ConcurrentHashMap<String, Cell<?>> named = new ConcurrentHashMap<>();
    private final List<Consumer<DeadLetter>> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicLong living = new AtomicLong();
    private final AtomicLong spawned = new AtomicLong();
    private final LongAdder failures = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final Compute compute = new Compute(this);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closing;

    /** The time that the next message waits is to be taken. */
    private volatile boolean takesTime;

    private ActorSystem(Builder builder) {
        checkFlag();
        name = builder.name;
        capacity = builder.capacity;
        dispatcher =
                builder.dispatcher != null
                        ? builder.dispatcher
                        : Dispatcher.virtualThreads(builder.parallelism, builder.computeThreads);
        remoting = builder.transport == null ? null : remoting(builder);
    }

    private Remoting remoting(Builder builder) {
        var made = new Remoting(this, builder.transport, builder.factories);
        builder.messages.forEach(made.codecs()::register);
        return made;
    }

    /** Without it the queues fail at the first message, and say nothing of the reason. */
    private static void checkFlag() {
        Module agrona = ManyToOneConcurrentLinkedQueue.class.getModule();
        if (!Object.class.getModule().isOpen("jdk.internal.misc", agrona)) {
            throw new ActorException(
                    "mailboxes need the JVM option --add-opens"
                            + " java.base/jdk.internal.misc="
                            + (agrona.isNamed() ? agrona.getName() : "ALL-UNNAMED"),
                    null);
        }
    }

    /** A system on virtual threads, as many running as there are processors. */
    public static ActorSystem create(String name) {
        return builder(name).build();
    }

    /** A system to be built otherwise. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    // -------------------------------------------------------------------- spawn

    /** Spawns an actor that only its reference leads to. */
    public <M> ActorRef<M> spawn(Supplier<? extends Actor<M>> factory) {
        return spawn(factory, null, ActorOptions.defaults());
    }

    /** Spawns an actor that {@link #lookup} finds. */
    public <M> ActorRef<M> spawn(Supplier<? extends Actor<M>> factory, String actorName) {
        return spawn(factory, actorName, ActorOptions.defaults());
    }

    /** Spawns an actor that only its reference leads to. */
    public <M> ActorRef<M> spawn(Supplier<? extends Actor<M>> factory, ActorOptions<M> options) {
        return spawn(factory, null, options);
    }

    /**
     * Spawns an actor. It starts in a turn of its own, soon.
     *
     * @param factory makes the instance, and a new one for each restart; called in the actor's turn
     * @param actorName free again when the actor has stopped; null for none
     * @throws IllegalArgumentException if a living actor has the name, or it is empty or has a "/"
     *     or "$" in it
     * @throws IllegalStateException if the system is closed
     */
    public <M> ActorRef<M> spawn(
            Supplier<? extends Actor<M>> factory, String actorName, ActorOptions<M> options) {
        return spawn(null, roots, factory, actorName, options);
    }

    <M> ActorRef<M> spawn(
            Cell<?> parent,
            Children siblings,
            Supplier<? extends Actor<M>> factory,
            String actorName,
            ActorOptions<M> options) {
        Objects.requireNonNull(factory);
        if (actorName != null && !actorName.matches("[^/$]+")) {
            throw new IllegalArgumentException("no name for an actor: \"" + actorName + "\"");
        }
        long number = spawned.incrementAndGet();
        if (number == 1 && !(dispatcher instanceof SimulatedDispatcher)) {
            // The recorder's thread is none of a simulation.
            Recorder.opened(this);
        }
        ActorOptions<M> bounded = options.orElseBounded(capacity);
        var cell = new Cell<M>(this, parent, actorName, number, factory, bounded);
        living.incrementAndGet();
        if (!siblings.add(cell)) {
            forget(cell);
            throw new IllegalStateException("the actor system " + name + " is closed");
        }
        if (actorName != null && named.putIfAbsent(cell.name(), cell) != null) {
            siblings.remove(cell);
            forget(cell);
            throw new IllegalArgumentException("the name " + cell.name() + " is taken");
        }
        dispatcher.execute(cell);
        return cell;
    }

    /**
     * The living actor with this path, such as {@code "parent/child"}.
     *
     * @param <M> what the caller knows it to understand; not checked
     */
    @SuppressWarnings("unchecked")
    public <M> Optional<ActorRef<M>> lookup(String path) {
        return Optional.ofNullable((ActorRef<M>) named.get(path));
    }

    /**
     * Sends a request and answers with the future of its answer, which always ends: with an answer
     * or an {@link AskException}: {@link AskException#mayHaveRun} tells whether it may be asked
     * again without doing it twice. What cannot travel to an actor elsewhere throws here.
     *
     * <p>What hangs on the future without an executor of its own runs on the thread that ends it: a
     * thread of the dispatcher, which may block (but not compute for long, see {@link Actor}); if
     * the answer comes from this process, in the answering actor's turn, which it holds up. It
     * never runs in a round of the transport. A thread that waits for an answer from elsewhere, by
     * {@code get} or {@code join} of this very future, takes in what comes from other processes
     * meanwhile, for as long as it comes without pauses, and may be the one that ends it. Inside an
     * actor see {@link ActorContext#pipeToSelf}.
     *
     * @param deadline when to give up; what comes later is ignored
     */
    public <R, Q extends Request<R>> CompletableFuture<R> ask(
            ActorRef<? super Q> to, Q request, Duration deadline) {
        return Asking.ask(to, request, deadline);
    }

    /**
     * Hears of the end of {@code actor}, here or elsewhere.
     *
     * @return ends when the actor has stopped, at once if that has happened already. For an actor
     *     of this system that is in the turn that stopped it, which what hangs on the future holds
     *     up; for one elsewhere, soon after its end or the loss of its system has become known, on
     *     a thread of the dispatcher. It never fails, and waits as long as the actor lives; cancel
     *     it to hear no more.
     */
    public CompletableFuture<Signal.Terminated> whenStopped(ActorRef<?> actor) {
        var end = new CompletableFuture<Signal.Terminated>();
        Watcher watcher = (dead, cause) -> end.complete(new Signal.Terminated(dead, cause));
        actor.addWatcher(watcher);
        end.whenComplete(
                (_, given) -> {
                    if (given != null) {
                        actor.removeWatcher(watcher);
                    }
                });
        return end;
    }

    /**
     * Computes off the threads of actors: a fixed number of platform threads, one for each
     * processor if the {@linkplain Builder#computeThreads builder} does not say otherwise, take
     * what was given in its order. A kernel of milliseconds or more belongs here; in an actor it
     * would hold up others. Never blocks; what waits is not bounded but counted, see {@link
     * ActorStats}.
     *
     * @return the result, or what {@code work} threw; a {@link NotComputedException} if it had not
     *     begun when the system was closed. What hangs on it without an executor of its own runs on
     *     the thread that computed; inside an actor see {@link ActorContext#compute}. Work whose
     *     future is cancelled before it begins is left out.
     */
    public <T> CompletableFuture<T> compute(Callable<T> work) {
        return compute.submit(Objects.requireNonNull(work));
    }

    // --------------------------------------------------------------- elsewhere

    /**
     * The address by which other systems reach this one.
     *
     * @throws IllegalStateException if it is on no endpoint
     */
    public Address address() {
        return elsewhere().address();
    }

    /**
     * The living actor with this path in the system at {@code address}.
     *
     * @param <M> what the caller knows it to understand; not checked
     * @return empty if there is none; fails with a {@link PeerLostException} if nobody answers
     */
    public <M> CompletableFuture<Optional<ActorRef<M>>> lookup(
            Address address, String path, Duration deadline) {
        return elsewhere().lookup(address, path, deadline);
    }

    /**
     * Spawns an actor in the system at {@code address}, by a factory that it was {@linkplain
     * Builder#factory built with}. It lives there until it stops, whatever becomes of this system.
     *
     * @param arguments what the factory is given; travels as a message does
     * @param actorName as in {@link #spawn(Supplier, String)}; null for none
     * @param <M> what the caller knows it to understand; not checked
     * @return fails with a {@link RemoteFailure} if it was refused there, with a {@link
     *     PeerLostException} if nobody answers
     * @throws RuntimeException of {@code io.tharsis.actors.codec}, at once, if the arguments cannot
     *     travel
     */
    public <M> CompletableFuture<ActorRef<M>> spawnAt(
            Address address,
            String factory,
            Object arguments,
            String actorName,
            Duration deadline) {
        return elsewhere().spawnAt(address, factory, arguments, actorName, deadline);
    }

    private Remoting elsewhere() {
        if (remoting == null) {
            throw new IllegalStateException(
                    "the actor system "
                            + name
                            + " is on no endpoint; build it with"
                            + " ActorSystem.builder(..).transport(..)");
        }
        return remoting;
    }

    /** Null if it is on no endpoint. */
    Remoting remoting() {
        return remoting;
    }

    // ------------------------------------------------------------- dead letters

    /**
     * Has each dead letter given to {@code subscriber}, on the thread that found it, which may be
     * any; it must be quick. A dead letter about a dead letter, and one that a subscriber causes
     * itself, are only counted.
     *
     * @return ends it
     */
    public Runnable onDeadLetter(Consumer<DeadLetter> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    void publish(DeadLetter letter) {
        deadLetters.increment();
        ActorEvents.deadLetter(letter);
        if (letter.message() instanceof DeadLetter || PUBLISHING.get() != null) {
            return;
        }
        PUBLISHING.set(true);
        try {
            for (Consumer<DeadLetter> subscriber : subscribers) {
                try {
                    subscriber.accept(letter);
                } catch (Throwable e) {
                    Log.warn("a subscriber to dead letters threw", e);
                }
            }
        } finally {
            PUBLISHING.remove();
        }
    }

    // ------------------------------------------------------------ what happened

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Has the time taken that the next message waits. */
    void takeTime() {
        takesTime = true;
    }

    /** True for one message after {@link #takeTime}, or for two that come at once. */
    boolean takesTime() {
        if (!takesTime) {
            return false;
        }
        takesTime = false;
        return true;
    }

    /** The actors whose turn runs now. */
    List<Cell<?>> busy() {
        List<Cell<?>> busy = new ArrayList<>();
        for (Dispatcher.Running running : dispatcher.running()) {
            if (running.turn() instanceof Cell<?> cell && cell.system == this) {
                busy.add(cell);
            }
        }
        return busy;
    }

    /** A mailbox was full. */
    void refused() {
        refusals.increment();
    }

    void failed(Cell<?> cell, Throwable failure, Supervision decision) {
        failures.increment();
        Log.write(Level.DEBUG, cell.name() + " has failed; decided: " + decision, failure);
    }

    void restarting(Cell<?> cell, Throwable failure) {
        restarts.increment();
        ActorEvents.restart(cell, failure);
    }

    void ended(Cell<?> cell) {
        if (cell.parent == null) {
            roots.remove(cell);
        }
        if (remoting != null) {
            remoting.forget(cell);
        }
        forget(cell);
    }

    private void forget(Cell<?> cell) {
        if (cell.isNamed()) {
            named.remove(cell.name(), cell);
        }
        if (living.decrementAndGet() == 0 && closing) {
            ended.complete(null);
        }
    }

    /** What was counted until now. */
    public ActorStats stats() {
        return new ActorStats(
                living.get(),
                spawned.get(),
                dispatcher.handled(),
                failures.sum(),
                restarts.sum(),
                deadLetters.sum(),
                refusals.sum(),
                compute.running(),
                compute.waiting(),
                compute.done());
    }

    /**
     * What every busy actor has been doing and for how long: a line each, and where its code is.
     */
    public String dump() {
        var text = new StringBuilder(name + ": " + living.get() + " actors\n");
        for (Dispatcher.Running running : dispatcher.running()) {
            if (running.turn() instanceof Cell<?> cell && cell.system == this) {
                Class<?> handled = cell.life().handling();
                text.append(
                        "%s: %s for %d ms, %d waiting in its mailbox%n"
                                .formatted(
                                        cell.name(),
                                        handled == null ? "no message" : handled.getName(),
                                        running.sinceNanos() / 1_000_000,
                                        cell.depth()));
                StackTraceElement[] stack = running.thread().getStackTrace();
                for (int i = 0; i < Math.min(FRAMES_IN_DUMP, stack.length); i++) {
                    text.append("    at ").append(stack[i]).append('\n');
                }
            }
        }
        return text.toString();
    }

    // -------------------------------------------------------------------- close

    /** As {@link #close(Duration)} with ten seconds; logs who did not stop. */
    @Override
    public void close() {
        List<String> left = close(CLOSE_DEADLINE);
        if (!left.isEmpty()) {
            Log.warn(name + " closed; these actors did not stop: " + left, null);
        }
    }

    /**
     * Stops all actors, after the message each is at; mailboxes become dead letters, and asks in
     * them fail. Actors that have not stopped at the deadline are interrupted; should they return
     * later, they stop then. Interrupting the caller ends the wait as the deadline does.
     *
     * <p>Of what was given to {@link #compute}, what has not begun fails with a {@link
     * NotComputedException}, and what runs is waited for until the deadline, answer included, and
     * then interrupted.
     *
     * @return the names of actors without a parent that had not stopped at the deadline
     * @throws IllegalStateException inside an actor or its {@code compute}, which would wait for
     *     itself
     */
    public List<String> close(Duration deadline) {
        boolean inTime = false;
        if (compute.isInside()) {
            throw new IllegalStateException("inside of what " + name + " computes");
        }
        long beginNs = dispatcher.nanoTime();
        try {
            dispatcher.await(CompletableFuture.completedFuture(null), Duration.ZERO);
            roots.close();
            CompletableFuture<Void> computed = compute.close();
            closing = true;
            roots.stopAll();
            if (living.get() == 0) {
                ended.complete(null);
            }
            inTime = dispatcher.await(ended, deadline);
            Duration left = deadline.minusNanos(dispatcher.nanoTime() - beginNs);
            dispatcher.await(computed, left.isNegative() ? Duration.ZERO : left);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        List<String> left = new ArrayList<>();
        if (!inTime) {
            roots.list().forEach(cell -> left.add(cell.name()));
            for (Dispatcher.Running running : dispatcher.running()) {
                if (running.turn() instanceof Cell<?> cell && cell.system == this) {
                    running.thread().interrupt();
                }
            }
        }
        compute.interrupt();
        if (remoting != null) {
            remoting.close();
        }
        Recorder.closed(this);
        dispatcher.close();
        return left;
    }

    @Override
    public String toString() {
        return "ActorSystem(" + name + ")";
    }

    /** Says how a system is built. */
    public static final class Builder {
        private final String name;
        private Dispatcher dispatcher;
        private int parallelism = Runtime.getRuntime().availableProcessors();
        private int computeThreads = Runtime.getRuntime().availableProcessors();
        private int capacity = 1024;
        private Transport transport;
        private final Set<Class<?>> messages = new LinkedHashSet<>();
        private final Map<String, RemoteFactory<?, ?>> factories = new HashMap<>();

        private Builder(String name) {
            this.name = Objects.requireNonNull(name);
        }

        /** Runs on {@code dispatcher}, which the system closes. */
        public Builder dispatcher(Dispatcher dispatcher) {
            this.dispatcher = Objects.requireNonNull(dispatcher);
            return this;
        }

        /** Runs that many turns at a time, beside those that block. */
        public Builder parallelism(int parallelism) {
            if (parallelism < 1) {
                throw new IllegalArgumentException("parallelism is 1 at least: " + parallelism);
            }
            this.parallelism = parallelism;
            return this;
        }

        /**
         * Has that many threads for {@link ActorSystem#compute}; as many as there are processors if
         * this is not called. Without effect on a {@link #dispatcher} that is given.
         */
        public Builder computeThreads(int computeThreads) {
            if (computeThreads < 1) {
                throw new IllegalArgumentException(
                        "threads that compute are 1 at least: " + computeThreads);
            }
            this.computeThreads = computeThreads;
            return this;
        }

        /** The capacity of mailboxes whose options say nothing; 1,024 if this is not called. */
        public Builder mailboxCapacity(int capacity) {
            if (capacity < 1) {
                throw new IllegalArgumentException("a capacity is 1 at least: " + capacity);
            }
            this.capacity = capacity;
            return this;
        }

        /**
         * On an endpoint, so that other systems reach its actors. From {@link #build} on, also if
         * that throws, the transport is the system's, which closes it, and so are its links: one
         * whose other side is not reached or refuses is closed.
         */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport);
            return this;
        }

        /**
         * Lets messages of these classes travel: records, enums, and sealed interfaces of them. All
         * systems that send or get them say so.
         */
        public Builder messages(Class<?>... types) {
            messages.addAll(List.of(types));
            return this;
        }

        /** As the other, with default options. */
        public <A, M> Builder factory(
                String name, Class<A> arguments, Function<A, Actor<M>> maker) {
            return factory(name, arguments, maker, ActorOptions.defaults());
        }

        /**
         * Lets other systems spawn actors here; see {@link ActorSystem#spawnAt}.
         *
         * @param maker is called in the actor's turn, again for each restart
         * @throws IllegalArgumentException if there is one of that name
         */
        public <A, M> Builder factory(
                String name,
                Class<A> arguments,
                Function<A, Actor<M>> maker,
                ActorOptions<M> options) {
            var factory = new RemoteFactory<>(name, arguments, maker, options);
            if (factories.putIfAbsent(name, factory) != null) {
                throw new IllegalArgumentException("there is a factory \"" + name + "\" already");
            }
            return this;
        }

        /**
         * Makes the system; if that fails, a transport that was given is closed.
         *
         * @throws RuntimeException of {@code io.tharsis.actors.codec} if messages cannot travel
         */
        public ActorSystem build() {
            try {
                var system = new ActorSystem(this);
                if (system.remoting != null) {
                    system.remoting.start();
                }
                return system;
            } catch (RuntimeException | Error e) {
                if (transport != null) {
                    transport.close();
                }
                throw e;
            }
        }
    }
}
