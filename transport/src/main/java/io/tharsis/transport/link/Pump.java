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
import java.util.function.IntSupplier;

/** A thread that does a transport's work until it is closed. */
public final class Pump implements Transport, Rounds {
    private static final long CLOSE_DEADLINE_MS = 10_000;

    private final LinkTransport transport;
    private final Thread thread;
    private volatile boolean closing;

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
            try {
                idle.idle(transport.doWork());
            } catch (RuntimeException | Error e) {
                log(Level.ERROR, "the transport of " + transport.self() + " goes on after", e);
                idle.idle(0);
            }
        }
        transport.close();
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
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_DEADLINE_MS))) {
                log(
                        Level.WARNING,
                        "the transport of %s did not end within %d s; its thread is at %s"
                                .formatted(
                                        transport.self(),
                                        TimeUnit.MILLISECONDS.toSeconds(CLOSE_DEADLINE_MS),
                                        List.of(thread.getStackTrace())),
                        null);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
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
