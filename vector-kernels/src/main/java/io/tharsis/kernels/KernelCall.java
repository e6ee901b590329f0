package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/**
 * The arguments of one {@link Kernel#run}: a plain frame that a driver fills, runs and fills again.
 *
 * <p><b>Confined to one thread at a time.</b> The segments belong to the caller, must be native
 * memory, stay alive during the run, and need no alignment beyond that of their elements.
 */
public final class KernelCall {
    /** Input slot to memory and to the byte offset of element 0. */
    public final MemorySegment[] inputs;

    public final long[] inputOffsets;

    /** Output slot to memory and to the byte offset of element 0 (or accumulator 0). */
    public final MemorySegment[] outputs;

    public final long[] outputOffsets;

    /**
     * Input and output slot to the bytes from one row's element 0 to the next row's, for {@link
     * Kernel#run(KernelCall, int, int)}.
     */
    public final long[] inputSteps;

    public final long[] outputSteps;

    /** Parameter slot to bits; 32-bit lanes use the low half. */
    public final long[] params;

    /** Index slot to the logical index of element 0. */
    public final long[] indexBases;

    /**
     * True if the contiguous inputs are likely to be larger than the caches, so that a run may take
     * as long as reading them. What is computed does not depend on it.
     */
    public boolean fromMemory;

    public KernelCall(Program program) {
        inputs = new MemorySegment[program.inputCount()];
        inputOffsets = new long[inputs.length];
        outputs = new MemorySegment[program.outputs().size()];
        outputOffsets = new long[outputs.length];
        inputSteps = new long[inputs.length];
        outputSteps = new long[outputs.length];
        params = new long[program.paramCount()];
        indexBases = new long[program.indexCount()];
    }
}
