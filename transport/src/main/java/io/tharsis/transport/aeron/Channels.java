package io.tharsis.transport.aeron;

import io.tharsis.transport.Address;
import io.tharsis.transport.wire.Lane;

import java.net.InetAddress;

/** The channels of Aeron, and which streams there are on them. */
final class Channels {
    static final String IPC = "aeron:ipc";

    /** The stream of messages by UDP; the next is that of bulk. */
    static final int UDP_STREAM = 1_001;

    /** Of each frame, before what it carries. */
    static final int FRAME_HEADER = 32;

    private Channels() {}

    static int stream(int first, Lane lane) {
        return first + lane.ordinal();
    }

    static String ipc(Lane lane) {
        return IPC + "?mtu=" + AeronConfig.MTU_IPC + "|term-length=" + termIpc(lane);
    }

    /** Where we listen. */
    static String listen(AeronConfig config) {
        return "aeron:udp?endpoint=" + new Address(config.bindHost(), config.self().port());
    }

    /**
     * From us to an address; by the interface that we listen on, so that our side of the stream is
     * no more open.
     */
    static String udp(AeronConfig config, Address to, Lane lane) {
        String via =
                isWildcard(config.bindHost()) ? "" : "|interface=" + bracketed(config.bindHost());
        return "aeron:udp?endpoint="
                + to
                + via
                + "|mtu="
                + mtu(config, to)
                + "|term-length="
                + termUdp(lane);
    }

    static int mtu(AeronConfig config, Address to) {
        if (config.mtu() != 0) {
            return config.mtu();
        }
        boolean within = to.host().equals(config.self().host()) || isLoopback(to.host());
        return within ? AeronConfig.MTU_MACHINE : AeronConfig.MTU_NETWORK;
    }

    static int mtuMin(AeronConfig config) {
        return config.mtu() != 0 ? config.mtu() : AeronConfig.MTU_NETWORK;
    }

    static int termIpc(Lane lane) {
        return lane == Lane.BULK ? AeronConfig.BULK_TERM_IPC : AeronConfig.MESSAGE_TERM;
    }

    static int termUdp(Lane lane) {
        return lane == Lane.BULK ? AeronConfig.BULK_TERM_UDP : AeronConfig.MESSAGE_TERM;
    }

    /**
     * Messages are put together of fragments, an eighth of a term at most; bulk is one fragment.
     */
    static int maxFrame(Lane lane, int mtu) {
        return lane == Lane.BULK ? mtu - FRAME_HEADER : AeronConfig.MESSAGE_TERM / 8;
    }

    /** Whether a host says that it is this machine; does not ask a name service. */
    static boolean isLoopback(String host) {
        return host.equals("localhost") || (isNumber(host) && number(host).isLoopbackAddress());
    }

    private static boolean isWildcard(String host) {
        return isNumber(host) && number(host).isAnyLocalAddress();
    }

    private static boolean isNumber(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static InetAddress number(String host) {
        return InetAddress.ofLiteral(host);
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
