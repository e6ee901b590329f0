package io.tharsis.engine;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.util.Arrays;
import java.util.Random;

/**
 * Operands of products in every disguise: cut anywhere, transposed, walked backwards or in steps,
 * computed in the same run, broadcast. The same seed gives the same ones in any session.
 */
final class RandomMatrices {
    private static final DType[] DTYPES = DType.values();

    private final Random random;
    private int longestChunk = Integer.MAX_VALUE;

    RandomMatrices(long seed) {
        this.random = new Random(seed);
    }

    /** Cuts operands everywhere, at most {@code length} apart. */
    RandomMatrices inChunks(int length) {
        longestChunk = length;
        return this;
    }

    DType dtype() {
        return random.nextInt(3) == 0 ? DTYPES[random.nextInt(DTYPES.length)] : DType.FLOAT64;
    }

    /** A length up to {@code most}, small ones and those around blocks rather often. */
    long length(int most) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(1, 4);
            case 1 -> Math.min(most, 8L * random.nextInt(1, 40) + random.nextInt(-1, 2));
            case 2 -> Math.min(most, 256L * random.nextInt(1, 3) + random.nextInt(-1, 2));
            default -> random.nextInt(1, most + 1);
        };
    }

    int number(int bound) {
        return random.nextInt(bound);
    }

    Tensor matrix(DType dtype, long... shape) {
        int rank = shape.length;
        int[] order = new int[rank];
        Arrays.setAll(order, k -> k);
        if (rank > 1 && random.nextBoolean()) {
            order[rank - 1] = rank - 2;
            order[rank - 2] = rank - 1;
        }
        if (rank > 2 && random.nextInt(4) == 0) {
            int moved = order[0];
            order[0] = order[rank - 1];
            order[rank - 1] = moved;
        }
        long[] stored = new long[rank];
        for (int k = 0; k < rank; k++) {
            stored[order[k]] = shape[k];
        }
        String slices = slices(random, 8, stored);
        Tensor made = Tensors.random(random.nextInt(1000)).uniform(-100, 100, stored).astype(dtype);
        if (random.nextBoolean() || longestChunk < Integer.MAX_VALUE) {
            long[] lengths = new long[rank];
            Arrays.setAll(
                    lengths,
                    axis -> random.nextInt(1, (int) Math.min(longestChunk, stored[axis]) + 1));
            lengths =
                    Arrays.stream(lengths)
                            .map(
                                    length ->
                                            Math.max(
                                                    length,
                                                    longestChunk < 1000 ? longestChunk / 2 : 5))
                            .toArray();
            made = made.rechunk(lengths);
        }
        if (random.nextBoolean()) {
            made.execute();
        }
        return made.get(slices).transpose(order);
    }

    /**
     * Walks three of {@code bound} axes backwards, in steps or from an offset, and makes room in
     * {@code stored} for it.
     */
    static String slices(Random random, int bound, long[] stored) {
        StringBuilder slices = new StringBuilder();
        for (int axis = 0; axis < stored.length; axis++) {
            String slice = ":";
            switch (random.nextInt(bound)) {
                case 0 -> slice = "::-1";
                case 1 -> {
                    stored[axis] = 2 * stored[axis] + 1;
                    slice = "1::2";
                }
                case 2 -> {
                    stored[axis] += 3;
                    slice = "2:-1";
                }
                default -> {}
            }
            slices.append(axis == 0 ? "" : ",").append(slice);
        }
        return slices.toString();
    }
}
