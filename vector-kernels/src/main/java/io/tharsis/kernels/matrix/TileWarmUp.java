package io.tharsis.kernels.matrix;

import io.tharsis.kernels.LoopWarmUp;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.layout.Transposition;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.Arena;

/** Runs a new tile on made-up data until each of its widths is measured to be fast. */
final class TileWarmUp {
    /**
     * What a multiply-add of vectors may cost: compiled ones take a quarter, boxed ones over 20.
     */
    private static final double OPERATION_NS = 3;

    /** Steps of a run while the loop is not compiled. */
    private static final int FEW = 5;

    /** Tiles of a run of additions: so many that a clock tells what C1 made of single elements. */
    private static final int ADDED_TILES = 20;

    private static final int PACK_ROUNDS = 200;
    private static final int MAX_DEPTH = MatrixProduct.INNER_BLOCK;

    private final TwoStepTile tile;
    private final TileShape shape;
    private final Packer packer;
    private final long left;
    private final long right;
    private final long in;
    private final long sums;
    private final long out;
    private final long rowBytes;

    private TileWarmUp(TwoStepTile tile, Format format, TileShape shape, Arena arena) {
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
     * True as soon as the tile is fast for whole tiles, and packing has been compiled; false if it
     * is not within {@code patienceNs}, as in {@link LoopWarmUp#untilHot}.
     */
    static boolean wholeUntilHot(
            TwoStepTile tile, Format format, TileShape shape, long patienceNs) {
        try (Arena arena = Arena.ofConfined()) {
            return new TileWarmUp(tile, format, shape, arena).wholeUntilHot(patienceNs);
        }
    }

    private boolean wholeUntilHot(long patienceNs) {
        var loops = new LoopWarmUp();
        addMultiply(loops, shape.vectors());
        addAdd(loops, shape.rows(), shape.columns());
        for (int vectors = shape.vectors(); vectors > 0; vectors--) {
            addAdd(loops, shape.rows() - 1, vectors * shape.lanes());
            // One vector less, and elements.
            addAdd(loops, shape.rows(), vectors * shape.lanes() - 1);
        }
        addSpread(loops, TileShape.PANEL_ROWS);
        addSpread(loops, shape.columns());
        if (!loops.untilHot(patienceNs)) {
            return false;
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
        var rows = new TileByTile(tile, shape, (int) rowBytes / shape.columns());
        if (lineStride == 1) {
            packer.pack(rows, right, 1, lines, lines, depth, width, left);
        } else {
            packer.pack(rows, right, depth, 1, lines, depth, width, left);
        }
    }

    /** As {@link #wholeUntilHot}, for narrower tiles. */
    static boolean narrowUntilHot(
            TwoStepTile tile, Format format, TileShape shape, long patienceNs) {
        try (Arena arena = Arena.ofConfined()) {
            var warmUp = new TileWarmUp(tile, format, shape, arena);
            var loops = new LoopWarmUp();
            for (int vectors = shape.vectors() - 1; vectors > 0; vectors--) {
                warmUp.addMultiply(loops, vectors);
            }
            return loops.untilHot(patienceNs);
        }
    }

    private void addMultiply(LoopWarmUp loops, int vectors) {
        int columns = vectors * shape.lanes();
        loops.add(
                rounds -> tile.multiply(columns, rounds, TwoStepTile.NOTHING, right, sums),
                depth -> tile.multiply(columns, depth, left, right, sums),
                FEW,
                MatrixProduct.INNER_BLOCK,
                vectors * shape.rows() * OPERATION_NS);
    }

    private void addAdd(LoopWarmUp loops, int rows, int columns) {
        // These go to a method of their own.
        boolean isWhole = rows == shape.rows() && columns >= shape.lanes();
        loops.add(
                rounds -> {
                    int idle = isWhole ? rows : rounds;
                    tile.add(idle, columns, sums, in, 0, out, TwoStepTile.NOTHING);
                },
                steps -> {
                    for (int done = 0; done < steps; done += rows) {
                        tile.add(rows, columns, sums, in, 0, out, rowBytes);
                    }
                },
                FEW,
                ADDED_TILES * rows,
                shape.vectors() * OPERATION_NS);
    }

    private void addSpread(LoopWarmUp loops, int width) {
        int bytes = (int) rowBytes / shape.columns() * width;
        loops.add(
                rounds -> tile.spread(bytes, rounds, sums, out, TwoStepTile.NOTHING),
                panels -> tile.spread(bytes, panels, sums, out, bytes),
                shape.rows(),
                shape.rows(),
                shape.vectors() * OPERATION_NS);
    }
}
