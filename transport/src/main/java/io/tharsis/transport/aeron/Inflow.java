package io.tharsis.transport.aeron;

import io.aeron.Image;
import io.aeron.ImageFragmentAssembler;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;

import org.agrona.DirectBuffer;

/** A stream that comes in: puts fragments together, up to the largest frame of its lane. */
final class Inflow implements FragmentHandler {
    /** Aeron's limit is 1,023 bytes. */
    private static final int REASON_MAX = 256;

    private final long id;
    private final Lane lane;
    private final Image image;
    private final int maxFrame;
    private final ImageFragmentAssembler assembler;
    private FrameHandler handler;
    private int assembled;
    private int frames;
    private String rejection;
    private boolean told;

    Inflow(long id, Lane lane, Image image) {
        this.id = id;
        this.lane = lane;
        this.image = image;
        maxFrame = Channels.maxFrame(lane, image.mtuLength());
        assembler =
                new ImageFragmentAssembler((b, offset, length, _) -> deliver(b, offset, length));
        if (image.joinPosition() != 0) {
            // We were not there from the start: its sender believes to talk to who was.
            reject("joined at " + image.joinPosition());
        } else if (image.termBufferLength()
                > Math.max(Channels.termIpc(lane), Channels.termUdp(lane))) {
            reject("terms of " + image.termBufferLength() + " bytes");
        }
    }

    long id() {
        return id;
    }

    Image image() {
        return image;
    }

    int poll(FrameHandler to, int limit) {
        if (rejection != null) {
            return 0;
        }
        handler = to;
        frames = 0;
        image.poll(this, limit);
        handler = null;
        return frames;
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        if (rejection != null) {
            return;
        }
        byte flags = header.flags();
        if ((flags & FrameDescriptor.UNFRAGMENTED) == FrameDescriptor.UNFRAGMENTED) {
            deliver(buffer, offset, length);
            return;
        }
        boolean begins = (flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
        assembled = begins ? length : assembled + length;
        if (lane == Lane.BULK || assembled > maxFrame) {
            reject("a frame of more than " + maxFrame + " bytes");
        } else {
            assembler.onFragment(buffer, offset, length, header);
        }
    }

    private void deliver(DirectBuffer buffer, int offset, int length) {
        frames++;
        handler.onFrame(lane, id, buffer, offset, length);
    }

    /** Gives out no more frames; the wire tells the driver in its next round. */
    void reject(String reason) {
        if (rejection == null) {
            rejection = reason;
        }
    }

    boolean isRejected() {
        return rejection != null;
    }

    /** Has the driver end it at its sender's side. Blocks until the driver has answered. */
    String tellDriver() {
        if (told || rejection == null) {
            return null;
        }
        told = true;
        image.reject(
                rejection.length() > REASON_MAX ? rejection.substring(0, REASON_MAX) : rejection);
        return rejection + ", from " + image.sourceIdentity();
    }
}
