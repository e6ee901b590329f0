package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.plan.PlanGraph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a graph into steps in an order that respects what needs what.
 *
 * <p>Every stored node starts as a group of its own. A stored element-wise node joins the first
 * step that uses it, if that is a loop over the same domain that sees it unchanged (several outputs
 * of one loop); loops of equal depth over the same domain that read the same data join each other
 * (one pass over the data). Neither can make a cycle: the first user comes before all other users,
 * and steps of equal depth do not need each other.
 */
public final class Fuser {
    private static final int MAX_OUTPUTS = 8;

    /** Smaller products are cheaper stored than made tile by tile. */
    private static final long SMALL_PRODUCT = 1 << 16;

    /** Products of fewer rows are not worth halving. */
    private static final long MIRRORED_ROWS = 256;

    /** Nodes made by one step. */
    private static final class Group {
        final List<Integer> nodes = new ArrayList<>();
        final Set<Integer> needs = new HashSet<>();
        long[] domain;
        int foldFrom = -1;
        int foldTo = -1;
        boolean loop;
        boolean rechunk;
        boolean tiles;
        int product = -1;
        int position;
        int depth;
    }

    private final PlanGraph graph;
    private final boolean[] stored;
    private final Set<Integer> apart;
    private final Map<Integer, Group> groupOf = new LinkedHashMap<>();

    /**
     * @param apart nodes that no loop with a fold may make, since their numbers do not go along the
     *     folded axes
     */
    private Fuser(PlanGraph graph, boolean[] stored, Set<Integer> apart) {
        this.graph = graph;
        this.stored = stored;
        this.apart = apart;
    }

    /**
     * @param spareBytes at most this much is stored only to save computing it twice
     */
    public static List<Step> fuse(PlanGraph graph, long spareBytes) {
        boolean[] stored = Partition.decide(graph, spareBytes);
        Set<Integer> apart = new HashSet<>();
        while (true) {
            List<Step> steps = new Fuser(graph, stored, apart).steps();
            if (steps != null) {
                return steps;
            }
        }
    }

    /** Null if a node had to be stored in addition or made apart; then everything is done again. */
    private List<Step> steps() {
        for (int id = 0; id < graph.size(); id++) {
            if (stored[id] && !(graph.node(id).op() instanceof Op.Data)) {
                groupOf.put(id, newGroup(id));
            }
        }
        joinUsers();
        computeDepths();
        joinSiblings();
        joinProducts();
        List<Group> groups = new ArrayList<>(new HashSet<>(groupOf.values()));
        groups.sort(Comparator.<Group>comparingInt(g -> g.depth).thenComparingInt(g -> g.position));
        List<Step> steps = new ArrayList<>();
        for (Group group : groups) {
            Step step = step(group);
            if (step == null) {
                return null;
            }
            steps.add(step);
        }
        return steps;
    }

    private Group newGroup(int id) {
        PlanGraph.Node node = graph.node(id);
        var group = new Group();
        group.nodes.add(id);
        group.position = id;
        group.needs.addAll(Partition.needs(graph, stored, id));
        group.loop = Partition.isLoop(node.op());
        group.rechunk = node.op() instanceof Op.Rechunk;
        group.domain = node.shape();
        if (node.op() instanceof Op.Reduce reduce) {
            group.domain = graph.node(node.inputs()[0]).shape();
            group.foldFrom = reduce.from();
            group.foldTo = reduce.to();
        }
        if (foldsTiles(id)) {
            group.domain = graph.node(node.inputs()[0]).shape();
            group.tiles = true;
        }
        return group;
    }

    private boolean foldsTiles(int id) {
        Op op = graph.node(id).op();
        return op instanceof Op.TileFold || op instanceof Op.TileMoments;
    }

    private void joinUsers() {
        Map<Integer, List<Integer>> users = new HashMap<>();
        groupOf.forEach(
                (id, group) ->
                        group.needs.forEach(
                                need ->
                                        users.computeIfAbsent(need, _ -> new ArrayList<>())
                                                .add(id)));
        List<Integer> nodes = new ArrayList<>(groupOf.keySet());
        for (int id : nodes.reversed()) {
            Group own = groupOf.get(id);
            if (!(graph.node(id).op() instanceof Op.Elementwise)) {
                continue;
            }
            Group first = null;
            for (int user : users.getOrDefault(id, List.of())) {
                Group group = groupOf.get(user);
                if (first == null || group.position < first.position) {
                    first = group;
                }
            }
            if (first != null && canJoin(first, own) && seenUnchanged(first, id)) {
                first.nodes.add(id);
                first.tiles |= own.tiles;
                first.needs.addAll(own.needs);
                first.needs.remove(id);
                groupOf.put(id, first);
            }
        }
    }

