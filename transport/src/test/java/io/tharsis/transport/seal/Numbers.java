package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;

import org.agrona.concurrent.UnsafeBuffer;

/** Sends numbered messages over a stream and checks that each arrives, once and in order. */
final class Numbers {
    private static final int FILL = 31;

    private final Publication publication;
    private final Subscription subscription;
    private final FragmentHandler handler;
    private long sent;
    private long expected;
    private int length;

    Numbers(Publication publication, Subscription subscription) {
        this.publication = publication;
        this.subscription = subscription;
        this.handler =
                new FragmentAssembler(
                        (buffer, offset, messageLength, _) -> {
                            assertEquals(length, messageLength);
                            assertEquals(expected, buffer.getLong(offset));
                            byte fill = (byte) (expected * FILL);
                            assertEquals(fill, buffer.getByte(offset + messageLength - 1));
                            expected++;
                        });
    }

    /** Sends as many messages and waits for all of them. */
    void exchange(int count, int messageLength) {
        length = messageLength;
        // Not yet: what is offered before the receiver is there, it never gets.
        Await.until(
                () -> publication.isConnected() && subscription.isConnected(),
                () -> "a connection, " + publication.channel());
        long from = sent;
        expected = sent;
        UnsafeBuffer message = new UnsafeBuffer(new byte[messageLength]);
        Await.until(
                () -> {
                    while (sent < from + count) {
                        message.putLong(0, sent);
                        message.putByte(messageLength - 1, (byte) (sent * FILL));
                        if (publication.offer(message) < 0) {
                            break;
                        }
                        sent++;
                    }
                    while (subscription.poll(handler, 64) > 0) {
                        Thread.onSpinWait();
                    }
                    return expected == from + count;
                },
                () -> "messages: sent " + sent + ", received " + expected);
    }
}
