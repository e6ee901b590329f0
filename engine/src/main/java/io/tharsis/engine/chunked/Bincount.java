package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How often each of 0, 1, 2, ... occurs in a line of integers (int64), or the sum of the weights at
 * its occurrences, added in order (float64); as long as the largest integer asks for, known when
 * run. Negative integers are an error.
 *
 * @param minLength the least length of the output
 */
public record Bincount(long minLength) implements ChunkFunction {
    private static final int PIECE = 1 << 14;

    @Override
    public String name() {
        return "bincount";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        long largest = largest(call, input);
        if (largest == Long.MAX_VALUE) {
            throw new TharsisException(
                    "bincount of shape "
                            + Shapes.text(input.shape())
                            + " up to "
                            + largest
                            + " would be longer than a tensor can be; take unique and uniqueCounts"
                            + " instead");
        }
        long length = Math.max(minLength, largest + 1);
        if (call.inputCount() > 1) {
            weigh(call, input, call.input(1), length);
        } else {
            MemorySegment counts = call.allocate(DType.INT64, length).segment().fill((byte) 0);
            count(call, input, length, counts);
        }
    }

    /** -1 if there is nothing. */
    private static long largest(Call call, Block input) {
        long size = input.size();
        long[] largest = new long[Math.toIntExact(Math.ceilDiv(size, (long) PIECE))];
        Pieces.forEach(
                call,
                size,
                PIECE,
                (piece, from, to) -> {
                    long[] values = new long[(int) (to - from)];
                    Integers.load(input.dtype(), input.segment(), from, values.length, values);
                    long max = -1;
                    long min = 0;
                    for (long value : values) {
                        max = Math.max(max, value);
                        min = Math.min(min, value);
                    }
                    if (min < 0) {
                        String found =
                                input.dtype() == DType.UINT64
                                        ? Long.toUnsignedString(min)
                                        : Long.toString(min);
                        throw new TharsisException(
                                "bincount counts integers from 0 to what int64 holds, but there is"
                                        + " a "
                                        + found
                                        + " in the input of shape "
                                        + Shapes.text(input.shape())
                                        + "; shift or mask it first");
                    }
                    largest[piece] = max;
                });
        return Arrays.stream(largest).max().orElse(-1);
    }

    private static void count(Call call, Block input, long length, MemorySegment counts) {
        if (length <= Tallies.SHORT) {
            Tallies.add(
                    call,
                    input.size(),
                    (int) length,
                    counts,
                    (from, to, tally) -> {
                        long[] values = new long[(int) Math.min(PIECE, to - from)];
                        for (long done = from; done < to; done += PIECE) {
                            int count = (int) Math.min(PIECE, to - done);
                            Integers.load(input.dtype(), input.segment(), done, count, values);
                            for (int i = 0; i < count; i++) {
                                tally[(int) values[i]]++;
                            }
                        }
                    });
            return;
        }
        for (long i = 0; i < input.size(); i++) {
            long value = Integers.at(input.dtype(), input.segment(), i);
            counts.setAtIndex(JAVA_LONG, value, counts.getAtIndex(JAVA_LONG, value) + 1);
        }
    }

    private static void weigh(Call call, Block input, Block weights, long length) {
        if (weights.size() != input.size()) {
            throw new ShapeException(
                    "bincount wants a weight for each element: the integers have shape "
                            + Shapes.text(input.shape())
                            + ", the weights "
                            + Shapes.text(weights.shape()));
        }
        MemorySegment sums = call.allocate(DType.FLOAT64, length).segment().fill((byte) 0);
        long[] bins = new long[PIECE];
        double[] values = new double[PIECE];
        for (long done = 0; done < input.size(); done += PIECE) {
            call.checkCancelled();
            int count = (int) Math.min(PIECE, input.size() - done);
            Integers.load(input.dtype(), input.segment(), done, count, bins);
            Doubles.load(weights.dtype(), weights.segment(), done, count, values);
            for (int i = 0; i < count; i++) {
                sums.setAtIndex(
                        JAVA_DOUBLE, bins[i], sums.getAtIndex(JAVA_DOUBLE, bins[i]) + values[i]);
            }
        }
    }
}
