package io.tharsis.actors;

import org.junit.jupiter.api.Timeout;

/** The contract on virtual threads. */
@Timeout(120)
final class RunnerActorTest extends ActorContract {
    @Override
    Dispatcher newDispatcher() {
        return Dispatcher.virtualThreads(2);
    }
}
