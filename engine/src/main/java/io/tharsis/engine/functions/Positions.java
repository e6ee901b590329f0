package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** 1-d int64 operands that hold positions along an axis, computed where they are read. */
final class Positions {
    private Positions() {}

    /**
     * 0 as often as {@code ends[0]} says, then 1 up to the {@code ends[1]}-th place, and so on;
     * ends never decrease.
     */
    static Operand repeated(long[] ends) {
        long length = ends.length == 0 ? 0 : ends[ends.length - 1];
        return new Operand(new Op.Read(new Repeated(ends)), DType.INT64, new long[] {length});
    }

    /**
     * Positions -{@code before} to {@code length + after - 1} of an axis of {@code length} that is
     * mirrored at both edges, for ever.
     */
    static Operand reflected(long length, long before, long after) {
        return new Operand(
                new Op.Read(new Reflected(length, before)),
                DType.INT64,
                new long[] {Math.addExact(Math.addExact(before, length), after)});
    }

    private record Repeated(long[] ends) implements ChunkSource {
        @Override
        public String name() {
            return "repeatedPositions";
        }

        @Override
        public void read(long[] origin, long[] shape, MemorySegment target) {
            int position = upperBound(ends, origin[0]);
            for (long i = 0; i < shape[0]; i++) {
                while (ends[position] <= origin[0] + i) {
                    position++;
                }
                target.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, position);
            }
        }

        private static int upperBound(long[] ends, long value) {
            int low = 0;
            int high = ends.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ends[middle] <= value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Repeated that && Arrays.equals(ends, that.ends);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ends);
        }

        @Override
        public String toString() {
            return name() + "[" + ends.length + "]";
        }
    }

    private record Reflected(long length, long before) implements ChunkSource {
        @Override
        public String name() {
            return "reflectedPositions";
        }

        @Override
        public void read(long[] origin, long[] shape, MemorySegment target) {
            long last = length - 1;
            for (long i = 0; i < shape[0]; i++) {
                long phase = length == 1 ? 0 : Math.floorMod(origin[0] + i - before, 2 * last);
                target.setAtIndex(
                        ValueLayout.JAVA_LONG_UNALIGNED, i, last - Math.abs(last - phase));
            }
        }
    }
}
