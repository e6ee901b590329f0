package io.tharsis.kernels.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What this processor and its system offer to machine code.
 *
 * @param vectorBits of the widest vectors with fused multiply-adds whose registers the system
 *     saves: 512 (AVX-512 F), 256 (AVX2 and FMA), or 0
 * @param found these vectors' name, or why there are none
 */
public record Processor(int vectorBits, String found) {
    /** The narrowest vectors that there is machine code for. */
    public static final int LEAST_BITS = 256;

    private static final int FMA = 1 << 12;
    private static final int OSXSAVE = 1 << 27;
    private static final int AVX2 = 1 << 5;
    private static final int AVX512F = 1 << 16;

    /** State of vectors of 256 bits, and what 512 need besides. */
    private static final int SAVED_256 = 0x6;

    private static final int SAVED_512 = 0xE6;

    /** Without vectors where the system or the user does not want machine code. */
    public static final Processor THIS = ask();

    private static Processor ask() {
        try {
            MachineCode.requireSupport();
            int[] first = cpuid(1, 0);
            int[] seventh = cpuid(0, 0)[0] >= 7 ? cpuid(7, 0) : new int[4];
            boolean isSaved = (first[2] & OSXSAVE) != 0;
            return of(first[2], seventh[1], isSaved ? xgetbv() : 0);
        } catch (UnsupportedOperationException e) {
            return new Processor(0, e.getMessage());
        }
    }

    /**
     * @param leaf1 ECX of leaf 1
     * @param leaf7 EBX of leaf 7
     * @param saved register 0 of the states that the system saves
     */
    static Processor of(int leaf1, int leaf7, int saved) {
        boolean has256 =
                (leaf1 & FMA) != 0 && (leaf7 & AVX2) != 0 && (saved & SAVED_256) == SAVED_256;
        boolean has512 = (leaf7 & AVX512F) != 0 && (saved & SAVED_512) == SAVED_512;
        if (!has256) {
            return new Processor(
                    0,
                    "the processor has no AVX2 with FMA, or the system does not save its"
                            + " registers");
        }
        return has512 ? new Processor(512, "AVX-512") : new Processor(256, "AVX2");
    }

    /** EAX, EBX, ECX and EDX. */
    private static int[] cpuid(int leaf, int subleaf) {
        var code = new X64();
        code.enter().move(X64.R10, X64.RDX).move(X64.RAX, X64.RDI).move(X64.RCX, X64.RSI);
        code.cpuid();
        code.store(X64.At.at(X64.R10, 0), X64.RAX).store(X64.At.at(X64.R10, 8), X64.RBX);
        code.store(X64.At.at(X64.R10, 16), X64.RCX).store(X64.At.at(X64.R10, 24), X64.RDX);
        return call(code.leaveWithoutVectors().code(), leaf, subleaf);
    }

    private static int xgetbv() {
        var code = new X64();
        code.enter().move(X64.R10, X64.RDX).move(X64.RCX, X64.RDI).xgetbv();
        code.store(X64.At.at(X64.R10, 0), X64.RAX);
        return call(code.leaveWithoutVectors().code(), 0, 0)[0];
    }

    @SuppressWarnings("restricted")
    private static int[] call(byte[] code, int first, int second) {
        MethodHandle function =
                Linker.nativeLinker()
                        .downcallHandle(
                                MachineCode.install(code),
                                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG, 4);
            function.invokeExact(first, second, answer.address());
            int[] registers = new int[4];
            for (int i = 0; i < registers.length; i++) {
                registers[i] = (int) answer.getAtIndex(JAVA_LONG, i);
            }
            return registers;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
