package io.tharsis.node.workload;

import io.tharsis.actors.ActorRef;

import java.util.Arrays;

/** Asks to an actor in another process, one at a time. */
final class ActorAsk extends BetweenProcesses {
    ActorAsk(String name, Wiring wiring) {
        super(name, "n asks to an actor in another process, one at a time", wiring, 100_000);
    }

    @Override
    public Run prepare(long size) {
        Partner partner = Partner.start(wiring);
        ActorRef<Object> actor = partner.actor();
        var latencies = new long[Math.toIntExact(size)];
        return new Reduced(size, 0) {
            @Override
            double compute() {
                double sum = 0;
                long last = System.nanoTime();
                for (int i = 0; i < size; i++) {
                    sum += partner.system.ask(actor, new Partner.Echo(i), Partner.DEADLINE).join();
                    long now = System.nanoTime();
                    latencies[i] = now - last;
                    last = now;
                }
                return sum / size;
            }

            @Override
            public String details() {
                Arrays.sort(latencies);
                return "one ask: %.1f us in the middle, 99%% below %.1f us, the longest %.0f us"
                        .formatted(
                                latencies[latencies.length / 2] / 1e3,
                                latencies[(int) (latencies.length * 0.99)] / 1e3,
                                latencies[latencies.length - 1] / 1e3);
            }

            @Override
            public void close() {
                partner.close();
            }
        };
    }
}
