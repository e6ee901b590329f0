package io.tharsis.transport.seal;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Free ports of the loopback. */
final class Ports {
    private Ports() {}

    static int free() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (var socket = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            return socket.getLocalPort();
        }
    }
}
