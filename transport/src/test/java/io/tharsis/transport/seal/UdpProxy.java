package io.tharsis.transport.seal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody on the path between a sender and a receiver: passes datagrams on, both ways, and sees,
 * drops or injects as told. Each source gets a socket of its own towards the receiver.
 */
final class UdpProxy implements AutoCloseable {
    /** A datagram that came by. */
    record Passed(byte[] bytes, boolean towardsReceiver) {}

    /** Says whether a datagram goes on. */
    interface Policy {
        boolean passes(byte[] datagram, boolean towardsReceiver);
    }

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    final List<Passed> passed = new CopyOnWriteArrayList<>();
    private final DatagramChannel front;
    private final InetSocketAddress receiver;
    private final ConcurrentHashMap<InetSocketAddress, DatagramChannel> backs =
            new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile boolean records = true;
    private volatile Policy policy = (_, _) -> true;

    UdpProxy(int receiverPort) throws IOException {
        receiver = new InetSocketAddress(LOOPBACK, receiverPort);
        front = DatagramChannel.open();
        front.bind(new InetSocketAddress(LOOPBACK, 0));
        front.configureBlocking(false);
        thread = new Thread(this::run, "udp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) front.getLocalAddress();
    }

    String endpoint() throws IOException {
        return "127.0.0.1:" + address().getPort();
    }

    void policy(Policy policy) {
        this.policy = policy;
    }

    void stopRecording() {
        records = false;
    }

    /** What has come by until now, in one direction. */
    List<byte[]> captured(boolean towardsReceiver) {
        List<byte[]> captured = new ArrayList<>();
        for (Passed each : passed) {
            if (each.towardsReceiver == towardsReceiver) {
                captured.add(each.bytes);
            }
        }
        return captured;
    }

    /** Sends to the receiver as if it came from the first source. */
    void injectToReceiver(byte[] datagram) throws IOException {
        backs.values().iterator().next().write(ByteBuffer.wrap(datagram));
    }

    /** Sends to the first source as if it came from the receiver. */
    void injectToSource(byte[] datagram) throws IOException {
        front.send(ByteBuffer.wrap(datagram), backs.keySet().iterator().next());
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
        while (open) {
            int work = 0;
            try {
                work += fromSources(buffer);
                for (var each : backs.entrySet()) {
                    work += fromReceiver(buffer, each.getKey(), each.getValue());
                }
            } catch (PortUnreachableException _) {
                work++;
            } catch (IOException e) {
                if (open) {
                    throw new IllegalStateException(e);
                }
            }
            if (work == 0) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    private int fromSources(ByteBuffer buffer) throws IOException {
        InetSocketAddress source = (InetSocketAddress) front.receive(buffer.clear());
        if (source == null) {
            return 0;
        }
        DatagramChannel back = backs.get(source);
        if (back == null) {
            back = DatagramChannel.open();
            back.bind(new InetSocketAddress(LOOPBACK, 0));
            back.configureBlocking(false);
            back.connect(receiver);
            backs.put(source, back);
        }
        if (seen(buffer.flip(), true)) {
            back.write(buffer);
        }
        return 1;
    }

    private int fromReceiver(ByteBuffer buffer, InetSocketAddress source, DatagramChannel back)
            throws IOException {
        if (back.read(buffer.clear()) <= 0) {
            return 0;
        }
        if (seen(buffer.flip(), false)) {
            front.send(buffer, source);
        }
        return 1;
    }

    private boolean seen(ByteBuffer datagram, boolean towardsReceiver) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(0, bytes);
        if (records) {
            passed.add(new Passed(bytes, towardsReceiver));
        }
        return policy.passes(bytes, towardsReceiver);
    }

    @Override
    public void close() throws IOException {
        open = false;
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
        front.close();
        for (DatagramChannel back : backs.values()) {
            back.close();
        }
    }
}
