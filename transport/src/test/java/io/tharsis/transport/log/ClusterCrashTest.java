package io.tharsis.transport.log;

import static io.tharsis.transport.log.ReplicatedLogContract.append;
import static io.tharsis.transport.log.ReplicatedLogContract.await;
import static io.tharsis.transport.log.ReplicatedLogContract.text;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Members that are killed, as processes, seen from a client in another process. */
@Timeout(180)
class ClusterCrashTest {
    @TempDir Path directory;
    private MemberProcesses members;

    @AfterEach
    void closeAll() throws Exception {
        if (members != null) {
            members.close();
        }
    }

    private void startMembers(int count) throws IOException {
        members = new MemberProcesses(count, directory, "-XX:TieredStopAtLevel=1");
    }

    /**
     * Appends until it succeeds, as a caller does whose commands may be applied twice; within the
     * 20 s that a fail-over or a restart may take.
     */
    private String insist(String command) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return text(append(members.log, command, Duration.ofMillis(500)));
            } catch (java.util.concurrent.ExecutionException e) {
                assertTrue(e.getCause() instanceof LogException, "" + e.getCause());
                assertTrue(System.nanoTime() - end < 0, "nobody leads: " + e.getCause());
            }
        }
    }

    @Test
    void shouldStartAtOnceAfterAKillWithAllThatWasAcknowledged() throws Exception {
        startMembers(1);
        for (int i = 0; i < 20; i++) {
            insist("command " + i);
        }
        members.kill(0);
        long startNs = System.nanoTime();
        members.start(0);
        insist("ask first");
        System.out.println("back after a kill in ms: " + (System.nanoTime() - startNs) / 1_000_000);
        for (int i = 0; i < 20; i++) {
            assertNotEquals("-1", insist("ask command " + i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    @Tag("slow")
    void shouldGoOnUnderAnotherLeaderWhenAMinorityIsKilledAndLoseNothing(int count)
            throws Exception {
        startMembers(count);
        insist("first");
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20; i++) {
                insist("round " + round + " command " + i);
            }
            await("a leader", () -> members.log.leader() != ReplicatedLog.NO_LEADER);
            int leader = members.log.leader();
            for (int i = 0; i < count / 2; i++) {
                members.kill((leader + i) % count);
            }
            long startNs = System.nanoTime();
            insist("after " + round);
            System.out.println(
                    "fail-over of "
                            + count
                            + " in ms: "
                            + (System.nanoTime() - startNs) / 1_000_000);
            assertNotEquals(leader, members.log.leader());
            for (int i = 0; i < 20; i++) {
                assertNotEquals("-1", insist("ask round " + round + " command " + i));
            }
            // They are needed, when the next leader is killed, to have caught up.
            for (int i = 0; i < count / 2; i++) {
                int member = (leader + i) % count;
                members.start(member);
            }
        }
    }
}
