package io.tharsis.engine.npy;

import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.storage.Boxes;

import java.lang.foreign.MemorySegment;

/**
 * The elements of a {@code .npy} file in the order in which they stand there, as a source of
 * chunks. The file stays open as long as something can still read it; the collector closes it
 * afterwards.
 */
public record NpySource(NpyFile file) implements ChunkSource {

    /** The array of {@code file}; one in Fortran order is read backwards and seen transposed. */
    public static Operand operand(NpyFile file) {
        NpyHeader header = file.header();
        long[] shape = header.fortranOrder() ? reversed(header.shape()) : header.shape();
        var read = new Operand(new Op.Read(new NpySource(file)), header.dtype(), shape);
        return header.fortranOrder() ? Shaping.transpose(read) : read;
    }

    private static long[] reversed(long[] shape) {
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public void read(long[] origin, long[] shape, MemorySegment target) {
        NpyHeader header = file.header();
        long[] whole = header.fortranOrder() ? reversed(header.shape()) : header.shape();
        int width = header.dtype().byteSize();
        Boxes.forEachRun(
                shape,
                whole,
                origin,
                shape,
                new long[shape.length],
                (from, to, count) -> file.read(from, count, target, to * width));
    }

    @Override
    public boolean isCheap() {
        return true;
    }
}
