package io.tharsis.transport.aeron;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What comes in, by lane. The wire's thread alone; Aeron's client runs on it, too. */
final class Inflows {
    /** Frames of bulk are large: there are as many bytes in one as in hundreds of messages. */
    private static final int BULK_SHARE = 4;

    private final Map<Lane, List<Inflow>> byLane = new EnumMap<>(Lane.class);
    private final WireErrors errors;
    private long ids;
    private int turn;
    private long rejected;
    private boolean rejecting;

    Inflows(WireErrors errors) {
        this.errors = errors;
        for (Lane lane : Lane.values()) {
            byLane.put(lane, new ArrayList<>());
        }
    }

    /** Listens on a channel; blocks until the driver has answered. */
    Subscription listen(Aeron client, String channel, int firstStream, Lane lane) {
        return client.addSubscription(
                channel,
                Channels.stream(firstStream, lane),
                image -> add(lane, image),
                image -> byLane.get(lane).removeIf(inflow -> inflow.image() == image));
    }

    private void add(Lane lane, Image image) {
        Inflow inflow = new Inflow(++ids, lane, image);
        byLane.get(lane).add(inflow);
        rejecting |= inflow.isRejected();
    }

    /** Forgets all, whose client is gone. */
    void clear() {
        byLane.values().forEach(List::clear);
        rejecting = false;
    }

    int poll(FrameHandler handler, int limit) {
        turn++;
        return poll(byLane.get(Lane.MESSAGES), handler, Math.max(1, limit))
                + poll(byLane.get(Lane.BULK), handler, Math.max(1, limit / BULK_SHARE));
    }

    /**
     * Starts with another stream each time, so that none of them starves when the limit is reached.
     */
    private int poll(List<Inflow> inflows, FrameHandler handler, int limit) {
        int frames = 0;
        int size = inflows.size();
        for (int i = 0; i < size && frames < limit; i++) {
            Inflow inflow = inflows.get(Math.floorMod(turn + i, size));
            frames += inflow.poll(handler, limit - frames);
            rejecting |= inflow.isRejected();
        }
        return frames;
    }

    void reject(long id, String reason) {
        for (List<Inflow> inflows : byLane.values()) {
            for (Inflow inflow : inflows) {
                if (inflow.id() == id) {
                    inflow.reject(reason);
                    rejecting = true;
                }
            }
        }
    }

    /** Tells the driver of inflows that were rejected. */
    void settle() {
        if (!rejecting) {
            return;
        }
        rejecting = false;
        for (List<Inflow> inflows : byLane.values()) {
            // A copy, since the client may remove one while it waits for the driver.
            for (Inflow inflow : List.copyOf(inflows)) {
                settle(inflow);
            }
        }
    }

    private void settle(Inflow inflow) {
        try {
            String why = inflow.tellDriver();
            if (why != null) {
                rejected++;
                errors.log(Level.DEBUG, "inflow rejected: " + why);
            }
        } catch (AeronException e) {
            errors.onError(e);
        }
    }

    long rejected() {
        return rejected;
    }
}
