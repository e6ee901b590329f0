package io.tharsis.transport.simulated;

import io.tharsis.transport.Address;
import io.tharsis.transport.wire.Wire;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Processes at addresses, a network between them that behaves as badly as it is told to, and a
 * clock that only {@link #step}, {@link #advance} and {@link #runUntil} move. What happens follows
 * from the seed and from what the test does: the same, the same every time.
 *
 * <p>Below the {@link Wire}s there are datagrams. {@link Faults}, {@link #partition}, {@link #clog}
 * and {@link #pause} befall those; what a wire promises of its streams holds all the same, so above
 * it they show as delay, as back pressure, and as streams that end after some ten seconds. A
 * process that {@link #crash}es may leave frames behind that arrive later, and one that comes after
 * it at the same address may get streams that were opened to its forerunner, from somewhere in
 * their middle on.
 *
 * <p>A test registers a {@link Node} for each process and moves the clock. What else lives in
 * virtual time, as a dispatcher of actors, has its timers {@link #schedule}d here, its turns run by
 * {@link #everyStep}, and waits with {@link #runUntil}: then there is one clock. One that has a
 * clock of its own can have {@code everyStep} advance it; it lags behind by up to a step, which is
 * 10 ms at most but for {@link #step}.
 *
 * <p><b>Threads: one alone</b>, the one that made it; another one is refused.
 */
public final class SimulatedNetwork {
    /** The clock of a node that waits is looked at so often. */
    private static final long IDLE_NS = 10_000_000;

    private static final long BUSY_NS = 100_000;

    private final long seed;
    private final Thread owner = Thread.currentThread();
    private final Draws draws;
    private final Agenda agenda;
    private final Trace trace = new Trace();
    private final Map<Address, Host> hosts = new LinkedHashMap<>();
    private final List<Runnable> afterSteps = new ArrayList<>();
    private static final Instant FIRST_DAY = Instant.parse("2001-01-01T00:00:00Z");

    private final long originNs;
    private Faults faults = Faults.none();
    private long lastId;

    public SimulatedNetwork(long seed) {
        this.seed = seed;
        draws = new Draws(seed);
        agenda = new Agenda(draws);
        // In one run of four the clock overflows within its first minute, as System.nanoTime may.
        originNs =
                draws.below(4) == 0
                        ? Long.MAX_VALUE - draws.between(0, 60_000_000_000L)
                        : draws.next() >> 2;
    }

    /**
     * The wire of a process that starts at {@code address}.
     *
     * @throws IllegalStateException if one lives there; {@link #crash} or close it first
     */
    public Wire wire(Address address) {
        check();
        Host host = host(address);
        if (host.wire != null) {
            throw new IllegalStateException("a process is at " + address + " already");
        }
        host.wire = new SimulatedWire(nextId(), host);
        note("started", host, null);
        return host.wire;
    }

    /**
     * Has {@code node} run, as the process at {@code address}, until it crashes or closes its wire.
     * One that was registered before is run no more.
     *
     * @throws IllegalArgumentException if no wire is there
     */
    public void register(Address address, Node node) {
        inhabited(address).settle(node);
    }

    /** Has {@code work} run at the end of every step, after the nodes. */
    public void everyStep(Runnable work) {
        check();
        afterSteps.add(work);
    }

    /**
     * Has {@code work} run once, {@code delay} from now.
     *
     * @return what takes it back
     */
    public Runnable schedule(Duration delay, Runnable work) {
        check();
        Agenda.Event event = in(delay.toNanos(), work);
        return () -> {
            check();
            agenda.cancel(event);
        };
    }

    /** How the network treats datagrams from now on. At first {@link Faults#none}. */
    public void faults(Faults newFaults) {
        check();
        faults = newFaults;
    }

    /** Cuts all ways between one set of addresses and another, until {@link #heal}. */
    public void partition(Set<Address> some, Set<Address> others) {
        partitionOneWay(some, others);
        partitionOneWay(others, some);
    }

    /** Cuts the ways from one set of addresses to another, and not those back. */
    public void partitionOneWay(Set<Address> from, Set<Address> to) {
        eachPath(from, to, Path::cut, "cut off");
    }

    /**
     * Makes the way from one address to another a slow one. Up to 4 MiB wait, what is more is lost.
     *
     * @param bytesPerSecond 0 lets nothing through until {@link #heal}, and then what waits
     */
    public void clog(Address from, Address to, long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytes per second: " + bytesPerSecond);
        }
        eachPath(Set.of(from), Set.of(to), path -> path.clog(bytesPerSecond), "clogged");
    }

    /** Opens the ways from one address to another and back. */
    public void heal(Address one, Address other) {
        eachPath(Set.of(one), Set.of(other), Path::heal, "healed");
        eachPath(Set.of(other), Set.of(one), Path::heal, "healed");
    }

    /** Opens all ways. {@link #faults} and pauses stay. */
    public void heal() {
        eachPath(hosts.keySet(), hosts.keySet(), Path::heal, "healed");
    }

    /**
     * Kills the process at {@code address} without a word to anybody. Its outflows are closed and
     * its node runs no more; datagrams of its own may still arrive, even those it had yet to send
     * again.
     *
     * @throws IllegalArgumentException if nobody is there
     */
    public void crash(Address address) {
        Host host = inhabited(address);
        note("crashed", host, null);
        host.wire.die();
    }

    /**
     * Has the process at {@code address} stand still: its node does not run, its wire neither
     * reads, answers nor repeats. Some of what is sent to it waits.
     *
     * @throws IllegalArgumentException if nobody is there
     */
    public void pause(Address address) {
        Host host = inhabited(address);
        note("paused", host, null);
        host.pause();
    }

    /** Ends a pause; no effect on a process that runs. */
    public void resume(Address address) {
        Host host = inhabited(address);
        if (host.isPaused()) {
            note("resumed", host, null);
            host.resume();
        }
    }

    /**
     * Breaks the wire of a process, as the death of its media driver does: its streams are over,
     * both ways, and {@link Wire#maintain} answers {@code reason} until {@code outage} has passed.
     *
     * @throws IllegalArgumentException if nobody is there
     */
    public void breakWire(Address address, String reason, Duration outage) {
        Host host = inhabited(address);
        note("wire broken", host, null);
        host.wire.breakDown(reason, outage.toNanos());
    }

    /**
     * The time, in nanoseconds. As with {@link System#nanoTime} only differences mean something: it
     * may be negative, and it may overflow.
     */
    public long nanoTime() {
        return originNs + agenda.nowNs();
    }

    /** The wall clock, of all processes; it goes with the time, from the same day on always. */
    public InstantSource calendar() {
        return () -> FIRST_DAY.plusNanos(agenda.nowNs());
    }

    /** How long until the next thing happens; {@code Long.MAX_VALUE} if nothing is to. */
    public long untilNextNs() {
        long next = nextNs();
        return next == Long.MAX_VALUE ? next : Math.max(0, next - agenda.nowNs());
    }

    /**
     * Moves the clock to the next thing that is to happen, but by {@code most} at most, and has all
     * happen that is due.
     *
     * @return by how much, in nanoseconds
     */
    public long step(Duration most) {
        check();
        long start = agenda.nowNs();
        stepTo(Math.addExact(start, most.toNanos()));
        return agenda.nowNs() - start;
    }

    /** Moves the clock by {@code time}, and has all happen on its way. */
    public void advance(Duration time) {
        runUntil(() -> false, time);
    }

    /**
     * Moves the clock until {@code done}, which is asked after each step, and every 10 ms.
     *
     * @return whether it came true within {@code limit}
     */
    public boolean runUntil(BooleanSupplier done, Duration limit) {
        check();
        long endNs = Math.addExact(agenda.nowNs(), limit.toNanos());
        while (!done.getAsBoolean()) {
            if (agenda.nowNs() >= endNs && nextNs() > endNs) {
                return false;
            }
            stepTo(Math.min(endNs, agenda.nowNs() + IDLE_NS));
        }
        return true;
    }

    private void stepTo(long endNs) {
        agenda.runTo(Math.min(endNs, nextNs()));
        List<Host> due = new ArrayList<>();
        for (Host host : hosts.values()) {
            if (host.runAtNs() <= agenda.nowNs()) {
                due.add(host);
            }
        }
        while (!due.isEmpty()) {
            Host host = due.remove(draws.below(due.size()));
            // Another one may have crashed or paused it.
            if (host.runAtNs() <= agenda.nowNs()) {
                host.run();
            }
        }
        for (Runnable work : afterSteps) {
            work.run();
        }
    }

    private long nextNs() {
        long next = agenda.nextNs();
        for (Host host : hosts.values()) {
            next = Math.min(next, host.runAtNs());
        }
        return next;
    }

    /** The last thousand things that happened, the latest last, for whoever looks into a seed. */
    public List<String> trace() {
        return trace.last();
    }

    /** A number that follows from all that has happened: equal for equal runs. */
    public long traceHash() {
        return trace.hash();
    }

    @Override
    public String toString() {
        return "network of seed " + seed + " at " + agenda.nowNs() / 1e9 + " s";
    }

    Faults faults() {
        return faults;
    }

    Draws draws() {
        return draws;
    }

    long nowNs() {
        return agenda.nowNs();
    }

    Agenda.Event in(long delayNs, Runnable work) {
        return agenda.in(delayNs, work);
    }

    void cancel(Agenda.Event event) {
        agenda.cancel(event);
    }

    long nextId() {
        return ++lastId;
    }

    /** How long a node rests after a round. */
    long restNs(int work) {
        return work > 0 ? draws.between(1, BUSY_NS) : draws.between(IDLE_NS / 2, IDLE_NS);
    }

    void note(String what, Host from, Host to) {
        note(what, from, to, 0, 0);
    }

    void note(String what, Host from, Host to, long stream, long number) {
        trace.note(agenda.nowNs(), what, from, to, stream, number);
    }

    void check() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "a simulation belongs to "
                            + owner.getName()
                            + " and was used by "
                            + Thread.currentThread().getName());
        }
    }

    Host host(Address address) {
        return hosts.computeIfAbsent(address, it -> new Host(this, it, hosts.size()));
    }

    private Host inhabited(Address address) {
        check();
        Host host = hosts.get(address);
        if (host == null || host.wire == null) {
            throw new IllegalArgumentException("no process is at " + address);
        }
        return host;
    }

    private void eachPath(Set<Address> from, Set<Address> to, Consumer<Path> change, String what) {
        check();
        for (Address one : List.copyOf(from)) {
            for (Address other : List.copyOf(to)) {
                if (!one.equals(other)) {
                    note(what, host(one), host(other));
                    change.accept(host(one).path(host(other)));
                }
            }
        }
    }
}
