package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.RareFunction;

/**
 * A compiled program.
 *
 * @param code instructions laid out as {@link Code} says; the first {@code setupLength} ints run
 *     once, the rest once a block
 * @param registerCounts registers per {@code Lane.ordinal()}
 * @param uniforms what fills the first uniform values; the identities follow them
 * @param bodies loops of {@link Code#FUSED} instructions
 */
record ScalarCode(
        int[] code,
        int setupLength,
        int[] registerCounts,
        Node[] uniforms,
        long[] identities,
        RareFunction[] functions,
        FusedBody[] bodies) {}
