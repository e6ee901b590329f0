package io.tharsis.actors;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The timers of one actor by key. A tick that lies in the mailbox when its timer is cancelled or
 * replaced is not delivered.
 *
 * <p><b>The turn's alone, but for the ringing.</b>
 */
final class Timers {
    private final Cell<?> cell;
    private final Map<Object, Timer> byKey = new HashMap<>();

    Timers(Cell<?> cell) {
        this.cell = cell;
    }

    /** Starts a timer in place of one with an equal key; {@code periodNs} 0 means once. */
    void start(Object key, Object message, long delayNs, long periodNs) {
        cancel(key);
        Dispatcher dispatcher = cell.dispatcher();
        var timer = new Timer(key, message, periodNs, dispatcher.nanoTime() + delayNs);
        byKey.put(key, timer);
        schedule(timer, delayNs);
    }

    private void schedule(Timer timer, long delayNs) {
        var tick = new Envelope.Tick(timer);
        timer.scheduled =
                cell.dispatcher().schedule(Duration.ofNanos(delayNs), () -> cell.enqueue(tick));
    }

    boolean cancel(Object key) {
        Timer timer = byKey.remove(key);
        if (timer != null) {
            timer.scheduled.cancel();
        }
        return timer != null;
    }

    void cancelAll() {
        byKey.values().forEach(timer -> timer.scheduled.cancel());
        byKey.clear();
    }

    /**
     * True if a tick is to be delivered. The next tick of a periodic timer is scheduled here, so
     * that one of them at most waits in the mailbox; those that a slow actor misses are left out.
     */
    boolean accept(Timer timer) {
        if (byKey.get(timer.key) != timer) {
            return false;
        }
        if (timer.periodNs == 0) {
            byKey.remove(timer.key);
        } else {
            long lateNs = cell.dispatcher().nanoTime() - timer.dueNs;
            long missed = Math.max(0, lateNs) / timer.periodNs;
            timer.dueNs += (missed + 1) * timer.periodNs;
            schedule(timer, timer.periodNs - Math.max(0, lateNs) % timer.periodNs);
        }
        return true;
    }

    /** One timer. */
    static final class Timer {
        private final Object key;
        private final Object message;
        private final long periodNs;
        private long dueNs;
        private Dispatcher.Scheduled scheduled;

        Timer(Object key, Object message, long periodNs, long dueNs) {
            this.key = key;
            this.message = message;
            this.periodNs = periodNs;
            this.dueNs = dueNs;
        }

        Object message() {
            return message;
        }
    }
}
