package io.tharsis.kernels.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of the C library. */
@SuppressWarnings("restricted")
public final class NativeFunctions {
    private NativeFunctions() {}

    /**
     * @throws UnsupportedOperationException if there is no such function, or no way to call one
     * @throws IllegalCallerException if native access is denied
     */
    public static MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the C library has no " + name));
        return linker.downcallHandle(function, FunctionDescriptor.of(result, arguments));
    }
}
