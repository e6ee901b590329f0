package io.tharsis.transport.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What every kind of replicated log promises. */
@Timeout(120)
abstract class ReplicatedLogContract {
    static final Duration LONG = Duration.ofSeconds(30);
    static final long SNAPSHOT_BYTES = 4L << 20;

    private LogGroup group;

    /** A running log that takes a snapshot every {@link #SNAPSHOT_BYTES}. */
    abstract LogGroup start() throws Exception;

    @BeforeEach
    void startGroup() throws Exception {
        group = start();
    }

    @AfterEach
    void closeGroup() {
        group.close();
    }

    @Test
    void shouldApplyInTheOrderOfAppendsOnEveryMember() throws Exception {
        List<String> expected = new ArrayList<>();
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        ReplicatedLog log = group.log();
        for (int i = 0; i < 500; i++) {
            expected.add("command " + i);
            answers.add(append(log, "command " + i, LONG));
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(Integer.toString(i + 1), text(answers.get(i)));
        }
        awaitOnAll(expected);
        assertEquals(500, log.stats().answered());
        assertEquals(0, log.stats().pending());
    }

    @Test
    void shouldGiveOneOrderToTheAppendsOfManyThreads() throws Exception {
        ReplicatedLog log = group.log();
        ConcurrentLinkedQueue<CompletableFuture<byte[]>> answers = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "thread " + t + " ";
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 100; i++) {
                                            answers.add(append(log, name + i, LONG));
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        List<Integer> counts = new ArrayList<>();
        for (CompletableFuture<byte[]> answer : answers) {
            counts.add(Integer.valueOf(text(answer)));
        }
        assertEquals(400, counts.stream().distinct().count());
        // An answer says that the leader has applied it, not yet this member.
        Journal journal = group.journals().getFirst();
        await("all applied", () -> journal.entries().size() == 400);
        List<String> order = journal.entries();
        for (int t = 0; t < 4; t++) {
            String name = "thread " + t + " ";
            List<String> own = order.stream().filter(e -> e.startsWith(name)).toList();
            for (int i = 0; i < 100; i++) {
                assertEquals(name + i, own.get(i));
            }
        }
        awaitOnAll(order);
    }

    @Test
    void shouldCarryCommandsAndAnswersOfEverySizeUpToTheLargest() throws Exception {
        ReplicatedLog log = group.log();
        for (int size : new int[] {4, 5, 63, 1_000, 1_408, 8_191, 40_000, 65_536}) {
            byte[] command = new byte[size];
            Arrays.fill(command, (byte) 'x');
            System.arraycopy("echo".getBytes(UTF_8), 0, command, 0, 4);
            byte[] answer =
                    log.append(new UnsafeBuffer(command), 0, size, LONG).get(60, TimeUnit.SECONDS);
            assertArrayEquals(command, answer);
        }
        assertEquals("1", text(append(log, "time", LONG)).length() > 3 ? "1" : "0");
        assertEquals(0, log.append(new UnsafeBuffer(new byte[16]), 3, 0, LONG).get().length - 2);
    }

    @Test
    void shouldRefuseWhatIsTooLargeOrHasNoTime() throws Exception {
        ReplicatedLog log = group.log();
        UnsafeBuffer command = new UnsafeBuffer(new byte[ReplicatedLog.MAX_COMMAND + 1]);
        assertThrows(
                IllegalArgumentException.class,
                () -> log.append(command, 0, ReplicatedLog.MAX_COMMAND + 1, LONG));
        assertThrows(
                IllegalArgumentException.class, () -> log.append(command, 0, 1, Duration.ZERO));
        assertEquals("1", text(append(log, "after", LONG)));
    }

    @Test
    void shouldFailTheAppendAtWhichTheStateMachineThrowsAndGoOn() throws Exception {
        ReplicatedLog log = group.log();
        CompletableFuture<byte[]> thrown = append(log, "throw 1", LONG);
        CompletableFuture<byte[]> large = append(log, "large", LONG);
        CompletableFuture<byte[]> after = append(log, "after", LONG);
        LogException failure = assertInstanceOf(LogException.Failed.class, failure(thrown));
        assertTrue(failure.getMessage().contains("told to: throw 1"), failure.getMessage());
        assertInstanceOf(LogException.Failed.class, failure(large));
        assertEquals("3", text(after));
        awaitOnAll(List.of("throw 1", "large", "after"));
        for (LogMember member : group.members()) {
            await("failures counted", () -> member.stats().failures() == 2);
        }
        assertEquals(2, log.stats().failed());
    }

