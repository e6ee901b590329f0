package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Runs programs of contiguous inputs and one stored output on the scalar twin, over arrays of bits.
 */
public final class ScalarRun {
    private ScalarRun() {}

    /**
     * Output 0 of elements 0 to n - 1 as raw bits; 32-bit formats sign-extended, inputs of 32-bit
     * formats in the low half.
     */
    public static long[] run(
            Program program,
            Format inputFormat,
            int n,
            long[] params,
            long indexBase,
            long[]... inputs) {
        try (Arena arena = Arena.ofConfined()) {
            var call = new KernelCall(program);
            for (int slot = 0; slot < call.inputs.length; slot++) {
                call.inputs[slot] = arena.allocate((long) n * inputFormat.byteSize() + 8, 64);
                for (int i = 0; i < n; i++) {
                    set(call.inputs[slot], inputFormat.byteSize(), i, inputs[slot][i]);
                }
            }
            System.arraycopy(params, 0, call.params, 0, call.params.length);
            Arrays.fill(call.indexBases, indexBase);
            Format format = ((Output.Store) program.outputs().getFirst()).format();
            call.outputs[0] = arena.allocate((long) n * format.byteSize() + 8, 64);
            ScalarKernel.of(program).run(call, n);
            long[] result = new long[n];
            for (int i = 0; i < n; i++) {
                result[i] = get(call.outputs[0], format.byteSize(), i);
            }
            return result;
        }
    }

    private static void set(MemorySegment segment, int size, long i, long bits) {
        if (size == 8) {
            segment.setAtIndex(ValueLayout.JAVA_LONG, i, bits);
        } else {
            segment.setAtIndex(ValueLayout.JAVA_INT, i, (int) bits);
        }
    }

    private static long get(MemorySegment segment, int size, long i) {
        return switch (size) {
            case 8 -> segment.getAtIndex(ValueLayout.JAVA_LONG, i);
            case 4 -> segment.getAtIndex(ValueLayout.JAVA_INT, i);
            default -> segment.get(ValueLayout.JAVA_BYTE, i);
        };
    }
}
