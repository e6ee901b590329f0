package io.tharsis.transport.log;

import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The state of a {@link MemoryLog} and what can happen to it, one thing at a time, chosen by a seed
 * from all that are possible. <b>Threads: the log's own.</b>
 */
final class MemoryCore {
    /** What a command takes of the log besides itself. */
    static final int ENTRY_OVERHEAD = 32;

    final MemoryLog owner;
    private final long snapshotBytes;
    private final IntFunction<StateMachine> machines;
    private final InstantSource wall;
    private final MemoryMember[] members;
    private final List<MemoryClient> clients = new ArrayList<>();
    private final List<Runnable> possible = new ArrayList<>();
    private long random;

    /** The committed log from {@code logStart} on, counted in entries. */
    private final ArrayList<Entry> log = new ArrayList<>();

    private long logStart;
    private volatile long logStartPosition;

    /** What the leader has taken and no majority has yet. */
    private final ArrayDeque<Entry> uncommitted = new ArrayDeque<>();

    private volatile int leader = ReplicatedLog.NO_LEADER;

    /** Whether the leader has applied what was committed before its time, and takes commands. */
    private boolean leaderReady;

    private long position;
    private long timestampMs;
    private volatile long nextDeadlineNs = Long.MAX_VALUE;

    /**
     * A command in the log.
     *
     * @param append who waits for its answer, until a leader is lost
     */
    record Entry(long position, long timestampMs, byte[] command, MemoryAppend append) {}

    MemoryCore(
            MemoryLog owner,
            int count,
            long snapshotBytes,
            IntFunction<StateMachine> machines,
            InstantSource wall,
            long seed) {
        this.owner = owner;
        this.snapshotBytes = snapshotBytes;
        this.machines = machines;
        this.wall = wall;
        random = seed;
        members = new MemoryMember[count];
        for (int i = 0; i < count; i++) {
            members[i] = new MemoryMember(this, i);
            members[i].start(machines.apply(i));
        }
    }

