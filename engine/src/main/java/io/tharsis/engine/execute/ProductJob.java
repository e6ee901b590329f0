package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A box of a matrix product. Its matrices are cut into blocks of rows, those along the inner
 * dimension, and those into strips of columns (see {@link ProductBlocks}). Where strips share the
 * packed rows of their block, a block's morsels are first those that pack, then those that
 * multiply; a strip is added to what the same strip of the block before it along the inner
 * dimension has left. Morsels are taken in order, so who multiplies waits only for what others are
 * at already; two blocks' packed rows are kept, so that one is packed while the other is still in
 * use.
 */
final class ProductJob implements Job {
    private static final int INNER = MatrixProduct.INNER_BLOCK;

    /** Multiplications of a morsel that packs its own. */
    private static final long MORSEL = 1 << 23;

    private static final long RECHECK_MS = 5;

    /**
     * Rows that are packed together, a multiple of all tiles' rows; others follow whole of them.
     */
    private static final long PACK_ROWS = 32;

    /** Morsels that pack, for each thread. */
    private static final long PACKS = 2;

    /** Some 20 microseconds. */
    private static final int SPINS = 2000;

    /** Columns of the strips along the diagonal of a mirrored product: whole tiles of floats. */
    private static final long DIAGONAL_STRIP = 144;

    private final Task.Product task;
    private final Execution execution;
    private final MatrixProduct product;
    private final MatrixChunks left;
    private final MatrixChunks right;
    private final int elementSize;
    private final int rank;
    private final long m;
    private final long n;
    private final long k;
    private final ProductBlocks cut;
    private final long blocks;
    private final long depths;
    private final long strips;
    private final long packRows;
    private final int packs;
    private final long units;
    private final long unitsPerMorsel;
    private final List<MemorySegment> workspaces = new ArrayList<>();
    private final MemorySegment[] packed;
    private final CountDownLatch[] packedBlocks;
    private final CountDownLatch[] doneBlocks;
    private final CountDownLatch[] doneStrips;
    private final TileLoop tileLoop;
    private final boolean tiled;
    private final ProductWorkspace layout;
    private volatile boolean broken;

    /**
     * @param memory what was reserved for the product
     */
    ProductJob(Task.Product task, Execution execution, TaskMemory memory) {
        this.task = task;
        this.execution = execution;
        this.product = MatrixProduct.of(task.format());
        this.elementSize = task.format().byteSize();
        this.left = new MatrixChunks(task.left(), task.reads(), elementSize, execution);
        this.right = new MatrixChunks(task.right(), task.reads(), elementSize, execution);
        this.rank = task.shape().length;
        this.m = task.shape()[rank - 2];
        this.n = task.shape()[rank - 1];
        this.k = task.inner();
        this.tileLoop =
                task.epilogue() == null
                        ? null
                        : new TileLoop(task.epilogue(), task.faces(), task, execution);
        this.tiled = tileLoop != null || task.mirrored();
        ProductMemory given = memory.product();
        this.cut = given.cut();
        this.layout = given.layout();
        this.packed = given.blocks() == 0 ? null : new MemorySegment[given.blocks()];
        long at = 0;
        for (int i = 0; i < given.blocks(); i++) {
            packed[i] = memory.reserved().asSlice(at, given.blockBytes());
            at += given.blockBytes();
        }
        for (int i = 0; i < given.workspaces(); i++) {
            workspaces.add(memory.reserved().asSlice(at, layout.byteSize()));
            at += layout.byteSize();
        }
        this.depths = packed == null ? 1 : Math.max(1, Math.ceilDiv(k, cut.depth()));
        this.blocks = Math.ceilDiv(m, cut.rows()) * depths;
        this.strips = cut.strips();
        long most = Math.min(m, cut.rows());
        long perPack = Math.ceilDiv(most, PACKS * execution.threads());
        this.packRows = Math.max(PACK_ROWS, upTo(perPack, PACK_ROWS));
        this.packs = packed == null || k == 0 ? 0 : (int) Math.ceilDiv(most, packRows);
        long matrices = ProductMemory.matrices(task);
        if (packed == null) {
            units = matrices * blocks * strips;
            long each = Math.max(1, Math.min(m, cut.rows()) * Math.min(n, cut.columns()) * k);
            unitsPerMorsel = Math.max(1, MORSEL / each);
            packedBlocks = null;
            doneBlocks = null;
            doneStrips = null;
        } else {
            units = matrices * blocks * (packs + strips);
            unitsPerMorsel = 1;
            packedBlocks = latches(matrices * blocks, packs);
            doneBlocks = latches(matrices * blocks, Math.toIntExact(strips));
            doneStrips = depths == 1 ? null : latches(matrices * blocks * strips, 1);
        }
    }

    private static CountDownLatch[] latches(long count, int parties) {
        CountDownLatch[] latches = new CountDownLatch[Math.toIntExact(count)];
        for (int i = 0; i < latches.length; i++) {
            latches[i] = new CountDownLatch(parties);
        }
        return latches;
    }

