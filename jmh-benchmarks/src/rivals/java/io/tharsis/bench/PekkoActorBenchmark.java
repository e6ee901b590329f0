package io.tharsis.bench;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
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

/** The rival of {@link ActorBenchmark}: Pekko's classic actors as they come, run for run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class PekkoActorBenchmark {
    private ActorSystem system;

    @Setup
    public void open() {
        system = ActorSystem.create("bench");
    }

    @TearDown
    public void close() {
        system.terminate();
    }

    private record Message(int number) {}

    /** What an actor does with a message. */
    @FunctionalInterface
    private interface Receiver {
        void receive(Message message, Body body);
    }

    /** An actor that does what a {@link Receiver} says. */
    private static final class Body extends AbstractActor {
        private final Receiver receiver;

        Body(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(Message.class, message -> receiver.receive(message, this))
                    .build();
        }

        void stop() {
            getContext().stop(getSelf());
        }
    }

    private ActorRef spawn(Receiver receiver) {
        return system.actorOf(Props.create(Body.class, () -> new Body(receiver)));
    }

    @Benchmark
    public void pingPong() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef pong =
                spawn(
                        (ball, body) ->
                                body.getSender().tell(new Message(ball.number()), body.getSelf()));
        ActorRef ping =
                spawn(
                        (ball, body) -> {
                            if (ball.number() == 0) {
                                pong.tell(PoisonPill.getInstance(), body.getSelf());
                                body.stop();
                                done.countDown();
                            } else {
                                pong.tell(new Message(ball.number() - 1), body.getSelf());
                            }
                        });
        ping.tell(new Message(Savina.PING_PONG), ActorRef.noSender());
        Savina.await(done);
    }

    @Benchmark
    public void counting() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef counter = spawn(new Counter(Savina.COUNTING, done));
        var add = new Message(1);
        ActorRef producer =
                spawn(
                        (_, body) -> {
                            for (int i = 0; i < Savina.COUNTING; i++) {
                                counter.tell(add, body.getSelf());
                            }
                            body.stop();
                        });
        producer.tell(add, ActorRef.noSender());
        Savina.await(done);
    }

    @Benchmark
    public void threadRing() throws InterruptedException {
        var done = new CountDownLatch(1);
        var last = new Ring(null, done);
        ActorRef next = spawn(last);
        for (int i = Savina.RING - 2; i >= 0; i--) {
            next = spawn(new Ring(next, done));
        }
        last.next = next;
        next.tell(new Message(Savina.RING_HOPS), ActorRef.noSender());
        Savina.await(done);
    }

    @Benchmark
    public void forkJoinCreation() throws InterruptedException {
        var done = new CountDownLatch(Savina.FORK_JOIN);
        var once = new Message(1);
        for (int i = 0; i < Savina.FORK_JOIN; i++) {
            ActorRef worker =
                    spawn(
                            (_, body) -> {
                                done.countDown();
                                body.stop();
                            });
            worker.tell(once, ActorRef.noSender());
        }
        Savina.await(done);
    }

    @Benchmark
    public void big() throws InterruptedException {
        var done = new CountDownLatch(Savina.BIG);
        var all = new ActorRef[Savina.BIG];
        for (int i = 0; i < Savina.BIG; i++) {
            all[i] = spawn(new Big(i, all, done));
        }
        for (ActorRef actor : all) {
            actor.tell(new Message(Big.PONG), ActorRef.noSender());
        }
        Savina.await(done);
        for (ActorRef actor : all) {
            actor.tell(PoisonPill.getInstance(), ActorRef.noSender());
        }
    }

    @Benchmark
    public void fanIn() throws InterruptedException {
        var done = new CountDownLatch(1);
        ActorRef counter = spawn(new Counter(Savina.FAN_IN * Savina.FAN_IN_MESSAGES, done));
        var add = new Message(1);
        for (int i = 0; i < Savina.FAN_IN; i++) {
            ActorRef sender =
                    spawn(
                            (_, body) -> {
                                for (int k = 0; k < Savina.FAN_IN_MESSAGES; k++) {
                                    counter.tell(add, body.getSelf());
                                }
                                body.stop();
                            });
            sender.tell(add, ActorRef.noSender());
        }
        Savina.await(done);
    }

    private static final class Counter implements Receiver {
        private final CountDownLatch done;
        private int left;

        Counter(int left, CountDownLatch done) {
            this.left = left;
            this.done = done;
        }

        @Override
        public void receive(Message message, Body body) {
            if (--left == 0) {
                body.stop();
                done.countDown();
            }
        }
    }

    private static final class Ring implements Receiver {
        private final CountDownLatch done;
        private volatile ActorRef next;

        Ring(ActorRef next, CountDownLatch done) {
            this.next = next;
            this.done = done;
        }

        @Override
        public void receive(Message token, Body body) {
            int left = token.number() - 1;
            if (left == 0) {
                done.countDown();
            }
            // The token goes round once more, and everyone who has passed it on then stops.
            if (left > -Savina.RING) {
                next.tell(new Message(left), body.getSelf());
            }
            if (left <= 0) {
                body.stop();
            }
        }
    }

    private static final class Big implements Receiver {
        static final int PING = 0;
        static final int PONG = 1;

        private final ActorRef[] all;
        private final CountDownLatch done;
        private int left = Savina.BIG_PINGS;
        private int random;

        Big(int number, ActorRef[] all, CountDownLatch done) {
            this.random = number + 1;
            this.all = all;
            this.done = done;
        }

        @Override
        public void receive(Message message, Body body) {
            if (message.number() == PING) {
                body.getSender().tell(new Message(PONG), body.getSelf());
            } else if (left-- > 0) {
                random = Savina.random(random);
                int to = Integer.remainderUnsigned(random, all.length);
                all[to].tell(new Message(PING), body.getSelf());
            } else {
                done.countDown();
            }
        }
    }
}
