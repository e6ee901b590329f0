package io.tharsis.transport.seal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;

/** A socket under the seal, and its routes to others. <b>Threads: one alone.</b> */
final class Port {
    /** What a port sends through; a socket, or a fake of one in tests. */
    interface Outlet {
        /** Sends a datagram as it is; answers the bytes taken, 0 if there is no room now. */
        int transmit(ByteBuffer datagram, InetSocketAddress to) throws IOException;

        /** The address that it is bound to. */
        InetSocketAddress local() throws IOException;
    }

    final Outlet outlet;
    private final Map<InetSocketAddress, Route> routes = new HashMap<>();

    Port(Outlet outlet) {
        this.outlet = outlet;
    }

    /** A port over an open socket, which stays its owner's to close. */
    static Port over(DatagramChannel socket) {
        return new Port(
                new Outlet() {
                    @Override
                    public int transmit(ByteBuffer datagram, InetSocketAddress to)
                            throws IOException {
                        return socket.isConnected()
                                ? socket.write(datagram)
                                : socket.send(datagram, to);
                    }

                    @Override
                    public InetSocketAddress local() throws IOException {
                        return (InetSocketAddress) socket.getLocalAddress();
                    }
                });
    }

    /** The route to an address; null if there is none. */
    Route find(InetSocketAddress remote) {
        return routes.get(remote);
    }

    /** The route to an address, made if there is none. */
    Route routeTo(InetSocketAddress remote) {
        return routes.computeIfAbsent(remote, address -> new Route(this, address));
    }

    void remove(Route route) {
        routes.remove(route.remote);
    }

    Iterable<Route> routes() {
        return routes.values();
    }

    int size() {
        return routes.size();
    }
}
