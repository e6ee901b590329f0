package io.tharsis.transport.wire;

import static io.tharsis.transport.wire.Outflow.Offer.BACK_PRESSURED;
import static io.tharsis.transport.wire.Outflow.Offer.TAKEN;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tharsis.transport.Address;

import org.junit.jupiter.api.AfterEach;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What {@link WireContract} needs to know of a kind of wire, and the processes of its tests. */
public abstract class WireFixture {
    private static final long SEED = Seeds.of("WireContract");

    /** What all of a test follows from, as far as the wire does. */
    protected final long seed = SEED;

    final Random random = new Random(seed);
    private final List<Party> parties = new ArrayList<>();

    /** A wire that is alive and reached at {@code address}. The contract closes it. */
    protected abstract Wire create(Address address);

    /** An address that nobody has; a different one for each number. */
    protected abstract Address address(int number);

    /**
     * Asks {@code done} again and again, with time passing in between, until it is true. {@code
     * done} polls and maintains the wires of the test.
     *
     * @throws AssertionError with {@code what} in its message if it takes longer than any wire may
     *     take to notice that the other side is gone
     */
    protected abstract void pumpUntil(BooleanSupplier done, String what);

    /** The clock that {@link Wire#maintain} is given. */
    protected long nanoTime() {
        return System.nanoTime();
    }

    /** The largest frame that {@code outflow}, opened on {@code wire}, takes. */
    protected int maxFrame(Wire wire, Outflow outflow, Lane lane) {
        return wire.maxFrame(lane);
    }

    /** Whether outflows may be used by several threads, as {@link Outflow} has it. */
    protected boolean offersFromManyThreads() {
        return true;
    }

    @AfterEach
    void close() {
        for (Party party : parties) {
            party.wire.close();
        }
    }

    Party party(int number) {
        var party = new Party(address(number));
        parties.add(party);
        return party;
    }

    /** A stream from {@code a} to {@code b} that is connected. */
    Outflow connected(Party a, Party b, Lane lane) {
        Outflow outflow = a.wire.open(b.address, lane);
        until(outflow::hasRoom, "a connection from " + a.address + " to " + b.address);
        return outflow;
    }

    Outflow.Offer offer(Outflow outflow, int stream, int number, int length) {
        return new Numbered(stream, number, length).offerTo(outflow, random);
    }

    void send(Outflow outflow, int stream, int number, int length) {
        Outflow.Offer[] offer = {null};
        until(
                () -> {
                    offer[0] = offer(outflow, stream, number, length);
                    return offer[0] != BACK_PRESSURED;
                },
                "room for frame " + number);
        assertEquals(TAKEN, offer[0], () -> "frame " + number + " of stream " + stream);
    }

    void until(BooleanSupplier done, String what) {
        pumpUntil(
                () -> {
                    for (Party party : List.copyOf(parties)) {
                        party.work();
                    }
                    return done.getAsBoolean();
                },
                what + ", with -Dtharsis.seed=" + seed);
    }

    /** A frame as it came in. */
    record Got(Lane lane, long inflow, Numbered frame) {}

    /** One process of the test. */
    final class Party {
        final Address address;
        final Wire wire;
        final List<Got> got = new ArrayList<>();
        final Map<Integer, Integer> counts = new HashMap<>();
        boolean polling = true;

        /** The number of a test's stream whose inflow is ended in the handler. */
        int rejects;

        /** Called within the handler. */
        Consumer<Numbered> then = _ -> {};

        Party(Address address) {
            this.address = address;
            wire = create(address);
        }

        void work() {
            assertNull(wire.maintain(nanoTime()), () -> "the wire of " + address);
            if (polling) {
                poll(20);
            }
        }

        int poll(int limit) {
            return wire.poll(
                    (lane, inflow, buffer, offset, length) -> {
                        Numbered frame = Numbered.read(buffer, offset, length);
                        got.add(new Got(lane, inflow, frame));
                        counts.merge(frame.stream(), 1, Integer::sum);
                        then.accept(frame);
                        if (frame.stream() == rejects) {
                            wire.reject(inflow, "not a frame of ours");
                        }
                    },
                    limit);
        }

        /** Goes away. */
        void leave() {
            wire.close();
            parties.remove(this);
        }

        int count(int stream) {
            return counts.getOrDefault(stream, 0);
        }

        void awaitFrom(int stream, int count) {
            until(() -> count(stream) >= count, count + " frames of stream " + stream);
        }

        /**
         * That frames {@code first} to {@code end} came, once each, on one inflow, which it
         * answers.
         */
        long assertContiguous(int stream, int first, int end) {
            assertNoHole(stream);
            List<Got> of = got.stream().filter(one -> one.frame.stream() == stream).toList();
            assertEquals(end - first, of.size(), () -> "frames of stream " + stream);
            assertFalse(of.isEmpty(), "no frame");
            assertEquals(first, of.get(0).frame.number());
            assertEquals(1, of.stream().map(Got::inflow).distinct().count(), "inflows");
            return of.get(0).inflow;
        }

        void assertNoHole(int stream) {
            Got last = null;
            for (Got one : got) {
                if (one.frame.stream() == stream) {
                    if (last != null) {
                        assertEquals(last.frame.number() + 1, one.frame.number(), "the next frame");
                    }
                    last = one;
                }
            }
        }
    }
}
