package io.tharsis.node.workload;

import io.tharsis.actors.ActorRef;
import io.tharsis.actors.Tell;

/** Messages of 64 bytes to an actor in another process, until it has counted them all. */
final class ActorTell extends BetweenProcesses {
    ActorTell(String name, Wiring wiring) {
        super(name, "n messages of 64 bytes to an actor in another process", wiring, 2_000_000);
    }

    @Override
    public Run prepare(long size) {
        Partner partner = Partner.start(wiring);
        ActorRef<Object> actor = partner.actor();
        return new Reduced(size, 64 * size) {
            @Override
            double compute() {
                for (long i = 0; i < size; i++) {
                    while (actor.tell(new Partner.Hit(i, i, i, i, 0)) == Tell.FULL) {
                        Thread.yield();
                    }
                }
                return partner.system.ask(actor, new Partner.Count(), Partner.DEADLINE).join();
            }

            @Override
            public void close() {
                partner.close();
            }
        };
    }
}
