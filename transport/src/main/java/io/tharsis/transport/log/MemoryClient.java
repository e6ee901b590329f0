package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/** A way into a {@link MemoryLog} from the process of one of its members. */
final class MemoryClient implements ReplicatedLog {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(365);

    private final MemoryCore core;
    private final int member;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong notApplied = new AtomicLong();
    private final Watched<Integer> leader = new Watched<>(NO_LEADER);
    private volatile boolean closed;

    // The log's thread's.
    private final ArrayDeque<MemoryAppend> waiting = new ArrayDeque<>();
    private final Set<MemoryAppend> sent = new LinkedHashSet<>();
    private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
    private int lastLeader = NO_LEADER;
    private volatile long answered;
    private volatile long failed;
    private volatile long unknown;
    private volatile long leaderChanges;

    MemoryClient(MemoryCore core, int member) {
        this.core = core;
        this.member = member;
    }

    int member() {
        return member;
    }

    @Override
    public CompletableFuture<byte[]> append(
            DirectBuffer command, int offset, int length, Duration deadline) {
        if (length < 0 || length > MAX_COMMAND) {
            throw new IllegalArgumentException(
                    "a command has at most " + MAX_COMMAND + " bytes: " + length);
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("an append needs time: " + deadline);
        }
        Duration within = deadline.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : deadline;
        byte[] copy = new byte[length];
        command.getBytes(offset, copy);
        MemoryAppend append = new MemoryAppend(this, copy, core.owner.nowNs() + within.toNanos());
        appended.incrementAndGet();
        int count = pending.incrementAndGet();
        long bytes = pendingBytes.addAndGet(length);
        if (closed) {
            endNotApplied(append, "the log is closed");
        } else if (count > MAX_PENDING || bytes > MAX_PENDING_BYTES) {
            endNotApplied(append, "too many appends are under way");
        } else {
            core.owner.submit(() -> take(append));
        }
        return append.result;
    }

    private void take(MemoryAppend append) {
        if (closed) {
            endNotApplied(append, "the log was closed");
        } else {
            waiting.add(append);
            core.hasDeadline(append.deadlineNs);
        }
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    MemoryAppend send() {
        MemoryAppend append = waiting.remove();
        sent.add(append);
        return append;
    }

    boolean hasAnswer() {
        return !answers.isEmpty();
    }

    void deliver() {
        answers.remove().run();
    }

    /** The leader has applied it; the answer is on its way. */
    void answered(MemoryAppend append, byte[] answer, String failure) {
        if (!append.ended) {
            answers.add(() -> end(append, answer, failure));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void end(MemoryAppend append, byte[] answer, String failure) {
        if (!sent.remove(append)) {
            return;
        }
        release(append);
        if (failure == null) {
            answered++;
            append.result.complete(answer);
        } else {
            failed++;
            append.result.completeExceptionally(new LogException.Failed(failure));
        }
    }

    /** Ends what was sent and has no answer. */
    void endSent(String why) {
        answers.clear();
        List<MemoryAppend> all = List.copyOf(sent);
        sent.clear();
        all.forEach(append -> endUnknown(append, why));
    }

    /** Ends all, for good. */
    void end(String why) {
        closed = true;
        core.remove(this);
        leaderIs(NO_LEADER);
        endSent(why);
        for (MemoryAppend append = waiting.poll(); append != null; append = waiting.poll()) {
            endNotApplied(append, why);
        }
    }

    /** Ends those whose deadline has passed, and tells the core the next one. */
    boolean expire(long nowNs) {
        List<MemoryAppend> lateSent = removeLate(sent.iterator(), nowNs);
        List<MemoryAppend> lateWaiting = removeLate(waiting.iterator(), nowNs);
        for (MemoryAppend append : lateSent) {
            endUnknown(append, "the deadline passed before the answer came");
        }
        for (MemoryAppend append : lateWaiting) {
            endNotApplied(append, "the deadline passed, no leader was reached");
        }
        return !lateSent.isEmpty() || !lateWaiting.isEmpty();
    }

    private List<MemoryAppend> removeLate(Iterator<MemoryAppend> all, long nowNs) {
        List<MemoryAppend> late = new ArrayList<>();
        while (all.hasNext()) {
            MemoryAppend append = all.next();
            if (nowNs - append.deadlineNs >= 0) {
                late.add(append);
                all.remove();
            } else {
                core.hasDeadline(append.deadlineNs);
            }
        }
        return late;
    }

    private void release(MemoryAppend append) {
        append.ended = true;
        pending.decrementAndGet();
        pendingBytes.addAndGet(-append.command.length);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void endUnknown(MemoryAppend append, String why) {
        unknown++;
        release(append);
        append.result.completeExceptionally(new LogException.Unknown(why));
    }

    private void endNotApplied(MemoryAppend append, String why) {
        notApplied.incrementAndGet();
        release(append);
        append.result.completeExceptionally(new LogException.NotApplied(why));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void leaderIs(int id) {
        if (id != NO_LEADER && id != lastLeader) {
            leaderChanges++;
            lastLeader = id;
        }
        leader.set(id);
    }

    @Override
    public int leader() {
        return leader.get();
    }

    @Override
    public void onLeader(IntConsumer listener) {
        leader.add(listener::accept);
    }

    @Override
    public LogStats stats() {
        return new LogStats(
                appended.get(),
                answered,
                failed,
                notApplied.get(),
                unknown,
                pending.get(),
                leaderChanges);
    }

    @Override
    public void close() {
        if (!closed) {
            core.owner.call(() -> end("the log was closed"));
        }
    }
}
