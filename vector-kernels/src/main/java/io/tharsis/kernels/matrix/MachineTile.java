package io.tharsis.kernels.matrix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.kernels.KernelLog;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.machine.MachineCode;
import io.tharsis.kernels.machine.Processor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Tiles of floats in the processor's own instructions: as fast at the first call as at any other.
 *
 * <p><b>Thread-safe.</b>
 */
@SuppressWarnings("restricted")
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

    /** Loaded once it is known that native functions may be called. */
    private static final class Functions {
        static final MethodHandle MULTIPLY_ROW = function(9);
        static final MethodHandle SPREAD = function(6);

        private Functions() {}

        /** Of any address, with so many integers of 64 bits as arguments. */
        private static MethodHandle function(int arguments) {
            MemoryLayout[] layouts = new MemoryLayout[arguments];
            Arrays.fill(layouts, JAVA_LONG);
            return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(layouts));
        }
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
        try {
            Functions.MULTIPLY_ROW.invokeExact(
                    multiplyRow,
                    (long) columns,
                    (long) depth,
                    left,
                    right,
                    out,
                    outRowBytes,
                    (long) rows,
                    adds ? 1L : 0L,
                    sums);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Override
    public void spread(
            int bytes, int panels, int depth, long from, long stepBytes, long to, long panelBytes) {
        boolean isRight = bytes == shape.columns() * elementBytes;
        MemorySegment function = isRight ? spreadColumns : spreadRows;
        try {
            Functions.SPREAD.invokeExact(
                    function, (long) panels, (long) depth, from, stepBytes, to, panelBytes);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
