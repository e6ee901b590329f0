package io.tharsis.transport.wire;

import io.tharsis.transport.simulated.Faults;

import org.junit.jupiter.api.BeforeEach;

/** The same over a network that loses, doubles, delays and reorders. */
final class SimulatedBadNetworkTest extends SimulatedWireTest {
    @BeforeEach
    void spoil() {
        network.faults(Faults.some());
    }
}
