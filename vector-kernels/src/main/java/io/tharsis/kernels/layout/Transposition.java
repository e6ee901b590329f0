package io.tharsis.kernels.layout;

import io.tharsis.kernels.KernelLog;
import io.tharsis.kernels.Kernels;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies matrices whose columns lie in order into matrices whose rows do. It is machine code where
 * there is some. Elsewhere it starts as the scalar twin and ends as a vector class, as kernels do:
 * once the twin has done enough work, a thread of low priority makes the class and runs it until it
 * is measured to be fast. Both copy bits.
 *
 * <p>Memory is given by absolute addresses that the caller has checked, and keeps alive. Offsets
 * and steps are in bytes. <b>Thread-safe.</b>
 */
public final class Transposition {
    /** Elements after which the vector class is worth making; below a millisecond of the twin. */
    private static final long HOT_AFTER = 1 << 19;

    /** Classes that are tried, each with twice the patience of the one before. */
    private static final int ATTEMPTS = 3;

    private static final long PATIENCE_NS = 4_000_000_000L;

    private static final Transposition[] BY_LOG_SIZE = {shared(1), shared(2), shared(4), shared(8)};

    private final int elementSize;
    private final int vectorBits;
    private final ScalarTranspose twin;
    private final AtomicLong work = new AtomicLong();
    private final AtomicBoolean submitted = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile TransposeKernel fast;

    /**
     * @param vectorBits 0 for the twin alone
     * @param tiered false to use the vector class from the first run, cold as it is
     */
    Transposition(int elementSize, int vectorBits, boolean tiered) {
        this.elementSize = elementSize;
        this.vectorBits = vectorBits;
        this.twin = new ScalarTranspose(elementSize);
        if (vectorBits > 0 && !tiered) {
            fast = TransposeWriter.generate(elementSize, vectorBits);
        }
    }

    /** Over machine code, which is always fast. */
    Transposition(int elementSize, MachineTranspose machine) {
        this(elementSize, 0, true);
        fast = machine;
    }

    private static Transposition shared(int elementSize) {
        int bits = Kernels.vectorBits();
        MachineTranspose machine = MachineTranspose.of(elementSize, bits);
        return machine == null
                ? new Transposition(elementSize, bits, Kernels.isTiered())
                : new Transposition(elementSize, machine);
    }

    /**
     * The one for elements of {@code elementSize} bytes: 1, 2, 4 or 8.
     *
     * @throws IllegalArgumentException if elements have another size
     */
    public static Transposition of(int elementSize) {
        int log = Integer.numberOfTrailingZeros(elementSize);
        if (Integer.bitCount(elementSize) != 1 || log >= BY_LOG_SIZE.length) {
            throw new IllegalArgumentException(
                    "elements of " + elementSize + " bytes, expected 1, 2, 4 or 8");
        }
        return BY_LOG_SIZE[log];
    }

    /**
     * One of the Vector API whose tiles are at most {@code columns} wide, for narrow copies.
     *
     * @param vectorBits of the widest vectors; 0 for the twin alone
     * @param tiered false to use the vector class from the first run, cold as it is
     */
    public static Transposition narrow(
            int elementSize, int columns, int vectorBits, boolean tiered) {
        int bits = Math.min(vectorBits, columns * elementSize * Byte.SIZE);
        return new Transposition(elementSize, bits, tiered);
    }

    /**
     * True if machine code or the vector class is there; else it is closer to that by so many
     * elements, as if the twin had copied them.
     */
    public boolean isHot(long elements) {
        return current(elements) != twin;
    }

    /**
     * Copies element (r, c) from {@code from + r * rowStep + c * columnStep} to {@code to + r *
     * pitch + c * elementSize}, for r below {@code rows} and c below {@code columns}. Steps have
     * any sign. Fast where a row step is one element, forwards or backwards. The two matrices must
     * not overlap.
     */
    public void run(
            long from, long rowStep, long columnStep, long to, long pitch, int rows, int columns) {
        if (Math.abs(rowStep) != elementSize) {
            twin.run(from, rowStep, columnStep, to, pitch, rows, columns);
        } else if (rowStep < 0) {
            // The same rows, last first.
            long last = rows - 1;
            current((long) rows * columns)
                    .run(
                            from + last * rowStep,
                            columnStep,
                            to + last * pitch,
                            -pitch,
                            rows,
                            columns);
        } else {
            current((long) rows * columns).run(from, columnStep, to, pitch, rows, columns);
        }
    }

    private TransposeKernel current(long elements) {
        TransposeKernel compiled = fast;
        if (compiled != null) {
            return compiled;
        }
        if (vectorBits > 0 && work.addAndGet(elements) >= HOT_AFTER) {
            submit();
        }
        return twin;
    }

    /** Has the vector class made and warmed up now, and waits: true if it is hot. */
    public boolean awaitHot(Duration atMost) throws InterruptedException {
        if (fast != null) {
            return true;
        }
        submit();
        return settled.await(atMost.toNanos(), TimeUnit.NANOSECONDS) && fast != null;
    }

    TransposeKernel kernel() {
        TransposeKernel compiled = fast;
        return compiled == null ? twin : compiled;
    }

    private void submit() {
        if (!submitted.get() && submitted.compareAndSet(false, true)) {
            Thread thread = new Thread(this::warmUp, "tharsis-layout-warmer");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    private void warmUp() {
        try {
            int lanes = TransposeWriter.lanes(elementSize, vectorBits);
            for (int attempt = 0; attempt < ATTEMPTS && fast == null; attempt++) {
                VectorTranspose made = TransposeWriter.generate(elementSize, vectorBits);
                if (TransposeWarmUp.untilHot(made, elementSize, lanes, PATIENCE_NS << attempt)) {
                    fast = made;
                }
            }
            if (fast == null) {
                KernelLog.warn(
                        "transposed inputs of "
                                + elementSize
                                + " bytes stay on the scalar twin, their compiled loop never"
                                + " became fast");
            }
        } catch (RuntimeException | Error e) {
            KernelLog.warn(
                    "transposed inputs of "
                            + elementSize
                            + " bytes stay on the scalar twin, their loop could not be compiled",
                    e);
        } finally {
            settled.countDown();
        }
    }
}
