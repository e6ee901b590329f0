package io.tharsis.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.link.Pump;
import io.tharsis.transport.seal.BindingRules;
import io.tharsis.transport.seal.ClusterKey;
import io.tharsis.transport.seal.SealOptions;
import io.tharsis.transport.seal.SealStats;
import io.tharsis.transport.seal.SealedDriver;

import org.agrona.concurrent.SystemNanoClock;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a transport over Aeron is started. Nothing said, it is reached from this machine alone, and
 * shares a media driver with the other processes of this user.
 *
 * <p>
 *
 * {@snippet :
 * try (Transport transport = AeronTransport.at(Address.parse("127.0.0.1:7000")).start()) {
 *     Link link = transport.link(Address.parse("127.0.0.1:7001"));
 * }
 * }
 *
 * <p>Off loopback it wants a cluster key, and a driver of its own, which seals every datagram.
 */
public final class AeronTransport {
    private final Address advertised;
    private String bindHost;
    private DriverMode driver;
    private Path folder = AeronConfig.defaultFolder();
    private int mtu;
    private Duration liveness = LinkTransport.DEFAULT_LIVENESS;
    private ClusterKey key;
    private boolean insecure;
    private Consumer<SealStats> statsTo = _ -> {};

    private AeronTransport(Address advertised) {
        this.advertised = advertised;
        this.bindHost = advertised.host();
    }

    /** A transport that others reach at {@code advertised}. */
    public static AeronTransport at(Address advertised) {
        return new AeronTransport(Objects.requireNonNull(advertised));
    }

    /**
     * The host of the interface to listen on, where that is not the advertised one; {@code 0.0.0.0}
     * for all.
     */
    public AeronTransport bind(String host) {
        bindHost = Objects.requireNonNull(host);
        return this;
    }

    /** A media driver inside this process, which ends with it. So it is where there is a key. */
    public AeronTransport embeddedDriver() {
        driver = DriverMode.EMBEDDED;
        return this;
    }

    /** A media driver in a process of its own, shared on this machine. So it is without a key. */
    public AeronTransport sharedDriver() {
        driver = DriverMode.SHARED;
        return this;
    }

    /** Where drivers keep their files; see {@link AeronConfig#defaultFolder}. */
    public AeronTransport folder(Path path) {
        folder = Objects.requireNonNull(path);
        return this;
    }

    /** Bytes of a datagram; see {@link AeronConfig}. */
    public AeronTransport mtu(int bytes) {
        mtu = bytes;
        return this;
    }

    /** How long silence of a peer is borne before it counts as lost; 100 ms to an hour. */
    public AeronTransport liveness(Duration time) {
        LinkTransport.checkLiveness(time);
        liveness = time;
        return this;
    }

    /** Seals what goes by UDP under this key, the same on all machines; null for none. */
    public AeronTransport key(ClusterKey clusterKey) {
        key = clusterKey;
        return this;
    }

    /**
     * Lets it start off loopback without a key: whoever reaches it can read, and send. Said in the
     * log at every start.
     */
    public AeronTransport insecureNoClusterKey() {
        insecure = true;
        return this;
    }

    /** Gives {@code consumer} what the seal counts, once it starts sealed. */
    public AeronTransport sealStats(Consumer<SealStats> consumer) {
        statsTo = Objects.requireNonNull(consumer);
        return this;
    }

    /**
     * Starts it; blocks until its media driver runs.
     *
     * @throws io.tharsis.transport.seal.UnsafeBindingException if it must not start so: off
     *     loopback without a key, or with a key and a shared driver
     * @throws AeronWireException if a host is unknown, the folder is not ours alone, the address is
     *     taken, or the driver does not start
     */
    public Transport start() {
        // One socket has one name, whatever it is called.
        InetAddress bound = host(bindHost);
        boolean shared = driver == null ? key == null : driver == DriverMode.SHARED;
        BindingRules.Verdict verdict = BindingRules.check(bound, key, insecure, shared);
        if (key != null && verdict != BindingRules.Verdict.SEALED) {
            System.getLogger("io.tharsis.transport")
                    .log(
                            Level.WARNING,
                            "{0}: a shared driver does not seal; the key is not used",
                            advertised);
        }
        var config =
                new AeronConfig(
                        advertised,
                        bound.getHostAddress(),
                        shared ? DriverMode.SHARED : DriverMode.EMBEDDED,
                        folder,
                        mtu,
                        verdict == BindingRules.Verdict.SEALED ? this::seal : null);
        var transport =
                new LinkTransport(
                        advertised,
                        liveness,
                        AeronWire.open(config),
                        SystemNanoClock.INSTANCE::nanoTime,
                        InstantSource.system());
        return Pump.start(transport, AeronWire.idleStrategy());
    }

    private void seal(MediaDriver.Context context) {
        SealOptions options =
                SealOptions.defaults()
                        .alsoDialledAs(
                                new InetSocketAddress(host(advertised.host()), advertised.port()));
        statsTo.accept(SealedDriver.seal(context, key, options));
    }

    private static InetAddress host(String name) {
        try {
            return InetAddress.getByName(name);
        } catch (UnknownHostException e) {
            throw new AeronWireException(
                    "there is no host \"" + name + "\" to listen on or to be reached at", e);
        }
    }
}
