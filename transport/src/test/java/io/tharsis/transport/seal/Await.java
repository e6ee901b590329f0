package io.tharsis.transport.seal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits on conditions, with a deadline against hangs. */
final class Await {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    private Await() {}

    static void until(BooleanSupplier condition, Supplier<String> what) {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within 60 s: " + what.get());
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
