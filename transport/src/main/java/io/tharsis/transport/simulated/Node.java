package io.tharsis.transport.simulated;

/** A process of a simulation: what runs it. */
@FunctionalInterface
public interface Node {
    /**
     * Does what there is to do now, without blocking: polls the wire, runs timers by {@link
     * SimulatedNetwork#nanoTime}. Called soon after a frame has come in and after a round that had
     * something to do, else every 5 to 10 ms.
     *
     * @return how much there was; 0 lets time pass
     */
    int doWork();
}
