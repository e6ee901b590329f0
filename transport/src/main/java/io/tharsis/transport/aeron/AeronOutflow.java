package io.tharsis.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.tharsis.transport.Address;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;

import org.agrona.DirectBuffer;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/**
 * A stream of ours. Its publication is exclusive, since the driver gives one that is not to all
 * processes that publish the same, to share: one that died would stall the others. So callers take
 * turns, each for the time of a copy; the same lock keeps the memory mapped while one is in it.
 *
 * <p>Once frames were taken it has no second connection: a receiver that comes back, or another one
 * in its place, would miss what lies between.
 */
final class AeronOutflow implements Outflow {
    private static final int ADMIN_TRIES = 4;
    private static final String NO_RECEIVER = "its receiver has gone, or has rejected it";

    private final ReentrantLock lock = new ReentrantLock();
    private final Address to;
    private final Lane lane;
    private volatile int maxFrame;
    private volatile boolean over;
    private volatile String why;
    private int ipcStream;
    private long registration;
    private ExclusivePublication publication;

    /**
     * A stream whose publication the driver is making.
     *
     * @param ipcStream the first stream by shared memory of who is there; 0 if it goes by UDP
     */
    AeronOutflow(Address to, Lane lane, int ipcStream, int maxFrame, long registration) {
        this.to = to;
        this.lane = lane;
        this.ipcStream = ipcStream;
        this.maxFrame = maxFrame;
        this.registration = registration;
    }

    /** A stream that could not be opened. */
    static AeronOutflow closed(Address to, Lane lane, int maxFrame, String reason) {
        AeronOutflow outflow = new AeronOutflow(to, lane, 0, maxFrame, Aeron.NULL_VALUE);
        outflow.fail(reason);
        return outflow;
    }

    @Override
    public int maxFrame() {
        return maxFrame;
    }

    @Override
    public Offer offer(
            DirectBuffer header,
            int headerOffset,
            int headerLength,
            DirectBuffer body,
            int bodyOffset,
            int bodyLength) {
        checkedLength(headerLength, bodyLength);
        lock.lock();
        try {
            if (over) {
                return Offer.CLOSED;
            }
            if (publication == null) {
                return Offer.NOT_CONNECTED;
            }
            long result = Publication.ADMIN_ACTION;
            for (int i = 0; i < ADMIN_TRIES && result == Publication.ADMIN_ACTION; i++) {
                result =
                        publication.offer(
                                header, headerOffset, headerLength, body, bodyOffset, bodyLength);
            }
            return answer(result);
        } finally {
            lock.unlock();
        }
    }

    private Offer answer(long result) {
        if (result > 0) {
            return Offer.TAKEN;
        }
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return Offer.BACK_PRESSURED;
        }
        if (result == Publication.NOT_CONNECTED && publication.position() == 0) {
            return Offer.NOT_CONNECTED;
        }
        fail(result == Publication.NOT_CONNECTED ? NO_RECEIVER : Publication.errorString(result));
        return Offer.CLOSED;
    }

    @Override
    public boolean hasRoom() {
        lock.lock();
        try {
            return !over
                    && publication != null
                    && publication.isConnected()
                    && publication.availableWindow() > wasted();
        } finally {
            lock.unlock();
        }
    }

    /** What the window loses to padding, as a frame of the largest size does not cross terms. */
    private long wasted() {
        int term = publication.termBufferLength();
        long left = term - (publication.position() & (term - 1));
        int largest =
                LogBufferDescriptor.computeFragmentedFrameLength(
                        maxFrame, publication.maxPayloadLength());
        return largest > left ? left : 0;
    }

    @Override
    public boolean isClosed() {
        return over;
    }

    @Override
    public String whyClosed() {
        return why;
    }

    /** It is over, for a reason that people should know; the first one counts. */
    void fail(String reason) {
        if (!over) {
            why = reason;
            over = true;
        }
    }

    /** Says that it is over; the wire gives the publication back in its next round. */
    @Override
    public void close() {
        over = true;
    }

    // The rest is the wire's, on its thread.

    /**
     * Takes the publication when the driver has made it, and notices its end.
     *
     * @throws io.aeron.exceptions.RegistrationException if the driver does not make it
     */
    void attend(Aeron client) {
        if (registration == Aeron.NULL_VALUE) {
            return;
        }
        if (publication != null) {
            if (!over && publication.isClosed()) {
                fail("its publication is closed");
            } else if (!over && !publication.isConnected() && publication.position() > 0) {
                fail(NO_RECEIVER);
            }
            return;
        }
        ExclusivePublication made = client.getExclusivePublication(registration);
        if (made != null) {
            lock.lock();
            publication = made;
            lock.unlock();
        }
    }

    /**
     * Ends it if its process on our driver is gone, long before the driver gives that up; has it go
     * by shared memory if whom it is to has come to our driver before a frame was taken.
     */
    void attendPeer(Aeron client, ToIntFunction<Address> find) {
        if (over || (ipcStream == 0 && publication != null && publication.position() > 0)) {
            return;
        }
        int now = find.applyAsInt(to);
        if (now == ipcStream || now == AeronWire.UNKNOWN) {
            return;
        }
        lock.lock();
        try {
            // One that the driver is making is not taken back before it is there, see isPending.
            boolean moves = ipcStream == 0 && publication != null && publication.position() == 0;
            if (moves) {
                client.asyncRemovePublication(registration);
                publication = null;
                registration = Aeron.NULL_VALUE;
                registration =
                        client.asyncAddExclusivePublication(
                                Channels.ipc(lane), Channels.stream(now, lane));
                ipcStream = now;
                maxFrame = Channels.maxFrame(lane, AeronConfig.MTU_IPC);
            } else if (ipcStream != 0) {
                fail("its process is gone");
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the driver has yet to make its publication. Until then it is not taken back: the
     * driver would delete the log, perhaps while the client, told that it is there, maps it; which
     * ends the client, and all streams with it.
     */
    boolean isPending() {
        return publication == null && registration != Aeron.NULL_VALUE;
    }

    /** The driver does not make its publication. */
    void refuse(String reason) {
        registration = Aeron.NULL_VALUE;
        fail(reason);
    }

    boolean is(long registrationId) {
        return registration == registrationId;
    }

    /**
     * Ends it for all callers, of whom none is in it after this, and gives the publication back.
     */
    void retire(Aeron client) {
        lock.lock();
        try {
            over = true;
            publication = null;
            if (client != null && registration != Aeron.NULL_VALUE) {
                client.asyncRemovePublication(registration);
            }
        } catch (AeronException _) {
            // The client is at its end, and the publication with it.
        } finally {
            lock.unlock();
        }
    }

    /** Ends it for all callers. How far it has come; 0 if nobody is there to get it. */
    long end() {
        lock.lock();
        try {
            over = true;
            return publication == null || !publication.isConnected() ? 0 : publication.position();
        } finally {
            lock.unlock();
        }
    }

    long registration() {
        return registration;
    }
}
