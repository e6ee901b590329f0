package io.tharsis.transport.log;

import static io.tharsis.transport.log.ReplicatedLogContract.append;
import static io.tharsis.transport.log.ReplicatedLogContract.await;
import static io.tharsis.transport.log.ReplicatedLogContract.failure;
import static io.tharsis.transport.log.ReplicatedLogContract.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterLog;
import io.tharsis.transport.log.cluster.ClusterMember;
import io.tharsis.transport.seal.ClusterKey;
import io.tharsis.transport.seal.SealOptions;
import io.tharsis.transport.seal.SealStats;
import io.tharsis.transport.seal.SealStats.Kind;
import io.tharsis.transport.seal.SealedDriver;
import io.tharsis.transport.seal.UnsafeBindingException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Members as they are told to be on the network: under a key, and where they listen. */
@Timeout(120)
class SealedLogTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ALL = "0.0.0.0";

    @TempDir Path directory;
    private final Map<Integer, SealStats> stats = new ConcurrentHashMap<>();

    @Test
    void shouldReplicateUnderTheSealAndTakeNothingFromWhoHasNoKey() throws Exception {
        ClusterKey key = ClusterKey.generate(directory.resolve("key"));
        try (ClusterGroup group =
                new ClusterGroup(
                        3,
                        directory,
                        c ->
                                patient(c)
                                        .withKey(key)
                                        .withSealStats(s -> stats.put(c.member(), s)))) {
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(append(group.log(), "sealed " + i, LONG));
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("" + (i + 1), text(answers.get(i)));
            }
            for (Journal journal : group.journals()) {
                await("all applied", () -> journal.entries().size() == 100);
            }
            for (SealStats each : stats.values()) {
                assertTrue(each.get(Kind.SEALED) > 0 && each.get(Kind.OPENED) > 0, each::toString);
                assertEquals(0, each.get(Kind.UNSEALED), each::toString);
                assertEquals(0, each.get(Kind.BAD_TAG), each::toString);
            }
            assertEquals(3, stats.size());

            List<Address> members = group.config(0).members();
            try (MediaDriver plain = MediaDriver.launch(group.clientDriver("stranger"));
                    ClusterLog stranger = connect(members, plain)) {
                Throwable why = failure(append(stranger, "unsealed", Duration.ofSeconds(1)));
                assertInstanceOf(LogException.NotApplied.class, why);
            }
            for (SealStats each : stats.values()) {
                assertTrue(each.get(Kind.UNSEALED) > 0, each::toString);
            }
            MediaDriver.Context sealed = group.clientDriver("friend");
            SealedDriver.seal(sealed, key, SealOptions.defaults());
            try (MediaDriver driver = MediaDriver.launch(sealed);
                    ClusterLog friend = connect(members, driver)) {
                assertEquals("101", text(append(friend, "from a client", LONG)));
            }
        }
    }

    /** No leader is lost here but by a busy machine, and then an append may end as unknown. */
    private static ClusterConfig patient(ClusterConfig config) {
        return config.withHeartbeatTimeout(Duration.ofSeconds(20));
    }

    private static ClusterLog connect(List<Address> members, MediaDriver driver) {
        return ClusterLog.connect(
                members, Path.of(driver.aeronDirectoryName()), members.getFirst());
    }

    @Test
    void shouldListenWhereItIsToldToAndBeReachedWhereItSays() throws Exception {
        assumeTrue(isFree(0), "no 127.0.0.2");
        ClusterKey key = ClusterKey.generate(directory.resolve("key"));
        try (ClusterGroup group =
                new ClusterGroup(
                        3,
                        directory,
                        c -> patient(c.member() == 0 ? c : c.withBindHost(ALL)).withKey(key))) {
            assertEquals("1", text(append(group.log(), "one", LONG)));
            // Its own client dials it, too, whoever leads.
            for (int i = 0; i < 3; i++) {
                try (ReplicatedLog log = group.members[i].log()) {
                    assertEquals("" + (i + 2), text(append(log, "of " + i, LONG)));
                }
            }
            int away = group.log().leader() == 2 ? 1 : 2;
            group.stop(away);
            assertEquals("5", text(append(group.log(), "without it", LONG)));
            group.start(away);
            // It listens at its catch-up port for what it has missed, at its log's for the rest.
            await("caught up", () -> group.journal(away).entries().size() == 5);
            assertEquals("6", text(append(group.log(), "with it", LONG)));
            await("it goes on", () -> group.journal(away).entries().size() == 6);
            for (int port : new int[] {0, 1, 4}) {
                assertTrue(isFree(group.config(0).address().port() + port), "port " + port);
                for (int i = 1; i < 3; i++) {
                    int expected = group.config(i).address().port() + port;
                    // The one that came back opens the last of them when its election is over.
                    await("port " + port + " of member " + i, () -> !isFree(expected));
                }
            }
            assertFalse(isFree(group.config(away).address().port() + 2));
        }
    }

    /** Whether nobody listens to a port at an address that no member has. */
    private static boolean isFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.2", port))) {
            return socket.isBound();
        } catch (SocketException _) {
            return false;
        }
    }

    @Test
    void shouldNotListenBeyondThisMachineWithoutAKeyUnlessToldTo() throws Exception {
        List<Address> one = ClusterGroup.addresses(1);
        ClusterConfig bold =
                ClusterConfig.of(0, one, directory.resolve("log"), directory.resolve("driver"))
                        .withBindHost(ALL);
        assertThrows(UnsafeBindingException.class, () -> ClusterMember.start(bold, Journal::new));
        try (ClusterMember member =
                        ClusterMember.start(bold.withInsecureNoClusterKey(), Journal::new);
                ReplicatedLog log = member.log()) {
            assertEquals("1", text(append(log, "insecure", LONG)));
        }
    }
}
