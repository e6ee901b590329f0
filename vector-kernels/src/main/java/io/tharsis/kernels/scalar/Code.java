package io.tharsis.kernels.scalar;

/**
 * The layout of one instruction of the twin, {@link #SIZE} ints. Registers are numbered per lane;
 * "uniform" is a position in {@link Registers#uniform}.
 *
 * <pre>
 *   kind            LANE      OP              DST       A         B         C        X
 *   UNARY, BINARY   result    ordinal         register  register  register
 *   FMA             result                    register  register  register  register
 *   COMPARE         compared  ordinal         register  register  register
 *   SELECT          result                    register  register  register  mask
 *   RARE            result    function        register  register  register  guard    fast
 *   FILL            result                    register  uniform
 *   FOLD_LANES      folded    ordinal         register  register  uniform
 *   MASK_LOGIC                MaskLoops       register  register  register  register
 *   CONVERT         pair of lanes             register  register
 *   REINTERPRET     pair of lanes             register  register
 *   LOAD                      format          register  input
 *   LOAD_OUTPUT               format          register  output
 *   STORE                     format                    register  output
 *   STORE_LANES               format                    register  output
 *   INDEX                                     register  slot
 *   PHILOX                    key uniform?    word 0    counter   key       stream   word 1, 2, 3
 *   PHILOX_STREAM   result                    register  slot      key       stream
 *   FUSED                     body
 * </pre>
 */
final class Code {
    static final int SIZE = 10;
    static final int LANE = 1;
    static final int OP = 2;
    static final int DST = 3;
    static final int A = 4;
    static final int B = 5;
    static final int C = 6;
    static final int X = 7;

    // Kinds below MASK_LOGIC are executed by the loops of their lane.
    static final int UNARY = 0;
    static final int BINARY = 1;
    static final int COMPARE = 2;
    static final int SELECT = 3;
    static final int FILL = 4;
    static final int FMA = 5;
    static final int RARE = 6;
    static final int FOLD_LANES = 7;
    static final int MASK_LOGIC = 8;
    static final int CONVERT = 9;
    static final int REINTERPRET = 10;
    static final int LOAD = 11;
    static final int LOAD_OUTPUT = 12;
    static final int STORE = 13;
    static final int STORE_LANES = 14;
    static final int INDEX = 15;
    static final int PHILOX = 16;
    static final int PHILOX_STREAM = 17;
    static final int FUSED = 18;

    /** The register of a Philox word that nobody asks for. */
    static final int NOBODY = -1;

    private Code() {}
}
