package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The int64 position of the first largest or smallest element along an axis, which becomes 1 long;
 * -0.0 equals 0.0.
 *
 * @param ignoreNan whether NaNs are passed over, and a line of nothing else is a TharsisException;
 *     else the first NaN wins over all
 */
public record ArgExtreme(boolean largest, int axis, boolean ignoreNan) implements ChunkFunction {
    /** Elements taken at a time. */
    private static final int BLOCK = 4096;

    /** Strided lines worked together: a row of them is a run of whole cache lines. */
    private static final int COLUMNS = 512;

    /** A line with more elements than this is worth several tasks. */
    public static final long LONG_LINE = 1 << 18;

    static final int PIECE = 1 << 16;

    /** A rank below that of every float. */
    private static final long NOTHING = Long.MIN_VALUE;

    @Override
    public String name() {
        if (ignoreNan) {
            return largest ? "nanArgmax" : "nanArgmin";
        }
        return largest ? "argmax" : "argmin";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Lines lines = Lines.of(input.shape(), axis);
        if (lines.count() > 0) {
            requireElements(input.shape());
        }
        MemorySegment output = call.output().segment();
        if (lines.inner() > 1) {
            rows(call, input, lines, output);
        } else if (lines.length() > LONG_LINE) {
            for (long line = 0; line < lines.count(); line++) {
                Best best = longLine(call, input, line * lines.length(), lines.length());
                requireNumber(input.dtype(), input.shape(), best.key);
                output.setAtIndex(JAVA_LONG, line, best.position);
            }
        } else {
            lines.forEachPanel(
                    call,
                    1,
                    () -> {
                        long[] keys = new long[BLOCK];
                        return (o, _, _) -> {
                            var best = new Best();
                            scan(input, o * lines.length(), 0, lines.length(), keys, best);
                            requireNumber(input.dtype(), input.shape(), best.key);
                            output.setAtIndex(JAVA_LONG, o, best.position);
                        };
                    });
        }
    }

    /**
     * Throws {@link ShapeException} if there is nothing to choose from along the axis, also where
     * there are no lines, as in NumPy.
     */
    public void requireElements(long[] shape) {
        if (shape[axis] == 0) {
            throw new ShapeException(
                    "attempt to get "
                            + name()
                            + " of an empty sequence: axis "
                            + axis
                            + " of shape "
                            + Shapes.text(shape)
                            + " has no elements");
        }
    }

    /** Throws if the best of a line is a NaN that should have been passed over. */
    void requireNumber(DType dtype, long[] shape, long best) {
        if (passesOver(dtype) && best == NOTHING) {
            throw new TharsisException(
                    name()
                            + ": All-NaN slice encountered along axis "
                            + axis
                            + " of shape "
                            + Shapes.text(shape)
                            + "; leave such lines out, or replace their NaNs with nanToNum");
        }
    }

    private boolean passesOver(DType dtype) {
        return ignoreNan && dtype.isFloat();
    }

    /** The best of some elements: how good it is, and where it stands. */
    static final class Best {
        long key = NOTHING;
        long position = -1;
    }

    private Best longLine(Call call, Block input, long start, long length) {
        int pieces = (int) Math.ceilDiv(length, (long) PIECE);
        Best[] found = new Best[pieces];
        call.parallelFor(
                pieces,
                piece -> {
                    call.checkCancelled();
                    long from = (long) piece * PIECE;
                    found[piece] = new Best();
                    scan(
                            input,
                            start,
                            from,
                            Math.min(length, from + PIECE),
                            new long[BLOCK],
                            found[piece]);
                });
        Best best = found[0];
        for (Best next : found) {
            best = next.key > best.key ? next : best;
        }
        return best;
    }

    /** The best of elements {@code from} to {@code to} of a block of one axis. */
    Best bestOf(Block input, long from, long to) {
        var best = new Best();
        scan(input, 0, from, to, new long[BLOCK], best);
        return best;
    }

    private void scan(Block input, long start, long from, long to, long[] keys, Best best) {
        for (long done = from; done < to; done += keys.length) {
            int count = (int) Math.min(keys.length, to - done);
            ranks(input, start + done, count, keys);
            long blockBest = NOTHING;
            for (int i = 0; i < count; i++) {
                blockBest = Math.max(blockBest, keys[i]);
            }
            if (blockBest > best.key || best.position < 0) {
                int i = 0;
                while (keys[i] != blockBest) {
                    i++;
                }
                best.key = blockBest;
                best.position = done + i;
            }
        }
    }

    /** Loads numbers that are larger the better an element is. */
    private void ranks(Block input, long index, int count, long[] ranks) {
        DType dtype = input.dtype();
        Keys.load(dtype, input.segment(), index, 1, count, ranks, 0, 1);
        Keys.canonicalise(dtype, ranks, 0, count);
        boolean passesOver = passesOver(dtype);
        if (largest && !passesOver) {
            return;
        }
        long nan = Keys.nan(dtype);
        boolean isFloat = dtype.isFloat();
        long ofNan = passesOver ? NOTHING : Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            ranks[i] = isFloat && ranks[i] == nan ? ofNan : largest ? ranks[i] : ~ranks[i];
        }
    }

    private void rows(Call call, Block input, Lines lines, MemorySegment output) {
        int width = (int) Math.min(lines.inner(), COLUMNS);
        lines.forEachPanel(
                call,
                width,
                () -> {
                    long[] ranks = new long[width];
                    long[] best = new long[width];
                    long[] positions = new long[width];
                    return (o, k, count) -> {
                        Arrays.fill(positions, 0);
                        long start = o * lines.length() * lines.inner() + k;
                        ranks(input, start, count, best);
                        for (long row = 1; row < lines.length(); row++) {
                            ranks(input, start + row * lines.inner(), count, ranks);
                            for (int i = 0; i < count; i++) {
                                if (ranks[i] > best[i]) {
                                    best[i] = ranks[i];
                                    positions[i] = row;
                                }
                            }
                        }
                        for (int i = 0; i < count; i++) {
                            requireNumber(input.dtype(), input.shape(), best[i]);
                        }
                        MemorySegment.copy(
                                positions,
                                0,
                                output,
                                JAVA_LONG,
                                (o * lines.inner() + k) * Long.BYTES,
                                count);
                    };
                });
    }
}
