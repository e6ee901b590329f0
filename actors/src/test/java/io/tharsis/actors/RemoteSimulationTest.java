package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.transport.simulated.Faults;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Actors with small mailboxes in three processes tell, ask, wait for room, forward, watch, spawn,
 * fail and stop as they are told by chance, while the network loses, doubles and reorders, is cut
 * and clogged, and processes crash, close, come back, pause and lose their wires; one seed each.
 * Checked: what one actor sends another is handled in order and at most once, and by nobody else;
 * what is said not to have run has not; every ask, wait, search and spawn ends; every death is
 * heard of once; and at the end all works, and nothing is held for what is over.
 */
@Timeout(1200)
final class RemoteSimulationTest {
    @Test
    void shouldKeepItsPromisesWithAnySeed() {
        run(Seeds.of("RemoteSimulationTest"), 60);
    }

    @Test
    @Tag("slow")
    void shouldKeepItsPromisesOverThousandsOfSeeds() {
        run(Seeds.of("RemoteSimulationTest slow"), 5_000);
    }

    private static void run(long first, int count) {
        int seeds = Long.getLong("tharsis.seed") == null ? count : 1;
        long handled = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                handled += new Chaos(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("with -Dtharsis.seed=" + seed, e);
            }
        }
        // Some runs have hardly a letter come through.
        assertTrue(handled > 20L * seeds, "only " + handled + " handled");
    }

    /**
     * A message.
     *
     * @param from who sends it, in the whole simulation
     * @param number of the whole simulation, growing
     * @param to the system that is meant
     * @param actor the number of the actor that is meant
     * @param about somebody to write to, or to watch
     */
    private record Letter(long from, long number, long to, long actor, ActorRef<Object> about)
            implements Request<Long> {}

    /** To have a name. */
    private record Nothing() {}

    /** An ask, and which letter it was. */
    private record Asked(CompletableFuture<?> future, long number) {}

    private static final class Chaos {
        private static final int LETTERS = 1500;
        private static final int WORKERS = 3;
        private static final List<String> HOSTS = List.of("a", "b", "c");

        private final Random random;
        private final RemoteWorld world;
        private final Map<String, Home> alive = new HashMap<>();
        private final Set<Long> handled = new HashSet<>();
        private final Map<List<Long>, Long> last = new HashMap<>();
        private final List<Asked> asks = new ArrayList<>();
        private final List<CompletableFuture<?>> others = new ArrayList<>();
        private final List<String> errors = new ArrayList<>();
        private long number;
        private long senders;
        private int answered;

        Chaos(long seed) {
            random = new Random(seed);
            world = new RemoteWorld(seed);
        }

        /** How many letters were handled. */
        int run() {
            HOSTS.forEach(this::start);
            for (int round = 0; round < 100; round++) {
                befall();
                for (Home home : List.copyOf(alive.values())) {
                    home.act();
                }
                world.network.advance(Duration.ofMillis(random.nextInt(150)));
            }
            world.network.faults(Faults.none());
            world.network.heal();
            for (String host : HOSTS) {
                if (alive.containsKey(host)) {
                    world.network.resume(alive.get(host).process.address);
                } else {
                    start(host);
                }
            }
            number = LETTERS;
            world.until(() -> asks.stream().allMatch(ask -> ask.future.isDone()), "asks");
            world.until(() -> others.stream().allMatch(CompletableFuture::isDone), "waits");
            alive.values().forEach(this::reachesAll);
            checkAsks();
            alive.values().forEach(home -> home.stopAll());
            world.until(
                    () -> alive.values().stream().allMatch(home -> home.watching.isEmpty()),
                    "news of deaths");
            world.until(
                    () -> alive.values().stream().allMatch(home -> home.held().isEmpty()),
                    "nothing held");
            assertEquals(List.of(), errors);
            world.checkNothingThrown();
            return handled.size();
        }

        private void reachesAll(Home home) {
            for (Home other : alive.values()) {
                if (other != home) {
                    ActorRef<Object> probe = home.process.find(other.process, "probe");
                    CompletableFuture<Object> answer =
                            home.process.system.ask(
                                    probe, new RemoteWorld.Give("int"), RemoteWorld.LIMIT);
                    assertEquals(1, world.end(answer).join());
                }
            }
        }

        private void checkAsks() {
            for (Asked ask : asks) {
                if (ask.future.isCompletedExceptionally()) {
                    Throwable failure = ask.future.exceptionNow();
                    if (!(failure instanceof AskException asked)) {
                        errors.add("an ask ended with " + failure);
                    } else if (!asked.mayHaveRun() && handled.contains(ask.number)) {
                        errors.add("has run: " + failure);
                    }
                } else {
                    answered++;
                    if (ask.future.resultNow() instanceof Long got && got < 0) {
                        errors.add("a strange answer " + got);
                    }
                }
            }
        }

        private void start(String host) {
            alive.put(host, new Home(host));
        }

        private void befall() {
            String one = HOSTS.get(random.nextInt(3));
            String other = HOSTS.get(random.nextInt(3));
            Home home = alive.get(one);
            var at = new io.tharsis.transport.Address(one, 1);
            var there = new io.tharsis.transport.Address(other, 1);
            switch (random.nextInt(22)) {
                case 0, 1 ->
                        world.network.faults(random.nextBoolean() ? Faults.some() : Faults.none());
                case 2 -> world.network.partition(Set.of(at), Set.of(there));
                case 3 -> world.network.partitionOneWay(Set.of(at), Set.of(there));
                case 4 -> world.network.clog(at, there, random.nextInt(2) * 10_000L);
                case 5, 6, 7 -> world.network.heal();
                case 8 -> {
                    if (home != null) {
                        alive.remove(one).dead = true;
                        world.network.crash(at);
                    }
                }
                case 9 -> {
                    if (home != null) {
                        world.network.pause(at);
                    }
                }
                case 10, 11, 12 -> {
                    if (home != null) {
                        world.network.resume(at);
                    } else {
                        start(one);
                    }
                }
                case 13 -> {
                    if (home != null) {
                        world.network.breakWire(at, "broken by the test", Duration.ofSeconds(1));
                    }
                }
                case 14 -> {
                    if (home != null && !one.equals(other)) {
                        home.process.tap.link(there).close();
                    }
                }
                case 15 -> {
                    if (home != null && random.nextInt(3) == 0) {
                        alive.remove(one);
                        assertEquals(List.of(), home.process.system.close(Duration.ofSeconds(9)));
                        home.dead = true;
                        world.dispatcher.runUntilIdle();
                        assertEquals("", home.held());
                    }
                }
                default -> {}
            }
        }

        /** A process of the simulation. */
        private final class Home {
            private final Process process;
            private final List<ActorRef<Object>> known = new ArrayList<>();
            private final List<ActorRef<Object>> own = new ArrayList<>();
            private final Set<ActorRef<?>> watching = new HashSet<>();
            private final ActorRef<Object> watcher;
            private final long sender = senders++;
            private boolean dead;

            Home(String host) {
                process =
                        world.start(
                                host,
                                builder ->
                                        builder.messages(Letter.class, Nothing.class)
                                                .factory(
                                                        "worker",
                                                        Nothing.class,
                                                        _ -> new Worker(this)));
                for (int i = 0; i < WORKERS; i++) {
                    ActorOptions<Object> options =
                            ActorOptions.<Object>defaults()
                                    .bounded(1 + random.nextInt(4))
                                    .supervised(
                                            random.nextBoolean()
                                                    ? Supervision.resume()
                                                    : Supervision.stop());
                    own.add(process.system.spawn(() -> new Worker(this), "w" + i, options));
                }
                known.addAll(own);
                own.add(process.spawn("probe", RemoteWorld::give));
                watcher =
                        process.system.spawn(
                                () -> new Watch(this), ActorOptions.<Object>defaults().unbounded());
            }

            String held() {
                return process.held();
            }

            void stopAll() {
                own.forEach(ActorRef::stop);
            }

            void act() {
                for (int i = random.nextInt(4); i > 0; i--) {
                    write(this, sender);
                }
                String host = HOSTS.get(random.nextInt(3));
                var at = new io.tharsis.transport.Address(host, 1);
                var patience = Duration.ofMillis(random.nextInt(20_000));
                switch (random.nextInt(4)) {
                    case 0 ->
                            learn(
                                    process.system
                                            .<Object>lookup(
                                                    at, "w" + random.nextInt(WORKERS), patience)
                                            .thenApply(found -> found.orElse(null)));
                    case 1 -> {
                        if (random.nextInt(4) == 0) {
                            learn(
                                    process.system.spawnAt(
                                            at, "worker", new Nothing(), null, patience));
                        }
                    }
                    default -> watcher.tell(random.nextInt(3) == 0 ? new Nothing() : any());
                }
            }

            private void learn(CompletableFuture<ActorRef<Object>> found) {
                others.add(found);
                found.thenAccept(
                        ref -> {
                            if (ref != null) {
                                known.add(ref);
                            }
                        });
            }

            ActorRef<Object> any() {
                return known.get(random.nextInt(known.size()));
            }
        }

        private static long systemOf(ActorRef<?> ref) {
            return ref instanceof RemoteRef<?> remote
                    ? remote.systemId()
                    : ((Cell<?>) ref).system.remoting().id();
        }

        private static long numberOf(ActorRef<?> ref) {
            return ref instanceof RemoteRef<?> remote ? remote.number() : ((Cell<?>) ref).number();
        }

        private Letter letter(Home home, long from, ActorRef<Object> to) {
            return new Letter(from, number++, systemOf(to), numberOf(to), home.any());
        }

        private void write(Home home, long from) {
            if (number >= LETTERS || home.dead) {
                return;
            }
            ActorRef<Object> to = home.any();
            var patience = Duration.ofMillis(random.nextInt(30_000));
            switch (random.nextInt(6)) {
                // Whoever waits for room is a sender of its own: what is told may overtake it.
                case 0 -> others.add(to.tellWhenRoom(letter(home, senders++, to), patience));
                case 1, 2 -> {
                    Letter letter = letter(home, from, to);
                    asks.add(
                            new Asked(
                                    home.process.system.ask(to, letter, patience),
                                    letter.number()));
                }
                default -> to.tell(letter(home, from, to));
            }
        }

        private final class Worker implements Actor<Object> {
            private final Home home;
            private final long sender = senders++;

            Worker(Home home) {
                this.home = home;
            }

            @Override
            public void started(ActorContext<Object> context) {
                if (!home.own.contains(context.self())) {
                    home.own.add(context.self());
                }
            }

            @Override
            public void receive(Object message, ActorContext<Object> context) {
                if (home.dead) {
                    return;
                }
                var letter = (Letter) message;
                if (!handled.add(letter.number())) {
                    errors.add("twice: " + letter);
                }
                long system = home.process.system.remoting().id();
                long self = numberOf(context.self());
                if (letter.to() != system || letter.actor() != self) {
                    errors.add("at the wrong place: " + letter);
                }
                Long before = last.put(List.of(letter.from(), system, self), letter.number());
                if (before != null && before > letter.number()) {
                    errors.add("out of order: " + letter + " after " + before);
                }
                if (home.known.size() < 50) {
                    home.known.add(letter.about());
                }
                for (int i = random.nextInt(3); i > 0; i--) {
                    write(home, sender);
                }
                answer(letter, context);
            }

            private void answer(Letter letter, ActorContext<Object> context) {
                switch (random.nextInt(14)) {
                    case 0 -> throw new IllegalStateException("by chance");
                    case 1 -> {
                        if (random.nextInt(4) == 0) {
                            context.stop();
                        }
                    }
                    case 2 -> {
                        ReplyTo<Long> later = context.replyTo(letter);
                        world.dispatcher.schedule(
                                Duration.ofMillis(random.nextInt(5000)),
                                () -> later.reply(letter.number()));
                    }
                    case 3 -> context.replyTo(letter);
                    case 4, 5 -> {
                        ActorRef<Object> to = home.any();
                        if (number < LETTERS) {
                            context.forward(to, letter(home, senders++, to));
                        }
                    }
                    case 6 -> context.self().tell(letter(home, sender, context.self()));
                    default -> context.reply(letter, letter.number());
                }
            }
        }

        /** Watches whom it is told, and no longer one of them if it is told nothing. */
        private final class Watch implements Actor<Object> {
            private final Home home;

            Watch(Home home) {
                this.home = home;
            }

            @Override
            public void receive(Object message, ActorContext<Object> context) {
                if (message instanceof ActorRef<?> ref) {
                    home.watching.add(ref);
                    context.watch(ref);
                } else if (!home.watching.isEmpty()) {
                    ActorRef<?> one = home.watching.iterator().next();
                    home.watching.remove(one);
                    context.unwatch(one);
                }
            }

            @Override
            public void signal(Signal signal, ActorContext<Object> context) {
                if (!home.watching.remove(((Signal.Terminated) signal).actor()) && !home.dead) {
                    errors.add("nobody watched: " + signal);
                }
            }
        }
    }
}
