package io.tharsis.transport.log;

import static io.tharsis.transport.log.ReplicatedLogContract.append;
import static io.tharsis.transport.log.ReplicatedLogContract.await;
import static io.tharsis.transport.log.ReplicatedLogContract.text;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterLog;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Members that are killed, as processes, seen from a client in another process. */
@Timeout(180)
class ClusterCrashTest {
    @TempDir Path directory;
    private Path drivers;
    private MediaDriver driver;
    private ClusterLog log;
    private Process[] processes = {};
    private ClusterConfig[] configs = {};

    @BeforeEach
    void startDriver() throws IOException {
        Path shm = Path.of("/dev/shm");
        drivers =
                Files.createTempDirectory(
                        Files.isDirectory(shm) ? shm : directory, "tharsis-log-test-");
        driver = MediaDriver.launch(ClusterGroup.clientDriver(drivers.resolve("client")));
    }

    @AfterEach
    void closeAll() throws Exception {
        CloseHelper.quietCloseAll(log, driver);
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        }
        IoUtil.delete(drivers.toFile(), true);
    }

    private void startMembers(int count) throws IOException {
        List<Address> members = ClusterGroup.addresses(count);
        processes = new Process[count];
        configs = new ClusterConfig[count];
        for (int i = 0; i < count; i++) {
            configs[i] =
                    ClusterConfig.of(
                            i,
                            members,
                            directory.resolve("member-" + i),
                            drivers.resolve("driver-" + i));
            processes[i] = MemberMain.start(configs[i]);
        }
        log = ClusterLog.connect(members, drivers.resolve("client"), members.getFirst());
    }

    private void kill(int member) throws InterruptedException {
        processes[member].destroyForcibly();
        assertTrue(processes[member].waitFor(20, TimeUnit.SECONDS));
    }

    /**
     * Appends until it succeeds, as a caller does whose commands may be applied twice; within the
     * 20 s that a fail-over or a restart may take.
     */
    private String insist(String command) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return text(append(log, command, Duration.ofMillis(500)));
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
        kill(0);
        long startNs = System.nanoTime();
        processes[0] = MemberMain.start(configs[0]);
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
            await("a leader", () -> log.leader() != ReplicatedLog.NO_LEADER);
            int leader = log.leader();
            for (int i = 0; i < count / 2; i++) {
                kill((leader + i) % count);
            }
            long startNs = System.nanoTime();
            insist("after " + round);
            System.out.println(
                    "fail-over of "
                            + count
                            + " in ms: "
                            + (System.nanoTime() - startNs) / 1_000_000);
            assertNotEquals(leader, log.leader());
            for (int i = 0; i < 20; i++) {
                assertNotEquals("-1", insist("ask round " + round + " command " + i));
            }
            // They are needed, when the next leader is killed, to have caught up.
            for (int i = 0; i < count / 2; i++) {
                int member = (leader + i) % count;
                processes[member] = MemberMain.start(configs[member]);
            }
        }
    }
}
