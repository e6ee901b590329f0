package io.tharsis.engine.execute;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One line that says how far a computation is, on a terminal: rewritten in place, wiped when done. At most one is shown at a time. The
 * launcher switches it on ({@code -Dtharsis.progress=true}) where standard error is a terminal.
 *
 * <p><b>Confined to the thread that waits.</b>
 */
final class ProgressBar implements AutoCloseable {
    /** Computations shorter than this show nothing. */
    static final long DELAY_MS = 1000;

    static final long REDRAW_MS = 100;
    private static final int WIDTH = 30;
    private static final AtomicBoolean SHOWN = new AtomicBoolean();

    private final PrintStream out;
    private boolean mine;

    ProgressBar(PrintStream out) {
        this.out = out;
    }

    static boolean isOn() {
        return Boolean.getBoolean("tharsis.progress") && !Thread.currentThread().isVirtual() && !ComputePool.isWorker();
    }

    /** Shows {@code progress}, from 0 to 1, unless another bar is shown. */
    void show(double progress) {
        mine = mine || SHOWN.compareAndSet(false, true);
        if (mine) {
            int filled = (int) Math.round(progress * WIDTH);
            out.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + Math.round(progress * 100) + " % ");
            out.flush();
        }
    }

    @Override
    public void close() {
        if (mine) {
            out.print("\r" + " ".repeat(WIDTH + 9) + "\r");
            out.flush();
            SHOWN.set(false);
        }
    }
}
