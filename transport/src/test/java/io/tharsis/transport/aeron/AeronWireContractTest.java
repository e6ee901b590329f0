package io.tharsis.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;
import io.tharsis.transport.wire.WireContract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The contract of wires, over UDP and over shared memory. */
class AeronWireContractTest {
    private static WireFolder folder;

    @BeforeAll
    static void makeFolder() {
        folder = new WireFolder();
    }

    @AfterAll
    static void deleteFolder() {
        folder.close();
    }

    @Nested
    class ByUdp extends OverAeron {
        ByUdp() {
            super(DriverMode.EMBEDDED);
        }
    }

    @Nested
    class BySharedMemory extends OverAeron {
        BySharedMemory() {
            super(DriverMode.SHARED);
        }
    }

    abstract static class OverAeron extends WireContract {
        private final Map<Integer, Address> addresses = new HashMap<>();
        private final DriverMode mode;

        OverAeron(DriverMode mode) {
            this.mode = mode;
        }

        @Override
        protected Wire create(Address address) {
            return folder.open(folder.config(address, mode));
        }

        @Override
        protected int maxFrame(Wire wire, Outflow outflow, Lane lane) {
            assertTrue(outflow.maxFrame() >= wire.maxFrame(lane));
            return outflow.maxFrame();
        }

        @Override
        protected Address address(int number) {
            return addresses.computeIfAbsent(number, _ -> WireFolder.freeAddress());
        }

        @Override
        protected void pumpUntil(BooleanSupplier done, String what) {
            WireFolder.until(what, done);
        }
    }
}
