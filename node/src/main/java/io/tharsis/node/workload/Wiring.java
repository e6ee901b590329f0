package io.tharsis.node.workload;

import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronTransport;
import io.tharsis.transport.seal.ClusterKey;

import java.nio.file.Path;

/** How two processes of a workload reach each other. */
enum Wiring {
    /** By shared memory, on a shared media driver. */
    IPC("shared memory", 0, false),
    /** By UDP over the loopback interface. */
    UDP("UDP, 8 KiB a datagram", 0, false),
    /** By UDP with datagrams as a network takes them. */
    UDP_1408("UDP, 1,408 bytes a datagram", 1408, false),
    UDP_SEALED("UDP, 8 KiB a datagram, sealed", 0, true),
    UDP_1408_SEALED("UDP, 1,408 bytes a datagram, sealed", 1408, true);

    /** In words. */
    final String words;

    private final int mtu;
    private final boolean sealed;

    Wiring(String words, int mtu, boolean sealed) {
        this.words = words;
        this.mtu = mtu;
        this.sealed = sealed;
    }

    boolean isSealed() {
        return sealed;
    }

    /**
     * @param keyFile where it is sealed
     */
    Transport start(Address self, Path keyFile) {
        AeronTransport starting = AeronTransport.at(self).mtu(mtu);
        if (this == IPC) {
            return starting.sharedDriver().start();
        }
        return starting.embeddedDriver().key(sealed ? ClusterKey.read(keyFile) : null).start();
    }
}
