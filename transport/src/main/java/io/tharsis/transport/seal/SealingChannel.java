package io.tharsis.transport.seal;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.util.Set;

/**
 * A socket that seals what is sent through it; Aeron's endpoints send through this in the place of
 * their own. It cannot receive, and has no selector. <b>Threads: one alone.</b>
 */
final class SealingChannel extends DatagramChannel {
    private final DatagramChannel socket;
    private final SealEngine engine;
    private final Port port;

    SealingChannel(DatagramChannel socket, SealEngine engine, Port port) {
        super(socket.provider());
        this.socket = socket;
        this.engine = engine;
        this.port = port;
    }

    @Override
    public int write(ByteBuffer plain) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) socket.getRemoteAddress();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
        return engine.send(port, remote, plain);
    }

    @Override
    public int send(ByteBuffer plain, SocketAddress target) throws IOException {
        return engine.send(port, (InetSocketAddress) target, plain);
    }

    @Override
    public long write(ByteBuffer[] plain, int offset, int length) {
        throw new UnsupportedOperationException("a datagram is sealed from one buffer");
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        socket.connect(remote);
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        socket.disconnect();
        return this;
    }

    @Override
    public DatagramChannel bind(SocketAddress local) throws IOException {
        socket.bind(local);
        return this;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return socket.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return socket.getRemoteAddress();
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
        socket.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        socket.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        socket.configureBlocking(block);
    }

    @Override
    public DatagramSocket socket() {
        throw sendsOnly();
    }

    @Override
    public SocketAddress receive(ByteBuffer buffer) {
        throw sendsOnly();
    }

    @Override
    public int read(ByteBuffer buffer) {
        throw sendsOnly();
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) {
        throw sendsOnly();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface from) {
        throw sendsOnly();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface from, InetAddress source) {
        throw sendsOnly();
    }

    private static UnsupportedOperationException sendsOnly() {
        return new UnsupportedOperationException("a sealing channel sends, and no more");
    }
}
