import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.Tensor;
import io.tharsis.actors.Actor;
import io.tharsis.actors.ActorContext;
import io.tharsis.actors.ActorRef;
import io.tharsis.actors.ActorSystem;
import io.tharsis.actors.ReplyTo;
import io.tharsis.actors.Request;

import java.time.Duration;

/**
 * Pi by actors, each of which throws its share of the points: ./tharsis run examples/ActorsPi.java
 * [points] [actors]
 */
class ActorsPi {
    static final Duration DEADLINE = Duration.ofMinutes(10);

    static void main(String[] args) {
        long points = args.length > 0 ? (long) Double.parseDouble(args[0]) : 100_000_000;
        int chunks = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        try (ActorSystem system = ActorSystem.create("pi")) {
            ActorRef<PiCalculator.Message> calculator =
                    system.spawn(PiCalculator::new, "calculator");
            var estimate = new PiCalculator.Estimate(points, chunks);
            double pi = system.ask(calculator, estimate, DEADLINE).join();
            out.printf("points  %d by %d actors%n", points, chunks);
            out.printf("pi      %.6f%n", pi);
        }
    }
}

/** Answers how many of so many random points in the square fall inside the circle. */
class ChunkInside implements Actor<ChunkInside.Message> {
    sealed interface Message {}

    /** Asks for the number of points inside, of {@code points} at all. */
    record Throw(long points) implements Message, Request<Long> {}

    private record Counted(ReplyTo<Long> asker, Long inside, Throwable failure)
            implements Message {}

    private final long seed;

    /** Each seed has random points of its own. */
    ChunkInside(long seed) {
        this.seed = seed;
    }

    @Override
    public void receive(Message message, ActorContext<Message> context) {
        switch (message) {
            case Throw asked -> {
                ReplyTo<Long> asker = context.replyTo(asked);
                context.compute(
                        () -> inside(asked.points()),
                        (inside, failure) -> new Counted(asker, inside, failure));
            }
            case Counted(var asker, var inside, var failure) -> {
                if (failure == null) {
                    asker.reply(inside);
                } else {
                    asker.fail(failure);
                }
                context.stop();
            }
        }
    }

    private long inside(long points) {
        Tensor thrown = random(seed).uniform(points, 2);
        return sqrt(thrown.square().sum(1)).lt(1).sum().itemLong();
    }
}

/** Answers an estimate of pi, for which it has each of many {@link ChunkInside} throw its share. */
class PiCalculator implements Actor<PiCalculator.Message> {
    sealed interface Message {}

    /** Asks for pi from {@code points}, thrown by {@code chunks} actors. */
    record Estimate(long points, int chunks) implements Message, Request<Double> {}

    private record Answered(Long inside, Throwable failure) implements Message {}

    private ReplyTo<Double> asker;
    private long points;
    private long inside;
    private int waiting;

    @Override
    public void receive(Message message, ActorContext<Message> context) {
        switch (message) {
            case Estimate estimate -> begin(estimate, context);
            case Answered(Long count, Throwable failure) -> {
                if (failure != null) {
                    asker.fail(failure);
                    context.stop();
                } else {
                    inside += count;
                    if (--waiting == 0) {
                        asker.reply(4.0 * inside / points);
                    }
                }
            }
        }
    }

    private void begin(Estimate estimate, ActorContext<Message> context) {
        asker = context.replyTo(estimate);
        points = estimate.points();
        waiting = estimate.chunks();
        inside = 0;
        for (int i = 0; i < estimate.chunks(); i++) {
            int number = i;
            long share = (points * (i + 1)) / waiting - (points * i) / waiting;
            ActorRef<ChunkInside.Message> chunk = context.spawn(() -> new ChunkInside(number));
            context.pipeToSelf(
                    context.ask(chunk, new ChunkInside.Throw(share), ActorsPi.DEADLINE),
                    Answered::new);
        }
    }
}
