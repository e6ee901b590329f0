package io.tharsis.transport.aeron;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.aeron.exceptions.TimeoutException;
import io.aeron.status.PublicationErrorFrame;
import io.tharsis.transport.Address;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.status.CountersReader;

import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A wire of Aeron. A process on the same shared driver is reached by shared memory, every other one
 * by UDP; which of them is settled when a stream is opened, or later, as long as nobody was there.
 *
 * <p>The client of Aeron has no thread of its own: {@link #maintain} runs it. So whoever runs the
 * wire must come back to {@code maintain} within five seconds, all that it does in between
 * included; else the driver takes us for dead. The same befalls a process that is stopped for as
 * long, by a signal or by its garbage collector. Then, and when the driver dies, all streams end,
 * one line is logged, and the wire is built anew.
 *
 * <p>Frames of {@link Lane#BULK} are one fragment each, so that none is copied to put it together:
 * up to 65,472 bytes by shared memory, the MTU less 32 by UDP.
 */
public final class AeronWire implements Wire {
    /** Of a process: that we could not look whether it is on our driver. */
    static final int UNKNOWN = -1;

    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long OUTFLOWS_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PEERS_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long DRAIN_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final AeronConfig config;
    private final WireErrors errors;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final List<AeronOutflow> outflows = new ArrayList<>();
    private final Inflows inflows;
    private final Driver driver;
    private final Registry registry;
    private int ipcStream;
    private Aeron client;
    private String broken = "not built yet";
    private long retryNs;
    private long peersNs;
    private long outflowsNs;
    private boolean pending;
    private long rebuilds;
    private boolean closed;

    private AeronWire(AeronConfig config) {
        this.config = config;
        errors = new WireErrors("wire of " + config.self(), clock);
        inflows = new Inflows(errors);
        Folder folder = Folder.open(config.folder());
        boolean shared = config.driver() == AeronConfig.DriverMode.SHARED;
        registry = shared ? new Registry(folder, config) : null;
        driver =
                shared
                        ? new SharedDriver(folder, clock)
                        : new EmbeddedDriver(folder, config.hook(), errors);
    }

    /**
     * Builds a wire; blocks until its driver runs.
     *
     * @throws AeronWireException if the folder is not ours alone, the address is taken, or the
     *     driver does not start
     */
    public static AeronWire open(AeronConfig config) {
        AeronWire wire = new AeronWire(config);
        try {
            if (wire.registry != null) {
                wire.ipcStream = wire.registry.enter();
            }
            wire.buildFirst();
            return wire;
        } catch (RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    /**
     * How the thread that runs a wire should wait when a round found nothing to do: it yields for
     * 150 microseconds, then parks, at first for moments, in the end for a millisecond.
     */
    public static IdleStrategy idleStrategy() {
        return new Backoff(IDLE_NS);
    }

    /** What every outflow of the lane takes; one that has more room says so itself. */
    @Override
    public int maxFrame(Lane lane) {
        return Channels.maxFrame(lane, Channels.mtuMin(config));
    }

    @Override
    public Outflow open(Address to, Lane lane) {
        int stream = Math.max(0, findIpc(to));
        boolean ipc = stream != 0;
        int mtu = ipc ? AeronConfig.MTU_IPC : Channels.mtu(config, to);
        int maxFrame = Channels.maxFrame(lane, mtu);
        if (broken != null || closed) {
            return AeronOutflow.closed(to, lane, maxFrame, closed ? "closed" : broken);
        }
        try {
            String channel = ipc ? Channels.ipc(lane) : Channels.udp(config, to, lane);
            int streamId = Channels.stream(ipc ? stream : Channels.UDP_STREAM, lane);
            long registration = client.asyncAddExclusivePublication(channel, streamId);
            AeronOutflow outflow = new AeronOutflow(to, lane, stream, maxFrame, registration);
            outflows.add(outflow);
            pending = true;
            return outflow;
        } catch (AeronException e) {
            errors.onError(e);
            return AeronOutflow.closed(to, lane, maxFrame, e.getMessage());
        }
    }

    /** The first stream of who is at an address on our driver; 0 if nobody is. */
    private int findIpc(Address to) {
        try {
            return registry == null ? 0 : registry.find(to);
        } catch (UncheckedIOException e) {
            errors.warn("registry", e.getMessage() + ": " + e.getCause());
            return UNKNOWN;
        }
    }

    @Override
    public int poll(FrameHandler handler, int limit) {
        return broken != null || closed ? 0 : inflows.poll(handler, limit);
    }

    @Override
    public void reject(long inflow, String reason) {
        inflows.reject(inflow, reason);
    }

    @Override
    public String maintain(long nowNs) {
        if (closed) {
            return "closed";
        }
        if (broken == null) {
            client.conductorAgentInvoker().invoke();
            inflows.settle();
            attendPeers(nowNs);
            attendOutflows(nowNs);
            broken = whyBroken();
            if (broken != null) {
                // Whoever runs the wire says it to people.
                errors.log(Level.DEBUG, broken + "; all its streams end, it is built anew");
                tearDown();
                retryNs = nowNs;
                peersNs = nowNs;
                outflowsNs = nowNs;
            }
            return broken;
        }
        if (nowNs - retryNs < 0) {
            return broken;
        }
        try {
            build();
            rebuilds++;
            errors.log(Level.DEBUG, "built anew");
        } catch (RuntimeException e) {
            tearDown();
            broken = e.getMessage();
            errors.warn("rebuild", "cannot build the wire anew: " + e.getMessage());
            retryNs = nowNs + RETRY_NS;
        }
        return broken;
    }

    /** Errors that Aeron's client or embedded driver reported until now. */
    public long errors() {
        return errors.errors();
    }

    /** Inflows that were rejected until now. */
    public long rejected() {
        return inflows.rejected();
    }

    /** How often the wire was built anew. */
    public long rebuilds() {
        return rebuilds;
    }

    private void buildFirst() {
        try {
            build();
        } catch (AeronWireException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            // The shared driver died under us.
            tearDown();
            build();
        }
    }

    /** Has the next round find that the client has ended, for this reason. */
    void breakForTest(String reason) {
        errors.onError(new TimeoutException(reason));
    }

    /** For tests that break it. */
    Aeron client() {
        return client;
    }

    private void build() {
        driver.start();
        errors.forget();
        try {
            client =
                    Aeron.connect(
                            new Aeron.Context()
                                    .aeronDirectoryName(driver.directory().toString())
                                    .clientName("tharsis " + config.self().port())
                                    .useConductorAgentInvoker(true)
                                    .driverTimeoutMs(
                                            TimeUnit.NANOSECONDS.toMillis(
                                                    AeronConfig.DRIVER_TIMEOUT_NS))
                                    .errorHandler(errors)
                                    .subscriberErrorHandler(errors::onDriverError)
                                    .publicationErrorFrameHandler(this::onPublicationError));
            for (Lane lane : Lane.values()) {
                inflows.listen(client, Channels.listen(config), Channels.UDP_STREAM, lane);
                if (ipcStream != 0) {
                    inflows.listen(client, Channels.IPC, ipcStream, lane);
                }
            }
        } catch (AeronException | UncheckedIOException | IllegalStateException e) {
            throw new AeronWireException(
                    "no client on the media driver in "
                            + driver.directory()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        broken = null;
    }

    private String whyBroken() {
        Throwable fatal = errors.fatal();
        if (fatal != null) {
            return "Aeron's client has ended: " + fatal.getMessage();
        }
        if (client.isClosed() || !client.conductorAgentInvoker().isRunning()) {
            return "Aeron's client was closed, or the wire's thread interrupted";
        }
        return driver.lost();
    }

    private void attendPeers(long nowNs) {
        if (registry != null && nowNs - peersNs >= 0) {
            peersNs = nowNs + PEERS_NS;
            try {
                outflows.forEach(outflow -> outflow.attendPeer(client, this::findIpc));
            } catch (AeronException e) {
                errors.onError(e);
            }
        }
    }

    private void attendOutflows(long nowNs) {
        if (!pending && nowNs - outflowsNs < 0) {
            return;
        }
        pending = false;
        outflowsNs = nowNs + OUTFLOWS_NS;
        for (int i = outflows.size() - 1; i >= 0; i--) {
            AeronOutflow outflow = outflows.get(i);
            try {
                outflow.attend(client);
                pending |= outflow.isPending();
            } catch (RegistrationException e) {
                errors.onError(e);
                outflow.refuse(e.getMessage());
            } catch (AeronException e) {
                errors.onError(e);
                return;
            }
            if (outflow.isClosed() && !outflow.isPending()) {
                outflow.retire(client);
                outflows.set(i, outflows.getLast());
                outflows.removeLast();
            }
        }
    }

    /** The driver's word that a receiver has rejected a stream of ours. */
    private void onPublicationError(PublicationErrorFrame error) {
        for (AeronOutflow outflow : outflows) {
            if (outflow.is(error.registrationId())) {
                errors.log(Level.DEBUG, "a stream was rejected: " + error.errorMessage());
                outflow.fail("it was rejected: " + error.errorMessage());
            }
        }
    }

    private void tearDown() {
        // First, since memory is unmapped with the client: no caller is in an outflow after this.
        outflows.forEach(outflow -> outflow.retire(null));
        outflows.clear();
        inflows.clear();
        CloseHelper.quietClose(client);
        client = null;
    }

    /**
     * Closes all streams, waits up to half a second for what was taken to leave, and gives the
     * driver back.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (broken == null && registry == null) {
            drain();
        }
        tearDown();
        CloseHelper.quietClose(driver);
        if (registry != null) {
            registry.close();
        }
    }

    // A shared driver does this on its own.
    private void drain() {
        long deadlineNs = clock.nanoTime() + DRAIN_NS;
        CountersReader counters = client.countersReader();
        for (AeronOutflow outflow : outflows) {
            int counter =
                    counters.findByTypeIdAndRegistrationId(
                            AeronCounters.DRIVER_SENDER_POSITION_TYPE_ID, outflow.registration());
            long end = outflow.end();
            while (counter != CountersReader.NULL_COUNTER_ID
                    && counters.getCounterValue(counter) < end
                    && clock.nanoTime() - deadlineNs < 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            }
        }
    }
}
