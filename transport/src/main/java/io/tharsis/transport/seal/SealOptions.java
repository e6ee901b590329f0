package io.tharsis.transport.seal;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * How a driver is sealed. Start from {@link #defaults}.
 *
 * @param advertised addresses that others dial to reach this process although none of its sockets
 *     has them, as behind address translation; port 0 stands for the port of the socket
 * @param anyDestination whether to answer handshakes that were dialled to whatever address. Replays
 *     to another node are refused all the same; but who can redirect packets could then lead a peer
 *     to another node of the same cluster than the one it dialled
 * @param sessions at most, of a socket; the one idle the longest goes first
 * @param unconfirmed at most, of a socket: sessions that were made and not used yet
 * @param hellosPerSecond handshakes of strangers looked at, in the whole driver
 * @param hintsPerSecond times the driver tells strangers that it does not know their session
 * @param rekeyDatagrams datagrams of a session after which a new one is made; at four times as many
 *     the session is not used any more
 * @param rekeyBytes the same in bytes
 */
public record SealOptions(
        Set<InetSocketAddress> advertised,
        boolean anyDestination,
        int sessions,
        int unconfirmed,
        int hellosPerSecond,
        int hintsPerSecond,
        long rekeyDatagrams,
        long rekeyBytes) {
    public SealOptions {
        advertised = Set.copyOf(advertised);
        for (InetSocketAddress address : advertised) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("no such host: " + address);
            }
        }
        if (sessions < 2 || unconfirmed < 1 || unconfirmed >= sessions) {
            throw new IllegalArgumentException(
                    "of " + sessions + " sessions, " + unconfirmed + " cannot be unconfirmed");
        }
        if (hellosPerSecond < 1 || hintsPerSecond < 1) {
            throw new IllegalArgumentException("a rate is at least one in a second");
        }
        if (rekeyDatagrams < 1 || rekeyDatagrams > 1L << 40 || rekeyBytes < 1) {
            throw new IllegalArgumentException(
                    "a key serves for 1 to 2^40 datagrams, not " + rekeyDatagrams);
        }
    }

    /**
     * No address but the sockets' own; 4,096 sessions, of 4 KB each when they are there; 20,000
     * handshakes and 100 hints a second; a new key after 2^30 datagrams or 2^38 bytes, where
     * AES-GCM's margin is still above 2^57.
     */
    public static SealOptions defaults() {
        return new SealOptions(Set.of(), false, 4096, 64, 20_000, 2_000, 1L << 30, 1L << 38);
    }

    private SealOptions with(
            Set<InetSocketAddress> addresses, int most, int unused, long datagrams, long bytes) {
        return new SealOptions(
                addresses,
                anyDestination,
                most,
                unused,
                hellosPerSecond,
                hintsPerSecond,
                datagrams,
                bytes);
    }

    /** With one more address that others dial. */
    public SealOptions alsoDialledAs(InetSocketAddress address) {
        Set<InetSocketAddress> more = new HashSet<>(advertised);
        more.add(address);
        return with(more, sessions, unconfirmed, rekeyDatagrams, rekeyBytes);
    }

    /** With other bounds on sessions. */
    SealOptions withSessions(int most, int unused) {
        return with(advertised, most, unused, rekeyDatagrams, rekeyBytes);
    }

    /** With other bounds on a key. */
    SealOptions withRekey(long datagrams, long bytes) {
        return with(advertised, sessions, unconfirmed, datagrams, bytes);
    }
}