    @Test
    void shouldHaveTheSameStateAfterARestartFromTheLogAlone() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            append(group.log(), "command " + i, LONG).get(60, TimeUnit.SECONDS);
            expected.add("command " + i);
        }
        group.restart();
        assertEquals("51", text(append(group.log(), "after", LONG)));
        expected.add("after");
        awaitOnAll(expected);
    }

    @Test
    void shouldHaveTheSameStateAfterARestartFromASnapshotAndTheTail() throws Exception {
        ReplicatedLog log = group.log();
        text(append(log, "first", LONG));
        fill(log, SNAPSHOT_BYTES + (1 << 20));
        for (LogMember member : group.members()) {
            await("a snapshot", () -> member.stats().snapshot() > 0);
        }
        text(append(log, "second", LONG));
        awaitOnAll(List.of("first", "second"));
        long passed = group.journals().getFirst().passed();
        group.restart();
        assertEquals("3", text(append(group.log(), "third", LONG)));
        awaitOnAll(List.of("first", "second", "third"));
        for (Journal journal : group.journals()) {
            assertEquals(passed, journal.passed());
            assertEquals(1, journal.loads());
        }
    }

    @Test
    void shouldEndAppendsAtTheirDeadlineWhenThereIsNoMajority() throws Exception {
        ReplicatedLog log = group.log();
        text(append(log, "before", LONG));
        group.loseMajority();
        LogException lost =
                assertInstanceOf(
                        LogException.class, failure(append(log, "lost", Duration.ofMillis(300))));
        assertEquals(lost instanceof LogException.Unknown, lost.mayHaveBeenApplied());
        assertFalse(lost instanceof LogException.Failed);
        // By now nobody leads, or will before the deadline.
        await(
                "no leader",
                () -> {
                    Throwable next = failure(append(log, "lost too", Duration.ofMillis(100)));
                    return next instanceof LogException.NotApplied;
                });
        assertEquals(0, log.stats().pending());
    }

    @Test
    void shouldEndAllPendingAppendsWhenClosed() throws Exception {
        ReplicatedLog log = group.log();
        text(append(log, "before", LONG));
        group.loseMajority();
        List<CompletableFuture<byte[]>> pending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pending.add(append(log, "never " + i, Duration.ofHours(1)));
        }
        log.close();
        for (CompletableFuture<byte[]> append : pending) {
            assertInstanceOf(LogException.class, failure(append));
        }
        assertInstanceOf(LogException.NotApplied.class, failure(append(log, "closed", LONG)));
        log.close();
    }

    @Test
    void shouldTellWhoLeads() throws Exception {
        ReplicatedLog log = group.log();
        ConcurrentLinkedQueue<Integer> heard = new ConcurrentLinkedQueue<>();
        log.onLeader(heard::add);
        text(append(log, "one", LONG));
        await("a leader", () -> log.leader() != ReplicatedLog.NO_LEADER);
        int leader = log.leader();
        await("told", () -> heard.contains(leader));
        for (LogMember member : group.members()) {
            Role expected = member.id() == leader ? Role.LEADER : Role.FOLLOWER;
            ConcurrentLinkedQueue<Role> roles = new ConcurrentLinkedQueue<>();
            member.onRole(roles::add);
            await("the role of " + member.id(), () -> member.role() == expected);
            await("told of it", () -> roles.contains(expected));
        }
    }

    @Test
    void shouldRefuseMoreThanItHasRoomFor() throws Exception {
        ReplicatedLog log = group.log();
        text(append(log, "before", LONG));
        group.loseMajority();
        UnsafeBuffer large = new UnsafeBuffer(new byte[ReplicatedLog.MAX_COMMAND]);
        int most = (int) (ReplicatedLog.MAX_PENDING_BYTES / ReplicatedLog.MAX_COMMAND);
        CompletableFuture<byte[]> last = null;
        for (int i = 0; i <= most; i++) {
            last = log.append(large, 0, large.capacity(), Duration.ofHours(1));
        }
        assertInstanceOf(LogException.NotApplied.class, failure(last));
    }

    final void fill(ReplicatedLog log, long bytes) throws Exception {
        byte[] command = new byte[32 * 1024];
        System.arraycopy("unsaved".getBytes(UTF_8), 0, command, 0, 7);
        UnsafeBuffer buffer = new UnsafeBuffer(command);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (long sent = 0; sent < bytes; sent += command.length) {
            answers.add(log.append(buffer, 0, command.length, LONG));
            if (answers.size() == 256) {
                for (CompletableFuture<byte[]> answer : answers) {
                    answer.get(60, TimeUnit.SECONDS);
                }
                answers.clear();
            }
        }
        for (CompletableFuture<byte[]> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }
    }

    private void awaitOnAll(List<String> expected) {
        for (Journal journal : group.journals()) {
            await("all applied", () -> journal.entries().size() >= expected.size());
            assertEquals(expected, journal.entries());
        }
    }

    static CompletableFuture<byte[]> append(ReplicatedLog log, String text, Duration deadline) {
        byte[] bytes = text.getBytes(UTF_8);
        return log.append(new UnsafeBuffer(bytes), 0, bytes.length, deadline);
    }

    static String text(CompletableFuture<byte[]> answer) throws Exception {
        return new String(answer.get(60, TimeUnit.SECONDS), UTF_8);
    }

    static Throwable failure(CompletableFuture<byte[]> append) {
        try {
            append.get(60, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the append did not end", e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