    private boolean canJoin(Group a, Group b) {
        if ((a.foldFrom >= 0 || b.foldFrom >= 0) && (hasApart(a) || hasApart(b))) {
            return false;
        }
        if (a.foldFrom >= 0 && b.tiles || b.foldFrom >= 0 && a.tiles) {
            return false;
        }
        boolean sameFold =
                a.foldFrom == b.foldFrom && a.foldTo == b.foldTo
                        || a.foldFrom < 0
                        || b.foldFrom < 0;
        return a != b
                && a.loop
                && b.loop
                && !a.rechunk
                && !b.rechunk
                && sameFold
                && a.nodes.size() + b.nodes.size() <= MAX_OUTPUTS
                && Arrays.equals(a.domain, b.domain);
    }

    private boolean hasApart(Group group) {
        return group.nodes.stream().anyMatch(apart::contains);
    }

    /**
     * True if some expression of {@code group} reaches {@code id} through element-wise nodes of the
     * same shape alone.
     */
    private boolean seenUnchanged(Group group, int id) {
        List<Integer> stack = new ArrayList<>(group.nodes);
        Set<Integer> seen = new HashSet<>();
        while (!stack.isEmpty()) {
            int node = stack.removeLast();
            if (node == id) {
                return true;
            }
            boolean own = group.nodes.contains(node);
            if (!seen.add(node)
                    || stored[node] && !own
                    || graph.node(node).op() instanceof Op.Viewed) {
                continue;
            }
            for (int input : graph.node(node).inputs()) {
                if (Arrays.equals(graph.node(input).shape(), group.domain)) {
                    stack.add(input);
                }
            }
        }
        return false;
    }

