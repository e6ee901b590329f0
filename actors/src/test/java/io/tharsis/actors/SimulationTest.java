package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A few actors that tell, ask, forward, watch, spawn, fail and stop as they are told by chance,
 * with small mailboxes, under every kind of supervision; one seed each. Checked: order for each
 * pair, each message handled at most once, what was accepted handled or a dead letter or lost to a
 * failure, every ask and every wait ended, every death heard of, nobody left.
 */
@Timeout(600)
final class SimulationTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void shouldKeepItsPromisesOverManySeeds() {
        run(Seeds.of("SimulationTest"), 500);
    }

    @Test
    @Tag("slow")
    void shouldKeepItsPromisesOverThousandsOfSeeds() {
        run(Seeds.of("SimulationTest slow"), 20_000);
    }

    @Test
    void shouldBeAFunctionOfItsSeed() {
        long seed = Seeds.of("SimulationTest same");
        assertEquals(new World(seed).run(), new World(seed).run());
    }

    private static void run(long first, int count) {
        for (long seed = first; seed < first + count; seed++) {
            try {
                new World(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("with -Dtharsis.seed=" + seed, e);
            }
        }
    }

    /** A message of one sender to one receiver, numbered for that pair. */
    private record Letter(int from, int to, int number) implements Request<Integer> {}

    private static final class World {
        private static final int ACTORS = 6;
        private static final int LETTERS = 150;

        private final Random random;
        private final SimulatedDispatcher dispatcher;
        private final ActorSystem system;
        private final List<ActorRef<Letter>> actors = new ArrayList<>();
        private final Map<Long, Integer> sent = new HashMap<>();
        private final Map<Long, Integer> handled = new HashMap<>();
        private final List<CompletableFuture<?>> asks = new ArrayList<>();
        private final List<CompletableFuture<Tell>> waits = new ArrayList<>();
        private final List<String> errors = new ArrayList<>();
        private int accepted;
        private int received;
        private int dead;
        private int written;
        private int obituaries;
        private int watched;

        World(long seed) {
            random = new Random(seed);
            dispatcher = new SimulatedDispatcher(seed);
            system = ActorSystem.builder("world").dispatcher(dispatcher).build();
            Probe.silenceLog();
            system.onDeadLetter(letter -> dead += letter.message() instanceof Letter ? 1 : 0);
        }

        /** What happened, in short. */
        String run() {
            for (int i = 0; i < ACTORS; i++) {
                int number = i;
                ActorOptions<Letter> options =
                        ActorOptions.<Letter>defaults()
                                .bounded(1 + random.nextInt(4))
                                .supervised(supervision(random.nextInt(5)));
                actors.add(system.spawn(() -> new Clerk(number), options));
            }
            for (int i = 0; i < ACTORS; i++) {
                write(ACTORS);
            }
            ActorRef<Object> watcher =
                    system.spawn(Watcher::new, ActorOptions.<Object>defaults().unbounded());
            watcher.tell("watch");
            dispatcher.advance(Duration.ofMinutes(10));
            assertEquals(List.of(), errors);
            assertTrue(asks.stream().allMatch(CompletableFuture::isDone), "an ask hangs");
            assertTrue(waits.stream().allMatch(CompletableFuture::isDone), "a wait hangs");
            for (ActorRef<Letter> actor : actors) {
                actor.stop();
            }
            dispatcher.advance(HOUR.multipliedBy(2));
            for (ActorRef<Letter> actor : actors) {
                assertTrue(actor.isStopped(), () -> actor + " " + ((Cell<?>) actor).doing());
            }
            assertEquals(watched, obituaries, "deaths heard of");
            assertEquals(List.of(), system.close(HOUR));
            assertEquals(0, system.stats().living());
            int admitted = 0;
            for (CompletableFuture<Tell> wait : waits) {
                admitted += wait.join() == Tell.ACCEPTED ? 1 : 0;
                dead -= wait.join() == Tell.STOPPED ? 1 : 0;
            }
            assertEquals(accepted + admitted, received + dead, "each handled once, or dead");
            long failed = asks.stream().filter(CompletableFuture::isCompletedExceptionally).count();
            return accepted + " " + received + " " + dead + " " + failed + " " + system.stats();
        }

        private Supervision supervision(int kind) {
            return switch (kind) {
                case 0 -> Supervision.stop();
                case 1 -> Supervision.resume();
                case 2 -> Supervision.restart(3, HOUR);
                case 3 ->
                        Supervision.restart(9, HOUR)
                                .backingOff(Duration.ofMillis(1), Duration.ofSeconds(1));
                default -> Supervision.escalate();
            };
        }

        private Letter next(int from, int to) {
            written++;
            return new Letter(from, to, sent.merge(pair(from, to), 1, Integer::sum));
        }

        private static long pair(int from, int to) {
            return from * 1000L + to;
        }

        /** Sends something in some way. Letters of waiters have a sender of their own. */
        private void write(int from) {
            if (written >= LETTERS) {
                return;
            }
            int to = random.nextInt(ACTORS);
            ActorRef<Letter> ref = actors.get(to);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Letter letter = next(100 + written, to);
                    Duration patience = Duration.ofMillis(random.nextInt(100));
                    CompletableFuture<Tell> told = ref.tellWhenRoom(letter, patience);
                    waits.add(told);
                }
                case 1 -> {
                    Duration patience = Duration.ofMillis(1 + random.nextInt(2000));
                    CompletableFuture<Integer> asked = system.ask(ref, next(from, to), patience);
                    asks.add(asked);
                    boolean refused =
                            asked.isCompletedExceptionally()
                                    && failureOf(asked) instanceof AskException.DidNotRun;
                    if (!refused) {
                        accepted++;
                    } else if (ref.isStopped() || ((Cell<?>) ref).state() >= Cell.STOPPING) {
                        dead--;
                    }
                }
                default -> {
                    Tell told = ref.tell(next(from, to));
                    accepted += told == Tell.ACCEPTED ? 1 : 0;
                    dead -= told == Tell.STOPPED ? 1 : 0;
                }
            }
        }

        private static Throwable failureOf(CompletableFuture<?> future) {
            try {
                future.join();
                return null;
            } catch (CompletionException e) {
                return e.getCause();
            }
        }

        private final class Clerk implements Actor<Letter> {
            private final int number;

            Clerk(int number) {
                this.number = number;
            }

            @Override
            public void receive(Letter letter, ActorContext<Letter> context) {
                received++;
                if (number != letter.to()) {
                    errors.add("at the wrong place: " + letter);
                }
                int last = handled.getOrDefault(pair(letter.from(), number), 0);
                if (letter.number() <= last) {
                    errors.add("out of order or twice: " + letter + " after " + last);
                }
                handled.put(pair(letter.from(), number), letter.number());
                for (int i = random.nextInt(4); i > 0; i--) {
                    write(number);
                }
                switch (random.nextInt(12)) {
                    case 0 -> throw new IllegalStateException("by chance");
                    case 1 -> {
                        if (random.nextInt(5) == 0) {
                            context.stop();
                        }
                    }
                    case 2 -> {
                        ReplyTo<Integer> later = context.replyTo(letter);
                        dispatcher.schedule(
                                Duration.ofMillis(random.nextInt(3000)), () -> later.reply(1));
                    }
                    case 3 -> {
                        ActorRef<String> child = context.spawn(() -> (_, inner) -> inner.stop());
                        child.tell("end");
                    }
                    case 4 ->
                            context.spawn(
                                    () ->
                                            (_, _) -> {
                                                throw new IllegalStateException("child");
                                            },
                                    ActorOptions.<String>defaults()
                                            .supervised(Supervision.escalate()));
                    default -> context.reply(letter, letter.number());
                }
            }
        }

        private final class Watcher implements Actor<Object> {
            @Override
            public void receive(Object message, ActorContext<Object> context) {
                for (ActorRef<Letter> actor : actors) {
                    context.watch(actor);
                    watched++;
                    if (random.nextInt(4) == 0) {
                        context.unwatch(actor);
                        watched--;
                    }
                }
            }

            @Override
            public void signal(Signal signal, ActorContext<Object> context) {
                obituaries++;
            }
        }
    }
}
