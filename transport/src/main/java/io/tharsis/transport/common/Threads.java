package io.tharsis.transport.common;

/** What is done with threads of one's own. */
public final class Threads {
    private Threads() {}

    /** Waits for the end of a thread, whatever interrupts; who was interrupted is so afterwards. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
