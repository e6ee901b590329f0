package io.tharsis.actors.place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * A set of nodes that keys are spread over: each key belongs to the node whose weight for it is the
 * highest. So a node that goes leaves its keys, and no others, to those that stay; and a node that
 * comes takes its share from all. The algorithm is that of Thaler and Ravishankar, "Using
 * Name-Based Mappings to Increase Hit Rates", IEEE/ACM Transactions on Networking 6 (1), 1998.
 *
 * <p>Nodes and keys count by their text alone, {@code toString()} of a node, whatever their hash
 * codes: the same nodes give the same owners in every process, on every version. The weight is a
 * 64-bit hash of both texts (FNV-1a over UTF-16 units, then the finalizer of SplitMix64); of equal
 * weights that of the node whose text is less counts as higher. All nodes have the same share.
 *
 * <p>An answer takes time in proportion to the number of nodes; it is meant for up to some
 * hundreds.
 *
 * <p>Immutable, thread-safe.
 *
 * @param <N> such as {@link io.tharsis.transport.Address}; its text does not change
 */
public final class Rendezvous<N> {
    private final List<N> nodes;
    private final String[] texts;
    private final long[] hashes;
    private final ToLongFunction<String> hash;

    private Rendezvous(Map<String, N> byText, ToLongFunction<String> hash) {
        this.hash = hash;
        this.nodes = List.copyOf(byText.values());
        this.texts = byText.keySet().toArray(String[]::new);
        this.hashes = Arrays.stream(texts).mapToLong(hash).toArray();
    }

    /**
     * These nodes, in whatever order; equal ones count once.
     *
     * @throws IllegalArgumentException if two that are not equal have the same text
     */
    public static <N> Rendezvous<N> of(Collection<? extends N> nodes) {
        return of(nodes, Rendezvous::hash);
    }

    /** With another hash, for tests. */
    static <N> Rendezvous<N> of(Collection<? extends N> nodes, ToLongFunction<String> hash) {
        var byText = new TreeMap<String, N>();
        for (N node : nodes) {
            N other = byText.putIfAbsent(node.toString(), node);
            if (other != null && !other.equals(node)) {
                throw new IllegalArgumentException(
                        "two nodes that are not equal have the text \"" + node + "\"");
            }
        }
        return new Rendezvous<>(byText, hash);
    }

    /** These nodes and {@code node}; this one if it is among them. */
    public Rendezvous<N> with(N node) {
        if (nodes.contains(node)) {
            return this;
        }
        List<N> more = new ArrayList<>(nodes);
        more.add(Objects.requireNonNull(node));
        return of(more, hash);
    }

    /** These nodes without {@code node}; this one if it is not among them. */
    public Rendezvous<N> without(N node) {
        if (!nodes.contains(node)) {
            return this;
        }
        List<N> fewer = new ArrayList<>(nodes);
        fewer.remove(node);
        return of(fewer, hash);
    }

    /** The nodes, in the order of their texts. */
    public List<N> nodes() {
        return nodes;
    }

    /** Where {@code key} belongs; empty if there are no nodes. */
    public Optional<N> owner(String key) {
        int owner = ownerIndex(key);
        return owner < 0 ? Optional.empty() : Optional.of(nodes.get(owner));
    }

    private int ownerIndex(String key) {
        long ofKey = hash.applyAsLong(key);
        int best = -1;
        long highest = 0;
        for (int i = 0; i < hashes.length; i++) {
            long weight = weight(hashes[i], ofKey);
            if (best < 0 || Long.compareUnsigned(weight, highest) > 0) {
                best = i;
                highest = weight;
            }
        }
        return best;
    }

    /**
     * Where {@code count} copies of {@code key} belong: its owner first, then who would own it if
     * those before were gone. All nodes if there are fewer.
     *
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public List<N> owners(String key, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a count is not negative: " + count);
        }
        long ofKey = hash.applyAsLong(key);
        var byWeight = new ArrayList<Integer>(hashes.length);
        for (int i = 0; i < hashes.length; i++) {
            byWeight.add(i);
        }
        // Stable, so that of equal weights the lesser text stays first.
        byWeight.sort(
                (a, b) -> Long.compareUnsigned(weight(hashes[b], ofKey), weight(hashes[a], ofKey)));
        return byWeight.stream().limit(count).map(nodes::get).toList();
    }

    /**
     * Which of {@code keys} have another owner here than they had {@code before}, in their order.
     */
    public List<Move<N>> moved(Collection<String> keys, Rendezvous<N> before) {
        List<Move<N>> moves = new ArrayList<>();
        for (String key : keys) {
            N from = before.owner(key).orElse(null);
            N to = owner(key).orElse(null);
            if (!Objects.equals(from, to)) {
                moves.add(new Move<>(key, from, to));
            }
        }
        return moves;
    }

    private static long weight(long ofNode, long ofKey) {
        return mix(ofNode ^ ofKey);
    }

    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64, by Steele, Lea and Flood. */
    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        return "Rendezvous" + nodes;
    }

    /**
     * A key whose owner has changed.
     *
     * @param from null if there were no nodes
     * @param to null if there are none left
     */
    public record Move<N>(String key, N from, N to) {}
}
