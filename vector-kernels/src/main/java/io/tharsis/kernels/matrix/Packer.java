package io.tharsis.kernels.matrix;

import io.tharsis.kernels.layout.Transposition;

/**
 * Copies an operand into panels, in the order in which the inner loop reads it. To the left
 * operand's rows and the right operand's columns this is the same work, so both are called
 * <i>lines</i>, and the inner dimension <i>depth</i>.
 *
 * <p>A panel holds {@code width} neighbouring lines: depth by depth, one element of each line. The
 * lines that a last panel lacks are zero.
 */
abstract class Packer {
    /** Depth that passes through an array at a time. */
    static final int DEPTH_STEP = 128;

    /** Elements between two that are read are read too, up to this stride. */
    private static final int MOST_DENSE = 8;

    /** Lines that are transposed together. */
    static final int GROUP = 4;

    /** The widest panel: three vectors of 512 bits of 4 bytes. */
    static final int MAX_WIDTH = 48;

    static final int MAX_READ =
            Math.max(DEPTH_STEP * Math.max(GROUP, MOST_DENSE), MAX_WIDTH * MOST_DENSE);

    private final int elementBytes;
    private final Transposition transposition;

    Packer(int elementBytes, Transposition transposition) {
        this.elementBytes = elementBytes;
        this.transposition = transposition;
    }

    /**
     * @param transposition of elements of {@code elementBytes}: packs whole panels once it is hot
     */
    static Packer of(int elementBytes, Transposition transposition) {
        return elementBytes == Long.BYTES
                ? new LongPacker(transposition)
                : new IntPacker(transposition);
    }

    /**
     * Packs a block of {@code depth} and all {@code lines}, panel after panel.
     *
     * @param from address of the first line's first element
     * @param to address of {@code ceil(lines / width) * width * depth} elements
     * @param kernel of tiles whose left or right panels are {@code width} wide
     */
    final void pack(
            TileKernel kernel,
            long from,
            long lineStride,
            long depthStride,
            int lines,
            int depth,
            int width,
            long to) {
        long panelBytes = (long) width * depth * elementBytes;
        if (Math.abs(lineStride) > Math.abs(depthStride)) {
            for (int line = 0; line < lines; line += width) {
                int count = Math.min(width, lines - line);
                long source = from + line * lineStride * elementBytes;
                if (count == width
                        && Math.abs(depthStride) == 1
                        && transposition.isHot((long) width * depth)) {
                    long pitch = (long) width * elementBytes;
                    transposition.run(
                            source,
                            depthStride * elementBytes,
                            lineStride * elementBytes,
                            to,
                            pitch,
                            depth,
                            width);
                } else {
                    alongDepth(source, lineStride, depthStride, count, depth, width, to);
                }
                to += panelBytes;
            }
            return;
        }
        int whole = lineStride == 1 ? lines / width : 0;
        int lineBytes = width * elementBytes;
        if (whole > 0) {
            long stepBytes = depthStride * elementBytes;
            kernel.spread(lineBytes, whole, depth, from, stepBytes, to, panelBytes);
        }
        int first = whole * width;
        for (int k = 0; k < depth && first < lines; k++) {
            long row = from + k * depthStride * elementBytes;
            long target = to + whole * panelBytes + (long) k * lineBytes;
            for (int line = first; line < lines; line += width, target += panelBytes) {
                long source = row + line * lineStride * elementBytes;
                alongLines(source, lineStride, Math.min(width, lines - line), width, target);
            }
        }
    }

    /** Packs one panel whose lines are read one after the other. */
    abstract void alongDepth(
            long from, long lineStride, long depthStride, int lines, int depth, int width, long to);

    /** Packs one element of each line of a panel. */
    abstract void alongLines(long from, long lineStride, int lines, int width, long to);

    static boolean isDense(long stride) {
        return Math.abs(stride) <= MOST_DENSE;
    }

    /** Elements from one that was read to the next. */
    static long step(long stride) {
        return isDense(stride) ? stride : 1;
    }
}
