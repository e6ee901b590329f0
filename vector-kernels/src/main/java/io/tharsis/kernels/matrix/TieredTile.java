package io.tharsis.kernels.matrix;

import io.tharsis.kernels.KernelLog;
import io.tharsis.kernels.ir.Format;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A tile that starts as the scalar twin and ends as a vector class, as kernels do: once the twin
 * has done enough work, a thread of low priority makes the class and runs it on data of no
 * importance until it is measured to be fast. Both read the same panels and give the same bits, so
 * a product may change from one to the other at any tile.
 *
 * <p><b>Thread-safe.</b>
 */
final class TieredTile {
    /**
     * Multiply-adds after which the vector class is worth making; below a millisecond of the twin.
     */
    private static final long HOT_AFTER = 1 << 21;

    /** Classes of whole tiles that are tried; then one whose tiles are a vector less wide. */
    private static final int ATTEMPTS = 2;

    private static final long PATIENCE_NS = 4_000_000_000L;

    private final Format format;
    private final TileShape shape;
    private final TileKernel twin;
    private final boolean hasVectors;
    private final AtomicLong work = new AtomicLong();
    private final AtomicBoolean submitted = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile TileKernel fast;

    /**
     * @param hasVectors false for the twin alone
     * @param tiered false to use the vector class from the first run, cold as it is
     */
    TieredTile(Format format, TileShape shape, boolean hasVectors, boolean tiered) {
        this.format = format;
        this.shape = shape;
        this.twin = rows(twin(format, shape));
        this.hasVectors = hasVectors;
        if (hasVectors && !tiered) {
            fast = rows(TileWriter.generate(format, shape, shape.vectors()));
        }
    }

    /** Always the same kernel. */
    TieredTile(Format format, TileShape shape, TileKernel kernel) {
        this(format, shape, false, false);
        fast = kernel;
    }

    private static TwoStepTile twin(Format format, TileShape shape) {
        return switch (format) {
            case F64 -> new F64Tile(shape);
            case F32 -> new F32Tile(shape);
            case I64 -> new I64Tile(shape);
            case I32 -> new I32Tile(shape);
            default -> throw MatrixProduct.noProduct(format);
        };
    }

    private TileKernel rows(TwoStepTile tile) {
        return new TileByTile(tile, shape, format.byteSize());
    }

    /** What runs best now, for a piece of so many multiply-adds. */
    TileKernel current(long multiplyAdds) {
        TileKernel compiled = fast;
        if (compiled != null) {
            return compiled;
        }
        if (hasVectors && work.addAndGet(multiplyAdds) >= HOT_AFTER) {
            submit();
        }
        return twin;
    }

    boolean awaitHot(Duration atMost) throws InterruptedException {
        if (!hasVectors) {
            return fast != null;
        }
        submit();
        return settled.await(atMost.toNanos(), TimeUnit.NANOSECONDS) && fast != null;
    }

    private void submit() {
        if (!submitted.get() && submitted.compareAndSet(false, true)) {
            Thread thread = new Thread(this::warmUp, "tharsis-product-warmer");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    private void warmUp() {
        try {
            for (int attempt = 0; attempt <= ATTEMPTS && fast == null; attempt++) {
                int most = shape.vectors() - attempt / ATTEMPTS;
                TwoStepTile compiled = TileWriter.generate(format, shape, most);
                long patienceNs = PATIENCE_NS << attempt;
                if (TileWarmUp.wholeUntilHot(compiled, format, shape, patienceNs)) {
                    fast = rows(new WholeTiles(compiled, shape.columns()));
                    if (TileWarmUp.narrowUntilHot(compiled, format, shape, patienceNs)) {
                        fast = rows(compiled);
                    }
                }
            }
            if (fast == null) {
                KernelLog.warn(
                        "matrix products over "
                                + format
                                + " stay on the scalar twin, their compiled loop never became"
                                + " fast");
            }
        } catch (RuntimeException | Error e) {
            KernelLog.warn(
                    "matrix products over "
                            + format
                            + " stay on the scalar twin, their loop could not be compiled",
                    e);
        } finally {
            settled.countDown();
        }
    }

    /** While the narrow methods are cold, narrow tiles are multiplied as whole ones. */
    private record WholeTiles(TwoStepTile compiled, int columns) implements TwoStepTile {
        @Override
        public void multiply(int narrow, int depth, long left, long right, long sums) {
            compiled.multiply(columns, depth, left, right, sums);
        }

        @Override
        public void add(
                int rows,
                int narrow,
                long sums,
                long in,
                long inRowBytes,
                long out,
                long outRowBytes) {
            compiled.add(rows, narrow, sums, in, inRowBytes, out, outRowBytes);
        }

        @Override
        public void spread(int bytes, int panels, long from, long to, long panelBytes) {
            compiled.spread(bytes, panels, from, to, panelBytes);
        }
    }
}
