package io.tharsis.transport.aeron;

import io.tharsis.transport.Transport;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.link.Pump;

import org.agrona.concurrent.SystemNanoClock;

import java.time.Duration;
import java.time.InstantSource;

/** Transports over Aeron. */
public final class AeronTransport {
    private AeronTransport() {}

    /** As the other, bearing silence for {@link LinkTransport#DEFAULT_LIVENESS}. */
    public static Transport start(AeronConfig config) {
        return start(config, LinkTransport.DEFAULT_LIVENESS);
    }

    /**
     * Starts a transport; blocks until its media driver runs.
     *
     * @param liveness how long silence of a peer is borne before it counts as lost
     * @throws AeronWireException if the folder is not ours alone, the address is taken, or the
     *     driver does not start
     */
    public static Transport start(AeronConfig config, Duration liveness) {
        var transport =
                new LinkTransport(
                        config.self(),
                        liveness,
                        AeronWire.open(config),
                        SystemNanoClock.INSTANCE::nanoTime,
                        InstantSource.system());
        return Pump.start(transport, AeronWire.idleStrategy());
    }
}
