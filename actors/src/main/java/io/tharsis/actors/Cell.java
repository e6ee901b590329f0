package io.tharsis.actors;

import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An actor's address: its mailbox, and the word by which it is scheduled.
 *
 * <p>{@code pending} counts what was offered and not yet handled. A sender offers to a queue and
 * then adds 1; who moves the word from 0 to 1 gives the cell to the dispatcher. A turn subtracts
 * what it took at its end, at once; if something is left it is run again, else the cell is idle.
 *
 * <ul>
 *   <li><b>Never twice at a time.</b> From being given to the dispatcher until a turn's subtraction
 *       the word is at least 1, since only turns subtract; so nobody moves it from 0 to 1.
 *   <li><b>Nothing is forgotten.</b> A turn may take what was offered but not yet added, so the
 *       word may be below what lies in the queues, even negative. If it is 0 or less, and q items
 *       lie in the queues, at least q additions are still to come, as the word is all additions
 *       minus all that was taken, and additions and items differ by those to come. The word then
 *       ends at q; one of them moves it from 0 to 1.
 *   <li><b>A turn sees what the turn before it wrote</b>, since the word is subtracted, added to,
 *       and handed over in that order.
 * </ul>
 *
 * <p>While an actor waits for its restart, its messages shall not keep it scheduled, but commands
 * shall schedule it. So a turn then subtracts the messages too ({@code withheld}), as if it had
 * taken them, and the next turn adds them again at its end. It may do so only when no command is
 * left: one that has been added was offered before, so it has been seen.
 */
final class Cell<M> extends ActorRef<M> implements Turn, Watcher {
    static final int NEW = 0;
    static final int RUNNING = 1;
    static final int RESTARTING = 2;
    static final int STOPPING = 3;
    static final int STOPPED = 4;

    /** What a turn does between its two writes takes less. */
    private static final int LOOKS = 8;

