package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folds bands of tiles as {@link TileTree} says. A band lies dense in memory.
 *
 * <p><b>Confined to one thread.</b>
 */
final class BandFolder {
    private enum Term {
        ELEMENT,
        AS_DOUBLE,
        SQUARED_DISTANCE
    }

    private record Key(Term term, FoldOp op, Format format) {}

    private static final Map<Key, Kernel> KERNELS = new ConcurrentHashMap<>();

    private final LaneBlocks ends = new LaneBlocks();
    private final MemorySegment accumulators;

    BandFolder(Scratch scratch) {
        accumulators = scratch.take(scratchBytes());
    }

    /** Bytes that one of these takes. */
    static long scratchBytes() {
        return (long) TileTree.BAND * Program.FOLD_LANES * Long.BYTES;
    }

    /** The kernels that a loop's ends need, so that they are made before any data is there. */
    static void prepare(Task.End end) {
        switch (end.kind()) {
            case STORE -> {}
            case FOLD -> kernel(Term.ELEMENT, end.op(), end.format());
            case MOMENTS -> {
                kernel(Term.AS_DOUBLE, FoldOp.ADD, end.format());
                kernel(Term.SQUARED_DISTANCE, FoldOp.ADD, end.format());
            }
        }
    }

    /** Writes the value of a band, {@link TileTree#WIDTH} longs at {@code at}. */
    void fold(Task.End end, MemorySegment band, int rows, int columns, long[] values, int at) {
        if (end.kind() == Task.End.Kind.FOLD) {
            Kernel kernel = kernel(Term.ELEMENT, end.op(), end.format());
            values[at] = fold(kernel, end.op(), end.lane(), end.format(), band, rows, columns, 0);
            return;
        }
        double count = (double) rows * columns;
        double mean = sum(Term.AS_DOUBLE, end.format(), band, rows, columns, 0) / count;
        double squares = sum(Term.SQUARED_DISTANCE, end.format(), band, rows, columns, mean);
        values[at] = Double.doubleToRawLongBits(count);
        values[at + 1] = Double.doubleToRawLongBits(mean);
        values[at + 2] = Double.doubleToRawLongBits(squares);
    }

    private double sum(
            Term term, Format format, MemorySegment band, int rows, int columns, double mean) {
        Kernel kernel = kernel(term, FoldOp.ADD, format);
        return Double.longBitsToDouble(
                fold(
                        kernel,
                        FoldOp.ADD,
                        Lane.F64,
                        format,
                        band,
                        rows,
                        columns,
                        Double.doubleToRawLongBits(mean)));
    }

    private long fold(
            Kernel kernel,
            FoldOp op,
            Lane lane,
            Format format,
            MemorySegment band,
            int rows,
            int columns,
            long param) {
        var call = new KernelCall(kernel.program());
        call.inputs[0] = band;
        call.outputs[0] = accumulators;
        if (call.params.length > 0) {
            call.params[0] = param;
        }
        if (columns == TileTree.TILE) {
            kernel.run(call, rows * columns);
        } else {
            for (int row = 0; row < rows; row++) {
                call.inputOffsets[0] = (long) row * columns * format.byteSize();
                call.outputOffsets[0] = (long) row * Program.FOLD_LANES * lane.byteSize();
                kernel.run(call, columns);
            }
        }
        return ends.halve(op, lane, accumulators, 0, rows);
    }

    private static Kernel kernel(Term term, FoldOp op, Format format) {
        return KERNELS.computeIfAbsent(new Key(term, op, format), BandFolder::make);
    }

    private static Kernel make(Key key) {
        var b = new ProgramBuilder();
        int value = b.load(0, key.format(), Access.CONTIGUOUS);
        if (key.term() != Term.ELEMENT) {
            value = b.convert(value, Lane.F64);
        }
        if (key.term() == Term.SQUARED_DISTANCE) {
            int distance = b.sub(value, b.param(0, Lane.F64));
            value = b.mul(distance, distance);
        }
        b.foldLanes(key.op(), value);
        return Kernels.of(b.build());
    }
}
