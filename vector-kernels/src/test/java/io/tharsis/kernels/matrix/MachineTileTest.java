package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.machine.GuardedMemory;
import io.tharsis.kernels.machine.Processor;
import io.tharsis.kernels.vector.Memory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.SplittableRandom;

/** Tiles in machine code, at every width that this processor has. */
@Timeout(300)
class MachineTileTest {
    private static final Format[] FORMATS = {Format.F64, Format.F32};
    private static final int PAGES = 40 * 4096;
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    private final SplittableRandom random = new SplittableRandom(SEED);

    MachineTileTest() {
        System.out.println("MachineTileTest seed " + SEED);
    }

    @BeforeEach
    void needMachineCode() {
        assumeTrue(
                Processor.THIS.vectorBits() > 0,
                "SKIPPED: this processor or system has no machine code");
    }

    private interface Check {
        void run(Format format, int bits, MachineTile tile) throws Throwable;
    }

    private static void forEachTile(Check check) throws Throwable {
        for (Format format : FORMATS) {
            for (int bits = 256; bits <= Processor.THIS.vectorBits(); bits *= 2) {
                check.run(format, bits, MachineTile.of(format, bits));
            }
        }
    }

    @Test
    void shouldBeThereForFloatsAlone() {
        assertNull(MachineTile.of(Format.I64, 256));
        assertNull(MachineTile.of(Format.I32, 512));
        assertNull(MachineTile.of(Format.F64, 128));
        assertNull(MachineTile.of(Format.F64, 2 * Processor.THIS.vectorBits()));
    }

    @Test
    void shouldGiveThePromisedBits() throws Throwable {
        forEachTile(
                (format, bits, tile) -> {
                    var product = new MatrixProduct(format, tile);
                    new ProductChecks(product, format, SEED, bits + " bits").checkRandom(200);
                });
    }

    @Test
    void shouldGiveTheTwinsBitsAndTouchNothingElse() throws Throwable {
        forEachTile(
                (format, bits, tile) -> {
                    try (var left = new GuardedMemory(PAGES);
                            var right = new GuardedMemory(PAGES);
                            var out = new GuardedMemory(PAGES);
                            var expected = new GuardedMemory(PAGES);
                            var scratch = new GuardedMemory(PAGES)) {
                        for (int round = 0; round < 1000; round++) {
                            multiplyRow(format, tile, left, right, out, expected, scratch);
                        }
                    }
                });
    }

    private void multiplyRow(
            Format format,
            MachineTile tile,
            GuardedMemory left,
            GuardedMemory right,
            GuardedMemory out,
            GuardedMemory expected,
            GuardedMemory scratch) {
        TileShape shape = tile.shape();
        int bytes = format.byteSize();
        int columns = 1 + random.nextInt(3 * shape.columns());
        int rows = random.nextBoolean() ? shape.rows() : 1 + random.nextInt(shape.rows());
        int panels = Math.ceilDiv(columns, shape.columns());
        int most = PAGES / (panels * shape.columns() * bytes);
        int depth = 1 + random.nextInt(Math.min(most, random.nextBoolean() ? 9 : 256));
        long pitch = (long) (columns + random.nextInt(3)) * bytes;
        long outBytes = (rows - 1) * pitch + (long) columns * bytes;
        boolean adds = random.nextBoolean();
        long leftBytes = (long) depth * shape.rows() * bytes;
        long rightBytes = (long) depth * panels * shape.columns() * bytes;
        long scratchBytes = (shape.rows() + 1L) * shape.columns() * bytes;
        boolean first = random.nextBoolean();
        long leftAt = place(left, leftBytes, first);
        long rightAt = place(right, rightBytes, first);
        long scratchAt = place(scratch, scratchBytes, first);
        long outAt = place(out, outBytes, first);
        long expectedAt = expected.first() + outAt - out.first();
        fill(format, leftAt, leftBytes);
        fill(format, rightAt, rightBytes);
        fill(format, out.first(), out.byteSize());
        Memory.copy(out.first(), expected.first(), out.byteSize());
        fillWithNeutral(format, scratchAt, shape.columns());
        var twin = new TileByTile(twin(format, shape), shape, bytes);
        tile.multiplyRow(rows, columns, depth, leftAt, rightAt, outAt, pitch, adds, scratchAt);
        fillWithNeutral(format, scratchAt, shape.columns());
        twin.multiplyRow(rows, columns, depth, leftAt, rightAt, expectedAt, pitch, adds, scratchAt);
        String what =
                rows + " x " + columns + " x " + depth + " of " + format + ", " + shape + ", seed ";
        assertSame(expected, out, what + SEED);
    }

