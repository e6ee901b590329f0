package io.tharsis.transport.wire;

import static io.tharsis.transport.wire.Outflow.Offer.BACK_PRESSURED;
import static io.tharsis.transport.wire.Outflow.Offer.CLOSED;
import static io.tharsis.transport.wire.Outflow.Offer.NOT_CONNECTED;
import static io.tharsis.transport.wire.Outflow.Offer.TAKEN;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** What every {@link Wire} promises, over wires on which nothing goes wrong. */
@Timeout(300)
public abstract class WireContract extends WireFixture {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    /** Any receiver's window is smaller. */
    private static final long MOST_BYTES_UNREAD = 256L << 20;

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldNotBeConnectedUntilSomebodyIsThere(Lane lane) {
        Party a = party(0);
        Outflow outflow = a.wire.open(address(1), lane);
        assertEquals(NOT_CONNECTED, offer(outflow, 1, 0, 20));
        assertFalse(outflow.hasRoom());
        Party b = party(1);
        until(() -> offer(outflow, 1, 0, 20) == TAKEN, "a connection");
        until(() -> b.got.size() == 1, "the frame");
        assertEquals(new Got(lane, b.got.get(0).inflow(), new Numbered(1, 0, 20)), b.got.get(0));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldKeepOrderAndBytesOfEverySize(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        int largest = a.wire.maxFrame(lane);
        int[] sizes = {
            12,
            13,
            31,
            32,
            33,
            63,
            64,
            65,
            1376,
            1377,
            1408,
            4096,
            8191,
            65_000,
            largest - 1,
            largest
        };
        Outflow outflow = connected(a, b, lane);
        for (int i = 0; i < sizes.length; i++) {
            send(outflow, 1, i, Math.min(sizes[i], largest));
        }
        b.awaitFrom(1, sizes.length);
        for (int i = 0; i < sizes.length; i++) {
            assertEquals(new Numbered(1, i, Math.min(sizes[i], largest)), b.got.get(i).frame());
            assertEquals(lane, b.got.get(i).lane());
        }
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldKeepOrderOverManyFramesOfRandomSizes(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, lane);
        int count = lane == Lane.BULK ? 500 : 5_000;
        int largest = a.wire.maxFrame(lane);
        for (int i = 0; i < count; i++) {
            int bound = random.nextInt(20) == 0 ? largest : 2_000;
            send(outflow, 1, i, Numbered.SHORTEST + random.nextInt(bound - Numbered.SHORTEST));
        }
        b.awaitFrom(1, count);
        b.assertContiguous(1, 0, count);
    }

    @Test
    void shouldTakeEitherPartEmpty() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        UnsafeBuffer first = new Numbered(1, 0, 40).bytes(3);
        until(() -> outflow.offer(first, 3, 40, NOTHING, 0, 0) == TAKEN, "room");
        UnsafeBuffer second = new Numbered(1, 1, 50).bytes(5);
        until(() -> outflow.offer(NOTHING, 0, 0, second, 5, 50) == TAKEN, "room");
        b.awaitFrom(1, 2);
        b.assertContiguous(1, 0, 2);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldRefuseAFrameThatIsTooLarge(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, lane);
        int length = maxFrame(a.wire, outflow, lane) + 1;
        var buffer = new UnsafeBuffer(new byte[length]);
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> outflow.offer(buffer, 0, 24, buffer, 24, length - 24));
        assertTrue(error.getMessage().contains("" + (length - 1)), error::getMessage);
        send(outflow, 1, 0, 20);
        b.awaitFrom(1, 1);
        b.assertContiguous(1, 0, 1);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldPressBackWhenTheReceiverDoesNotPoll(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, lane);
        b.polling = false;
        int largest = maxFrame(a.wire, outflow, lane);
        int[] taken = {0};
        int[] pressed = {0};
        // A driver in between may have room for some more, however late.
        until(
                () -> {
                    Outflow.Offer offer = offer(outflow, 1, taken[0], largest);
                    taken[0] += offer == TAKEN ? 1 : 0;
                    boolean isFull = offer == BACK_PRESSURED && !outflow.hasRoom();
                    pressed[0] = isFull ? pressed[0] + 1 : 0;
                    return pressed[0] == 50 || (long) taken[0] * largest > MOST_BYTES_UNREAD;
                },
                "back pressure");
        assertEquals(50, pressed[0], () -> "frames taken: " + taken[0]);
        b.polling = true;
        until(outflow::hasRoom, "room again");
        send(outflow, 1, taken[0], largest);
        b.awaitFrom(1, taken[0] + 1);
        b.assertContiguous(1, 0, taken[0] + 1);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldHaveRoomWhenItSaysSo(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, lane);
        int largest = maxFrame(a.wire, outflow, lane);
        b.polling = false;
        int number = 0;
        while (outflow.hasRoom() && (long) number * largest < MOST_BYTES_UNREAD) {
            assertEquals(TAKEN, offer(outflow, 1, number++, largest));
        }
        assertTrue(number > 0, "no room at all");
        b.polling = true;
        b.awaitFrom(1, number);
        b.assertContiguous(1, 0, number);
    }

    @Test
    void shouldDeliverWhatWasTakenBeforeClose() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        for (int i = 0; i < 100; i++) {
            send(outflow, 1, i, 200);
        }
        outflow.close();
        outflow.close();
        assertEquals(CLOSED, offer(outflow, 1, 100, 20));
        assertFalse(outflow.hasRoom());
        b.awaitFrom(1, 100);
        b.assertContiguous(1, 0, 100);
    }

    @Test
    void shouldKeepStreamsApart() {
        Party a = party(0);
        Party b = party(1);
        Party c = party(2);
        List<Outflow> outflows = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            outflows.add(connected(a, b, lane));
            outflows.add(connected(a, b, lane));
            outflows.add(connected(c, b, lane));
        }
        int[] sent = new int[outflows.size()];
        for (int i = 0; i < 1_000; i++) {
            int stream = random.nextInt(outflows.size());
            send(outflows.get(stream), 1 + stream, sent[stream]++, 12 + random.nextInt(500));
        }
        List<Long> inflows = new ArrayList<>();
        for (int stream = 0; stream < sent.length; stream++) {
            b.awaitFrom(1 + stream, sent[stream]);
            inflows.add(b.assertContiguous(1 + stream, 0, sent[stream]));
        }
        assertEquals(inflows.size(), inflows.stream().distinct().count(), "inflows " + inflows);
        outflows.get(0).close();
        for (int stream = 1; stream < sent.length; stream++) {
            send(outflows.get(stream), 1 + stream, sent[stream], 100);
            b.awaitFrom(1 + stream, sent[stream] + 1);
        }
    }

    @Test
    void shouldCarryBothWaysAtOnce() {
        Party a = party(0);
        Party b = party(1);
        Outflow there = connected(a, b, Lane.MESSAGES);
        Outflow back = connected(b, a, Lane.MESSAGES);
        for (int i = 0; i < 1_000; i++) {
            send(there, 1, i, 12 + random.nextInt(3_000));
            send(back, 2, i, 12 + random.nextInt(3_000));
        }
        b.awaitFrom(1, 1_000);
        a.awaitFrom(2, 1_000);
        b.assertContiguous(1, 0, 1_000);
        a.assertContiguous(2, 0, 1_000);
    }

    @Test
    void shouldTakeFramesFromWithinAHandler() {
        Party a = party(0);
        Party b = party(1);
        Outflow there = connected(a, b, Lane.MESSAGES);
        Outflow back = connected(b, a, Lane.MESSAGES);
        b.then = frame -> assertEquals(TAKEN, offer(back, 2, frame.number(), frame.length()));
        for (int i = 0; i < 300; i++) {
            int count = i + 1;
            send(there, 1, i, 12 + random.nextInt(3_000));
            until(() -> a.count(2) == count, "echo " + i);
        }
        a.assertContiguous(2, 0, 300);
    }

    @Test
    void shouldPollAboutAsManyAsAskedFor() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        b.polling = false;
        for (int i = 0; i < 200; i++) {
            send(outflow, 1, i, 20);
        }
        until(() -> b.poll(10) > 0, "a first frame");
        int most = 0;
        while (b.count(1) < 200) {
            int before = b.got.size();
            int[] polled = {0};
            until(() -> (polled[0] = b.poll(10)) > 0, "frame " + b.count(1));
            assertEquals(b.got.size() - before, polled[0], "frames given and told");
            most = Math.max(most, polled[0]);
        }
        assertTrue(most <= 40, "polled " + most + " where 10 were asked for");
        assertEquals(0, b.poll(10));
        b.assertContiguous(1, 0, 200);
    }

    @Test
    void shouldEndTheSendersStreamOnReject() {
        Party a = party(0);
        Party b = party(1);
        Outflow bad = connected(a, b, Lane.MESSAGES);
        Outflow good = connected(a, b, Lane.MESSAGES);
        send(bad, 1, 0, 20);
        send(good, 2, 0, 20);
        b.awaitFrom(1, 1);
        b.awaitFrom(2, 1);
        b.wire.reject(b.assertContiguous(1, 0, 1), "not a frame of ours");
        int[] number = {1};
        until(
                () -> {
                    Outflow.Offer offer = offer(bad, 1, number[0], 20);
                    number[0] += offer == TAKEN ? 1 : 0;
                    return offer == CLOSED;
                },
                "the end of the stream that was rejected");
        assertFalse(bad.hasRoom());
        send(good, 2, 1, 20);
        b.awaitFrom(2, 2);
        Outflow next = connected(a, b, Lane.MESSAGES);
        send(next, 3, 0, 20);
        b.awaitFrom(3, 1);
        assertEquals(1, b.count(1), "frames of the stream that was rejected");
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldSayThatAStreamIsClosedThoughNobodyOffers(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow rejected = connected(a, b, lane);
        Outflow closed = connected(a, b, lane);
        send(rejected, 1, 0, 20);
        b.awaitFrom(1, 1);
        assertFalse(rejected.isClosed());
        assertFalse(closed.isClosed());
        closed.close();
        assertTrue(closed.isClosed());
        b.wire.reject(b.assertContiguous(1, 0, 1), "not a frame of ours");
        until(rejected::isClosed, "the end of the stream that was rejected");
        assertTrue(rejected.whyClosed().contains("rejected"), rejected.whyClosed());
        assertEquals(CLOSED, offer(rejected, 1, 1, 20));
        assertEquals(CLOSED, offer(closed, 2, 0, 20));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void shouldBearStreamsThatAreClosedAsSoonAsTheyAreOpened(Lane lane) {
        Party a = party(0);
        Party b = party(1);
        Outflow good = connected(a, b, lane);
        for (int i = 0; i < 50; i++) {
            a.wire.open(b.address, lane).close();
            send(good, 1, i, 20);
        }
        b.awaitFrom(1, 50);
        b.assertContiguous(1, 0, 50);
    }

    @Test
    void shouldEndAnInflowFromWithinItsHandler() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        b.rejects = 1;
        int[] number = {0};
        until(
                () -> {
                    Outflow.Offer offer = offer(outflow, 1, number[0], 20);
                    number[0] += offer == TAKEN ? 1 : 0;
                    return offer == CLOSED;
                },
                "the end of the stream that was rejected");
        send(connected(a, b, Lane.MESSAGES), 2, 0, 20);
        b.awaitFrom(2, 1);
        assertEquals(1, b.count(1), "frames of the stream that was rejected");
    }

    @Test
    void shouldTakeNoNoticeOfTheEndOfAnUnknownInflow() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        assertDoesNotThrow(() -> b.wire.reject(-12345, "nobody"));
        send(outflow, 1, 0, 20);
        b.awaitFrom(1, 1);
    }

    @Test
    void shouldNoticeThatTheOtherSideIsGone() {
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        send(outflow, 1, 0, 20);
        b.awaitFrom(1, 1);
        b.leave();
        int[] number = {1};
        until(
                () -> {
                    Outflow.Offer offer = offer(outflow, 1, number[0], 20);
                    number[0] += offer == TAKEN ? 1 : 0;
                    return offer == NOT_CONNECTED || offer == CLOSED;
                },
                "the loss");
        assertFalse(outflow.hasRoom());
    }

    /** Whoever comes later may get an old stream from its middle on, but with no hole in it. */
    @Test
    void shouldReachWhoComesBackAtTheSameAddress() {
        Party a = party(0);
        Party before = party(1);
        Outflow old = connected(a, before, Lane.MESSAGES);
        for (int i = 0; i < 100; i++) {
            send(old, 1, i, 100);
        }
        before.awaitFrom(1, 50);
        before.leave();
        Party after = party(1);
        Outflow fresh = connected(a, after, Lane.MESSAGES);
        int number = 100;
        for (int i = 0; i < 100; i++) {
            number += offer(old, 1, number, 100) == TAKEN ? 1 : 0;
            send(fresh, 2, i, 100);
        }
        after.awaitFrom(2, 100);
        after.assertContiguous(2, 0, 100);
        after.assertNoHole(1);
        before.assertContiguous(1, 0, before.count(1));
    }

    @Test
    void shouldTakeFramesOfSeveralThreads() throws InterruptedException {
        assumeTrue(offersFromManyThreads(), "this wire has one thread");
        Party a = party(0);
        Party b = party(1);
        Outflow outflow = connected(a, b, Lane.MESSAGES);
        int each = 5_000;
        var failure = new AtomicReference<Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int stream = 1 + i;
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            sendAll(outflow, stream, each);
                                        } catch (Throwable e) {
                                            failure.set(e);
                                        }
                                    }));
        }
        until(
                () -> failure.get() != null || b.count(1) + b.count(2) + b.count(3) == 3 * each,
                "the frames of three threads");
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get());
        for (int i = 0; i < 3; i++) {
            b.assertContiguous(1 + i, 0, each);
        }
    }

    private static void sendAll(Outflow outflow, int stream, int count) {
        Random sizes = new Random(stream);
        for (int i = 0; i < count; i++) {
            var frame = new Numbered(stream, i, 12 + sizes.nextInt(300));
            Outflow.Offer offer;
            while ((offer = frame.offerTo(outflow, sizes)) == BACK_PRESSURED) {
                Thread.yield();
            }
            assertEquals(TAKEN, offer);
        }
    }
}
