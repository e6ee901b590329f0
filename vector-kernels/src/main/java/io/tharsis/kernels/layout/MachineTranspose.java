package io.tharsis.kernels.layout;

import io.tharsis.kernels.KernelLog;
import io.tharsis.kernels.machine.MachineCode;
import io.tharsis.kernels.machine.MachineFunction;
import io.tharsis.kernels.machine.Processor;

import java.lang.foreign.MemorySegment;

/**
 * Transposition in the processor's own instructions, with vectors of 256 bits. What is smaller than
 * what it turns at once goes to the scalar twin.
 *
 * <p><b>Thread-safe.</b>
 */
final class MachineTranspose implements TransposeKernel {
    private final ScalarTranspose twin;
    private final int rows;
    private final MemorySegment function;

    private MachineTranspose(int elementSize) {
        this.twin = new ScalarTranspose(elementSize);
        this.rows = MachineTransposeCode.rows(elementSize);
        this.function = MachineCode.install(MachineTransposeCode.of(elementSize));
    }

    /**
     * For elements of so many bytes, or null: for those of 1 and 2 bytes, where vectors are not
     * wanted, and where machine code cannot run.
     */
    static MachineTranspose of(int elementSize, int vectorBits) {
        boolean hasVectors = vectorBits > 0 && Processor.THIS.vectorBits() >= Processor.LEAST_BITS;
        if (elementSize < Integer.BYTES || !hasVectors) {
            return null;
        }
        try {
            return new MachineTranspose(elementSize);
        } catch (UnsupportedOperationException e) {
            KernelLog.debug("no machine code for transposition", e);
            return null;
        }
    }

    @Override
    public void run(long from, long columnStep, long to, long pitch, int rows, int columns) {
        if (rows < this.rows || columns < MachineTransposeCode.COLUMNS) {
            twin.run(from, columnStep, to, pitch, rows, columns);
        } else {
            MachineFunction.call(function, from, columnStep, to, pitch, rows, columns);
        }
    }
}
