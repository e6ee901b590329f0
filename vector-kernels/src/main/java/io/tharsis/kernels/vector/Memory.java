package io.tharsis.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * All native memory as one constant segment, addressed by absolute address.
 *
 * <p>Generated loops use it instead of the caller's segments: its class, length and lifetime are
 * constants to the compiler, so an access costs no check and, above all, no type profile shared
 * with other users of the Vector API can make a kernel's accesses virtual. {@link VectorKernel}
 * checks every range against the caller's segments first, as does every other user.
 */
public final class Memory {
    @SuppressWarnings("restricted")
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    public static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    private Memory() {}

    /** Copies bytes; ranges may overlap. */
    public static void copy(long from, long to, long byteSize) {
        MemorySegment.copy(ALL, from, ALL, to, byteSize);
    }
}
