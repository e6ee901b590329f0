package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;

import java.util.List;

/**
 * A program cut into stages that run one after the other over each block.
 *
 * @param program the whole
 * @param scratchSlots arrays of 8 bytes an element that carry values between stages
 */
record StagePlan(Program program, List<Stage> stages, int scratchSlots) {
    /** Values that stages write for later ones. */
    int carried() {
        int carried = -program.outputs().size();
        for (Stage stage : stages) {
            carried += stage.outputs().length;
        }
        return carried;
    }

    /**
     * One stage, whose slots are its own. "Bytes a block" is how far a slot advances in {@link
     * Program#FOLD_BLOCK} elements; 0 for a uniform input.
     *
     * @param inputs input slot to slot of the whole program, or to {@code ~scratchSlot}
     * @param outputs likewise
     * @param params parameter slot to that of the whole program
     * @param indexes index slot to that of the whole program
     */
    record Stage(
            Program program,
            int[] inputs,
            int[] inputBytesPerBlock,
            int[] outputs,
            int[] outputBytesPerBlock,
            int[] params,
            int[] indexes) {}
}
