package io.tharsis.kernels.machine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Calls functions that {@link MachineCode} has installed, with integers of 64 bits as arguments.
 * Not to be loaded unless {@link Processor#THIS} has vectors: native functions may be called then.
 */
@SuppressWarnings("restricted")
public final class MachineFunction {
    private static final MethodHandle OF_SIX = function(6);
    private static final MethodHandle OF_NINE = function(9);

    private MachineFunction() {}

    /** Of any address, so that one handle is a constant to the compiler for all functions. */
    private static MethodHandle function(int arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments];
        Arrays.fill(layouts, JAVA_LONG);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(layouts));
    }

    public static void call(
            MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            OF_SIX.invokeExact(function, a, b, c, d, e, f);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    public static void call(
            MemorySegment function,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            long g,
            long h,
            long i) {
        try {
            OF_NINE.invokeExact(function, a, b, c, d, e, f, g, h, i);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
