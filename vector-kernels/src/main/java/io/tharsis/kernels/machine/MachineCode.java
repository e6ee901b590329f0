package io.tharsis.kernels.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.kernels.vector.Memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory that can be executed. It is written first and then made executable and read-only, never
 * both at once; it is kept as long as the process.
 *
 * <p>What is installed must keep to the calling convention of the System V ABI for x86-64, and must
 * touch no memory but what its caller has checked. <b>Thread-safe.</b>
 */
public final class MachineCode {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int PROT_READ_EXECUTE = 0x1 | 0x4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final long MAP_FAILED = -1;
    private static final long PAGE = 4096;

    private MachineCode() {}

    /**
     * @throws UnsupportedOperationException if this is no system that code is written for, or
     *     {@code -Dtharsis.machine=false} was said
     */
    static void requireSupport() {
        if (!Boolean.parseBoolean(System.getProperty("tharsis.machine", "true"))) {
            throw new UnsupportedOperationException("-Dtharsis.machine=false");
        }
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!system.equals("Linux on amd64")) {
            throw new UnsupportedOperationException("there is none for " + system);
        }
    }

    /**
     * The address of a copy of {@code code}.
     *
     * @throws UnsupportedOperationException if the system refuses executable memory, or native
     *     access is denied
     */
    public static MemorySegment install(byte[] code) {
        try {
            MethodHandle mmap =
                    NativeFunctions.find(
                            "mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG);
            MethodHandle mprotect =
                    NativeFunctions.find("mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
            long size = (code.length + PAGE - 1) & -PAGE;
            long address =
                    (long)
                            mmap.invokeExact(
                                    0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (address == MAP_FAILED) {
                throw new UnsupportedOperationException("the system refused " + size + " bytes");
            }
            MemorySegment.copy(code, 0, Memory.ALL, Memory.BYTE, address, code.length);
            if ((int) mprotect.invokeExact(address, size, PROT_READ_EXECUTE) != 0) {
                throw new UnsupportedOperationException(
                        "the system lets no memory be made executable");
            }
            return MemorySegment.ofAddress(address);
        } catch (IllegalCallerException denied) {
            throw new UnsupportedOperationException("native access is denied", denied);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
