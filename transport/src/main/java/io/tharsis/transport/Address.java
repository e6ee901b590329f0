package io.tharsis.transport;

import java.util.Objects;

/**
 * Where a process can be reached, as it advertises itself: a host's name or number and a port.
 * Compared as text, so that one process has one address: what it advertises.
 *
 * @param host a name or an IP address, without brackets; not empty
 * @param port 1 to 65,535
 */
public record Address(String host, int port) implements Comparable<Address> {
    /** The longest host, in characters; longer ones no name service knows. */
    public static final int MAX_HOST = 253;

    public Address {
        Objects.requireNonNull(host, "an address needs a host");
        if (host.isEmpty() || host.length() > MAX_HOST || !host.matches("[A-Za-z0-9.:_%-]+")) {
            throw new IllegalArgumentException("no host: \"" + host + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + port);
        }
    }

    /**
     * Reads {@code "host:port"}, or {@code "[number]:port"} for IPv6.
     *
     * @throws IllegalArgumentException if it is neither; the message says what it should be
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException(
                    "an address is host:port or [IPv6]:port: \"" + text + "\"");
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the port of an address is a number: \"" + text + "\"", e);
        }
    }

    @Override
    public int compareTo(Address other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
