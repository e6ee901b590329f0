package io.tharsis.transport.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.simulated.SimulatedNetwork;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The contract of wires, over the simulated one. */
class SimulatedWireTest extends WireContract {
    final SimulatedNetwork network = new SimulatedNetwork(seed);

    @Override
    protected Wire create(Address address) {
        return network.wire(address);
    }

    @Override
    protected Address address(int number) {
        return new Address("node" + number, 4000);
    }

    @Override
    protected void pumpUntil(BooleanSupplier done, String what) {
        assertTrue(
                network.runUntil(done, Duration.ofMinutes(2)),
                () -> what + " in " + network + "\n" + String.join("\n", network.trace()));
    }

    @Override
    protected long nanoTime() {
        return network.nanoTime();
    }

    @Override
    protected boolean offersFromManyThreads() {
        return false;
    }
}