    /**
     * A workspace for the caller alone. Where rows are shared there is one for each thread; else
     * who has one needs nobody else, so waiting ends.
     */
    private MemorySegment takeWorkspace() {
        synchronized (workspaces) {
            while (workspaces.isEmpty()) {
                try {
                    workspaces.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted in a product", e);
                }
            }
            return workspaces.removeLast();
        }
    }

    private void giveBack(MemorySegment workspace) {
        synchronized (workspaces) {
            workspaces.add(workspace);
            workspaces.notifyAll();
        }
    }

    // ---- morsels

    @Override
    public int morsels() {
        return Math.toIntExact(Math.max(1, Math.ceilDiv(units, unitsPerMorsel)));
    }

    @Override
    public void run(int morsel) {
        MemorySegment workspace = takeWorkspace();
        Scratch scratch = Scratch.ofThread();
        scratch.lend(workspace.asSlice(layout.scratch()));
        try {
            long end = Math.min(units, (morsel + 1) * unitsPerMorsel);
            for (long unit = morsel * unitsPerMorsel; unit < end; unit++) {
                if (packed == null) {
                    multiply(unit / strips, unit % strips, null, workspace);
                } else {
                    shared(unit / (packs + strips), unit % (packs + strips), workspace);
                }
            }
        } catch (Throwable e) {
            broken = true;
            throw e;
        } finally {
            scratch.lend(MemorySegment.NULL);
            giveBack(workspace);
        }
    }

    private void shared(long block, long item, MemorySegment workspace) {
        MemorySegment target = packed[(int) (block % packed.length)];
        if (item < packs) {
            if (block >= packed.length) {
                await(doneBlocks[(int) block - packed.length]);
            }
            pack(block, (int) item, target, workspace);
            packedBlocks[(int) block].countDown();
        } else {
            await(packedBlocks[(int) block]);
            long strip = item - packs;
            if (block % depths > 0) {
                await(doneStrips[(int) ((block - 1) * strips + strip)]);
            }
            multiply(block, strip, target, workspace);
            if (doneStrips != null) {
                doneStrips[(int) (block * strips + strip)].countDown();
            }
            doneBlocks[(int) block].countDown();
        }
    }