    private void computeDepths() {
        List<Group> groups = new ArrayList<>(new HashSet<>(groupOf.values()));
        groups.sort(Comparator.comparingInt(g -> g.position));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Group group : groups) {
                int depth = 0;
                for (int need : group.needs) {
                    Group maker = groupOf.get(need);
                    depth = maker == null ? depth : Math.max(depth, maker.depth + 1);
                }
                changed |= depth != group.depth;
                group.depth = depth;
            }
        }
    }

    private void joinSiblings() {
        Map<List<Object>, List<Group>> alike = new HashMap<>();
        Set<Group> groups = new HashSet<>(groupOf.values());
        List<Group> ordered = new ArrayList<>(groups);
        ordered.sort(Comparator.comparingInt(g -> g.position));
        for (Group group : ordered) {
            if (group.loop && !group.rechunk) {
                List<Object> key = List.of(group.depth, Arrays.toString(group.domain));
                alike.computeIfAbsent(key, _ -> new ArrayList<>()).add(group);
            }
        }
        for (List<Group> family : alike.values()) {
            for (int i = 0; i < family.size(); i++) {
                for (int j = i + 1; j < family.size(); j++) {
                    Group a = family.get(i);
                    Group b = family.get(j);
                    if (!b.nodes.isEmpty()
                            && !a.nodes.isEmpty()
                            && canJoin(a, b)
                            && shareReading(a, b)) {
                        a.nodes.addAll(b.nodes);
                        a.tiles |= b.tiles;
                        a.needs.addAll(b.needs);
                        a.foldFrom = Math.max(a.foldFrom, b.foldFrom);
                        a.foldTo = Math.max(a.foldTo, b.foldTo);
                        b.nodes.forEach(node -> groupOf.put(node, a));
                        b.nodes.clear();
                    }
                }
            }
        }
    }

    private boolean shareReading(Group a, Group b) {
        for (int need : a.needs) {
            if (b.needs.contains(need) && graph.node(need).shape().length > 0) {
                return true;
            }
        }
        Set<Integer> sources = sources(a);
        sources.retainAll(sources(b));
        return !sources.isEmpty();
    }

    /**
     * A product that one loop alone needs, element by element, is made tile by tile inside that
     * loop and not stored.
     */
    private void joinProducts() {
        for (int id : List.copyOf(groupOf.keySet())) {
            PlanGraph.Node node = graph.node(id);
            if (!(node.op() instanceof Op.Product)
                    || graph.roots().contains(id)
                    || node.shape().length != 2
                    || node.size() < SMALL_PRODUCT) {
                continue;
            }
            List<Group> users =
                    new HashSet<>(groupOf.values())
                            .stream().filter(group -> group.needs.contains(id)).toList();
            if (users.size() == 1 && canTakeIn(users.getFirst(), id)) {
                Group user = users.getFirst();
                user.product = id;
                user.needs.remove(id);
                user.needs.addAll(groupOf.remove(id).needs);
            }
        }
    }

    private boolean canTakeIn(Group user, int product) {
        return user.loop
                && !user.rechunk
                && user.foldFrom < 0
                && user.product < 0
                && Arrays.equals(user.domain, graph.node(product).shape())
                && !seenThroughView(user, product);
    }

    /** True if some expression of {@code group} reaches {@code id} otherwise than unchanged. */
    private boolean seenThroughView(Group group, int id) {
        record Path(int node, boolean unchanged) {}
        Set<Path> seen = new HashSet<>();
        List<Path> open = new ArrayList<>();
        group.nodes.forEach(node -> open.add(new Path(node, true)));
        while (!open.isEmpty()) {
            Path path = open.removeLast();
            if (!seen.add(path)) {
                continue;
            }
            if (path.node == id && !path.unchanged) {
                return true;
            }
            PlanGraph.Node node = graph.node(path.node);
            boolean isOwn = group.nodes.contains(path.node);
            if (stored[path.node] && !isOwn) {
                continue;
            }
            for (int input : node.inputs()) {
                boolean keeps =
                        Arrays.equals(graph.node(input).shape(), group.domain)
                                && (node.op() instanceof Op.Elementwise || foldsTiles(path.node));
                open.add(new Path(input, path.unchanged && keeps));
            }
        }
        return false;
    }

    /** Random sources that a group computes from. */
    private Set<Integer> sources(Group group) {
        Set<Integer> sources = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        List<Integer> stack = new ArrayList<>(group.nodes);
        while (!stack.isEmpty()) {
            int node = stack.removeLast();
            if (!seen.add(node) || stored[node] && !group.nodes.contains(node)) {
                continue;
            }
            if (graph.node(node).op() instanceof Op.RandomBits) {
                sources.add(node);
            }
            for (int input : graph.node(node).inputs()) {
                stack.add(input);
            }
        }
        return sources;
    }

    private Step step(Group group) {
        int id = group.nodes.getFirst();
        PlanGraph.Node node = graph.node(id);
        if (group.loop) {
            Loop loop = loop(group);
            return group.tiles || group.product >= 0 ? tiles(group, loop) : loop;
        }
        return switch (node.op()) {
            case Op.Concat op -> new Step.Concat(id, node.inputs(), op.axis());
            case Op.Chunked op -> new Step.Chunked(id, op.function(), node.inputs());
            case Op.Reshape _ -> new Step.Reshape(id, node.inputs()[0]);
            case Op.Read _ -> new Step.Read(id);
            case Op.Product _ -> product(id);
            default -> throw new IllegalStateException("no step makes " + node);
        };
    }

    private Step.Tiles tiles(Group group, Loop loop) {
        if (group.product < 0) {
            return new Step.Tiles(loop, null, -1);
        }
        int input = 0;
        while (loop.inputs().get(input).node() != group.product) {
            input++;
        }
        return new Step.Tiles(loop, product(group.product), input);
    }

    private Step.Product product(int id) {
        PlanGraph.Node node = graph.node(id);
        Step.Matrix left = matrix(node.inputs()[0]);
        Step.Matrix right = matrix(node.inputs()[1]);
        int rank = node.shape().length;
        boolean mirrored =
                node.shape()[rank - 1] >= MIRRORED_ROWS
                        && left.node() == right.node()
                        && left.view().equals(swapped(right.view()));
        return new Step.Product(id, left, right, mirrored);
    }

    /** A view with its last two axes exchanged. */
    private static View swapped(View view) {
        int[] source = view.source().clone();
        long[] step = view.step().clone();
        int last = source.length - 1;
        source[last] = view.source()[last - 1];
        source[last - 1] = view.source()[last];
        step[last] = view.step()[last - 1];
        step[last - 1] = view.step()[last];
        return new View(source, step, view.offset());
    }

    /** An operand of a product as a view of the stored node below it. */
    private Step.Matrix matrix(int operand) {
        int base = operand;
        View view = View.identity(graph.node(operand).shape().length);
        while (!stored[base]) {
            view = view.compose(((Op.Viewed) graph.node(base).op()).view());
            base = graph.node(base).inputs()[0];
        }
        return new Step.Matrix(base, view);
    }

    private Loop loop(Group group) {
        boolean[] loaded = stored.clone();
        for (int id : group.nodes) {
            boolean elementwise = graph.node(id).op() instanceof Op.Elementwise;
            loaded[id] &= !elementwise;
        }
        var builder = new LoopBuilder(graph, loaded, group.domain, group.foldFrom, group.foldTo);
        group.nodes.sort(null);
        for (int id : group.nodes) {
            if (graph.node(id).op() instanceof Op.Reduce) {
                builder.addFold(id);
            } else if (foldsTiles(id)) {
                builder.addTileArgument(id);
            } else {
                builder.addStore(id);
            }
        }
        if (group.foldFrom >= 0 && builder.needsStoredArgument() && separate(group)) {
            return null;
        }
        return builder.build();
    }

    /**
     * Stores the arguments of a group's folds, or has its other nodes made apart from the folds;
     * false if nothing is left to do.
     */
    private boolean separate(Group group) {
        boolean changed = false;
        for (int id : group.nodes) {
            if (graph.node(id).op() instanceof Op.Reduce) {
                int argument = graph.node(id).inputs()[0];
                changed |= !stored[argument] | apart.add(argument);
                stored[argument] = true;
            }
        }
        if (!changed) {
            for (int id : group.nodes) {
                changed |= !(graph.node(id).op() instanceof Op.Reduce) && apart.add(id);
            }
        }
        return changed;
    }
}
