package io.tharsis.transport.seal;

import io.aeron.driver.Configuration;
import io.aeron.logbuffer.FrameDescriptor;

import org.agrona.BitUtil;

/** What the seal costs on the wire, for those who choose the {@code mtu} of a channel. */
public final class Seal {
    /** Bytes that the seal adds to each datagram: 16 of header, 16 of tag. */
    public static final int OVERHEAD =
            SealedDatagramDescriptor.HEADER + SealedDatagramDescriptor.TAG;

    /**
     * The largest {@code mtu} of a sealed channel: Aeron's buffers take datagrams of {@value
     * io.aeron.driver.Configuration#MAX_UDP_PAYLOAD_LENGTH} bytes at most.
     */
    public static final int MAX_MTU = Configuration.MAX_UDP_PAYLOAD_LENGTH - OVERHEAD;

    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    private Seal() {}

    /**
     * The largest {@code mtu} for a sealed channel whose datagrams are not to be fragmented.
     *
     * @param linkMtu of the path, in bytes: 1,500 for plain Ethernet
     * @param ipv6 whether the path is IPv6, whose header is longer
     * @throws IllegalArgumentException if a link cannot be that small
     */
    public static int mtuFor(int linkMtu, boolean ipv6) {
        if (linkMtu < 576) {
            throw new IllegalArgumentException("no IP link has an MTU of " + linkMtu + " bytes");
        }
        int payload = linkMtu - UDP_HEADER - (ipv6 ? IPV6_HEADER : IPV4_HEADER);
        int room = Math.min(payload - OVERHEAD, MAX_MTU);
        return room - room % FrameDescriptor.FRAME_ALIGNMENT;
    }

    static {
        if (!BitUtil.isAligned(MAX_MTU, FrameDescriptor.FRAME_ALIGNMENT)) {
            throw new AssertionError(
                    "the largest sealed MTU is no multiple of a frame's alignment");
        }
    }
}
