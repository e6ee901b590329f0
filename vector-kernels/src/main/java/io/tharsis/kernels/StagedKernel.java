package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;

/** Runs the stages of a large program one after the other over blocks that stay in the cache. */
final class StagedKernel implements Kernel {
    private static final int MAX_BLOCK = 4 * Program.FOLD_BLOCK;

    /**
     * What the scratch of one block should fit in, beside the inputs: half of a small second-level
     * cache.
     */
    private static final int SCRATCH_BYTES = 256 * 1024;

    /** Keeps equal positions of neighbouring slots apart in the sets of the first-level cache. */
    private static final int SLOT_PADDING = 128;

    private final StagePlan plan;
    private final Kernel[] kernels;
    private final int block;

    /** Kernels in the order of the plan's stages; several may be the same. */
    StagedKernel(StagePlan plan, Kernel[] kernels) {
        this.plan = plan;
        this.kernels = kernels;
        int fitting =
                SCRATCH_BYTES
                        / (Math.max(1, plan.scratchSlots()) * Long.BYTES)
                        / Program.FOLD_BLOCK
                        * Program.FOLD_BLOCK;
        this.block = Math.clamp(fitting, Program.FOLD_BLOCK, MAX_BLOCK);
    }

    @Override
    public Program program() {
        return plan.program();
    }

    Kernel[] stages() {
        return kernels;
    }

    @Override
    public void run(KernelCall call, int n) {
        if (n <= 0) {
            return;
        }
        ScratchStack stack = ScratchStack.ofThread();
        long slotBytes = (long) block * Long.BYTES + SLOT_PADDING;
        MemorySegment scratch = stack.acquire(plan.scratchSlots() * slotBytes);
        try {
            KernelCall[] calls = new KernelCall[kernels.length];
            for (int stage = 0; stage < calls.length; stage++) {
                calls[stage] = frame(plan.stages().get(stage), call, scratch, slotBytes);
            }
            for (int start = 0; start < n; start += block) {
                for (int stage = 0; stage < calls.length; stage++) {
                    advance(plan.stages().get(stage), calls[stage], call, start);
                    kernels[stage].run(calls[stage], Math.min(block, n - start));
                }
                if (n - start <= block) {
                    break;
                }
            }
        } finally {
            stack.release();
        }
    }

    @Override
    public void idle(int rounds) {
        for (Kernel kernel : kernels) {
            kernel.idle(rounds);
        }
    }

    private static KernelCall frame(
            StagePlan.Stage stage, KernelCall call, MemorySegment scratch, long slotBytes) {
        KernelCall frame = new KernelCall(stage.program());
        for (int slot = 0; slot < frame.inputs.length; slot++) {
            int from = stage.inputs()[slot];
            frame.inputs[slot] = from < 0 ? scratch : call.inputs[from];
            frame.inputOffsets[slot] = ~from * slotBytes;
        }
        for (int slot = 0; slot < frame.outputs.length; slot++) {
            int to = stage.outputs()[slot];
            frame.outputs[slot] = to < 0 ? scratch : call.outputs[to];
            frame.outputOffsets[slot] = ~to * slotBytes;
        }
        for (int slot = 0; slot < frame.params.length; slot++) {
            frame.params[slot] = call.params[stage.params()[slot]];
        }
        return frame;
    }

    private static void advance(
            StagePlan.Stage stage, KernelCall frame, KernelCall call, int start) {
        long blocks = start / Program.FOLD_BLOCK;
        for (int slot = 0; slot < frame.inputs.length; slot++) {
            int from = stage.inputs()[slot];
            if (from >= 0) {
                frame.inputOffsets[slot] =
                        call.inputOffsets[from] + blocks * stage.inputBytesPerBlock()[slot];
            }
        }
        for (int slot = 0; slot < frame.outputs.length; slot++) {
            int to = stage.outputs()[slot];
            if (to >= 0) {
                frame.outputOffsets[slot] =
                        call.outputOffsets[to] + blocks * stage.outputBytesPerBlock()[slot];
            }
        }
        for (int slot = 0; slot < frame.indexBases.length; slot++) {
            frame.indexBases[slot] = call.indexBases[stage.indexes()[slot]] + start;
        }
    }
}
