package io.tharsis.transport.link;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.TransportStats;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Wire;

import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A transport over a wire. Whoever made it calls {@link #doWork} again and again, from one thread
 * at a time: {@link Pump} in production, the simulated network in tests.
 */
public final class LinkTransport implements Transport, Rounds {
    /** How long silence is borne if nothing else is said. */
    public static final Duration DEFAULT_LIVENESS = Duration.ofSeconds(8);

    private static final Duration SHORTEST_LIVENESS = Duration.ofMillis(100);
    private static final long TICK_NS = 10_000_000;
    private static final int FRAMES_A_ROUND = 256;
    private static final int FRAMES_OF_HELP = 32;

    /** More links than this a process does not let others make. */
    private static final int MAX_ACCEPTED = 10_000;

    private final Address address;
    private final long livenessNs;
    private final Wire wire;
    private final LongSupplier clock;
    private final InstantSource calendar;
    private final Counters counters = new Counters();
    private final Notices notices = new Notices();
    private final Map<Address, LinkCell> links = new ConcurrentHashMap<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<LinkListener> listeners =
            new AtomicReferenceArray<>(MAX_SERVICE + 1);
    private final List<IntSupplier> workers = new CopyOnWriteArrayList<>();
    private final List<Runnable> atClose = new CopyOnWriteArrayList<>();
    private final FrameHandler frames = this::onFrame;

    private volatile Endpoint self;
    private volatile boolean closed;

    /** Somebody listens, or has made a link; before that nobody is let in, as none would hear. */
    private volatile boolean open;

    // Whose turn it is to do a round, alone:
    private final Long2ObjectHashMap<LinkCell> byTag = new Long2ObjectHashMap<>();

    /** Which link an inflow's frames were of, last. */
    private final Long2ObjectHashMap<LinkCell> byInflow = new Long2ObjectHashMap<>();

    private long lastTag;
    private long nowNs;
    private long tickedNs;
    private String broken;
    private boolean started;

    /**
     * @param address what it advertises
     * @param liveness how long silence of a peer is borne; 100 ms to an hour
     * @param wire closed with the transport
     * @param clock of nanoseconds that never goes back
     * @param calendar the wall clock, for incarnations
     */
    public LinkTransport(
            Address address,
            Duration liveness,
            Wire wire,
            LongSupplier clock,
            InstantSource calendar) {
        checkLiveness(liveness);
        this.address = address;
        this.livenessNs = liveness.toNanos();
        this.wire = wire;
        this.clock = clock;
        this.calendar = calendar;
        renew();
    }

    /**
     * @throws IllegalArgumentException if nobody can be borne to be silent for that long or short
     */
    public static void checkLiveness(Duration liveness) {
        if (liveness.compareTo(SHORTEST_LIVENESS) < 0
                || liveness.toMillis() > FrameDescriptor.MAX_LIVENESS_MS) {
            throw new IllegalArgumentException(
                    "silence is borne for 100 ms to an hour, not for " + liveness);
        }
    }

    /** A new incarnation, greater than those before. */
    private void renew() {
        lastTag = Math.max(lastTag + 1, calendar.millis() << 20);
        self = new Endpoint(address, lastTag);
    }

    @Override
    public Endpoint self() {
        return self;
    }

    @Override
    public Link link(Address to) {
        if (to.equals(address)) {
            throw new IllegalArgumentException(
                    "a link from " + address + " to itself; there is nobody else at this address");
        }
        if (closed) {
            throw new IllegalStateException("the transport of " + address + " is closed");
        }
        open = true;
        while (true) {
            LinkCell link = links.computeIfAbsent(to, _ -> new LinkCell(this, to, true));
            if (!link.isEnding()) {
                if (!execute(() -> started(link))) {
                    throw new IllegalStateException(
                            "the transport of " + address + " is closed; linking to " + to);
                }
                return link;
            }
            links.remove(to, link);
        }
    }

    private void started(LinkCell link) {
        if (link.state() instanceof LinkState.Ended(Loss reason)) {
            // It ended after link() had given it out; whoever waits for it has to know.
            tell(listener -> listener.lost(link, null, reason));
            return;
        }
        link.machine().start(nowNs);
        link.dial(nowNs);
    }

    @Override
    public List<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public void register(int service, LinkListener listener) {
        if (service < 0 || service > MAX_SERVICE) {
            throw new IllegalArgumentException("a service is 0 to " + MAX_SERVICE + ": " + service);
        }
        if (!listeners.compareAndSet(service, null, listener)) {
            throw new IllegalStateException(
                    "service " + service + " of " + address + " has a listener already");
        }
        open = true;
    }

    @Override
    public TransportStats stats() {
        return counters.stats();
    }

    @Override
    public boolean execute(Runnable command) {
        commands.add(command);
        // If it is closed, either close runs the command or it is taken back here.
        return !closed || !commands.remove(command);
    }

    @Override
    public void eachRound(IntSupplier work) {
        workers.add(work);
    }

    @Override
    public void atClose(Runnable command) {
        atClose.add(command);
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    // ------------------------------------------------------------ the round of work

    /**
     * Does what there is to do: frames in, time, commands. <b>Threads: one at a time.</b>
     *
     * @return how much it was; 0 if nothing
     */
    public int doWork() {
        nowNs = clock.getAsLong();
        if (!started) {
            started = true;
            tickedNs = nowNs;
        }
        if (closed) {
            return 0;
        }
        boolean isUp = isWireUp();
        int work = runCommands();
        work += isUp && open ? wire.poll(frames, FRAMES_A_ROUND) : 0;
        for (IntSupplier worker : workers) {
            work += work(worker);
        }
        if (nowNs - tickedNs >= TICK_NS) {
            tick(isUp);
        }
        for (LinkCell link : links.values()) {
            if (link.takeWritable()) {
                work++;
                tell(listener -> listener.writable(link));
            }
        }
        return work;
    }

    /**
     * Takes in frames, few at a time, and does nothing else: no time passes. <b>Threads: as {@link
     * #doWork}.</b>
     *
     * @return how many
     */
    int takeIn() {
        if (!started || closed || broken != null || !open) {
            return 0;
        }
        nowNs = clock.getAsLong();
        return wire.poll(frames, FRAMES_OF_HELP);
    }

    /** Who calls {@link #doWork} alone needs no help. */
    @Override
    public void help(BooleanSupplier until) {}

    private int runCommands() {
        int work = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            work++;
        }
        return work;
    }

    /** What a layer does wrong stops no other one, and no link. */
    private int work(IntSupplier worker) {
        try {
            return worker.getAsInt();
        } catch (RuntimeException | Error e) {
            notices.limited(address.toString(), "a layer's round threw " + e, nowNs);
            return 0;
        }
    }

    private void tick(boolean isUp) {
        long pauseNs = nowNs - tickedNs;
        tickedNs = nowNs;
        for (LinkCell link : links.values()) {
            if (pauseNs > livenessNs / 4) {
                link.machine().wasPaused(pauseNs, nowNs);
            }
            try {
                link.tick(nowNs, isUp);
            } catch (RuntimeException e) {
                notices.limited(link.remote().toString(), "its link threw " + e, nowNs);
            }
        }
    }

    private boolean isWireUp() {
        String reason = wire.maintain(nowNs);
        if (reason != null && broken == null) {
            broken = reason;
            renew();
            notices.log(
                    Level.WARNING,
                    address + " has no wire: " + reason + "; building it anew",
                    null);
            for (LinkCell link : links.values()) {
                link.machine().lose(new Loss(Loss.Cause.WIRE_BROKEN, reason), nowNs);
            }
        } else if (reason == null && broken != null) {
            broken = null;
            tickedNs = nowNs;
            notices.log(Level.INFO, "the wire is back; this is " + self + " now", null);
            for (LinkCell link : links.values()) {
                link.machine().reopen(nowNs);
            }
        }
        return reason == null;
    }

    // -------------------------------------------------------------------- frames

    private void onFrame(Lane lane, long inflow, DirectBuffer buffer, int offset, int length) {
        String fault = FrameDescriptor.fault(buffer, offset, length);
        if (fault != null) {
            malformed(inflow, fault);
            return;
        }
        long senderTag = FrameDescriptor.senderTag(buffer, offset);
        long receiverTag = FrameDescriptor.receiverTag(buffer, offset);
        int type = FrameDescriptor.type(buffer, offset);
        try {
            if (type == FrameDescriptor.TYPE_HELLO) {
                onHello(inflow, senderTag, FrameDescriptor.hello(buffer, offset, length));
                return;
            }
            LinkCell link = byTag.get(receiverTag);
            if (link == null) {
                counters.stale.increment();
                return;
            }
            LinkMachine machine = link.machine();
            switch (type) {
                case FrameDescriptor.TYPE_WELCOME -> {
                    byInflow.put(inflow, link);
                    machine.onWelcome(
                            senderTag,
                            receiverTag,
                            FrameDescriptor.welcome(buffer, offset, length),
                            nowNs);
                }
                case FrameDescriptor.TYPE_GOODBYE ->
                        machine.onGoodbye(senderTag, receiverTag, nowNs);
                case FrameDescriptor.TYPE_REFUSED ->
                        machine.onRefused(
                                receiverTag,
                                FrameDescriptor.refusal(buffer, offset, length),
                                nowNs);
                default -> {
                    if (!machine.onFrame(senderTag, receiverTag, nowNs)) {
                        counters.stale.increment();
                    } else if (type == FrameDescriptor.TYPE_MESSAGE) {
                        deliver(link, inflow, buffer, offset, length);
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            malformed(inflow, e.getMessage());
        }
    }

    private void onHello(long inflow, long senderTag, FrameDescriptor.Hello hello) {
        LinkCell link = links.get(hello.from());
        if (hello.from().equals(address)) {
            notices.limited(
                    address.toString(), "another process says it is at this address", nowNs);
            return;
        }
        if (link != null && link.machine().isEnded()) {
            links.remove(hello.from(), link);
            link = null;
        }
        if (link == null) {
            if (links.size() >= MAX_ACCEPTED) {
                notices.limited(
                        hello.from().toString(), "not let in: " + MAX_ACCEPTED + " links", nowNs);
                return;
            }
            link = new LinkCell(this, hello.from(), false);
            LinkCell other = links.putIfAbsent(hello.from(), link);
            link = other == null ? link : other;
        }
        link.machine().start(nowNs);
        byInflow.put(inflow, link);
        if (!hello.to().equals(address)) {
            link.refuse(senderTag, "this is " + address + ", and was called as " + hello.to());
            return;
        }
        link.machine().onHello(senderTag, hello, nowNs);
    }

    private void deliver(LinkCell link, long inflow, DirectBuffer buffer, int offset, int length) {
        int service = FrameDescriptor.service(buffer, offset);
        LinkListener listener = listeners.get(service);
        byInflow.put(inflow, link);
        counters.received.increment();
        if (listener == null || !(link.state() instanceof LinkState.Connected(Endpoint remote))) {
            notices.limited(
                    link.remote().toString(),
                    "a message to service " + service + ", which nobody listens to",
                    nowNs);
            return;
        }
        try {
            listener.message(
                    link,
                    remote,
                    buffer,
                    offset + FrameDescriptor.HEADER_LENGTH,
                    length - FrameDescriptor.HEADER_LENGTH);
        } catch (RuntimeException | Error e) {
            notices.log(Level.WARNING, "the listener of service " + service + " threw", e);
        }
    }

    private void malformed(long inflow, String fault) {
        wire.reject(inflow, fault);
        LinkCell link = byInflow.remove(inflow);
        if (link == null) {
            counters.malformed.increment();
            notices.limited("a stranger", "sent " + fault, nowNs);
        } else {
            rejected(link, fault);
        }
    }

    void rejected(LinkCell link, String fault) {
        counters.malformed.increment();
        notices.limited(link.remote().toString(), "sent " + fault, nowNs);
        link.machine()
                .lose(new Loss(Loss.Cause.MALFORMED, link.remote() + " sent " + fault), nowNs);
    }

    // ---------------------------------------------------------- what links have done

    long livenessNs() {
        return livenessNs;
    }

    int livenessMs() {
        return (int) (livenessNs / 1_000_000);
    }

    Wire wire() {
        return wire;
    }

    Counters counters() {
        return counters;
    }

    long nextTag(LinkCell link) {
        byTag.remove(link.machine().tag());
        byTag.put(++lastTag, link);
        return lastTag;
    }

    void connected(LinkCell link, Endpoint remote) {
        counters.connections.increment();
        tell(listener -> listener.connected(link, remote));
    }

    void lost(LinkCell link, Endpoint remote, Loss loss) {
        if (remote != null) {
            counters.losses.increment();
        }
        if (remote != null || link.isDialed()) {
            tell(listener -> listener.lost(link, remote, loss));
        }
    }

    void ended(LinkCell link) {
        byTag.remove(link.machine().tag());
        byInflow.values().removeIf(other -> other == link);
        links.remove(link.remote(), link);
    }

    private void tell(Consumer<LinkListener> what) {
        for (int service = 0; service <= MAX_SERVICE; service++) {
            LinkListener listener = listeners.get(service);
            if (listener != null) {
                try {
                    what.accept(listener);
                } catch (RuntimeException | Error e) {
                    notices.log(Level.WARNING, "the listener of service " + service + " threw", e);
                }
            }
        }
    }

    /**
     * Says good-bye on every link and closes the wire. <b>Threads: that of doWork, or any once no
     * other calls it.</b> {@link Pump} sees to that.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            quietly(this::runCommands);
            atClose.forEach(this::quietly);
            for (LinkCell link : new ArrayList<>(links.values())) {
                quietly(link.machine()::close);
            }
        } finally {
            wire.close();
        }
    }

    private void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            notices.log(Level.WARNING, "closing " + address + " goes on after", e);
        }
    }

    @Override
    public String toString() {
        return "Transport(" + self + ", " + links.values() + ")";
    }
}