    @Test
    void shouldSpreadPanelsAndTouchNothingElse() throws Throwable {
        forEachTile(
                (format, bits, tile) -> {
                    TileShape shape = tile.shape();
                    try (var from = new GuardedMemory(PAGES);
                            var out = new GuardedMemory(PAGES);
                            var expected = new GuardedMemory(PAGES)) {
                        for (int round = 0; round < 200; round++) {
                            boolean isLeft = random.nextBoolean();
                            int width = isLeft ? TileShape.PANEL_ROWS : shape.columns();
                            spread(format, tile, width, from, out, expected);
                        }
                    }
                });
    }

    private void spread(
            Format format,
            MachineTile tile,
            int width,
            GuardedMemory from,
            GuardedMemory out,
            GuardedMemory expected) {
        TileShape shape = tile.shape();
        int bytes = width * format.byteSize();
        int panels = 1 + random.nextInt(5);
        int depth = 1 + random.nextInt(20);
        long step = (long) panels * bytes + random.nextInt(3) * format.byteSize();
        long panelBytes = (long) depth * bytes;
        boolean first = random.nextBoolean();
        long fromAt = place(from, (depth - 1) * step + (long) panels * bytes, first);
        long outAt = place(out, panels * panelBytes, first);
        fill(format, from.first(), from.byteSize());
        fill(format, out.first(), out.byteSize());
        Memory.copy(out.first(), expected.first(), out.byteSize());
        tile.spread(bytes, panels, depth, fromAt, step, outAt, panelBytes);
        var twin = new TileByTile(twin(format, shape), shape, format.byteSize());
        long expectedAt = expected.first() + outAt - out.first();
        twin.spread(bytes, panels, depth, fromAt, step, expectedAt, panelBytes);
        assertSame(expected, out, panels + " panels of " + bytes + " bytes, seed " + SEED);
    }

    private static TwoStepTile twin(Format format, TileShape shape) {
        return format == Format.F64 ? new F64Tile(shape) : new F32Tile(shape);
    }

    private static long place(GuardedMemory memory, long byteSize, boolean first) {
        return first ? memory.first() : memory.last(byteSize);
    }

    private void fill(Format format, long at, long byteSize) {
        for (long i = 0; i < byteSize; i += format.byteSize()) {
            if (format == Format.F64) {
                Memory.ALL.set(Memory.DOUBLE, at + i, random.nextDouble(-2, 2));
            } else {
                Memory.ALL.set(Memory.FLOAT, at + i, (float) random.nextDouble(-2, 2));
            }
        }
    }

    private static void fillWithNeutral(Format format, long at, int count) {
        for (int i = 0; i < count; i++) {
            if (format == Format.F64) {
                Memory.ALL.set(Memory.DOUBLE, at + i * 8L, -0.0);
            } else {
                Memory.ALL.set(Memory.FLOAT, at + i * 4L, -0.0f);
            }
        }
    }

    private static void assertSame(GuardedMemory expected, GuardedMemory actual, String what) {
        long mismatch =
                Memory.ALL
                        .asSlice(expected.first(), expected.byteSize())
                        .mismatch(Memory.ALL.asSlice(actual.first(), actual.byteSize()));
        assertEquals(-1, mismatch, what);
    }
}
