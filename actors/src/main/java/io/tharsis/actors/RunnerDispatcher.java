package io.tharsis.actors;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The dispatcher of production: {@link Runner}s, as many as may run at a time, beside those whose
 * turn blocks.
 *
 * <p><b>How a turn is not forgotten.</b> Whoever puts a turn into a queue then calls {@link
 * #signal}, which wakes an idle runner or starts one, unless one is searching already. A runner
 * that finds nothing joins the idle ones, then ceases to be counted as searching, then looks once
 * more. So either it is still searching when the turn is there, and finds it in that last look; or
 * it is idle when {@code signal} looks for one. Who finds a turn and was the last to search,
 * signals again if there is more.
 *
 * <p><b>Threads.</b> Runners are virtual; the {@link Monitor} and the timer are daemons. All start
 * when they are first needed, and runners and the timer's thread end when they are idle for long.
 */
final class RunnerDispatcher implements Dispatcher {
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int TAKEN_TOGETHER = 16;
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final String name = "tharsis-actors-" + INSTANCES.incrementAndGet();
    private final int parallelism;
    private final ConcurrentLinkedQueue<Turn> injected = new ConcurrentLinkedQueue<>();
    private final AtomicInteger searching = new AtomicInteger();

    private final Object lock = new Object();
    private final ArrayDeque<Runner> idle = new ArrayDeque<>();
    private final Set<Runner> detached = new HashSet<>();

    /** Runners that have not ended. */
    private final Set<Runner> living = new HashSet<>();

    private long handledByEnded;
    private final Clockwork clockwork = new Clockwork(name);
    private final Monitor monitor = new Monitor(this, name + "-monitor");
    private final ThreadPoolExecutor compute;
    private int started;

    private volatile Consumer<BooleanSupplier> beforeRest = _ -> {};

    /** The runners that take turns; replaced under the lock. */
    private volatile Runner[] runners = {};

    private volatile int idleCount;
    private volatile int allowed;
    private volatile boolean closed;

    RunnerDispatcher(int parallelism) {
        this(parallelism, Runtime.getRuntime().availableProcessors());
    }

    RunnerDispatcher(int parallelism, int computeThreads) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is 1 at least: " + parallelism);
        }
        if (computeThreads < 1) {
            throw new IllegalArgumentException(
                    "threads that compute are 1 at least: " + computeThreads);
        }
        // It starts its threads one by one, as work comes.
        compute =
                new ThreadPoolExecutor(
                        computeThreads,
                        computeThreads,
                        IDLE_NS,
                        TimeUnit.NANOSECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name(name + "-compute-", 1).factory());
        compute.allowCoreThreadTimeOut(true);
        this.parallelism = parallelism;
        this.allowed = parallelism;
    }

    // ----------------------------------------------------------------- turns

    @Override
    public void execute(Turn turn) {
        Runner mine = Runner.ofThisThread();
        if (mine != null && mine.dispatcher() == this) {
            mine.offer(turn);
        } else {
            inject(turn);
        }
    }

    void inject(Turn turn) {
        injected.add(turn);
        signal();
    }

    /** A turn of the shared queue, or null. */
    Turn injected() {
        return injected.poll();
    }

    /** There is a turn in some queue: sees to it that somebody looks. */
    void signal() {
        if (searching.get() != 0 || idleCount == 0 && runners.length >= allowed) {
            return;
        }
        if (!searching.compareAndSet(0, 1)) {
            return;
        }
        Runner woken = null;
        Runner fresh = null;
        synchronized (lock) {
            if (!idle.isEmpty()) {
                woken = idle.pollLast();
                woken.parked = false;
                idleCount = idle.size();
            } else if (runners.length < allowed) {
                fresh = new Runner(this, name + "-runner-" + ++started);
                List<Runner> all = new ArrayList<>(List.of(runners));
                all.add(fresh);
                living.add(fresh);
                runners = all.toArray(Runner[]::new);
            }
        }
        if (woken != null) {
            LockSupport.unpark(woken.thread());
        } else if (fresh != null) {
            fresh.thread().start();
        } else {
            // All run, and look before they become idle.
            searching.decrementAndGet();
            if (idleCount != 0 && hasWork()) {
                // They have ended meanwhile, and who brought the work saw a search under way.
                signal();
            }
            return;
        }
        monitor.wake();
    }

    @Override
    public void beforeRest(Consumer<BooleanSupplier> work) {
        beforeRest = work;
    }

    @Override
    public void forgetInterrupt() {
        Thread.interrupted();
    }

    /** The first turn of a runner that was started as one that searches; null: it ends. */
    Turn found(Runner runner) {
        while (true) {
            Turn turn = find(runner);
            if (turn == null) {
                // As it still counts as one that searches, nobody is woken for what comes
                // meanwhile.
                helpBeforeRest(runner);
                turn = runner.following();
            }
            if (turn == null) {
                turn = find(runner);
            }
            if (turn != null) {
                if (runner.isDetached()) {
                    // Since it began to search; what it took along must not wait for it.
                    runner.handOn();
                }
                if (searching.decrementAndGet() == 0 && hasWork()) {
                    signal();
                }
                return turn;
            }
            if (!rest(runner)) {
                return null;
            }
        }
    }

    private void helpBeforeRest(Runner runner) {
        // One that came in a turn was meant for that.
        forgetInterrupt();
        try {
            beforeRest.accept(() -> runner.hasWork() || hasWork());
        } catch (Throwable thrown) {
            // The runner must live on, as in a turn.
            Log.warn("what is done before a rest threw", thrown);
        }
    }

    /** The next turn of a runner whose own queue is empty; null: it ends. */
    Turn search(Runner runner) {
        runner.isIdle();
        searching.incrementAndGet();
        return found(runner);
    }

    private Turn find(Runner runner) {
        Turn turn = injected.poll();
        if (turn != null) {
            for (int i = 1; i < TAKEN_TOGETHER; i++) {
                Turn more = injected.poll();
                if (more == null) {
                    break;
                }
                // The queue is empty, so there is room.
                runner.queue.put(more);
            }
            return turn;
        }
        Runner[] all = runners;
        int first = (int) (runner.turns() % Math.max(1, all.length));
        for (int i = 0; i < all.length; i++) {
            Runner other = all[(first + i) % all.length];
            turn = other == runner ? null : other.queue.steal(runner.queue);
            if (turn != null) {
                return turn;
            }
        }
        return null;
    }

    /** Parks a runner that searches until it is woken to search; false if it ends instead. */
    private boolean rest(Runner runner) {
        boolean ends;
        synchronized (lock) {
            ends = runner.isDetached() || closed || runners.length > allowed;
            if (ends) {
                remove(runner);
            } else {
                runner.parked = true;
                idle.addLast(runner);
                idleCount = idle.size();
            }
        }
        searching.decrementAndGet();
        if (ends) {
            if (hasWork()) {
                signal();
            }
            return false;
        }
        if (hasWork() && unpark(runner)) {
            searching.incrementAndGet();
            monitor.wake();
            return true;
        }
        long sinceNs = System.nanoTime();
        while (runner.parked) {
            LockSupport.parkNanos(this, IDLE_NS);
            // Parking again would return at once.
            forgetInterrupt();
            if (runner.parked
                    && (closed || System.nanoTime() - sinceNs >= IDLE_NS)
                    && unpark(runner)) {
                synchronized (lock) {
                    remove(runner);
                }
                if (hasWork()) {
                    signal();
                }
                return false;
            }
        }
        return true;
    }

    /** Takes a runner from the idle ones; false if somebody else did. */
    private boolean unpark(Runner runner) {
        synchronized (lock) {
            if (!runner.parked) {
                return false;
            }
            runner.parked = false;
            idle.remove(runner);
            idleCount = idle.size();
            return true;
        }
    }

    private boolean remove(Runner runner) {
        List<Runner> rest = new ArrayList<>(List.of(runners));
        boolean removed = rest.remove(runner);
        runners = rest.toArray(Runner[]::new);
        detached.remove(runner);
        return removed;
    }

    private boolean hasWork() {
        if (!injected.isEmpty()) {
            return true;
        }
        for (Runner runner : runners) {
            if (!runner.queue.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------ for monitor

    Runner[] runners() {
        return runners;
    }

    /** Sets aside a runner whose turn blocks, and hands on what waits for it. */
    void detach(Runner runner) {
        synchronized (lock) {
            if (runner.parked || !remove(runner)) {
                // Its turn has ended meanwhile.
                return;
            }
            detached.add(runner);
            runner.detach();
        }
        runner.handOn();
    }

    /** A runner that was set aside ends. */
    void left(Runner runner) {
        synchronized (lock) {
            detached.remove(runner);
        }
    }

    /** The last that a runner does. */
    void ended(Runner runner) {
        synchronized (lock) {
            living.remove(runner);
            handledByEnded += runner.tally.handled();
        }
    }

    /** Lets {@code extra} more run than processors, for a tick in which that many may block. */
    void allow(int extra) {
        if (allowed != parallelism + extra) {
            allowed = parallelism + extra;
        }
    }

    /** True if more runners run than shall; the caller is then no longer one of them, and ends. */
    boolean isSurplus(Runner runner) {
        if (runners.length <= allowed) {
            return false;
        }
        synchronized (lock) {
            boolean surplus = runners.length > allowed && !runner.isDetached();
            if (surplus) {
                remove(runner);
            }
            return surplus;
        }
    }

    boolean isQuiet() {
        synchronized (lock) {
            return idle.size() == runners.length;
        }
    }

    boolean isOver() {
        synchronized (lock) {
            return closed && runners.length == 0 && detached.isEmpty();
        }
    }

    boolean signalIfWork() {
        boolean work = hasWork();
        if (work) {
            signal();
        }
        return work;
    }

    // ------------------------------------------------------------------- rest

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return clockwork.schedule(delay, task);
    }

    @Override
    public void compute(Runnable work) {
        compute.execute(work);
    }

    @Override
    public long handled() {
        synchronized (lock) {
            long sum = handledByEnded;
            for (Runner runner : living) {
                sum += runner.tally.handled();
            }
            return sum;
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public List<Running> running() {
        List<Runner> all;
        synchronized (lock) {
            all = new ArrayList<>(List.of(runners));
            all.addAll(detached);
        }
        List<Running> busy = new ArrayList<>();
        long nowNs = System.nanoTime();
        for (Runner runner : all) {
            Turn turn = runner.current();
            if (turn != null) {
                boolean seen = runner.turns() == runner.seenTurns;
                long since = seen ? nowNs - runner.seenSinceNs : 0;
                busy.add(new Running(turn, since, runner.thread()));
            }
        }
        return busy;
    }

    @Override
    public boolean await(CompletableFuture<?> future, Duration deadline)
            throws InterruptedException {
        Runner mine = Runner.ofThisThread();
        if (mine != null && mine.dispatcher() == this) {
            throw new IllegalStateException("inside the turn of " + mine.current());
        }
        try {
            future.get(Restarts.nanos(deadline), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CancellationException _) {
            // It has ended.
        } catch (TimeoutException _) {
            return false;
        }
        return true;
    }

    @Override
    public void close() {
        List<Runner> resting;
        synchronized (lock) {
            closed = true;
            resting = List.copyOf(idle);
        }
        compute.shutdown();
        resting.forEach(runner -> LockSupport.unpark(runner.thread()));
        monitor.wake();
    }
}
