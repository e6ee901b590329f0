package io.tharsis.kernels.matrix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.machine.MachineCode;
import io.tharsis.kernels.machine.Processor;
import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Tiles of floats in the processor's own instructions: as fast at the first call as at any other.
 *
 * <p><b>Thread-safe.</b>
 */
@SuppressWarnings("restricted")
final class MachineTile implements TileKernel {
    private static final MethodHandle CALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            FunctionDescriptor.ofVoid(
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final MemorySegment function;
    private final TileShape shape;
    private final long rowBytes;

    private MachineTile(TileShape shape, int elementBytes, MemorySegment function) {
        this.shape = shape;
        this.rowBytes = (long) shape.columns() * elementBytes;
        this.function = function;
    }

    /**
     * A tile as large as registers of {@code vectorBits} bits allow, or null if there is none: for
     * integers, for vectors that this processor lacks, and where machine code cannot run.
     */
    static MachineTile of(Format format, int vectorBits) {
        boolean isFloat = format == Format.F64 || format == Format.F32;
        if (!isFloat || vectorBits < 256 || vectorBits > Processor.THIS.vectorBits()) {
            return null;
        }
        try {
            TileShape shape = shape(format, vectorBits);
            byte[] code = MachineTileCode.of(shape, format.byteSize());
            return new MachineTile(shape, format.byteSize(), MachineCode.install(code));
        } catch (UnsupportedOperationException e) {
            MachineCode.logRefusal("products over " + format, e);
            return null;
        }
    }

    private static TileShape shape(Format format, int vectorBits) {
        int lanes = vectorBits / Byte.SIZE / format.byteSize();
        return new TileShape(vectorBits == 512 ? 8 : 4, 3, lanes);
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
        long sums = scratch + rowBytes;
        try {
            CALL.invokeExact(
                    function,
                    (long) columns,
                    (long) depth,
                    left,
                    right,
                    out,
                    outRowBytes,
                    (long) rows,
                    adds ? 1L : 0L,
                    sums);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Override
    public void spread(int bytes, int panels, long from, long to, long panelBytes) {
        for (int panel = 0; panel < panels; panel++) {
            Memory.copy(from + (long) panel * bytes, to + panel * panelBytes, bytes);
        }
    }
}
