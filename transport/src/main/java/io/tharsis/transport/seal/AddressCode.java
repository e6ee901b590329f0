package io.tharsis.transport.seal;

import org.agrona.concurrent.UnsafeBuffer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Socket addresses in handshakes: 16 bytes of IPv6, IPv4 mapped into it, and 2 of the port. */
final class AddressCode {
    private static final int IP = 16;

    private AddressCode() {}

    static void write(UnsafeBuffer to, int offset, InetSocketAddress address) {
        to.setMemory(offset, HandshakeDescriptor.ADDRESS, (byte) 0);
        byte[] ip = address.getAddress().getAddress();
        if (address.getAddress() instanceof Inet4Address) {
            to.putShort(offset + 10, (short) 0xFFFF);
        }
        to.putBytes(offset + IP - ip.length, ip);
        to.putShort(offset + IP, (short) address.getPort(), ByteOrder.BIG_ENDIAN);
    }

    static InetSocketAddress read(byte[] from, int offset) {
        int port = (from[offset + IP] & 0xFF) << 8 | from[offset + IP + 1] & 0xFF;
        try {
            byte[] ip = Arrays.copyOfRange(from, offset, offset + IP);
            return new InetSocketAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
