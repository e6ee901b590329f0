package io.tharsis.actors;

import io.tharsis.transport.Address;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * An actor of another process, or one of this process that has been gone when its reference came
 * back.
 */
final class RemoteRef<M> extends ActorRef<M> {
    private final Remoting remoting;
    private final Address address;
    private final long systemId;
    private final long number;
    private final String path;

    /** Its end has become known by this reference. */
    private volatile boolean ended;

    RemoteRef(Remoting remoting, Address address, long systemId, long number, String path) {
        this.remoting = remoting;
        this.address = address;
        this.systemId = systemId;
        this.number = number;
        this.path = path;
    }

    Address address() {
        return address;
    }

    long systemId() {
        return systemId;
    }

    long number() {
        return number;
    }

    String path() {
        return path;
    }

    void hasEnded() {
        ended = true;
    }

    private Peer peer() {
        return remoting.peer(address);
    }

    /** Of this process, or of an earlier one at its address: it is gone, or it would be found. */
    private boolean isGone() {
        return address.equals(remoting.address());
    }

    boolean isOf(Cell<?> cell) {
        Remoting home = cell.system.remoting();
        return home != null
                && systemId == home.id()
                && number == cell.number()
                && address.equals(home.address());
    }

    /** A hash that the reference to the same actor has at home, too. */
    static int hash(long systemId, long number) {
        return Long.hashCode(systemId * 31 + number);
    }

    @Override
    public String name() {
        return path + "@" + address;
    }

    @Override
    public Tell tell(M message) {
        Objects.requireNonNull(message, "a message is not null");
        if (isGone()) {
            remoting.deadLetter(message, this, name() + " has stopped");
            return Tell.STOPPED;
        }
        return peer().tell(this, message);
    }

    @Override
    Tell offer(M request, ReplyTo<?> asker) {
        return isGone() ? tell(request) : peer().ask(this, request, asker);
    }

    @Override
    public CompletableFuture<Tell> tellWhenRoom(M message, Duration deadline) {
        Asking.check(deadline);
        Objects.requireNonNull(message, "a message is not null");
        return isGone()
                ? CompletableFuture.completedFuture(tell(message))
                : peer().tellWhenRoom(this, message, deadline);
    }

    @Override
    public void stop() {
        if (!isGone()) {
            peer().stop(this);
        }
    }

    @Override
    public boolean isStopped() {
        return ended || isGone();
    }

    @Override
    void addWatcher(Watcher watcher) {
        if (isGone()) {
            watcher.ended(this, null);
        } else {
            peer().watches().watch(this, watcher);
        }
    }

    @Override
    void removeWatcher(Watcher watcher) {
        if (!isGone()) {
            peer().watches().unwatch(this, watcher);
        }
    }

    @Override
    String doing() {
        return isGone() ? "had stopped" : "is behind a link that " + peer().doing();
    }

    @Override
    String refusal(Tell tell) {
        return tell == Tell.FULL
                ? "the queue to " + address + " is full; its link " + peer().doing()
                : isGone() ? name() + " has stopped" : Remoting.CLOSED;
    }

    @Override
    <R> CompletableFuture<R> answer() {
        return new Answer<>(remoting::help);
    }

    @Override
    Dispatcher dispatcher() {
        return remoting.system().dispatcher();
    }

    @Override
    public boolean equals(Object other) {
        return switch (other) {
            case RemoteRef<?> ref ->
                    ref.number == number && ref.systemId == systemId && ref.address.equals(address);
            case Cell<?> cell -> isOf(cell);
            case null, default -> false;
        };
    }

    @Override
    public int hashCode() {
        return hash(systemId, number);
    }

    @Override
    public String toString() {
        return "ActorRef(" + name() + ")";
    }
}
