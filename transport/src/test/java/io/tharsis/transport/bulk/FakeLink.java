package io.tharsis.transport.bulk;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.wire.Lane;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.util.ArrayList;
import java.util.List;

/** A link whose lanes answer as they are told. It keeps what they take. */
final class FakeLink implements FrameLink {
    static final int MAX_BODY = 1000;

    /** Texts that came by the lane of messages, with the type and the fetch. */
    final List<String> texts = new ArrayList<>();

    /** How long the frames were that came by the lane of bulk, OPENED too. */
    final List<Integer> bulk = new ArrayList<>();

    Sent messagesAnswer = Sent.SENT;
    Sent bulkAnswer = Sent.SENT;
    boolean room = true;
    Loss loss;

    void endBulk(String why) {
        loss = new Loss(Loss.Cause.STREAM_ENDED, why);
    }

    @Override
    public Sent offer(Lane lane, int service, DirectBuffer body, int offset, int length) {
        if (lane == Lane.BULK) {
            return take(length);
        }
        if (messagesAnswer == Sent.SENT) {
            texts.add(
                    "%d of %d: %s"
                            .formatted(
                                    BulkDescriptor.field(body, offset, 0),
                                    BulkDescriptor.field(body, offset, BulkDescriptor.FETCH_OFFSET),
                                    BulkDescriptor.text(
                                            body, offset, length, BulkDescriptor.TEXT_OFFSET)));
        }
        return messagesAnswer;
    }

    @Override
    public Sent offer(
            Lane lane,
            int service,
            MutableDirectBuffer head,
            int headLength,
            DirectBuffer body,
            int offset,
            int length) {
        return take(BulkDescriptor.DATA_OFFSET + length);
    }

    private Sent take(int length) {
        if (bulkAnswer == Sent.SENT) {
            bulk.add(length);
        }
        return bulkAnswer;
    }

    @Override
    public Sent offer(int service, DirectBuffer message, int offset, int length) {
        return offer(Lane.MESSAGES, service, message, offset, length);
    }

    @Override
    public void reject(String fault) {
        throw new AssertionError(fault);
    }

    @Override
    public int maxBody(Lane lane) {
        return MAX_BODY;
    }

    @Override
    public boolean hasRoom(Lane lane) {
        return room;
    }

    @Override
    public Loss bulkLoss() {
        return loss;
    }

    @Override
    public Address remote() {
        return BulkFixture.A;
    }

    @Override
    public LinkState state() {
        return new LinkState.Connected(new Endpoint(BulkFixture.A, 1));
    }

    @Override
    public void close() {}
}
