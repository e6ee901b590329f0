package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.engine.storage.Stored;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Operands of small arrays, and the values of operands by the reference engine. */
final class Values {
    private Values() {}

    static Operand iota(long... shape) {
        return new Operand(new Op.Iota(), DType.INT64, shape);
    }

    static Operand longs(long[] values, long... shape) {
        return array(MemorySegment.ofArray(values), DType.INT64, shape);
    }

    static Operand doubles(double[] values, long... shape) {
        return array(MemorySegment.ofArray(values), DType.FLOAT64, shape);
    }

    static Operand floats(float[] values, long... shape) {
        return array(MemorySegment.ofArray(values), DType.FLOAT32, shape);
    }

    private static Operand array(MemorySegment values, DType dtype, long... shape) {
        return new Operand(new Op.Read(new Whole(values)), dtype, shape);
    }

    private record Whole(MemorySegment values) implements ChunkSource {
        @Override
        public String name() {
            return "array";
        }

        @Override
        public void read(long[] origin, long[] shape, MemorySegment target) {
            MemorySegment.copy(values, 0, target, 0, target.byteSize());
        }
    }

    /** Runs {@code x} if it has not been. */
    static Stored run(Operand x) {
        new ReferenceEngine(ScalarKernel::of).execute(List.of(x));
        return x.stored();
    }

    /** Elements of an integer operand. */
    static long[] longsOf(Operand x) {
        Stored stored = run(Elementwise.cast(x, DType.INT64));
        return LongStream.range(0, Shapes.size(stored.shape()))
                .map(i -> stored.chunk(0).getAtIndex(ValueLayout.JAVA_LONG, i))
                .toArray();
    }

    /** Elements of any operand. */
    static double[] doublesOf(Operand x) {
        Stored stored = run(Elementwise.cast(x, DType.FLOAT64));
        return LongStream.range(0, Shapes.size(stored.shape()))
                .mapToDouble(i -> stored.chunk(0).getAtIndex(ValueLayout.JAVA_DOUBLE, i))
                .toArray();
    }

    /** {@code 2,3} as numbers. */
    static long[] numbers(String text) {
        return text.isEmpty()
                ? new long[0]
                : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    static int[] ints(long... values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }
}
