package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/** Elements of any dtype as doubles; 64-bit integers round to nearest. */
final class Doubles {
    private Doubles() {}

    /** Loads {@code count} elements to the front of {@code target}. */
    static void load(DType dtype, MemorySegment segment, long index, int count, double[] target) {
        switch (dtype) {
            case FLOAT64 ->
                    MemorySegment.copy(
                            segment, JAVA_DOUBLE, index * Double.BYTES, target, 0, count);
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    target[i] = segment.getAtIndex(JAVA_FLOAT, index + i);
                }
            }
            case UINT64 -> {
                for (int i = 0; i < count; i++) {
                    target[i] = Keys.unsignedToDouble(segment.getAtIndex(JAVA_LONG, index + i));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    target[i] = Integers.at(dtype, segment, index + i);
                }
            }
        }
    }

    static double at(DType dtype, MemorySegment segment, long index) {
        return Keys.toDouble(dtype, Keys.at(dtype, segment, index));
    }
}
