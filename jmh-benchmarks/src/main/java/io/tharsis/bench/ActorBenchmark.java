package io.tharsis.bench;

import io.tharsis.actors.Actor;
import io.tharsis.actors.ActorContext;
import io.tharsis.actors.ActorOptions;
import io.tharsis.actors.ActorRef;
import io.tharsis.actors.ActorSystem;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Messages between actors of one process, in the shapes of the Savina suite, whose sizes stand in
 * {@link Savina}. A call is a whole run: actors are made, send, and stop. Mailboxes are unbounded,
 * as those of the suite are.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ActorBenchmark {
    private static final ActorOptions<Message> UNBOUNDED =
            ActorOptions.<Message>defaults().unbounded();

    private ActorSystem system;

    @Setup
    public void open() {
        system = ActorSystem.create("bench");
    }

    @TearDown
    public void close() {
        system.close();
    }

    private record Message(int number, ActorRef<Message> from) {}

    private ActorRef<Message> spawn(Supplier<Actor<Message>> factory) {
        return system.spawn(factory, UNBOUNDED);
    }

    @Benchmark
    public void pingPong() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef<Message> pong =
                spawn(
                        () ->
                                (ball, context) ->
                                        ball.from()
                                                .tell(new Message(ball.number(), context.self())));
        ActorRef<Message> ping =
                spawn(
                        () ->
                                (ball, context) -> {
                                    if (ball.number() == 0) {
                                        pong.stop();
                                        context.stop();
                                        done.countDown();
                                    } else {
                                        pong.tell(new Message(ball.number() - 1, context.self()));
                                    }
                                });
        ping.tell(new Message(Savina.PING_PONG, null));
        Savina.await(done);
    }

    @Benchmark
    public void counting() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef<Message> counter = spawn(() -> new Counter(Savina.COUNTING, done));
        var add = new Message(1, null);
        ActorRef<Message> producer =
                spawn(
                        () ->
                                (_, context) -> {
                                    for (int i = 0; i < Savina.COUNTING; i++) {
                                        counter.tell(add);
                                    }
                                    context.stop();
                                });
        producer.tell(add);
        Savina.await(done);
    }

    @Benchmark
    public void threadRing() throws InterruptedException {
        var done = new CountDownLatch(1);
        var ring = new Ring[Savina.RING];
        ActorRef<Message> next = null;
        for (int i = Savina.RING - 1; i >= 0; i--) {
            var member = new Ring(next, done);
            ring[i] = member;
            next = spawn(() -> member);
        }
        ring[Savina.RING - 1].next = next;
        next.tell(new Message(Savina.RING_HOPS, null));
        Savina.await(done);
    }

    @Benchmark
    public void forkJoinCreation() throws InterruptedException {
        var done = new CountDownLatch(Savina.FORK_JOIN);
        var once = new Message(1, null);
        for (int i = 0; i < Savina.FORK_JOIN; i++) {
            ActorRef<Message> worker =
                    spawn(
                            () ->
                                    (_, context) -> {
                                        done.countDown();
                                        context.stop();
                                    });
            worker.tell(once);
        }
        Savina.await(done);
    }

    @Benchmark
    public void big() throws InterruptedException {
        var done = new CountDownLatch(Savina.BIG);
        @SuppressWarnings({"unchecked", "rawtypes"})
        ActorRef<Message>[] all = new ActorRef[Savina.BIG];
        for (int i = 0; i < Savina.BIG; i++) {
            int number = i;
            all[i] = spawn(() -> new Big(number, all, done));
        }
        for (ActorRef<Message> actor : all) {
            actor.tell(new Message(Big.PONG, null));
        }
        Savina.await(done);
        for (ActorRef<Message> actor : all) {
            actor.stop();
        }
    }

    @Benchmark
    public void fanIn() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef<Message> counter =
                spawn(() -> new Counter(Savina.FAN_IN * Savina.FAN_IN_MESSAGES, done));
        var add = new Message(1, null);
        for (int i = 0; i < Savina.FAN_IN; i++) {
            ActorRef<Message> sender =
                    spawn(
                            () ->
                                    (_, context) -> {
                                        for (int k = 0; k < Savina.FAN_IN_MESSAGES; k++) {
                                            counter.tell(add);
                                        }
                                        context.stop();
                                    });
            sender.tell(add);
        }
        Savina.await(done);
    }

    private static final class Counter implements Actor<Message> {
        private final CountDownLatch done;
        private int left;

        Counter(int left, CountDownLatch done) {
            this.left = left;
            this.done = done;
        }

        @Override
        public void receive(Message message, ActorContext<Message> context) {
            if (--left == 0) {
                context.stop();
                done.countDown();
            }
        }
    }

    private static final class Ring implements Actor<Message> {
        private final CountDownLatch done;
        private volatile ActorRef<Message> next;

        Ring(ActorRef<Message> next, CountDownLatch done) {
            this.next = next;
            this.done = done;
        }

        @Override
        public void receive(Message token, ActorContext<Message> context) {
            int left = token.number() - 1;
            if (left == 0) {
                done.countDown();
            }
            // The token goes round once more, and everyone who has passed it on then stops.
            if (left > -Savina.RING) {
                next.tell(new Message(left, null));
            }
            if (left <= 0) {
                context.stop();
            }
        }
    }

    private static final class Big implements Actor<Message> {
        static final int PING = 0;
        static final int PONG = 1;

        private final ActorRef<Message>[] all;
        private final CountDownLatch done;
        private int left = Savina.BIG_PINGS;
        private int random;

        Big(int number, ActorRef<Message>[] all, CountDownLatch done) {
            this.random = number + 1;
            this.all = all;
            this.done = done;
        }

        @Override
        public void receive(Message message, ActorContext<Message> context) {
            if (message.number() == PING) {
                message.from().tell(new Message(PONG, context.self()));
            } else if (left-- > 0) {
                random = Savina.random(random);
                int to = Integer.remainderUnsigned(random, all.length);
                all[to].tell(new Message(PING, context.self()));
            } else {
                done.countDown();
            }
        }
    }
}
