package io.tharsis.transport.log;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.LossGenerator;
import io.aeron.driver.media.UdpChannel;
import io.tharsis.transport.log.cluster.ClusterConfig;

import org.agrona.concurrent.status.AtomicCounter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between members in this JVM, which can be split in two: every member's driver drops
 * what comes from the other side. Who sends is known by the port, a member's own five and those
 * that its driver draws.
 */
final class SplitNetwork {
    private final Map<Integer, Integer> memberByPort = new ConcurrentHashMap<>();
    private volatile Set<Integer> apart = Set.of();

    /** Has a member that will be started with this configuration take part. */
    ClusterConfig join(ClusterConfig config) {
        for (int i = 0; i < ClusterConfig.PORTS; i++) {
            memberByPort.put(config.address().port() + i, config.member());
        }
        return config.withDriver(driver -> join(driver, config.member()));
    }

    private void join(MediaDriver.Context driver, int member) {
        LossGenerator loss = (from, _, _) -> isCutOff(member, from);
        driver.sendChannelEndpointSupplier(
                (channel, status, context) -> new Sender(channel, status, context, loss, member));
        driver.receiveChannelEndpointSupplier(
                (channel, dispatcher, status, context) ->
                        new Receiver(channel, dispatcher, status, context, loss, member));
    }

    private boolean isCutOff(int member, InetSocketAddress from) {
        Integer sender = from == null ? null : memberByPort.get(from.getPort());
        Set<Integer> side = apart;
        return sender != null && side.contains(sender) != side.contains(member);
    }

    /** These hear only each other from now on, and the others only the others. */
    void split(Set<Integer> members) {
        apart = Set.copyOf(members);
    }

    void heal() {
        apart = Set.of();
    }

    private void note(DatagramChannel socket, int member) {
        try {
            memberByPort.put(((InetSocketAddress) socket.getLocalAddress()).getPort(), member);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private final class Sender extends DebugSendChannelEndpoint {
        private final int member;

        Sender(
                UdpChannel channel,
                AtomicCounter status,
                MediaDriver.Context context,
                LossGenerator loss,
                int member) {
            super(channel, status, context, (_, _, _) -> false, loss);
            this.member = member;
        }

        @Override
        public void openDatagramChannel(AtomicCounter statusIndicator) {
            super.openDatagramChannel(statusIndicator);
            note(receiveDatagramChannel, member);
        }
    }

    private final class Receiver extends DebugReceiveChannelEndpoint {
        private final int member;

        Receiver(
                UdpChannel channel,
                DataPacketDispatcher dispatcher,
                AtomicCounter status,
                MediaDriver.Context context,
                LossGenerator loss,
                int member) {
            super(channel, dispatcher, status, context, loss, (_, _, _) -> false);
            this.member = member;
        }

        @Override
        public void openDatagramChannel(AtomicCounter statusIndicator) {
            super.openDatagramChannel(statusIndicator);
            note(receiveDatagramChannel, member);
        }
    }
}