    MemoryMember member(int id) {
        if (id < 0 || id >= members.length) {
            throw new IllegalArgumentException(
                    "member " + id + " of " + members.length + " members, counted from 0");
        }
        return members[id];
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    int leader() {
        return leader;
    }

    /** Does one of the things that can be done now; false if there is none. */
    boolean act() {
        if (leader != ReplicatedLog.NO_LEADER && !hasMajority(members[leader])) {
            loseLeader();
            return true;
        }
        possible.clear();
        if (leader == ReplicatedLog.NO_LEADER) {
            for (MemoryMember member : members) {
                if (hasMajority(member)) {
                    possible.add(() -> lead(member));
                }
            }
        } else {
            underLeader();
        }
        if (possible.isEmpty()) {
            return false;
        }
        possible.get(below(possible.size())).run();
        return true;
    }

    private void underLeader() {
        if (!uncommitted.isEmpty()) {
            possible.add(this::commit);
        }
        for (MemoryMember member : members) {
            if (member.up() && member.side() == members[leader].side() && lags(member)) {
                possible.add(() -> advance(member));
            }
        }
        for (MemoryClient client : clients) {
            if (reachesLeader(client)) {
                if (client.hasWaiting() && leaderReady) {
                    possible.add(() -> accept(client));
                }
                if (client.hasAnswer()) {
                    possible.add(client::deliver);
                }
            }
        }
    }

    private boolean hasMajority(MemoryMember member) {
        int reached = 0;
        for (MemoryMember other : members) {
            if (other.up() && other.side() == member.side()) {
                reached++;
            }
        }
        return member.up() && reached > members.length / 2;
    }

    private boolean reachesLeader(MemoryClient client) {
        MemoryMember at = members[client.member()];
        return at.up() && at.side() == members[leader].side();
    }

    private boolean lags(MemoryMember member) {
        return member.next() < logStart + log.size();
    }

    private void lead(MemoryMember member) {
        leader = member.id();
        leaderReady = !lags(member);
        for (MemoryMember other : members) {
            if (other.up()) {
                other.role(other == member ? Role.LEADER : Role.FOLLOWER);
            }
        }
        tellClients();
    }

    private void loseLeader() {
        MemoryMember old = members[leader];
        leader = ReplicatedLog.NO_LEADER;
        if (old.up()) {
            old.role(Role.FOLLOWER);
        }
        // Of what was on its way to the others, each got so much and no more.
        int kept = below(uncommitted.size() + 1);
        while (uncommitted.size() > kept) {
            uncommitted.removeLast();
        }
        tellClients();
        for (MemoryClient client : List.copyOf(clients)) {
            client.endSent("the leader changed");
        }
    }

    private void tellClients() {
        for (MemoryClient client : List.copyOf(clients)) {
            client.leaderIs(
                    leader != ReplicatedLog.NO_LEADER && reachesLeader(client)
                            ? leader
                            : ReplicatedLog.NO_LEADER);
        }
    }

    private void accept(MemoryClient client) {
        MemoryAppend append = client.send();
        timestampMs = Math.max(timestampMs, wall.millis());
        position += append.command.length + ENTRY_OVERHEAD;
        uncommitted.add(new Entry(position, timestampMs, append.command, append));
    }

    private void commit() {
        log.add(uncommitted.remove());
    }

    private void advance(MemoryMember member) {
        if (member.next() < logStart) {
            member.load(newestSnapshot(member));
        } else {
            member.apply(log.get((int) (member.next() - logStart)), member.id() == leader);
        }
        leaderReady |= member.id() == leader && !lags(member);
        if (member.up() && member.snapshotBySize(snapshotBytes)) {
            trim();
        }
    }

    private MemoryMember.Snapshot newestSnapshot(MemoryMember near) {
        MemoryMember.Snapshot newest = near.snapshot();
        for (MemoryMember other : members) {
            MemoryMember.Snapshot candidate = other.snapshot();
            if (other.up()
                    && other.side() == near.side()
                    && candidate != null
                    && (newest == null || candidate.next() > newest.next())) {
                newest = candidate;
            }
        }
        return newest;
    }

    /**
     * Forgets the log before what a majority of members has in its last snapshot but one, and never
     * what the leader has still to answer.
     */
    private void trim() {
        long[] needed =
                Arrays.stream(members).mapToLong(MemoryMember::neededFrom).sorted().toArray();
        long from = Math.min(needed[needed.length / 2], members[leader].next());
        if (from > logStart) {
            int count = (int) (from - logStart);
            logStartPosition = log.get(count - 1).position();
            log.subList(0, count).clear();
            logStart = from;
        }
    }

    long logStartPosition() {
        return logStartPosition;
    }

    void crash(int id, boolean forGood) {
        MemoryMember member = member(id);
        member.stop(forGood);
        for (MemoryClient client : List.copyOf(clients)) {
            if (client.member() == id) {
                client.end("its member went down");
            }
        }
    }

    void restart(int id) {
        MemoryMember member = member(id);
        if (!member.up() && !member.closed()) {
            member.start(machines.apply(id));
            if (leader != ReplicatedLog.NO_LEADER) {
                member.role(Role.FOLLOWER);
            }
        }
    }

    void split(int... apart) {
        for (MemoryMember member : members) {
            member.side(0);
        }
        for (int id : apart) {
            member(id).side(1);
        }
        tellClients();
    }

    void add(MemoryClient client) {
        clients.add(client);
        tellClients();
    }

    void remove(MemoryClient client) {
        clients.remove(client);
    }

    void hasDeadline(long deadlineNs) {
        nextDeadlineNs = Math.min(nextDeadlineNs, deadlineNs);
    }

    /** Ends the appends whose deadline has passed; false if there was none. */
    boolean expire(long nowNs) {
        if (nextDeadlineNs == Long.MAX_VALUE || nowNs - nextDeadlineNs < 0) {
            return false;
        }
        nextDeadlineNs = Long.MAX_VALUE;
        boolean any = false;
        for (MemoryClient client : List.copyOf(clients)) {
            any |= client.expire(nowNs);
        }
        return any;
    }

    void close() {
        for (MemoryMember member : members) {
            crash(member.id(), true);
        }
    }

    static void warn(String text, Throwable cause) {
        System.getLogger("io.tharsis.transport").log(Level.WARNING, text, cause);
    }

    /** SplitMix64 (Steele, Lea and Flood, 2014), scaled to 0 to {@code bound} - 1. */
    private int below(int bound) {
        random += 0x9E3779B97F4A7C15L;
        long mixed = random;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return (int) (((mixed >>> 32) * bound) >>> 32);
    }
}
