package io.tharsis.engine.execute;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One line that says how far a computation is, on a terminal: rewritten in place, wiped when done.
 * At most one is shown at a time. The launcher switches it on ({@code -Dtharsis.progress=true})
 * where standard error is a terminal.
 *
 * <p>Thread-safe.
 */
final class ProgressBar implements AutoCloseable {
    /** Computations shorter than this show nothing. */
    static final long DELAY_MS = 1000;

    static final long REDRAW_MS = 100;
    private static final int WIDTH = 30;
    private static final AtomicReference<ProgressBar> SHOWN = new AtomicReference<>();

    private final PrintStream out;
    private String line = "";

    ProgressBar(PrintStream out) {
        this.out = out;
    }

    static boolean isOn() {
        return Boolean.getBoolean("tharsis.progress")
                && !Thread.currentThread().isVirtual()
                && !ComputePool.isWorker();
    }

    /** Shows {@code progress}, from 0 to 1, unless another bar is shown. */
    synchronized void show(double progress) {
        if (SHOWN.get() != this && !SHOWN.compareAndSet(null, this)) {
            return;
        }
        int filled = (int) (progress * WIDTH);
        String next =
                "["
                        + "#".repeat(filled)
                        + " ".repeat(WIDTH - filled)
                        + "] "
                        + (int) (progress * 100)
                        + " %";
        if (!next.equals(line)) {
            line = next;
            out.print("\r" + line);
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (SHOWN.compareAndSet(this, null)) {
            out.print("\r" + " ".repeat(line.length()) + "\r");
            out.flush();
        }
    }

    /**
     * Wipes the bar that is shown, for the end of a process whose main thread may not come to it.
     */
    static void wipe() {
        ProgressBar shown = SHOWN.get();
        if (shown != null) {
            shown.close();
        }
    }
}
