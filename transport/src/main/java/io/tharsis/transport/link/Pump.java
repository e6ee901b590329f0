package io.tharsis.transport.link;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Transport;
import io.tharsis.transport.TransportStats;

import org.agrona.concurrent.IdleStrategy;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * A thread that does a transport's work until it is closed, and rests while others {@link #help}.
 *
 * <p>A round is done under a lock, and takes microseconds, under much bulk data a millisecond. The
 * thread waits for the lock, and is let go first; helpers do not wait for it. While it is helped,
 * the thread comes back from time to time for what is done by it alone: the client of Aeron, time,
 * commands, and the work of layers. So a helper that loses its processor inside a round holds up
 * the transport: a virtual one can where a listener waits for a lock, until a carrier is free
 * again, which takes a tick of the actors' monitor, or a turn that computes although it should not.
 */
public final class Pump implements Transport, Rounds {
    private static final long CLOSE_DEADLINE_MS = 10_000;

    /** How long a helper waits for the next frame; a few round trips of shared memory. */
    private static final long HELP_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** How long the thread rests at a time while it is helped, and how soon it is not any more. */
    private static final long HELPED_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** Where it is in vain, since answers take longer, helping is tried this seldom. */
    private static final int MOST_SKIPS = 63;

    /** How long a virtual thread that helps keeps its carrier. */
    private static final long CARRIER_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Most rounds are over by then. */
    private static final int SPINS = 200;

    private static final int YIELDS = SPINS + 100;
    private static final long MOMENT_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final LinkTransport transport;
    private final Thread thread;
    private final AtomicReference<Thread> inRound = new AtomicReference<>();
    private final AtomicBoolean helped = new AtomicBoolean();
    private volatile boolean closing;

    /** The thread's last round found something to do. */
    private volatile boolean busy;

    /** The thread waits for the lock. */
    private volatile boolean wanted;

    // Whoever helps, alone: frames it took, how often it will be left out, and was the last time.
    private int taken;
    private int skips;
    private int vain;

    private volatile long helpedNs = System.nanoTime() - HELPED_NS;

    private Pump(LinkTransport transport, IdleStrategy idle) {
        this.transport = transport;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("tharsis-transport-" + transport.self().address())
                        .unstarted(() -> run(idle));
    }

    /** Starts the thread, a daemon. */
    public static Transport start(LinkTransport transport, IdleStrategy idle) {
        var pump = new Pump(transport, idle);
        pump.thread.start();
        return pump;
    }

    private void run(IdleStrategy idle) {
        while (!closing) {
            int work = 0;
            try {
                work = round(transport::doWork);
            } catch (RuntimeException | Error e) {
                goesOn(e);
            }
            if (busy != work > 0) {
                busy = work > 0;
            }
            if (work == 0 && isHelped()) {
                // There was something to do, if not for this thread.
                idle.reset();
                LockSupport.parkNanos(HELPED_NS);
            } else {
                idle.idle(work);
            }
        }
        round(
                () -> {
                    transport.close();
                    return 0;
                });
    }

    private boolean isHelped() {
        return helped.get() || System.nanoTime() - helpedNs < HELPED_NS;
    }

    /** Under the lock, for which it waits; whoever helps lets it go first. */
    private int round(IntSupplier work) {
        for (int tries = 0; !inRound.compareAndSet(null, thread); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < YIELDS) {
                wanted = true;
                Thread.yield();
            } else {
                // Who has it has lost its processor in a round.
                LockSupport.parkNanos(MOMENT_NS);
            }
        }
        if (wanted) {
            wanted = false;
        }
        try {
            return work.getAsInt();
        } finally {
            inRound.set(null);
        }
    }

    @Override
    public void help(BooleanSupplier until) {
        if (busy || inRound.get() == Thread.currentThread() || !helped.compareAndSet(false, true)) {
            return;
        }
        boolean quiet = false;
        try {
            if (skips > 0) {
                skips--;
                return;
            }
            int before = taken;
            quiet = takeIn(until);
            boolean took = taken != before;
            vain = took || !quiet ? 0 : Math.min(2 * vain + 1, MOST_SKIPS);
            skips = vain;
            if (took && !quiet) {
                helpedNs = System.nanoTime();
            }
        } finally {
            helped.set(false);
        }
        if (quiet) {
            LockSupport.unpark(thread);
        }
    }

    /** True if it ended because nothing came for long. */
    private boolean takeIn(BooleanSupplier until) {
        Thread me = Thread.currentThread();
        long sinceNs = System.nanoTime();
        long gaveBackNs = sinceNs;
        // In a round files may be opened, which an interrupted thread must not do.
        while (!until.getAsBoolean() && !closing && !me.isInterrupted()) {
            int frames = wanted ? 0 : round(me);
            long nowNs = System.nanoTime();
            if (frames > 0) {
                taken += frames;
                sinceNs = nowNs;
            } else if (nowNs - sinceNs > HELP_NS) {
                return true;
            } else if (me.isVirtual()) {
                // To yield would have another carrier woken.
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
            if (me.isVirtual() && nowNs - gaveBackNs > CARRIER_NS) {
                // Others wait for it, and nobody takes it from us. After a mere yield the JDK's
                // pool may prefer us again for ever.
                LockSupport.parkNanos(1);
                gaveBackNs = System.nanoTime();
            }
        }
        return false;
    }

    /** A round of frames alone, if nobody else is in one. */
    private int round(Thread helper) {
        if (!inRound.compareAndSet(null, helper)) {
            return 0;
        }
        try {
            return transport.takeIn();
        } catch (RuntimeException | Error e) {
            // Not the fault of whoever waits.
            goesOn(e);
            return 0;
        } finally {
            inRound.set(null);
        }
    }

    @Override
    public Endpoint self() {
        return transport.self();
    }

    @Override
    public Link link(Address to) {
        return transport.link(to);
    }

    @Override
    public List<Link> links() {
        return transport.links();
    }

    @Override
    public void register(int service, LinkListener listener) {
        transport.register(service, listener);
    }

    @Override
    public TransportStats stats() {
        return transport.stats();
    }

    @Override
    public void eachRound(IntSupplier work) {
        transport.eachRound(work);
    }

    @Override
    public boolean execute(Runnable command) {
        return transport.execute(command);
    }

    @Override
    public void atClose(Runnable command) {
        transport.atClose(command);
    }

    @Override
    public long nanoTime() {
        return transport.nanoTime();
    }

    @Override
    public void close() {
        closing = true;
        Thread me = Thread.currentThread();
        if (me == thread || me == inRound.get()) {
            return;
        }
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_DEADLINE_MS))) {
                log(
                        Level.WARNING,
                        "the transport of %s did not end within %d s; its thread is at %s, in a round is %s"
                                .formatted(
                                        transport.self(),
                                        TimeUnit.MILLISECONDS.toSeconds(CLOSE_DEADLINE_MS),
                                        List.of(thread.getStackTrace()),
                                        inRound.get()),
                        null);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void goesOn(Throwable thrown) {
        try {
            log(Level.ERROR, "the transport of " + transport.self() + " goes on after", thrown);
        } catch (RuntimeException | Error _) {
            // No memory to say it in.
        }
    }

    private static void log(Level level, String text, Throwable cause) {
        System.getLogger("io.tharsis.transport").log(level, text, cause);
    }

    @Override
    public String toString() {
        return transport.toString();
    }
}
