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
import java.util.function.IntConsumer;

/** A way into a {@link MemoryLog} from the process of one of its members. */
final class MemoryClient implements ReplicatedLog {
    private final MemoryCore core;
    private final int member;
    private final AppendCounts counts = new AppendCounts();
    private final Leader leader = new Leader();
    private volatile boolean closed;

    // The log's thread's.
    private final ArrayDeque<MemoryAppend> waiting = new ArrayDeque<>();
    private final Set<MemoryAppend> sent = new LinkedHashSet<>();
    private final ArrayDeque<Runnable> answers = new ArrayDeque<>();

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
        long deadlineNs = AppendCounts.deadlineNs(length, deadline, core.owner.nowNs());
        byte[] copy = AppendCounts.copy(0, command, offset, length);
        MemoryAppend append = new MemoryAppend(this, copy, deadlineNs);
        if (counts.admit(append, closed)) {
            core.owner.submit(() -> take(append));
        }
        return append.result;
    }

    private void take(MemoryAppend append) {
        if (closed) {
            counts.notApplied(append, "the log was closed");
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
        if (!append.hasEnded()) {
            answers.add(() -> end(append, answer, failure));
        }
    }

    private void end(MemoryAppend append, byte[] answer, String failure) {
        if (!sent.remove(append)) {
            return;
        }
        if (failure == null) {
            counts.answered(append, answer);
        } else {
            counts.failed(append, failure);
        }
    }

    /** Ends what was sent and has no answer. */
    void endSent(String why) {
        answers.clear();
        List<MemoryAppend> all = List.copyOf(sent);
        sent.clear();
        all.forEach(append -> counts.unknown(append, why));
    }

    /** Ends all, for good. */
    void end(String why) {
        closed = true;
        core.remove(this);
        leaderIs(NO_LEADER);
        endSent(why);
        for (MemoryAppend append = waiting.poll(); append != null; append = waiting.poll()) {
            counts.notApplied(append, why);
        }
    }

    /** Ends those whose deadline has passed, and tells the core the next one. */
    boolean expire(long nowNs) {
        List<MemoryAppend> lateSent = removeLate(sent.iterator(), nowNs);
        List<MemoryAppend> lateWaiting = removeLate(waiting.iterator(), nowNs);
        for (MemoryAppend append : lateSent) {
            counts.unknown(append, "the deadline passed before the answer came");
        }
        for (MemoryAppend append : lateWaiting) {
            counts.notApplied(append, "the deadline passed, no leader was reached");
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

    void leaderIs(int id) {
        leader.is(id);
    }

    @Override
    public int leader() {
        return leader.get();
    }

    @Override
    public void onLeader(IntConsumer listener) {
        leader.tell(listener);
    }

    @Override
    public LogStats stats() {
        return counts.stats(leader.changes());
    }

    @Override
    public void close() {
        if (!closed) {
            core.owner.call(() -> end("the log was closed"));
        }
    }
}
