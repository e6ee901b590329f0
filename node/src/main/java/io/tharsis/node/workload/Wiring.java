package io.tharsis.node.workload;

import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronConfig;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.aeron.AeronTransport;

/** How two processes of a workload reach each other. */
enum Wiring {
    /** By shared memory, on a shared media driver. */
    IPC(DriverMode.SHARED, 0),
    /** By UDP over the loopback interface, 8 KiB a datagram. */
    UDP(DriverMode.EMBEDDED, 0),
    /** By UDP with datagrams as a network takes them. */
    UDP_SMALL(DriverMode.EMBEDDED, 1408);

    private final DriverMode mode;
    private final int mtu;

    Wiring(DriverMode mode, int mtu) {
        this.mode = mode;
        this.mtu = mtu;
    }

    Transport start(Address self) {
        return AeronTransport.start(AeronConfig.local(self, mode).withMtu(mtu));
    }
}
