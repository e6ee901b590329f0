package io.tharsis.transport.log.cluster;

import io.aeron.driver.DefaultNameResolver;
import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.seal.BindingRules;
import io.tharsis.transport.seal.ClusterKey;
import io.tharsis.transport.seal.SealOptions;
import io.tharsis.transport.seal.SealStats;
import io.tharsis.transport.seal.SealedDriver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a member is on the network.
 *
 * @param bindHost the host of the interface that its sockets listen at, {@code 0.0.0.0} or {@code
 *     ::} for all; null for that of its address, which others dial
 * @param key seals every datagram; null for none
 * @param insecure whether it may be without a key off loopback
 * @param statsTo gets what the seal counts, each time a driver starts
 */
public record MemberNetwork(
        String bindHost, ClusterKey key, boolean insecure, Consumer<SealStats> statsTo) {
    public MemberNetwork {
        Objects.requireNonNull(statsTo, "statsTo");
    }

    /** Listens at its address, without a key. */
    static MemberNetwork plain() {
        return new MemberNetwork(null, null, false, _ -> {});
    }

    private String host(Address self) {
        return bindHost == null ? self.host() : bindHost;
    }

    /**
     * Checks that the member at {@code self} may be so.
     *
     * @throws io.tharsis.transport.seal.UnsafeBindingException off loopback, without a key and not
     *     said to be insecure
     * @throws IllegalArgumentException if nobody knows the host
     */
    void check(Address self) {
        BindingRules.check(address(host(self)), key, insecure, false);
    }

    /** Where the member that others know as {@code self} listens to clients. */
    Address ingress(Address self) {
        return new Address(host(self), self.port() + Endpoints.INGRESS);
    }

    /** Has a driver that is about to start listen as the member at {@code self} should. */
    void apply(MediaDriver.Context driver, Address self) {
        if (!host(self).equals(self.host())) {
            driver.nameResolver(new Bound(self, bindHost));
        }
        if (key != null) {
            SealOptions options =
                    SealOptions.defaults()
                            .alsoDialledAs(new InetSocketAddress(address(self.host()), 0));
            statsTo.accept(SealedDriver.seal(driver, key, options));
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "there is no host \"" + host + "\" to listen on or to be reached at", e);
        }
    }

    /**
     * Aeron Cluster has one name for the place where a member listens and for the place that others
     * dial. So the driver takes the names at which it listens and which it never dials itself for
     * others. Its ingress it dials, for clients of its own process; that has a channel with a name
     * of its own.
     */
    private static final class Bound extends DefaultNameResolver {
        private final Set<String> ours = new HashSet<>();
        private final String bindHost;

        Bound(Address self, String bindHost) {
            this.bindHost = bindHost;
            ours.add(Endpoints.anyPort(self));
            for (int port = Endpoints.CONSENSUS; port <= Endpoints.ARCHIVE; port++) {
                ours.add(Endpoints.of(self, port));
            }
        }

        @Override
        public String lookup(String name, String uriParamName, boolean isReLookup) {
            if (!ours.contains(name)) {
                return name;
            }
            String host = bindHost.indexOf(':') < 0 ? bindHost : "[" + bindHost + "]";
            return host + name.substring(name.lastIndexOf(':'));
        }
    }
}