    private static final VarHandle PENDING;
    private static final VarHandle COMMANDED;
    private static final VarHandle TAKEN;
    private static final VarHandle WITHHELD;
    private static final VarHandle MAILBOX;
    private static final VarHandle COMMANDS;
    private static final VarHandle WAITERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            PENDING = lookup.findVarHandle(Cell.class, "pending", int.class);
            COMMANDED = lookup.findVarHandle(Cell.class, "commanded", int.class);
            TAKEN = lookup.findVarHandle(Cell.class, "taken", int.class);
            WITHHELD = lookup.findVarHandle(Cell.class, "withheld", int.class);
            MAILBOX = lookup.findVarHandle(Cell.class, "mailbox", Queue.class);
            COMMANDS = lookup.findVarHandle(Cell.class, "commands", Queue.class);
            WAITERS = lookup.findVarHandle(Cell.class, "waiters", Queue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ActorSystem system;
    final Cell<?> parent;
    final ActorOptions<M> options;

    /** Links of {@link Children}, under its lock. */
    Cell<?> previous;

    Cell<?> next;

    private final Dispatcher dispatcher;
    private final String ownName;
    private final long number;
    private final Life<M> life;

    /** Written by the turn alone. */
    private volatile int state = NEW;

    /** The start counts as an item that the first turn has taken. */
    @SuppressWarnings("unused") // by its handle
    private volatile int pending = 1;

    private int taken = 1;
    private int withheld;

    /** Commands that wait, which do not count against the bound. */
    @SuppressWarnings("unused") // by its handle
    private volatile int commanded;

    /** Made when the first item comes. */
    private volatile Queue<Object> mailbox;

    private volatile Queue<Command> commands;
    private volatile Queue<Waiter<M>> waiters;

    Cell(
            ActorSystem system,
            Cell<?> parent,
            String ownName,
            long number,
            Supplier<? extends Actor<M>> factory,
            ActorOptions<M> options) {
        this.system = system;
        this.parent = parent;
        this.ownName = ownName;
        this.number = number;
        this.options = options;
        this.dispatcher = system.dispatcher();
        this.life = new Life<>(this, factory);
    }

    @Override
    public String name() {
        String own = ownName == null ? "$" + number : ownName;
        return parent == null ? own : parent.name() + "/" + own;
    }

    boolean isNamed() {
        return ownName != null;
    }

    @Override
    public Tell tell(M message) {
        return offer(message, message);
    }

    /** Offers {@code item}, which is or holds a user's {@code message}. */
    private Tell offer(Object item, Object message) {
        Objects.requireNonNull(message, "a message is not null");
        if (state >= STOPPING) {
            deadLetter(message);
            return Tell.STOPPED;
        }
        if (!seesRoom() || hasWaiters()) {
            system.refused();
            return Tell.FULL;
        }
        enqueue(system.takesTime() ? new Envelope.Timed(item, message, this) : item);
        return Tell.ACCEPTED;
    }

    /** Past the bound: what the system, a timer or a reply brings. */
    void enqueue(Object item) {
        Queue<Object> queue = mailbox;
        if (queue == null) {
            queue = makeMailbox();
        }
        queue.offer(item);
        added();
    }

    @Override
    public void ended(ActorRef<?> dead, Throwable cause) {
        enqueue(new Envelope.Obituary(dead, cause));
    }

    void command(Command command) {
        Queue<Command> queue = commands;
        if (queue == null) {
            queue = made(COMMANDS, new ManyToOneConcurrentLinkedQueue<Command>());
        }
        COMMANDED.getAndAdd(this, 1);
        queue.offer(command);
        added();
    }

    private void added() {
        if ((int) PENDING.getAndAdd(this, 1) == 0) {
            dispatcher.execute(this);
        }
    }

    @Override
    public CompletableFuture<Tell> tellWhenRoom(M message, Duration deadline) {
        Asking.check(deadline);
        Tell now = tell(message);
        if (now != Tell.FULL) {
            return CompletableFuture.completedFuture(now);
        }
        var waiter = new Waiter<>(message);
        Queue<Waiter<M>> queue = waiters;
        if (queue == null) {
            queue = made(WAITERS, new ManyToOneConcurrentLinkedQueue<Waiter<M>>());
        }
        queue.offer(waiter);
        waiter.until(dispatcher.schedule(deadline, waiter::giveUp));
        // Room may have come before the waiter did; the end of a turn looks for it.
        command(_ -> {});
        return waiter.future();
    }

    @Override
    public void stop() {
        if (state < STOPPING) {
            enqueue(Envelope.LastMessage.INSTANCE);
        }
    }

    @Override
    public boolean isStopped() {
        return state == STOPPED;
    }

    int state() {
        return state;
    }

    void become(int next) {
        state = next;
    }

    /** Messages that wait. */
    int depth() {
        int all = (int) PENDING.getVolatile(this) + (int) WITHHELD.getOpaque(this);
        return Math.max(0, all - (int) TAKEN.getOpaque(this) - commanded);
    }

    /** Looks again, as a turn that ends counts what it took twice for a moment. */
    private boolean seesRoom() {
        for (int look = 0; look < LOOKS; look++) {
            if (hasRoom()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return hasRoom();
    }

    private boolean hasRoom() {
        int capacity = options.capacity();
        return capacity == ActorOptions.UNBOUNDED || depth() < capacity;
    }

    private boolean hasWaiters() {
        Queue<Waiter<M>> queue = waiters;
        return queue != null && !queue.isEmpty();
    }

    @Override
    public boolean run(int most) {
        return run(most, new Tally());
    }

    @Override
    public boolean run(int most, Tally tally) {
        life.enter();
        int before = taken;
        try {
            handle(most, tally);
        } catch (Throwable thrown) {
            giveUp(thrown);
        }
        tally.add(taken - before);
        boolean stuck = taken == 0;
        life.leave();
        boolean more = settle();
        if (more && stuck) {
            // Another thread is between the two steps of an offer.
            Thread.onSpinWait();
        }
        return more;
    }

    private void handle(int most, Tally tally) {
        if (state == NEW) {
            dispatcher.forgetInterrupt();
            life.start();
        }
        int before = taken;
        while (taken - before < most && handleOne(tally)) {
            life.afterOne();
        }
        if (waiters != null) {
            admit();
        }
    }

    /** No memory, or a mistake of this package: the actor stops, and its turn ends as any other. */
    private void giveUp(Throwable thrown) {
        try {
            Log.warn(name() + " stops, as its turn threw", thrown);
            life.stop(thrown);
        } catch (Throwable _) {
            // Likely still no memory; it is stopping, and takes no messages.
        }
    }

    private boolean handleOne(Tally tally) {
        Queue<Command> first = commands;
        if (first != null) {
            Command command = first.poll();
            if (command != null) {
                took();
                COMMANDED.getAndAdd(this, -1);
                // No message.
                tally.add(-1);
                dispatcher.forgetInterrupt();
                command.applyTo(life);
                return true;
            }
        }
        Queue<Object> second = mailbox;
        if (second == null || state == RESTARTING) {
            return false;
        }
        Object item = second.poll();
        if (item == null) {
            return false;
        }
        took();
        if (waiters != null) {
            admit();
        }
        dispatcher.forgetInterrupt();
        if (state >= STOPPING) {
            discard(item);
        } else {
            open(item);
        }
        return true;
    }

    void open(Object item) {
        if (item instanceof Envelope envelope) {
            envelope.open(life);
        } else {
            life.receive(life.cast(item), null);
        }
    }

    private void took() {
        TAKEN.setOpaque(this, taken + 1);
    }

    /** Subtracts what the turn took; false if the cell is idle, and no longer the turn's. */
    private boolean settle() {
        int release = taken - withheld;
        // If some of them are left, the cell stays this turn's; rather count them twice for a
        // moment than not at all.
        boolean stays = release < 0;
        if (!stays && withheld != 0) {
            WITHHELD.setOpaque(this, 0);
        }
        TAKEN.setOpaque(this, 0);
        while (true) {
            int left = (int) PENDING.getAndAdd(this, -release) - release;
            if (stays) {
                WITHHELD.setOpaque(this, 0);
                stays = false;
            }
            if (left <= 0) {
                return false;
            }
            if (state != RESTARTING || commands != null && !commands.isEmpty()) {
                return true;
            }
            WITHHELD.setOpaque(this, withheld + left);
            release = left;
        }
    }

    /** Turns what is in the mailbox into dead letters; in the turn that stops the actor. */
    void drain() {
        if (mailbox != null) {
            for (Object item = mailbox.poll(); item != null; item = mailbox.poll()) {
                took();
                discard(item);
            }
        }
    }

    void discard(Object item) {
        if (item instanceof Envelope envelope) {
            envelope.discard(this);
        } else {
            deadLetter(item);
        }
    }

    void deadLetter(Object message) {
        system.publish(new DeadLetter(message, this, name() + " has stopped"));
    }

    /** Lets waiters in while there is room; all of them out when the actor has stopped. */
    private void admit() {
        while (hasWaiters()) {
            Waiter<M> waiter = waiters.peek();
            if (waiter == null) {
                // Its thread is between the two steps of an offer, and sends a command after them.
                return;
            }
            if (state >= STOPPING) {
                waiter.refuse(this);
            } else if (!waiter.isClaimed()) {
                if (!hasRoom()) {
                    return;
                }
                if (waiter.claim()) {
                    enqueue(waiter.message());
                    waiter.accepted();
                }
            }
            // Not before its message is in the mailbox: until then others find it full.
            waiters.poll();
        }
    }

    @Override
    Tell offer(M request, ReplyTo<?> asker) {
        return offer(new Envelope.Asked(request, asker), request);
    }

    @Override
    void addWatcher(Watcher watcher) {
        command(itsLife -> itsLife.addWatcher(watcher));
    }

    @Override
    void removeWatcher(Watcher watcher) {
        command(itsLife -> itsLife.removeWatcher(watcher));
    }

    @Override
    String doing() {
        return switch (state) {
                    case NEW -> "was starting";
                    case RESTARTING -> "was waiting for its restart";
                    case STOPPING -> "was waiting for its children to stop";
                    case STOPPED -> "had stopped";
                    default -> life.doing();
                }
                + ", with "
                + depth()
                + " waiting in its mailbox";
    }

    @Override
    String refusal(Tell tell) {
        return tell == Tell.FULL
                ? "the mailbox of " + name() + " is full; it " + doing()
                : name() + " has stopped";
    }

    long number() {
        return number;
    }

    Life<M> life() {
        return life;
    }

    @Override
    Dispatcher dispatcher() {
        return dispatcher;
    }

    private Queue<Object> makeMailbox() {
        return made(
                MAILBOX,
                options.order() == null
                        ? new ManyToOneConcurrentLinkedQueue<>()
                        : new PriorityMailbox(options.order()));
    }

    /** The queue that is there, or {@code fresh} if there is none yet. */
    @SuppressWarnings("unchecked")
    private <Q> Q made(VarHandle field, Q fresh) {
        Object there = field.compareAndExchange(this, null, fresh);
        return there == null ? fresh : (Q) there;
    }

    /** Also to a reference that came from elsewhere when the actor was gone. */
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof RemoteRef<?> ref && ref.isOf(this);
    }

    @Override
    public int hashCode() {
        Remoting home = system.remoting();
        return home == null ? Long.hashCode(number) : RemoteRef.hash(home.id(), number);
    }

    @Override
    public String toString() {
        return "ActorRef(" + name() + ")";
    }
}