    private void await(CountDownLatch latch) {
        // Mostly it is a matter of microseconds, and being woken takes more.
        for (int spin = 0; spin < SPINS && latch.getCount() > 0; spin++) {
            Thread.onSpinWait();
        }
        try {
            while (!latch.await(RECHECK_MS, TimeUnit.MILLISECONDS)) {
                if (broken) {
                    throw new IllegalStateException("another part of the product has failed");
                }
                execution.checkCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in a product", e);
        }
    }

    /** The first row of a block. */
    private long rowOf(long block) {
        return block % blocks / depths * cut.rows();
    }

    private long rowsOf(long block) {
        return Math.min(cut.rows(), m - rowOf(block));
    }

    /** Where a block begins along the inner dimension. */
    private long depthOf(long block) {
        return block % depths * cut.depth();
    }

    private long depthEnd(long block) {
        return packed == null ? k : Math.min(k, depthOf(block) + cut.depth());
    }

    /** Packs some rows, few at a time, so that a row is read on where reading it has stopped. */
    private void pack(long block, int part, MemorySegment target, MemorySegment workspace) {
        long all = rowsOf(block);
        long end = Math.min(all, (part + 1) * packRows);
        for (long row = part * packRows; row < end; row += PACK_ROWS) {
            long rows = Math.min(PACK_ROWS, end - row);
            long base = 0;
            for (long from = depthOf(block); from < depthEnd(block); from += INNER) {
                long depth = Math.min(INNER, depthEnd(block) - from);
                left.packLeft(
                        product,
                        index(block, rank - 2, rowOf(block) + row, rank - 1, from),
                        rows,
                        depth,
                        workspace.asSlice(layout.gather()),
                        target.asSlice(base + row * depth * elementSize));
                base += product.packedLeftBytes(all, depth);
            }
        }
    }

    private static long upTo(long count, long multiple) {
        return Math.ceilDiv(count, multiple) * multiple;
    }

    /** The index of an operand's element in the matrix of {@code block}. */
    private long[] index(long block, int outerAxis, long outer, int innerAxis, long inner) {
        long[] index = task.origin().clone();
        long rest = block / blocks;
        for (int axis = rank - 3; axis >= 0; axis--) {
            index[axis] += rest % task.shape()[axis];
            rest /= task.shape()[axis];
        }
        index[outerAxis] += outer;
        index[innerAxis] = task.from() + inner;
        return index;
    }

    private void multiply(
            long block, long item, MemorySegment packedLeft, MemorySegment workspace) {
        // of a mirrored product the last strips have most to do
        long strip = tiled ? strips - 1 - item : item;
        long row = rowOf(block);
        long column = cut.firstColumn(strip, n);
        long rows = rowsOf(block);
        long columns = cut.firstColumn(strip + 1, n) - column;
        MatrixView out =
                tileLoop != null
                        ? new MatrixView(workspace, layout.tiles(), columns, 1)
                        : new MatrixView(
                                execution.memory(task.writes()[0]),
                                ((block / blocks * m + row) * n + column) * elementSize,
                                n,
                                1);
        if (task.prior() >= 0 && block % depths == 0) {
            startFrom(block / blocks, row, column, rows, columns, out);
        }
        if (!isDiagonal() || column >= row + rows) {
            multiply(block, row, column, rows, columns, packedLeft, out, workspace);
        } else if (column >= row) {
            // what lies below the diagonal is left out, as far as narrow strips allow
            long end = column + columns;
            rows = Math.min(rows, end - row);
            for (long from = column; from < end; from += DIAGONAL_STRIP) {
                long width = Math.min(DIAGONAL_STRIP, end - from);
                multiply(
                        block,
                        row,
                        from,
                        Math.min(rows, from + width - row),
                        width,
                        packedLeft,
                        out.from(0, from - column, elementSize),
                        workspace);
            }
        } else {
            return;
        }
        if (tiled) {
            tiles(block / blocks, row, column, rows, columns, out);
        }
    }

    /** Copies what the product is without this part of the inner dimension. */
    private void startFrom(
            long batch, long row, long column, long rows, long columns, MatrixView out) {
        MemorySegment prior = execution.memory(task.reads()[task.prior()]);
        for (long r = 0; r < rows; r++) {
            MemorySegment.copy(
                    prior,
                    ((batch * m + row + r) * n + column) * elementSize,
                    out.memory(),
                    out.byteOffset() + r * out.rowStride() * elementSize,
                    columns * elementSize);
        }
    }

    /** True if a box is its own mirror: then it is made from the diagonal on. */
    private boolean isDiagonal() {
        return task.mirrored() && task.faces().size() == 1;
    }

    /**
     * Rows {@code row} on of columns {@code column} on, by way of packed panels, into {@code out}.
     */
    private void multiply(
            long block,
            long row,
            long column,
            long rows,
            long columns,
            MemorySegment packedLeft,
            MatrixView out,
            MemorySegment workspace) {
        MemorySegment packedRight = workspace.asSlice(layout.right());
        MemorySegment aside = workspace.asSlice(layout.gather());
        long first = depthOf(block);
        long end = depthEnd(block);
        long piece = ProductWorkspace.depth(packedLeft != null, elementSize);
        for (long from = first; from < end; from += piece) {
            long depth = Math.min(piece, end - from);
            MemorySegment packed = packedLeft;
            long packedRows = rowsOf(block);
            if (packed == null) {
                packed = workspace.asSlice(layout.left());
                packedRows = rows;
                long[] index = index(block, rank - 2, row, rank - 1, from);
                left.packLeft(product, index, rows, depth, aside, packed);
            } else {
                packed = packed.asSlice(product.packedLeftBytes(packedRows, from - first));
            }
            for (long inner = 0; inner < depth; inner += INNER) {
                right.packRight(
                        product,
                        index(block, rank - 1, column, rank - 2, from + inner),
                        Math.min(INNER, depth - inner),
                        columns,
                        aside,
                        packedRight.asSlice(product.packedRightBytes(inner, columns)));
            }
            boolean adds = from > 0 || task.prior() >= 0;
            product.multiplyPacked(
                    rows, columns, depth, packed, packedRows, packedRight, out, adds, workspace);
        }
    }

    /** Hands on a strip's tiles, and mirrors them. */
    private void tiles(
            long batch, long row, long column, long rows, long columns, MatrixView strip) {
        Task.Face face = task.faces().getFirst();
        Task.Face mirror = task.faces().getLast();
        int width = (int) columns;
        for (long from = row; from < row + rows; from += TileTree.TILE) {
            int height = (int) Math.min(TileTree.TILE, row + rows - from);
            MatrixView tile = strip.from(from - row, 0, elementSize);
            boolean crosses = isDiagonal() && from == column;
            if (crosses) {
                Mirror.lower(tile, height, elementSize);
            }
            if (tileLoop != null) {
                tileLoop.run(face, from, column, height, width, tile);
                if (task.mirrored() && !crosses) {
                    tileLoop.run(mirror, column, from, width, height, tile.transposed());
                }
            } else if (!crosses) {
                long pitch = mirror.shape()[rank - 1];
                long start = (batch * mirror.shape()[rank - 2] + column) * pitch + from;
                MemorySegment target = execution.memory(task.writes()[mirror.writes()[0]]);
                Mirror.copy(
                        tile,
                        height,
                        width,
                        new MatrixView(target, start * elementSize, pitch, 1),
                        elementSize);
            }
        }
    }
}
