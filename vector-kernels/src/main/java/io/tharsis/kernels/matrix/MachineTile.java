package io.tharsis.kernels.matrix;

import io.tharsis.kernels.KernelLog;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.machine.MachineCode;
import io.tharsis.kernels.machine.MachineFunction;
import io.tharsis.kernels.machine.Processor;

import java.lang.foreign.MemorySegment;

/**
 * Tiles of floats in the processor's own instructions, which no compiler need be waited for.
 *
 * <p><b>Thread-safe.</b>
 */
final class MachineTile implements TileKernel {
    private final TileShape shape;
    private final int elementBytes;
    private final MemorySegment multiplyRow;
    private final MemorySegment spreadRows;
    private final MemorySegment spreadColumns;

    private MachineTile(TileShape shape, int elementBytes) {
        this.shape = shape;
        this.elementBytes = elementBytes;
        int vectorBytes = shape.lanes() * elementBytes;
        this.multiplyRow = MachineCode.install(MachineTileCode.multiplyRow(shape, elementBytes));
        this.spreadRows =
                MachineCode.install(
                        MachineTileCode.spread(TileShape.PANEL_ROWS * elementBytes, vectorBytes));
        this.spreadColumns =
                MachineCode.install(
                        MachineTileCode.spread(shape.columns() * elementBytes, vectorBytes));
    }

    /**
     * A tile as large as registers of {@code vectorBits} bits allow, or null if there is none: for
     * integers, for vectors that this processor lacks, and where machine code cannot run.
     */
    static MachineTile of(Format format, int vectorBits) {
        boolean isFloat = format == Format.F64 || format == Format.F32;
        if (!isFloat
                || vectorBits < Processor.LEAST_BITS
                || vectorBits > Processor.THIS.vectorBits()) {
            return null;
        }
        int lanes = vectorBits / Byte.SIZE / format.byteSize();
        var shape = new TileShape(vectorBits == 512 ? 8 : 4, 3, lanes);
        try {
            return new MachineTile(shape, format.byteSize());
        } catch (UnsupportedOperationException e) {
            KernelLog.debug("no machine code for products over " + format, e);
            return null;
        }
    }

    TileShape shape() {
        return shape;
    }

    @Override
    public void multiplyRow(
            int rows,
            int columns,
            int depth,
            long left,
            long right,
            long out,
            long outRowBytes,
            boolean adds,
            long scratch) {
        long sums = scratch + (long) shape.columns() * elementBytes;
        MachineFunction.call(
                multiplyRow,
                columns,
                depth,
                left,
                right,
                out,
                outRowBytes,
                rows,
                adds ? 1 : 0,
                sums);
    }

    @Override
    public void spread(
            int bytes, int panels, int depth, long from, long stepBytes, long to, long panelBytes) {
        boolean isRight = bytes == shape.columns() * elementBytes;
        MemorySegment function = isRight ? spreadColumns : spreadRows;
        MachineFunction.call(function, panels, depth, from, stepBytes, to, panelBytes);
    }
}
