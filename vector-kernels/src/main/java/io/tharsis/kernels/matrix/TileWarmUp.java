package io.tharsis.kernels.matrix;

import io.tharsis.kernels.ThreadCosts;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.layout.Transposition;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.Arena;
import java.util.function.IntConsumer;

/**
 * Runs a new tile on made-up data until each of its widths is measured to be fast. Runs begin
 * short, since a cold vector operation costs microseconds and C2 wants invocations.
 */
final class TileWarmUp {
    /**
     * What a multiply-add of vectors may cost: compiled ones take a quarter, boxed ones over 20.
     */
    private static final double OPERATION_NS = 3;

    private static final double RUN_NS = 250;

    private static final int FEW = 3;

    /** C2 takes a method after 600 runs if they went 15,000 times round its loops. */
    private static final int IDLE_ROUNDS = 25;

    private static final int HOT_ROUNDS = 20;
    private static final int CLOCK_ROUNDS = 16;
    private static final int PACK_ROUNDS = 200;
    private static final int MAX_DEPTH = MatrixProduct.INNER_BLOCK;

    private final TileKernel tile;
    private final TileShape shape;
    private final Packer packer;
    private final long left;
    private final long right;
    private final long in;
    private final long sums;
    private final long out;
    private final long rowBytes;

    private TileWarmUp(TileKernel tile, Format format, TileShape shape, Arena arena) {
        this.tile = tile;
        this.shape = shape;
        this.packer =
                Packer.of(
                        format.byteSize(),
                        Transposition.narrow(format.byteSize(), TileShape.PANEL_ROWS, 0, true));
        this.rowBytes = (long) shape.columns() * format.byteSize();
        this.left = values(format, MAX_DEPTH * shape.rows(), arena);
        this.right = values(format, MAX_DEPTH * shape.columns(), arena);
        this.in = values(format, shape.columns(), arena);
        this.sums = values(format, shape.rows() * shape.columns(), arena);
        this.out = values(format, shape.rows() * shape.columns(), arena);
    }

    private static long values(Format format, int count, Arena arena) {
        long address = arena.allocate((long) count * format.byteSize(), 64).address();
        for (int i = 0; i < count; i++) {
            switch (format) {
                case F64 -> Memory.ALL.set(Memory.DOUBLE, address + i * 8L, 0.75);
                case F32 -> Memory.ALL.set(Memory.FLOAT, address + i * 4L, 0.75f);
                case I64 -> Memory.ALL.set(Memory.LONG, address + i * 8L, 3);
                default -> Memory.ALL.set(Memory.INT, address + i * 4L, 3);
            }
        }
        return address;
    }

    /**
     * True as soon as the tile is fast for whole tiles, and packing has been compiled, false if it
     * is not within {@code patienceNs} of this thread's processor time: where other threads take
     * the processors, they take them from the compilers too.
     */
    static boolean wholeUntilHot(TileKernel tile, Format format, TileShape shape, long patienceNs) {
        return untilHot(tile, format, shape, TileWarmUp::wholeUntilHot, patienceNs);
    }

    private boolean wholeUntilHot(long deadlineNs) {
        if (!multiplyUntilHot(shape.vectors(), deadlineNs)
                || !addUntilHot(shape.columns(), deadlineNs)
                || !spreadUntilHot(TileShape.PANEL_ROWS, deadlineNs)
                || !spreadUntilHot(shape.columns(), deadlineNs)) {
            return false;
        }
        for (int vectors = shape.vectors(); vectors > 0; vectors--) {
            // One vector less, and elements.
            if (!addUntilHot(vectors * shape.lanes() - 1, deadlineNs)) {
                return false;
            }
        }
        for (int round = 0; round < PACK_ROUNDS; round++) {
            pack(shape.columns() - 1, round & 1);
            pack(shape.columns(), round & 1);
        }
        return true;
    }

    /** Packs into the left panel, from rows or from columns. */
    private void pack(int lines, int lineStride) {
        int width = TileShape.PANEL_ROWS;
        int panels = (shape.columns() + width - 1) / width;
        int depth = MAX_DEPTH / panels;
        if (lineStride == 1) {
            packer.pack(tile, right, 1, lines, lines, depth, width, left);
        } else {
            packer.pack(tile, right, depth, 1, lines, depth, width, left);
        }
    }

    /** As {@link #wholeUntilHot}, for narrower tiles. */
    static boolean narrowUntilHot(
            TileKernel tile, Format format, TileShape shape, long patienceNs) {
        return untilHot(
                tile,
                format,
                shape,
                (warmUp, deadlineNs) -> {
                    int vectors = shape.vectors() - 1;
                    while (vectors > 0 && warmUp.multiplyUntilHot(vectors, deadlineNs)) {
                        vectors--;
                    }
                    return vectors == 0;
                },
                patienceNs);
    }

    private interface Part {
        boolean untilHot(TileWarmUp warmUp, long deadlineNs);
    }

    private static boolean untilHot(
            TileKernel tile, Format format, TileShape shape, Part part, long patienceNs) {
        tile.setIdleRounds(IDLE_ROUNDS);
        try (Arena arena = Arena.ofConfined()) {
            var warmUp = new TileWarmUp(tile, format, shape, arena);
            return part.untilHot(warmUp, ThreadCosts.processorTimeNs() + patienceNs);
        } finally {
            tile.setIdleRounds(0);
        }
    }

    private boolean multiplyUntilHot(int vectors, long deadlineNs) {
        int columns = vectors * shape.lanes();
        return untilHot(
                depth -> tile.multiply(columns, depth, left, right, sums),
                MatrixProduct.INNER_BLOCK,
                vectors * shape.rows() * OPERATION_NS,
                deadlineNs);
    }

    private boolean addUntilHot(int columns, long deadlineNs) {
        return untilHot(
                rows -> tile.add(rows, columns, sums, in, 0, out, rowBytes),
                shape.rows(),
                shape.vectors() * OPERATION_NS,
                deadlineNs);
    }

    private boolean spreadUntilHot(int width, long deadlineNs) {
        int bytes = (int) rowBytes / shape.columns() * width;
        return untilHot(
                panels -> tile.spread(bytes, panels, sums, out, bytes),
                shape.rows(),
                shape.vectors() * OPERATION_NS,
                deadlineNs);
    }

    /**
     * Runs with a small size until C2's code is there, then with {@code most}. A size of 1 would
     * mislead C2 about the loop.
     */
    private static boolean untilHot(IntConsumer run, int most, double unitNs, long deadlineNs) {
        int size = FEW;
        int hotRounds = 0;
        for (int round = 0; hotRounds < HOT_ROUNDS; round++) {
            if (round % CLOCK_ROUNDS == 0 && ThreadCosts.processorTimeNs() - deadlineNs > 0) {
                return false;
            }
            long allocated = ThreadCosts.allocatedBytes();
            long begin = System.nanoTime();
            run.accept(size);
            boolean fast = System.nanoTime() - begin < RUN_NS + size * unitNs;
            // A clock does not tell one vector that is boxed among many that are not.
            boolean hot = fast && size == most && ThreadCosts.allocatedBytes() == allocated;
            // A round that was interrupted is no reason to begin again.
            hotRounds = hot ? hotRounds + 1 : hotRounds / 2;
            size = fast ? most : size;
        }
        return true;
    }
}
