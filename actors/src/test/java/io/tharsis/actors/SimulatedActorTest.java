package io.tharsis.actors;

import org.junit.jupiter.api.Timeout;

/** The contract in a simulation. */
@Timeout(120)
final class SimulatedActorTest extends ActorContract {
    @Override
    Dispatcher newDispatcher() {
        return new SimulatedDispatcher(Seeds.of("SimulatedActorTest"));
    }
}
