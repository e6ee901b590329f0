package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way to a kernel: programs in, cached kernels out. A kernel starts on the scalar twin and
 * switches to a compiled loop when that one has been warmed up in the background; a caller notices
 * only the speed.
 *
 * <p>The system property {@code tharsis.kernels} chooses the backend: {@code auto} (the default),
 * {@code scalar} (always the twin) or {@code vector} (the compiled loop from the first run, cold as
 * it is).
 *
 * <p><b>Thread-safe.</b>
 */
public final class Kernels {
    /** Kernels that are kept; the least recently asked for goes first, and its class with it. */
    public static final int CAPACITY = 4096;

    private static final String MODE = mode();

    private static final KernelCache CACHE =
            new KernelCache(
                    VectorBackend.choose(MODE),
                    !MODE.equals("vector"),
                    CAPACITY,
                    KernelCache.HOT_AFTER);

    private static final AtomicBoolean WARMED_UP = new AtomicBoolean();

    private Kernels() {}

    /**
     * What the cache holds and what has become of the programs so far.
     *
     * @param cached kernels in the cache, the stages of split programs among them
     * @param compiled classes generated
     * @param hot kernels that switched to their compiled loop
     * @param gaveUp kernels that stay on the twin because their compiled loop never became fast, or
     *     could not be made
     * @param waiting kernels that wait to be warmed up, and the one that is being
     */
    public record Stats(int cached, long compiled, long hot, long gaveUp, int waiting) {}

    /**
     * The kernel of {@code program}: an equal program gets the same kernel as long as it is cached.
     * Asking is cheap enough to do for each run, but a caller that holds on to the kernel saves the
     * look-up.
     */
    public static Kernel of(Program program) {
        return CACHE.of(program);
    }

    /**
     * Has {@code program} compiled and warmed up now, and waits for it: for benchmarks and tests.
     *
     * @return true if it is hot; false if it stays on the twin or the time was too short
     */
    public static boolean awaitHot(Program program, Duration atMost) throws InterruptedException {
        return CACHE.awaitHot(program, atMost);
    }

    /**
     * Gets ready in the background, once, what a first expression needs: for engines, when they
     * start. Answers at once.
     *
     * @param more work of the caller's own, in pieces of some milliseconds, to be done after that
     */
    public static void warmUp(List<Runnable> more) {
        if (WARMED_UP.compareAndSet(false, true)) {
            CACHE.warmUp(more);
        }
    }

    /** Bits of the vectors that compiled loops use; 0 if everything runs on the scalar twin. */
    public static int vectorBits() {
        return CACHE.vectorBits();
    }

    /** Whether compiled loops are warmed up before they meet data of the caller. */
    public static boolean isTiered() {
        return !MODE.equals("vector");
    }

    public static Stats stats() {
        return CACHE.stats();
    }

    /** What has become so far of each cached program that runs in one loop: for reports. */
    public static Map<Program, Tiering> tierings() {
        return CACHE.tierings();
    }

    private static String mode() {
        String mode = System.getProperty("tharsis.kernels", "auto");
        if (!mode.equals("auto") && !mode.equals("scalar") && !mode.equals("vector")) {
            throw new IllegalArgumentException(
                    "tharsis.kernels=" + mode + ", expected auto, scalar or vector");
        }
        return mode;
    }
}
