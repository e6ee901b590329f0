package io.tharsis.kernels.matrix;

import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.layout.Transposition;
import io.tharsis.kernels.machine.Processor;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * Products of matrices of one format (F64, F32, I64, I32): {@code c = a b}, or {@code c += a b}.
 *
 * <p><b>The bits.</b> The inner dimension is cut into blocks of {@link #INNER_BLOCK}. Within a
 * block {@code s = fma(a[i][k], b[k][j], s)} from s = +0 with k ascending, integers multiply and
 * add with wrap-around. Blocks are added in order: the first one's sum is the element, each later
 * one is added to it. So a sum may be continued by a later call at a k that is a multiple of
 * INNER_BLOCK, and the bits depend on nothing else: neither on how a product is cut into tiles, nor
 * on caches, vector width, or whether compiled code ran. An inner dimension of 0 gives +0.
 *
 * <p><b>The way.</b> Outer blocks, whose sizes follow the caches, are packed into panels and
 * multiplied tile by tile in registers, after K. Goto and R. van de Geijn, Anatomy of
 * High-Performance Matrix Multiplication, ACM TOMS 34(3), 2008, and the BLIS papers; with the roles
 * of left and right exchanged, since results are row-major.
 *
 * <p>Sizes m, n, k: a is m x k, b is k x n, c is m x n. c must not overlap a, b or any workspace.
 * All memory is native. <b>Thread-safe;</b> one call runs on the caller's thread, a workspace
 * serves one call at a time, panels may be read by many.
 */
public final class MatrixProduct {
    /** Terms of the inner dimension that are summed on their own, a promise of the engine. */
    public static final int INNER_BLOCK = 256;

    /** Panels and workspaces start on a multiple of this many bytes. */
    private static final long ALIGNMENT = 64;

    /** The tile's shape where there are no vectors. */
    private static final int TWIN_BITS = 256;

    private static final MatrixProduct F64 = fastest(Format.F64);
    private static final MatrixProduct F32 = fastest(Format.F32);
    private static final MatrixProduct I64 = fastest(Format.I64);
    private static final MatrixProduct I32 = fastest(Format.I32);

    private final Format format;
    private final int elementBytes;
    private final TileShape shape;
    private final TieredTile tile;
    private final Transposition transposition;
    private final Packer packer;
    private final int rowBlock;
    private final int columnBlock;

    private static MatrixProduct fastest(Format format) {
        int bits = Kernels.vectorBits();
        MachineTile machine = MachineTile.of(format, bits);
        return machine == null
                ? new MatrixProduct(format, bits, Kernels.isTiered())
                : new MatrixProduct(format, machine);
    }

    /** Over machine code. */
    MatrixProduct(Format format, MachineTile tile) {
        this(
                format,
                tile.shape(),
                new TieredTile(format, tile.shape(), tile),
                Transposition.of(format.byteSize()));
    }

    /**
     * Over the Vector API's vectors of {@code vectorBits} bits, or on the scalar twin alone if that
     * is 0.
     *
     * @param tiered whether the twin runs until the vector class is hot
     */
    MatrixProduct(Format format, int vectorBits, boolean tiered) {
        this(
                format,
                TileShape.of(format, vectorBits == 0 ? TWIN_BITS : vectorBits),
                vectorBits,
                tiered);
    }

    private MatrixProduct(Format format, TileShape shape, int vectorBits, boolean tiered) {
        this(
                format,
                shape,
                new TieredTile(format, shape, vectorBits > 0, tiered),
                Transposition.narrow(format.byteSize(), TileShape.PANEL_ROWS, vectorBits, tiered));
    }

    MatrixProduct(Format format, TileShape shape, TieredTile tile, Transposition transposition) {
        this.format = format;
        this.elementBytes = format.byteSize();
        this.shape = shape;
        this.transposition = transposition;
        this.packer = Packer.of(elementBytes, transposition);
        this.tile = tile;
        // Half of the second level for the right panels, an eighth of the third for the left ones.
        CacheSizes caches = CacheSizes.OF_MACHINE;
        int blockBytes = INNER_BLOCK * elementBytes;
        this.columnBlock = wholeTiles(caches.level2() / 2 / blockBytes, shape.columns());
        this.rowBlock = wholeTiles(caches.level3() / 8 / blockBytes, shape.rows());
    }

    static IllegalArgumentException noProduct(Format format) {
        return new IllegalArgumentException(
                "no matrix product over " + format + ", convert to F64, F32, I64 or I32");
    }

    private static int wholeTiles(long count, int tile) {
        return Math.clamp(count / tile, 1, 1024) * tile;
    }

    /**
     * The product over {@code format}; unsigned integers wrap around as signed ones do.
     *
     * @throws IllegalArgumentException if it is none of F64, F32, I64, I32, U64, U32
     */
    public static MatrixProduct of(Format format) {
        return switch (format) {
            case F64 -> F64;
            case F32 -> F32;
            case I64, U64 -> I64;
            case I32, U32 -> I32;
            default -> throw noProduct(format);
        };
    }

    /**
     * Has the vector classes compiled and warmed up now, and waits for them: for benchmarks and
     * tests.
     *
     * @return true if they are hot; false if products stay on the twins or the time was too short
     */
    public boolean awaitHot(Duration atMost) throws InterruptedException {
        return tile.awaitHot(atMost) && transposition.awaitHot(atMost);
    }

    /** What multiplies floats in this process, in words. */
    public static String description() {
        int bits = Kernels.vectorBits();
        if (bits == 0) {
            return "the scalar twin";
        }
        if (F64.tileKernel() instanceof MachineTile) {
            return "machine code, vectors of " + bits + " bits";
        }
        Processor processor = Processor.THIS;
        String reason =
                processor.vectorBits() == 0
                        ? processor.found()
                        : bits < Processor.LEAST_BITS
                                ? "the JVM's vectors have " + bits + " bits"
                                : "refused, or none for vectors of " + bits + " bits";
        return "the Vector API, vectors of " + bits + " bits; no machine code: " + reason;
    }

    /** What multiplies tiles at the moment. */
    TileKernel tileKernel() {
        return tile.current(0);
    }

    /**
     * Rows of the result that are worth computing together, so that the packed left stays cached.
     */
    public int rowBlock() {
        return rowBlock;
    }

    /** Columns of the result that registers hold together. */
    public int tileColumns() {
        return shape.columns();
    }

    /** Columns of the result that are worth computing together, as {@link #rowBlock}. */
    public int columnBlock() {
        return columnBlock;
    }

    /**
     * How much of the inner dimension is worth packing at a time of a left operand of {@code rows}
     * rows whose packed panels are read again for each block of columns: what lies in memory beyond
     * the caches halves the speed of tiles.
     */
    public long packedDepth(long rows) {
        long depth = (long) rowBlock * INNER_BLOCK / Math.max(1, rows);
        return Math.max(1, depth / INNER_BLOCK) * INNER_BLOCK;
    }

    // ---------------------------------------------------------------- whole products

    /** Bytes that {@link #multiply} needs for these sizes; at most some MiB. */
    public long workspaceBytes(long m, long n, long k) {
        // A column-major result is the transposed product.
        return Math.max(panelBytes(m, n, k), panelBytes(n, m, k)) + scratchBytes();
    }

    private long panelBytes(long m, long n, long k) {
        long depth = Math.min(k, INNER_BLOCK);
        return packedLeftBytes(Math.min(m, rowBlock), depth)
                + packedRightBytes(depth, Math.min(n, columnBlock));
    }

    /**
     * {@code c = a b}, or with {@code accumulate} {@code c = c + a b}, block by block.
     *
     * @param c row-major (column stride 1, any row stride) or column-major (row stride 1)
     * @param accumulate whether c holds the sum over an earlier part of the inner dimension, which
     *     must have been a multiple of {@link #INNER_BLOCK} long
     * @param workspace {@link #workspaceBytes} bytes for this call alone
     * @throws IndexOutOfBoundsException if a view reaches beyond its memory
     * @throws IllegalArgumentException if c has no stride of 1, or memory is not native and alive
     */
    public void multiply(
            long m,
            long n,
            long k,
            MatrixView a,
            MatrixView b,
            MatrixView c,
            boolean accumulate,
            MemorySegment workspace) {
        if (c.columnStride() != 1 && n != 1) {
            if (c.rowStride() != 1 && m != 1) {
                throw new IllegalArgumentException(
                        "a result with strides "
                                + c.rowStride()
                                + " and "
                                + c.columnStride()
                                + ", one of them must be 1");
            }
            // Multiplication commutes, so the transposed product has the same bits.
            multiply(
                    n, m, k, b.transposed(), a.transposed(), c.transposed(), accumulate, workspace);
            return;
        }
        long left = Ranges.check(a, m, k, elementBytes, "left operand");
        long right = Ranges.check(b, k, n, elementBytes, "right operand");
        long out = Ranges.check(c, m, n, elementBytes, "result");
        long scratch = Ranges.check(workspace, workspaceBytes(m, n, k), "workspace");
        if (k == 0) {
            clear(m, n, out, c.rowStride(), accumulate);
        }
        int depth = (int) Math.min(k, INNER_BLOCK);
        long leftPanels = scratch + scratchBytes();
        long rightPanels = leftPanels + packedLeftBytes(Math.min(m, rowBlock), depth);
        prepare(scratch);
        TileKernel kernel = tile.current(0);
        for (long i = 0; i < m; i += rowBlock) {
            int rows = (int) Math.min(rowBlock, m - i);
            for (long p = 0; p < k; p += INNER_BLOCK) {
                depth = (int) Math.min(INNER_BLOCK, k - p);
                packLeft(
                        kernel,
                        left + (i * a.rowStride() + p * a.columnStride()) * elementBytes,
                        a.rowStride(),
                        a.columnStride(),
                        rows,
                        depth,
                        leftPanels);
                for (long j = 0; j < n; j += columnBlock) {
                    int columns = (int) Math.min(columnBlock, n - j);
                    packer.pack(
                            kernel,
                            right + (p * b.rowStride() + j * b.columnStride()) * elementBytes,
                            b.columnStride(),
                            b.rowStride(),
                            columns,
                            depth,
                            shape.columns(),
                            rightPanels);
                    tiles(
                            rows,
                            columns,
                            depth,
                            leftPanels,
                            panelRows(rows),
                            rightPanels,
                            out + (i * c.rowStride() + j) * elementBytes,
                            c.rowStride() * elementBytes,
                            accumulate || p > 0,
                            scratch);
                }
            }
        }
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(b);
        Reference.reachabilityFence(c);
        Reference.reachabilityFence(workspace);
    }

    // ---------------------------------------------------------------- products of packed operands

    /** Bytes of a packed left operand, m x k. */
    public long packedLeftBytes(long m, long k) {
        return aligned(panelRows(m) * k * elementBytes);
    }

    /** Bytes of a packed right operand, k x n. */
    public long packedRightBytes(long k, long n) {
        return aligned(panelColumns(n) * k * elementBytes);
    }

    /** Bytes of the scratch memory of {@link #multiplyPacked}. */
    public long scratchBytes() {
        return aligned((long) (shape.rows() + 1) * shape.columns() * elementBytes);
    }

    /**
     * Packs a, m x k, into {@link #packedLeftBytes} bytes at the start of {@code to}.
     *
     * @param m at most 2^30
     */
    public void packLeft(long m, long k, MatrixView a, MemorySegment to) {
        long from = Ranges.check(a, m, k, elementBytes, "left operand");
        long target = Ranges.check(to, packedLeftBytes(m, k), "packed left operand");
        pack(true, m, k, from, a.rowStride(), a.columnStride(), target);
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(to);
    }

    /**
     * Packs b, k x n, into {@link #packedRightBytes} bytes at the start of {@code to}.
     *
     * @param n at most 2^30
     */
    public void packRight(long k, long n, MatrixView b, MemorySegment to) {
        long from = Ranges.check(b, k, n, elementBytes, "right operand");
        long target = Ranges.check(to, packedRightBytes(k, n), "packed right operand");
        pack(false, n, k, from, b.columnStride(), b.rowStride(), target);
        Reference.reachabilityFence(b);
        Reference.reachabilityFence(to);
    }

    /** All inner blocks of an operand, the left one or the right one. */
    private void pack(
            boolean isLeft,
            long lines,
            long depth,
            long from,
            long lineStride,
            long depthStride,
            long to) {
        int count = Math.toIntExact(lines);
        long panelLines = isLeft ? panelRows(lines) : panelColumns(lines);
        TileKernel kernel = tile.current(0);
        for (long p = 0; p < depth; p += INNER_BLOCK) {
            int block = (int) Math.min(INNER_BLOCK, depth - p);
            long source = from + p * depthStride * elementBytes;
            long target = to + p * panelLines * elementBytes;
            if (isLeft) {
                packLeft(kernel, source, lineStride, depthStride, count, block, target);
            } else {
                int width = shape.columns();
                packer.pack(kernel, source, lineStride, depthStride, count, block, width, target);
            }
        }
    }

    /** One inner block, with as many panels as whole tiles read. */
    private void packLeft(
            TileKernel kernel,
            long from,
            long rowStride,
            long columnStride,
            int rows,
            int depth,
            long to) {
        int panelRows = TileShape.PANEL_ROWS;
        packer.pack(kernel, from, rowStride, columnStride, rows, depth, panelRows, to);
        long packed = Math.ceilDiv(rows, panelRows) * (long) panelRows;
        long missing = panelRows(rows) - packed;
        if (missing > 0) {
            Memory.ALL
                    .asSlice(to + packed * depth * elementBytes, missing * depth * elementBytes)
                    .fill((byte) 0);
        }
    }

    /**
     * {@code c = a b} or {@code c = c + a b} of operands that were packed for the same n and k.
     *
     * @param m at most as many rows as the left operand was packed for, 2^30 at most
     * @param n at most 2^30
     * @param packedRows as many rows as the left operand was packed for
     * @param c row-major: column stride 1
     * @param accumulate as in {@link #multiply}
     * @param scratch {@link #scratchBytes} bytes for this call alone
     */
    public void multiplyPacked(
            long m,
            long n,
            long k,
            MemorySegment packedLeft,
            long packedRows,
            MemorySegment packedRight,
            MatrixView c,
            boolean accumulate,
            MemorySegment scratch) {
        if (c.columnStride() != 1 && n != 1) {
            throw new IllegalArgumentException(
                    "a result with column stride " + c.columnStride() + ", expected 1");
        }
        if (m > packedRows) {
            throw new IllegalArgumentException(
                    m + " rows of a left operand that was packed for " + packedRows);
        }
        long left = Ranges.check(packedLeft, packedLeftBytes(packedRows, k), "packed left operand");
        long right = Ranges.check(packedRight, packedRightBytes(k, n), "packed right operand");
        long out = Ranges.check(c, m, n, elementBytes, "result");
        long scratchAddress = Ranges.check(scratch, scratchBytes(), "scratch");
        if (k == 0) {
            clear(m, n, out, c.rowStride(), accumulate);
        }
        prepare(scratchAddress);
        tiles(
                Math.toIntExact(m),
                Math.toIntExact(n),
                k,
                left,
                panelRows(packedRows),
                right,
                out,
                c.rowStride() * elementBytes,
                accumulate,
                scratchAddress);
        Reference.reachabilityFence(packedLeft);
        Reference.reachabilityFence(packedRight);
        Reference.reachabilityFence(c);
        Reference.reachabilityFence(scratch);
    }

    private long panelRows(long rows) {
        return Math.ceilDiv(rows, shape.rows()) * shape.rows();
    }

    private long panelColumns(long columns) {
        return Math.ceilDiv(columns, shape.columns()) * shape.columns();
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /**
     * All tiles of one block of the result, row by row, as prefetchers follow a row of the result
     * and no column. A tile's panels of the left operand stay in the first-level cache while those
     * of the right, which have the second, stream by; a row of tiles takes the inner blocks one
     * after the other, so that the result comes from far away once for all of them.
     */
    private void tiles(
            int rows,
            int columns,
            long k,
            long left,
            long panelRows,
            long right,
            long out,
            long outRowBytes,
            boolean accumulate,
            long scratch) {
        TileKernel kernel = tile.current(rows * k * columns);
        if (columns == 0) {
            return;
        }
        long panelColumns = panelColumns(columns);
        for (int i = 0; i < rows; i += shape.rows()) {
            int tileRows = Math.min(shape.rows(), rows - i);
            for (long p = 0; p < k; p += INNER_BLOCK) {
                int depth = (int) Math.min(INNER_BLOCK, k - p);
                kernel.multiplyRow(
                        tileRows,
                        columns,
                        depth,
                        left + (p * panelRows + (long) i * depth) * elementBytes,
                        right + p * panelColumns * elementBytes,
                        out + i * outRowBytes,
                        outRowBytes,
                        accumulate || p > 0,
                        scratch);
            }
        }
    }

    /**
     * The first row of scratch is what a tile starts from: the number that changes no other, which
     * is -0 for floats.
     */
    private void prepare(long scratch) {
        MemorySegment memory = Memory.ALL;
        for (int j = 0; j < shape.columns(); j++) {
            switch (format) {
                case F64 -> memory.set(Memory.DOUBLE, scratch + j * Double.BYTES, -0.0);
                case F32 -> memory.set(Memory.FLOAT, scratch + j * Float.BYTES, -0.0f);
                case I64 -> memory.set(Memory.LONG, scratch + j * Long.BYTES, 0);
                default -> memory.set(Memory.INT, scratch + j * Integer.BYTES, 0);
            }
        }
    }

    private void clear(long m, long n, long out, long rowStride, boolean accumulate) {
        for (long i = 0; i < m && !accumulate; i++) {
            Memory.ALL.asSlice(out + i * rowStride * elementBytes, n * elementBytes).fill((byte) 0);
        }
    }
}
