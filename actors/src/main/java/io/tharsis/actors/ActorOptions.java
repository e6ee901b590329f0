package io.tharsis.actors;

import java.util.Comparator;
import java.util.Objects;

/**
 * How an actor is run. Immutable; each method answers changed options. Share one instance between
 * actors that are alike.
 *
 * @param <M> what the actor understands
 */
public final class ActorOptions<M> {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int OF_SYSTEM = 0;
    private static final ActorOptions<?> DEFAULTS =
            new ActorOptions<>(OF_SYSTEM, null, Supervision.stop());

    private final int capacity;
    private final Comparator<? super M> order;
    private final Supervision supervision;

    private ActorOptions(int capacity, Comparator<? super M> order, Supervision supervision) {
        this.capacity = capacity;
        this.order = order;
        this.supervision = Objects.requireNonNull(supervision);
    }

    /** A mailbox with the system's capacity, first in, first out; a failure stops the actor. */
    @SuppressWarnings("unchecked") // holds nothing of M
    public static <M> ActorOptions<M> defaults() {
        return (ActorOptions<M>) DEFAULTS;
    }

    /** With room for {@code capacity} messages in the mailbox. */
    public ActorOptions<M> bounded(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a mailbox has room for one at least: " + capacity);
        }
        return new ActorOptions<>(capacity, order, supervision);
    }

    /** With a mailbox that is never full: whoever tells has to know why memory will do. */
    public ActorOptions<M> unbounded() {
        return new ActorOptions<>(UNBOUNDED, order, supervision);
    }

    /**
     * With a mailbox whose least message by {@code order} is handled first. Equal ones are handled
     * in the order they came. The bound stays as it is. Two messages for which {@code order} throws
     * count as equal, and what it threw is logged.
     */
    public ActorOptions<M> prioritized(Comparator<? super M> order) {
        return new ActorOptions<>(capacity, Objects.requireNonNull(order), supervision);
    }

    /** With this decision about failures. */
    public ActorOptions<M> supervised(Supervision supervision) {
        return new ActorOptions<>(capacity, order, supervision);
    }

    ActorOptions<M> orElseBounded(int ofSystem) {
        return capacity == OF_SYSTEM ? bounded(ofSystem) : this;
    }

    int capacity() {
        return capacity;
    }

    Comparator<? super M> order() {
        return order;
    }

    Supervision supervision() {
        return supervision;
    }
}
