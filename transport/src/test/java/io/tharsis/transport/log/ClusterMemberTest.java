package io.tharsis.transport.log;

import static io.tharsis.transport.log.ReplicatedLogContract.append;
import static io.tharsis.transport.log.ReplicatedLogContract.await;
import static io.tharsis.transport.log.ReplicatedLogContract.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aeron.cluster.client.AeronCluster;
import io.tharsis.transport.Address;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterMember;
import io.tharsis.transport.seal.ClusterKey;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** What an embedded member does besides the contract: its disk, its claim, its breaks. */
@Timeout(120)
class ClusterMemberTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final long MIB = 1 << 20;

    @TempDir Path directory;
    private ClusterGroup group;

    @AfterEach
    void closeGroup() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void shouldKeepItsDiskBoundedAndStillComeBack() throws Exception {
        group = new ClusterGroup(1, directory, c -> c.withSnapshots(4 * MIB, 4 * MIB));
        text(append(group.log(), "first", LONG));
        long most = 0;
        for (int i = 1; i <= 48; i++) {
            fill(group.log(), 4 * MIB);
            long written = i * 4 * MIB;
            // Snapshots do not hold the log up, however late they come, so it waits for them here.
            await("log purged", () -> group.members[0].stats().logStart() > written - 64 * MIB);
            most = Math.max(most, diskBytes());
        }
        assertTrue(group.members[0].stats().snapshots() >= 2);
        // Of the 192 MiB that were written, and with files of constant length counted in: the log
        // that was waited for, the grain of a segment, three snapshots of two files each, marks and
        // catalogue.
        assertTrue(most < 128 * MIB, "disk used: " + most);
        text(append(group.log(), "second", LONG));
        group.restart();
        assertEquals("3", text(append(group.log(), "third", LONG)));
        assertEquals(0, group.members[0].stats().errors());
    }

    @Test
    @Tag("slow")
    void shouldTakeLessThanAGibibyteOfDiskWithTheUsualSizes() throws Exception {
        group = new ClusterGroup(1, directory, c -> c);
        long most = 0;
        for (int i = 0; i < 48; i++) {
            fill(group.log(), 32 * MIB);
            most = Math.max(most, diskBytes());
        }
        await("log purged", () -> group.members[0].stats().logStart() > 512 * MIB);
        System.out.println("disk at most, in MiB: " + most / MIB);
        assertTrue(most < 1024 * MIB, "disk used: " + most);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void shouldCatchUpAfterTheLogItNeedsWasPurged(boolean sealed) throws Exception {
        ClusterKey key = sealed ? ClusterKey.generate(directory.resolve("key")) : null;
        group =
                new ClusterGroup(
                        3,
                        directory,
                        c ->
                                c.withSnapshots(4 * MIB, 0)
                                        .withKey(key)
                                        .withBindHost(sealed ? "0.0.0.0" : null));
        text(append(group.log(), "first", LONG));
        await("a leader", () -> group.log().leader() != ReplicatedLog.NO_LEADER);
        int away = group.log().leader() == 2 ? 1 : 2;
        await("all there", () -> group.journal(away).entries().size() == 1);
        group.stop(away);
        for (int i = 0; i < 8; i++) {
            fill(group.log(), 4 * MIB);
        }
        text(append(group.log(), "second", LONG));
        for (LogMember member : group.members()) {
            await("log purged", () -> member.stats().logStart() > 8 * MIB);
        }
        group.start(away);
        await("caught up", () -> group.journal(away).entries().size() == 2);
        assertEquals("3", text(append(group.log(), "third", LONG)));
        await("goes on", () -> group.journal(away).entries().size() == 3);
        assertEquals(group.journal(0).passed(), group.journal(away).passed());
    }

    @Test
    void shouldNotWaitForAClientThatDoesNotRead() throws Exception {
        group = new ClusterGroup(1, directory, c -> c.withFsync(true));
        text(append(group.log(), "first", LONG));
        UnsafeBuffer command = new UnsafeBuffer(new byte[8 + 50_000]);
        command.putStringWithoutLengthUtf8(8, "echo");
        try (AeronCluster mute =
                AeronCluster.connect(
                        new AeronCluster.Context()
                                .aeronDirectoryName(group.config(0).driverDirectory().toString())
                                .ingressChannel("aeron:ipc?term-length=1m")
                                .egressChannel("aeron:ipc?term-length=1m")
                                .egressStreamId(777)
                                .messageTimeoutNs(LONG.toNanos())
                                .egressListener((_, _, _, _, _, _) -> {}))) {
            for (int i = 0; i < 800; i++) {
                await("sent", () -> mute.offer(command, 0, command.capacity()) > 0);
            }
            await("dropped", () -> group.members[0].stats().answersDropped() > 0);
            await("all applied", () -> group.journal(0).entries().size() == 801);
            assertEquals("802", text(append(group.log(), "second", LONG)));
        }
        assertEquals("803", text(append(group.log(), "third", LONG)));
        assertEquals(0, group.members[0].stats().errors());
    }

    @Test
    void shouldRefuseADirectoryThatAnotherMemberHas() throws Exception {
        group = new ClusterGroup(1, directory, c -> c);
        ClusterConfig same = group.config(0);
        assertThrows(IllegalStateException.class, () -> ClusterMember.start(same, Journal::new));
        assertEquals("1", text(append(group.log(), "lives", LONG)));
    }

    @Test
    @Tag("slow")
    void shouldStartAnewWithAStateOfItsOwnWhenItsStateMachineIsLost() throws Exception {
        AtomicBoolean breaks = new AtomicBoolean();
        group = new ClusterGroup(1, directory, c -> c);
        ClusterConfig config = group.config(0);
        group.close();
        List<Journal> journals = new ArrayList<>();
        ConcurrentLinkedQueue<Role> roles = new ConcurrentLinkedQueue<>();
        try (ClusterMember member =
                ClusterMember.start(
                        config,
                        () -> {
                            Journal journal = new Journal();
                            journals.add(journal);
                            return new Breaking(journal, breaks);
                        })) {
            member.onRole(roles::add);
            ReplicatedLog log = member.log();
            text(append(log, "before", LONG));
            breaks.set(true);
            CompletableFuture<byte[]> lost = append(log, "while it breaks", Duration.ofSeconds(20));
            assertTrue(ReplicatedLogContract.failure(lost) instanceof LogException.Unknown);
            await("started anew", () -> member.stats().starts() == 2);
            // The log had it, and the second state machine does not break.
            assertEquals("3", text(append(log, "after", LONG)));
            assertEquals(List.of("before", "while it breaks", "after"), journals.get(1).entries());
        }
        assertEquals(
                List.of(Role.LEADER, Role.NONE, Role.LEADER, Role.NONE),
                roles.stream().skip(roles.peek() == Role.NONE ? 1 : 0).toList());
    }

    @Test
    void shouldRefuseConfigurationsThatCannotWork() {
        List<Address> two = List.of(new Address("a", 1_000), new Address("b", 1_000));
        List<Address> meeting =
                List.of(new Address("a", 1_000), new Address("a", 1_004), new Address("b", 1_000));
        List<Address> one = List.of(new Address("a", 1_000));
        Path path = directory;
        assertThrows(IllegalArgumentException.class, () -> ClusterConfig.of(0, two, path, path));
        assertThrows(
                IllegalArgumentException.class, () -> ClusterConfig.of(0, meeting, path, path));
        assertThrows(IllegalArgumentException.class, () -> ClusterConfig.of(1, one, path, path));
        ClusterConfig good = ClusterConfig.of(0, one, path, path);
        assertThrows(IllegalArgumentException.class, () -> good.withSnapshots(1, 0));
        assertThrows(IllegalArgumentException.class, () -> good.withSnapshots(4 * MIB, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> good.withHeartbeatTimeout(Duration.ofMillis(10)));
    }

    /** Loses its memory once, as a process that has none left. */
    private record Breaking(Journal journal, AtomicBoolean breaks) implements StateMachine {
        @Override
        public void apply(
                long position,
                long timestampMs,
                DirectBuffer command,
                int offset,
                int length,
                Answer answer) {
            if (breaks.compareAndSet(true, false)) {
                throw new OutOfMemoryError("as the test wants it");
            }
            journal.apply(position, timestampMs, command, offset, length, answer);
        }

        @Override
        public void snapshot(SnapshotSink sink) {
            journal.snapshot(sink);
        }

        @Override
        public void load(SnapshotSource source) {
            journal.load(source);
        }
    }

    private static void fill(ReplicatedLog log, long bytes) throws Exception {
        byte[] command = new byte[32 * 1024];
        System.arraycopy("unsaved".getBytes(UTF_8), 0, command, 0, 7);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (long sent = 0; sent < bytes; sent += command.length) {
            answers.add(log.append(new UnsafeBuffer(command), 0, command.length, LONG));
        }
        for (CompletableFuture<byte[]> answer : answers) {
            text(answer);
        }
    }

    /** How long the member's files are together, holes and all. */
    private long diskBytes() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (UncheckedIOException _) {
            // A file was purged under us; the next look counts.
            return 0;
        }
    }
}
