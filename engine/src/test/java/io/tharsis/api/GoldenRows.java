package io.tharsis.api;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;
import io.tharsis.kernels.vector.VectorKernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The rows of api_golden.py, and a session to replay them in. */
final class GoldenRows {
    private GoldenRows() {}

    static Session referenceSession() {
        return Session.over(new ReferenceEngine(ScalarKernel::of), false);
    }

    /**
     * As {@link #referenceSession}, on vector kernels of this width where a program has a vector
     * form small enough.
     */
    static Session vectorSession(int bits) {
        return Session.over(new ReferenceEngine(program -> vectorKernel(program, bits)), false);
    }

    /** The real engine, with chunks of at most {@code chunkBytes}. */
    static Session localSession(long chunkBytes) {
        return Session.over(new LocalEngine(2, new MemoryBudget(1L << 28), chunkBytes), false);
    }

    private static Kernel vectorKernel(Program program, int bits) {
        return program.hasVectorForm() && VectorKernels.cost(program) <= VectorKernels.MAX_COST
                ? VectorKernels.generate(program, bits)
                : ScalarKernel.of(program);
    }

    static List<String[]> read(String name) {
        try (var stream = GoldenRows.class.getResourceAsStream("/api/" + name)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(line -> line.split("\t", -1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DType dtype(String numpyName) {
        return DType.valueOf(numpyName.toUpperCase(Locale.ROOT));
    }

    /** {@code dtype:shape:hex} as a tensor of the current session. */
    static Tensor tensor(String text) {
        String[] parts = text.split(":", -1);
        return Tensors.array(
                MemorySegment.ofArray(HexFormat.of().parseHex(parts[2])),
                dtype(parts[0]),
                shape(text));
    }

    static long[] shape(String text) {
        String shape = text.split(":", -1)[1];
        return shape.isEmpty()
                ? new long[0]
                : Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    }

    /** Element bits, NaNs made equal. */
    static long[] bits(Tensor tensor) {
        DType type = tensor.dtype();
        int width = type.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, tensor.byteSize()), 8);
            io.tharsis.engine.storage.Contents.copy(tensor.execute().operand(), memory);
            long[] bits = new long[(int) tensor.size()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] =
                        switch (width) {
                            case 1 -> memory.get(ValueLayout.JAVA_BYTE, i);
                            case 2 -> memory.getAtIndex(ValueLayout.JAVA_SHORT, i);
                            case 4 ->
                                    type == DType.FLOAT32
                                            ? Float.floatToIntBits(
                                                    memory.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                                            : memory.getAtIndex(ValueLayout.JAVA_INT, i);
                            default ->
                                    type == DType.FLOAT64
                                            ? Double.doubleToLongBits(
                                                    memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i))
                                            : memory.getAtIndex(ValueLayout.JAVA_LONG, i);
                        };
            }
            return bits;
        }
    }
}
