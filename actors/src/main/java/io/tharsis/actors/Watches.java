package io.tharsis.actors;

import io.tharsis.transport.Loss;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who watches whom between this process and another one.
 *
 * <p>Thread-safe, under the lock of the {@link Peer}: the order of what is said of an actor counts,
 * and a loss ends all at once.
 */
final class Watches {
    private final Peer peer;

    /** Who here watches actors there. */
    private final Map<RemoteRef<?>, Watched> there = new HashMap<>();

    /** Which actors here are watched from there, and who tells of their end. */
    private final Map<Cell<?>, Watcher> here = new HashMap<>();

    Watches(Peer peer) {
        this.peer = peer;
    }

    /** An actor there, as it was first named, and who watches it. */
    private record Watched(RemoteRef<?> ref, Set<Watcher> by) {}

    // ------------------------------------------------------------------- of actors there

    void watch(RemoteRef<?> ref, Watcher watcher) {
        synchronized (peer) {
            Set<Watcher> by = there.computeIfAbsent(ref, _ -> new Watched(ref, new HashSet<>())).by;
            by.add(watcher);
            if (by.size() > 1 || say(RemoteKind.WATCH, ref) == Tell.ACCEPTED) {
                return;
            }
            there.remove(ref);
        }
        Loss why = peer.refusal();
        watcher.ended(ref, new PeerLostException(why.toString(), why));
    }

    void unwatch(RemoteRef<?> ref, Watcher watcher) {
        synchronized (peer) {
            Watched watched = there.get(ref);
            if (watched != null && watched.by.remove(watcher) && watched.by.isEmpty()) {
                there.remove(ref);
                say(RemoteKind.UNWATCH, ref);
            }
        }
    }

    private Tell say(byte kind, RemoteRef<?> ref) {
        return peer.say(kind, out -> Peer.target(out, ref));
    }

    /** An actor there has ended. */
    void ended(RemoteRef<?> ref, Throwable cause) {
        Watched dead;
        synchronized (peer) {
            dead = there.remove(ref);
        }
        if (dead != null) {
            dead.ref.hasEnded();
            dead.by.forEach(watcher -> tellEnd(watcher, dead.ref, cause));
        }
    }

    /** An actor hears at once, for the order; where user's code may hang, the dispatcher tells. */
    private void tellEnd(Watcher watcher, RemoteRef<?> dead, Throwable cause) {
        if (watcher instanceof Cell<?>) {
            watcher.ended(dead, cause);
        } else {
            peer.remoting().later(() -> watcher.ended(dead, cause));
        }
    }

    // -------------------------------------------------------------------- of actors here

    /** Somebody there watches {@code cell} from now on; {@code teller} tells of its end. */
    void watchedFromThere(Cell<?> cell, Watcher teller) {
        var once =
                new Watcher() {
                    @Override
                    public void ended(ActorRef<?> dead, Throwable cause) {
                        if (forget(cell, this)) {
                            teller.ended(dead, cause);
                        }
                    }
                };
        boolean fresh;
        synchronized (peer) {
            fresh = here.putIfAbsent(cell, once) == null;
        }
        if (fresh) {
            cell.addWatcher(once);
        }
    }

    private boolean forget(Cell<?> cell, Watcher watcher) {
        synchronized (peer) {
            return here.remove(cell, watcher);
        }
    }

    void unwatchedFromThere(Cell<?> cell) {
        Watcher teller;
        synchronized (peer) {
            teller = here.remove(cell);
        }
        if (teller != null) {
            cell.removeWatcher(teller);
        }
    }

    // ------------------------------------------------------------------------------ both

    /** Forgets all; what is to be done about it without the lock goes to {@code ends}. */
    void endAll(PeerLostException lost, List<Runnable> ends) {
        synchronized (peer) {
            for (Watched each : there.values()) {
                ends.add(() -> each.by.forEach(it -> tellEnd(it, each.ref, lost)));
            }
            there.clear();
            here.forEach((cell, watcher) -> ends.add(() -> cell.removeWatcher(watcher)));
            here.clear();
        }
    }

    Collection<RemoteRef<?>> watchedThere() {
        synchronized (peer) {
            return new ArrayList<>(there.keySet());
        }
    }

    Collection<Cell<?>> watchedHere() {
        synchronized (peer) {
            return new ArrayList<>(here.keySet());
        }
    }
}
