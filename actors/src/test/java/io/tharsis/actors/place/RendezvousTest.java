package io.tharsis.actors.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Which node a key belongs to, and which keys move. */
@Timeout(60)
final class RendezvousTest {
    private static final int KEYS = 20_000;

    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);

    private final Random random = new Random(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("RendezvousTest -Dtharsis.seed=" + SEED);
    }

    private List<Address> addresses(int count) {
        int first = 1024 + random.nextInt(10_000);
        return IntStream.range(0, count)
                .mapToObj(i -> new Address("10.0." + i % 3 + "." + (i + 1), first + i))
                .toList();
    }

    private List<String> keys() {
        String prefix = "key-" + random.nextInt(1000) + "/";
        return IntStream.range(0, KEYS).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void shouldAnswerTheSameOnEveryVersion() {
        var nodes =
                Rendezvous.of(
                        List.of(
                                Address.parse("10.0.0.1:4040"),
                                Address.parse("10.0.0.2:4040"),
                                Address.parse("[::1]:4040"),
                                Address.parse("worker-7.example:9000")));
        GOLDEN.forEach(
                (key, owners) ->
                        assertEquals(
                                owners,
                                nodes.owners(key, 4).stream().map(Address::toString).toList(),
                                key));
    }

    /** Made once by this code; if they change, processes of two versions disagree. */
    private static final Map<String, List<String>> GOLDEN =
            Map.of(
                    "",
                    List.of(
                            "[::1]:4040",
                            "10.0.0.1:4040",
                            "10.0.0.2:4040",
                            "worker-7.example:9000"),
                    "chunk/0",
                    List.of(
                            "10.0.0.1:4040",
                            "[::1]:4040",
                            "worker-7.example:9000",
                            "10.0.0.2:4040"),
                    "chunk/1",
                    List.of(
                            "[::1]:4040",
                            "10.0.0.1:4040",
                            "worker-7.example:9000",
                            "10.0.0.2:4040"),
                    "gr\u00fc\u00dfe",
                    List.of(
                            "10.0.0.1:4040",
                            "worker-7.example:9000",
                            "10.0.0.2:4040",
                            "[::1]:4040"),
                    "\ud83d\ude00",
                    List.of(
                            "10.0.0.2:4040",
                            "10.0.0.1:4040",
                            "[::1]:4040",
                            "worker-7.example:9000"));

    @Test
    void shouldMoveTheKeysOfARemovedNodeAloneAndToAllThatStay() {
        for (int count : new int[] {2, 3, 10, 17}) {
            List<Address> all = addresses(count);
            var before = Rendezvous.of(all);
            Address gone = all.get(random.nextInt(count));
            var after = before.without(gone);
            Map<Address, Integer> gained = new HashMap<>();
            for (String key : keys()) {
                Address from = before.owner(key).orElseThrow();
                Address to = after.owner(key).orElseThrow();
                if (from.equals(gone)) {
                    gained.merge(to, 1, Integer::sum);
                    assertEquals(before.owners(key, 2).get(1), to);
                } else {
                    assertEquals(from, to, "seed " + SEED);
                }
            }
            assertEquals(count - 1, gained.size(), "who gained, seed " + SEED);
        }
    }

    @Test
    void shouldGiveANewNodeItsShareAndMoveNothingElse() {
        for (int count : new int[] {1, 2, 9, 32}) {
            List<Address> all = addresses(count + 1);
            var before = Rendezvous.of(all.subList(0, count));
            var after = before.with(all.get(count));
            List<Rendezvous.Move<Address>> moves = after.moved(keys(), before);
            assertTrue(moves.stream().allMatch(move -> move.to().equals(all.get(count))));
            assertNear(KEYS / (count + 1.0), moves.size());
        }
    }

    @Test
    void shouldGiveEachNodeTheSameShareOfOwnersAndOfCopies() {
        for (int count : new int[] {2, 5, 16, 50}) {
            var nodes = Rendezvous.of(addresses(count));
            Map<Address, Integer> first = new HashMap<>();
            Map<Address, Integer> second = new HashMap<>();
            for (String key : keys()) {
                List<Address> owners = nodes.owners(key, 2);
                assertEquals(nodes.owner(key).orElseThrow(), owners.getFirst());
                first.merge(owners.get(0), 1, Integer::sum);
                second.merge(owners.get(1), 1, Integer::sum);
            }
            for (Address node : nodes.nodes()) {
                assertNear((double) KEYS / count, first.getOrDefault(node, 0));
                assertNear((double) KEYS / count, second.getOrDefault(node, 0));
            }
        }
    }

    /** Nine standard deviations: chance alone misses it once in some 10 to the 15. */
    private void assertNear(double expected, int actual) {
        assertTrue(
                Math.abs(actual - expected) <= 9 * Math.sqrt(expected),
                actual + " instead of about " + expected + ", seed " + SEED);
    }

    @Test
    void shouldNotDependOnTheOrderOfNodes() {
        List<Address> all = new ArrayList<>(addresses(12));
        var nodes = Rendezvous.of(all);
        Collections.shuffle(all, random);
        all.add(all.getFirst());
        var shuffled = Rendezvous.of(all);
        assertEquals(nodes.nodes(), shuffled.nodes());
        for (String key : keys().subList(0, 1000)) {
            assertEquals(nodes.owners(key, 12), shuffled.owners(key, 12));
        }
        assertSame(nodes, nodes.with(all.getFirst()));
        assertSame(nodes, nodes.without(new Address("other", 1)));
    }

    @Test
    void shouldSettleTiesByText() {
        var tied = Rendezvous.of(List.of("c", "a", "b"), _ -> 42);
        assertEquals(Optional.of("a"), tied.owner("any"));
        assertEquals(List.of("a", "b", "c"), tied.owners("any", 5));
        assertEquals(Optional.of("b"), tied.without("a").owner("any"));
    }

    @Test
    void shouldAnswerForNoNodesAndRefuseNonsense() {
        var none = Rendezvous.<String>of(List.of());
        assertEquals(Optional.empty(), none.owner("key"));
        assertEquals(List.of(), none.owners("key", 3));
        assertEquals(List.of(), none.with("a").owners("key", 0));
        assertThrows(IllegalArgumentException.class, () -> none.owners("key", -1));
        List<Object> twins = List.of(1, "1");
        var refused = assertThrows(IllegalArgumentException.class, () -> Rendezvous.of(twins));
        assertTrue(refused.getMessage().contains("\"1\""), refused::getMessage);
    }

    // -------------------------------------------------------------- placement

    @Test
    void shouldTellOfExactlyTheTrackedKeysThatMoved() {
        Map<String, Address> told = new HashMap<>();
        var placement =
                new Placement<Address>(
                        move -> {
                            assertEquals(told.get(move.key()), move.from(), move.key());
                            assertFalse(move.to() == null && move.from() == null);
                            told.put(move.key(), move.to());
                        });
        List<String> tracked = keys().subList(0, 500);
        tracked.forEach(placement::track);
        List<Address> all = addresses(8);
        for (int i = 0; i < 200; i++) {
            Address node = all.get(random.nextInt(all.size()));
            switch (random.nextInt(3)) {
                case 0 -> placement.add(node);
                case 1 -> placement.remove(node);
                default -> placement.set(all.subList(random.nextInt(4), 4 + random.nextInt(5)));
            }
            for (String key : tracked) {
                assertEquals(
                        placement.owner(key),
                        Optional.ofNullable(told.get(key)),
                        () -> key + ", seed " + SEED);
            }
        }
        placement.set(List.of());
        assertTrue(told.values().stream().allMatch(owner -> owner == null));
        assertEquals(500, told.size());
        tracked.forEach(placement::untrack);
        told.clear();
        placement.set(all);
        assertEquals(Map.of(), told);
    }

    @Test
    void shouldTellAllKeysEvenIfTheListenerThrows() {
        List<String> told = new ArrayList<>();
        var placement =
                new Placement<String>(
                        move -> {
                            told.add(move.key());
                            throw new UnsupportedOperationException(move.key());
                        });
        List.of("a", "b", "c").forEach(placement::track);
        var thrown = assertThrows(UnsupportedOperationException.class, () -> placement.add("node"));
        assertEquals("a", thrown.getMessage());
        assertEquals(2, thrown.getSuppressed().length);
        assertEquals(List.of("a", "b", "c"), told);
        assertEquals(List.of("node"), placement.current().nodes());
    }

    @Test
    void shouldRefuseChangesByTheListener() {
        var itself = new ArrayList<Placement<String>>();
        var placement = new Placement<String>(_ -> itself.getFirst().add("more"));
        itself.add(placement);
        placement.track("key");
        assertThrows(IllegalStateException.class, () -> placement.add("node"));
        assertEquals(List.of("node"), placement.current().nodes());
    }
}
