package io.tharsis.transport.log;

import static io.tharsis.transport.log.ReplicatedLogContract.append;
import static io.tharsis.transport.log.ReplicatedLogContract.await;
import static io.tharsis.transport.log.ReplicatedLogContract.failure;
import static io.tharsis.transport.log.ReplicatedLogContract.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Members that are cut off from the others, alive all the time. */
@Tag("slow")
@Timeout(180)
class ClusterPartitionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path directory;
    private final SplitNetwork network = new SplitNetwork();
    private ClusterGroup group;

    @AfterEach
    void closeGroup() {
        if (group != null) {
            group.close();
        }
    }

    /** The leader, once all members have applied a first command. */
    private int start(int count) throws Exception {
        group = new ClusterGroup(count, directory, network::join);
        assertEquals("1", text(append(group.log(), "before", LONG)));
        awaitOnAll(List.of("before"));
        await("a leader", () -> group.log().leader() != ReplicatedLog.NO_LEADER);
        return group.log().leader();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void shouldAcknowledgeNothingBehindACutAndFollowWhenItIsHealed(int count) throws Exception {
        int leader = start(count);
        ReplicatedLog inside = group.members[leader].log();
        assertEquals("2", text(append(inside, "inside", LONG)));
        awaitOnAll(List.of("before", "inside"));
        Set<Integer> minority = new HashSet<>();
        for (int i = 0; i < count / 2; i++) {
            minority.add((leader + i) % count);
        }
        network.split(minority);

        List<CompletableFuture<byte[]>> lost = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lost.add(append(inside, "lost " + i, Duration.ofSeconds(8)));
        }
        // Nobody there has ever heard of the old leader.
        ReplicatedLog outside = group.members[(leader + count / 2) % count].log();
        assertEquals("3", text(append(outside, "outside", LONG)));
        assertEquals("4", text(append(outside, "outside too", LONG)));
        for (CompletableFuture<byte[]> each : lost) {
            LogException why = assertInstanceOf(LogException.class, failure(each));
            assertEquals(why instanceof LogException.Unknown, why.mayHaveBeenApplied());
        }
        await("step down", () -> group.members[leader].role() != Role.LEADER);
        Throwable late = failure(append(inside, "lost late", Duration.ofSeconds(1)));
        assertInstanceOf(LogException.NotApplied.class, late);
        for (int member : minority) {
            assertEquals(List.of("before", "inside"), group.journal(member).entries());
        }

        network.heal();
        // What was not acknowledged is nowhere: the others had gone on without it.
        awaitOnAll(List.of("before", "inside", "outside", "outside too"));
        assertEquals("5", text(append(inside, "after", LONG)));
        awaitOnAll(List.of("before", "inside", "outside", "outside too", "after"));
        for (int member : minority) {
            await("a follower", () -> group.members[member].role() == Role.FOLLOWER);
        }
    }

    @Test
    void shouldKeepItsLeaderWhenAFollowerIsCutOffAndComesBack() throws Exception {
        int leader = start(3);
        int cut = (leader + 1) % 3;
        ReplicatedLog log = group.members[leader].log();
        ReplicatedLog inside = group.members[cut].log();
        assertEquals("2", text(append(inside, "inside", LONG)));
        network.split(Set.of(cut));
        assertEquals("3", text(append(log, "outside", LONG)));
        LogException lost =
                assertInstanceOf(
                        LogException.class, failure(append(inside, "lost", Duration.ofSeconds(5))));
        assertEquals(List.of("before", "inside"), group.journal(cut).entries());
        network.heal();
        text(append(inside, "after", LONG));
        List<String> expected = new ArrayList<>(List.of("before", "inside", "outside", "after"));
        if (lost.mayHaveBeenApplied() && group.journal(leader).entries().contains("lost")) {
            // It was on its way, and arrived when it could.
            expected.add(3, "lost");
        }
        awaitOnAll(expected);
        assertEquals(leader, log.leader());
        assertEquals(Role.LEADER, group.members[leader].role());
    }

    private void awaitOnAll(List<String> expected) {
        for (Journal journal : group.journals()) {
            await("all applied", () -> journal.entries().size() >= expected.size());
            assertEquals(expected, journal.entries());
        }
    }
}
