package io.tharsis.engine.graph;

import io.tharsis.DType;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A function of whole chunks, for what cannot be written element by element: sorts, scans,
 * searches, histograms, gathers. Implemented by records, so that equality tells equal functions.
 * Pure and thread-safe.
 */
public interface ChunkFunction {
    /** The name shown by {@code explain()}. */
    String name();

    /** How output chunks depend on input chunks. */
    Tiling tiling();

    /** Computes one output chunk from the boxes of the inputs that {@link #tiling()} promised. */
    void apply(Call call);

    /**
     * About how many bytes of {@link Call#scratch} a call needs, so that plans leave room for them;
     * 0 for a MiB or less.
     *
     * @param type the dtype of its first input
     * @param inputs the shapes of what it gets
     * @param output the shape of what it fills; null if that is known only when run
     */
    default long scratchBytes(DType type, long[][] inputs, long[] output) {
        return 0;
    }

    /** How a chunk function may be cut. */
    sealed interface Tiling {
        /**
         * The work goes along one axis of the first input, which stays whole in each call; every
         * other axis may be cut anywhere. The output has the same axes, except that the worked axis
         * may have another length, which stays whole too (length 1 for a reduction: a view drops
         * it). Further inputs are passed whole.
         */
        record Along(int axis) implements Tiling {}

        /**
         * Every input is passed whole and the output is one chunk; the only tiling whose output may
         * have unknown lengths.
         */
        record Whole() implements Tiling {}

        /**
         * Element-wise in the shape of the first input: any box of it gives the same box of the
         * output; further inputs are passed whole (a table to look up in, a sorted array to
         * search).
         */
        record PerElement() implements Tiling {}

        /**
         * The first axis of the first input is cut into blocks of {@code rows}, the last one maybe
         * shorter, and a call gets any run of whole blocks; the other axes stay whole. Each block
         * gives {@code results} rows of the output, or as many as it has itself if that is 0; the
         * output's other axes are its own. Further inputs are passed whole.
         */
        record RowBlocks(long rows, long results) implements Tiling {
            /** The output's rows for {@code length} rows of the input that end a block. */
            public long resultRows(long length) {
                return results == 0 ? length : Math.ceilDiv(length, rows) * results;
            }

            /** Where the output is cut if the input is cut there. */
            public long[] resultCuts(long[] cuts) {
                return Arrays.stream(cuts).map(this::resultRows).toArray();
            }
        }
    }

    /** One application. */
    interface Call {
        /** Input {@code i}; dense and row-major. */
        Block input(int i);

        int inputCount();

        /**
         * The output chunk to fill; every element must be written. Not for outputs of unknown
         * length: see {@link #allocate}.
         */
        Block output();

        /** For outputs of unknown length: makes the output, once, when its shape is known. */
        Block allocate(DType dtype, long... shape);

        /** Temporary memory of this call, uninitialised, gone when it ends. */
        java.lang.foreign.MemorySegment scratch(long byteSize);

        /**
         * Runs {@code body} for 0 to count - 1, in any order, on as many threads as there are idle;
         * returns when all are done.
         */
        void parallelFor(int count, IntConsumer body);

        /** Throws if the execution was cancelled; long loops call it now and then. */
        void checkCancelled();
    }
}
