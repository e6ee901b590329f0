package io.tharsis.transport.seal;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ImageConnection;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.ReceiveDestinationTransport;
import io.aeron.driver.media.UdpChannel;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;

import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The receiving end of subscriptions, sealed, with one destination or several.
 *
 * <p>The sockets of several destinations belong to a final class of Aeron's; so datagrams are
 * opened where Aeron validates them, in the poller's own buffer, and the length is set right where
 * they are handed on. What is for the seal itself passes as a round-trip measurement, since only
 * there its source is known. What is sent to several goes through overridden {@code send} methods.
 *
 * <p><b>Threads: the driver's receiver alone.</b>
 */
final class SealedReceiveChannelEndpoint extends ReceiveChannelEndpoint {
    /** As in Aeron: an address that was silent for so long is not answered. */
    private static final long ADDRESS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final SealEngine engine;
    private final CachedNanoClock clock;
    private final AtomicCounter shortSends;

    /** By transport index; null where there is none. */
    private final List<Port> ports = new ArrayList<>();

    private int openedLength;

    SealedReceiveChannelEndpoint(
            UdpChannel udpChannel,
            DataPacketDispatcher dispatcher,
            AtomicCounter statusIndicator,
            MediaDriver.Context context,
            SealEngine engine) {
        super(udpChannel, dispatcher, statusIndicator, context);
        this.engine = engine;
        this.clock = context.receiverCachedNanoClock();
        this.shortSends = context.systemCounters().get(SystemCounterDescriptor.SHORT_SENDS);
        if (!udpChannel.isManualControlMode()) {
            SealedSendChannelEndpoint.checkSealable(udpChannel);
        }
    }

    @Override
    public void openDatagramChannel(AtomicCounter statusIndicator) {
        super.openDatagramChannel(statusIndicator);
        Port port = Port.over(receiveDatagramChannel);
        ports.add(port);
        sendDatagramChannel = new SealingChannel(receiveDatagramChannel, engine, port);
    }

    @Override
    public int addDestination(ReceiveDestinationTransport transport) {
        SealedSendChannelEndpoint.checkSealable(transport.udpChannel());
        int index = super.addDestination(transport);
        while (ports.size() <= index) {
            ports.add(null);
        }
        ports.set(index, Port.over(transport.receiveDatagramChannel()));
        return index;
    }

    @Override
    public void removeDestination(int transportIndex) {
        super.removeDestination(transportIndex);
        engine.close(ports.set(transportIndex, null));
    }

    @Override
    public boolean isValidFrame(UnsafeBuffer buffer, int length) {
        openedLength = engine.open(buffer, length);
        if (openedLength == SealEngine.CONTROL) {
            buffer.putShort(
                    HeaderFlyweight.TYPE_FIELD_OFFSET,
                    (short) HeaderFlyweight.HDR_TYPE_RTTM,
                    ByteOrder.LITTLE_ENDIAN);
            return true;
        }
        return openedLength >= 0 && super.isValidFrame(buffer, openedLength);
    }

    @Override
    public int onDataPacket(
            DataHeaderFlyweight header,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress source,
            int transportIndex) {
        return isConfirmed(source, transportIndex)
                ? super.onDataPacket(header, buffer, openedLength, source, transportIndex)
                : 0;
    }

    @Override
    public void onSetupMessage(
            SetupFlyweight header,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress source,
            int transportIndex) {
        if (isConfirmed(source, transportIndex)) {
            super.onSetupMessage(header, buffer, openedLength, source, transportIndex);
        }
    }

    @Override
    public void onRttMeasurement(
            RttMeasurementFlyweight header,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress source,
            int transportIndex) {
        if (openedLength != SealEngine.CONTROL) {
            if (isConfirmed(source, transportIndex)) {
                super.onRttMeasurement(header, buffer, openedLength, source, transportIndex);
            }
            return;
        }
        try {
            engine.handle(ports.get(transportIndex), source);
        } catch (IOException e) {
            report(e, source);
        }
    }

    private boolean isConfirmed(InetSocketAddress source, int transportIndex) {
        try {
            return engine.confirm(ports.get(transportIndex), source);
        } catch (IOException e) {
            report(e, source);
            return false;
        }
    }

    @Override
    protected void send(ByteBuffer buffer, int length, ImageConnection[] connections) {
        if (!hasDestinationControl()) {
            super.send(buffer, length, connections);
            return;
        }
        int least = length;
        for (int i = connections.length - 1; i >= 0; i--) {
            ImageConnection connection = connections[i];
            if (connection != null
                    && connection.timeOfLastActivityNs + ADDRESS_TIMEOUT_NS - clock.nanoTime() > 0
                    && hasDestination(i)) {
                buffer.position(0);
                least = Math.min(least, sendSealed(buffer, i, connection.controlAddress));
            }
        }
        countShort(length, least);
    }

    @Override
    protected void send(
            ByteBuffer buffer, int length, int transportIndex, InetSocketAddress remote) {
        if (hasDestinationControl()) {
            int sent =
                    hasDestination(transportIndex) ? sendSealed(buffer, transportIndex, remote) : 0;
            countShort(length, sent);
        } else {
            super.send(buffer, length, transportIndex, remote);
        }
    }

    private int sendSealed(ByteBuffer buffer, int transportIndex, InetSocketAddress remote) {
        try {
            if (destination(transportIndex).receiveDatagramChannel().isOpen()) {
                sendHook(buffer, remote);
                return engine.send(ports.get(transportIndex), remote, buffer);
            }
        } catch (IOException e) {
            report(e, remote);
        }
        return 0;
    }

    private void countShort(int length, int sent) {
        if (sent != length) {
            shortSends.increment();
        }
    }

    private void report(IOException e, InetSocketAddress remote) {
        if (!(e instanceof PortUnreachableException)) {
            onSendError(e, remote, errorHandler);
        }
    }
}
