package io.tharsis.transport.aeron;

import io.tharsis.transport.Address;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A process of its own with a wire, for tests and measurements: sends every message back to its
 * peer, and for bulk a message of how many frames of it have come. Ends when its standard input
 * does.
 *
 * <p>Arguments: folder, mode of driver, own address, the peer's address, MTU.
 */
final class WireProcess {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private WireProcess() {}

    static Process start(AeronConfig config, Address peer) throws java.io.IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WireProcess.class.getName(),
                        config.folder().toString(),
                        config.driver().name(),
                        config.self().toString(),
                        peer.toString(),
                        Integer.toString(config.mtu()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws Exception {
        AeronConfig config =
                AeronConfig.local(Address.parse(args[2]), DriverMode.valueOf(args[1]))
                        .withFolder(Path.of(args[0]))
                        .withMtu(Integer.parseInt(args[4]));
        Address peer = Address.parse(args[3]);
        Thread owner = new Thread(WireProcess::endWithInput);
        owner.setDaemon(true);
        owner.start();
        try (AeronWire wire = AeronWire.open(config)) {
            IdleStrategy idle = AeronWire.idleStrategy();
            Echo echo = new Echo(wire, peer);
            while (!ended) {
                wire.maintain(System.nanoTime());
                idle.idle(echo.round());
            }
        }
    }

    private static volatile boolean ended;

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {}
        } catch (java.io.IOException _) {
            // The same.
        }
        ended = true;
    }

    /** Sends back what comes. */
    private static final class Echo {
        private final AeronWire wire;
        private final Address peer;
        private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[8]);
        private final ArrayDeque<UnsafeBuffer> waiting = new ArrayDeque<>();
        private Outflow back;
        private long bulk;

        Echo(AeronWire wire, Address peer) {
            this.wire = wire;
            this.peer = peer;
            back = wire.open(peer, Lane.MESSAGES);
        }

        /** Goes on with what found no room; polls no more until it has. */
        int round() {
            if (!back.hasRoom() && send(NOTHING, 0, 0) == Outflow.Offer.CLOSED) {
                back = wire.open(peer, Lane.MESSAGES);
                waiting.clear();
            }
            while (!waiting.isEmpty()) {
                if (send(waiting.peek(), 0, waiting.peek().capacity())
                        == Outflow.Offer.BACK_PRESSURED) {
                    return 0;
                }
                waiting.remove();
            }
            return wire.poll(this::onFrame, 64);
        }

        private Outflow.Offer send(DirectBuffer buffer, int offset, int length) {
            return back.offer(NOTHING, 0, 0, buffer, offset, length);
        }

        void onFrame(Lane lane, long inflow, DirectBuffer buffer, int offset, int length) {
            if (lane == Lane.MESSAGES) {
                sendOrKeep(buffer, offset, length);
            } else if (++bulk % 64 == 0) {
                scratch.putLong(0, bulk);
                sendOrKeep(scratch, 0, 8);
            }
        }

        // Waiting in here for room would keep the wire from noticing that there will be none.
        private void sendOrKeep(DirectBuffer buffer, int offset, int length) {
            if (!waiting.isEmpty()
                    || send(buffer, offset, length) == Outflow.Offer.BACK_PRESSURED) {
                byte[] copy = new byte[length];
                buffer.getBytes(offset, copy);
                waiting.add(new UnsafeBuffer(copy));
            }
        }
    }
}
