package io.tharsis.transport.seal;

import io.aeron.driver.MediaDriver;

import org.agrona.concurrent.SystemNanoClock;

import java.lang.System.Logger.Level;
import java.util.Objects;

/**
 * Seals what an embedded Java media driver sends over UDP, and drops what comes in unsealed before
 * Aeron sees it. IPC is not sealed: see {@link PrivateDirectory}.
 *
 * <p>It stands on internal methods of Aeron 1.51, which {@code AeronInternalsTest} watches.
 */
public final class SealedDriver {
    private SealedDriver() {}

    /**
     * Seals the driver that will be launched with this context; call it once, last before the
     * launch.
     *
     * @return what the seal counts
     * @throws IllegalArgumentException if the context asks for what a seal cannot cover: Aeron's
     *     gossiping name resolver, or an MTU above {@link Seal#MAX_MTU}
     */
    public static SealStats seal(MediaDriver.Context driver, ClusterKey key, SealOptions options) {
        Objects.requireNonNull(key, "a sealed driver needs a cluster key");
        checkResolver(driver);
        if (driver.mtuLength() > Seal.MAX_MTU) {
            throw new IllegalArgumentException(
                    "the mtu of a sealed driver is at most "
                            + Seal.MAX_MTU
                            + ", not "
                            + driver.mtuLength());
        }
        SealContext context =
                new SealContext(key, options, SystemNanoClock.INSTANCE, SealedDriver::warn);
        Scratch senders = new Scratch(context);
        Scratch receivers = new Scratch(context);
        driver.sendChannelEndpointSupplier(
                (channel, status, conclusive) -> {
                    checkResolver(conclusive);
                    return new SealedSendChannelEndpoint(
                            channel, status, conclusive, new SealEngine(context, senders));
                });
        driver.receiveChannelEndpointSupplier(
                (channel, dispatcher, status, conclusive) -> {
                    checkResolver(conclusive);
                    return new SealedReceiveChannelEndpoint(
                            channel,
                            dispatcher,
                            status,
                            conclusive,
                            new SealEngine(context, receivers));
                });
        return context.stats;
    }

    private static void checkResolver(MediaDriver.Context driver) {
        if (isSet(driver.resolverInterface()) || isSet(driver.resolverBootstrapNeighbor())) {
            throw new IllegalArgumentException(
                    "Aeron's name resolver gossips unsealed: leave aeron.driver.resolver.interface"
                            + " and aeron.driver.resolver.bootstrap.neighbor unset");
        }
    }

    private static void warn(String text) {
        System.getLogger("io.tharsis.transport").log(Level.WARNING, text);
    }

    private static boolean isSet(String text) {
        return text != null && !text.isEmpty();
    }
}
