package io.tharsis.transport.seal;

import io.aeron.CommonContext;
import io.aeron.ErrorCode;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.exceptions.ControlProtocolException;

import org.agrona.SystemUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;

/** The sending end of publications, sealed. <b>Threads: the driver's sender alone.</b> */
final class SealedSendChannelEndpoint extends SendChannelEndpoint {
    private final SealEngine engine;
    private final UnsafeBuffer received = new UnsafeBuffer();
    private Port port;

    SealedSendChannelEndpoint(
            UdpChannel udpChannel,
            AtomicCounter statusIndicator,
            MediaDriver.Context context,
            SealEngine engine) {
        super(udpChannel, statusIndicator, context);
        this.engine = engine;
        checkSealable(udpChannel);
    }

    /** Refuses what cannot be sealed, so that the client hears of it. */
    static void checkSealable(UdpChannel channel) {
        if (channel.isMulticast()) {
            throw new ControlProtocolException(
                    ErrorCode.INVALID_CHANNEL,
                    "a sealed driver has no multicast: " + channel.originalUriString());
        }
        String mtu = channel.channelUri().get(CommonContext.MTU_LENGTH_PARAM_NAME);
        if (mtu != null
                && SystemUtil.parseSize(CommonContext.MTU_LENGTH_PARAM_NAME, mtu) > Seal.MAX_MTU) {
            throw new ControlProtocolException(
                    ErrorCode.INVALID_CHANNEL,
                    "a sealed channel's mtu is at most "
                            + Seal.MAX_MTU
                            + ": "
                            + channel.originalUriString());
        }
    }

    @Override
    public void openDatagramChannel(AtomicCounter statusIndicator) {
        super.openDatagramChannel(statusIndicator);
        port = Port.over(receiveDatagramChannel);
        sendDatagramChannel = new SealingChannel(receiveDatagramChannel, engine, port);
    }

    @Override
    public InetSocketAddress receive(ByteBuffer buffer) {
        InetSocketAddress source = super.receive(buffer);
        if (source == null) {
            return null;
        }
        received.wrap(buffer);
        int length = engine.open(received, buffer.position());
        try {
            if (length == SealEngine.CONTROL) {
                engine.handle(port, source);
            } else if (length >= 0 && engine.confirm(port, source)) {
                buffer.position(length);
                return source;
            }
        } catch (PortUnreachableException _) {
            // The other side is gone; Aeron's time-outs tell.
        } catch (IOException e) {
            onSendError(e, source, errorHandler);
        }
        return null;
    }
}
