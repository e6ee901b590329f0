package io.tharsis.engine.graph;

import java.util.Arrays;

/**
 * An affine map from the indices of a result to the indices of its input: slices with any step,
 * permutations, new axes, dropped axes and broadcasts are all one of these, and so is any
 * composition.
 *
 * <p>Result axis k walks input axis {@code source[k]} with {@code step[k]} (in elements of that
 * axis, may be negative or 0), or no axis at all if {@code source[k]} is -1 (a new or broadcast
 * axis). Input axis d starts at {@code offset[d]}; an input axis no result axis walks stays at its
 * offset. No two result axes walk the same input axis.
 *
 * <p>The arrays belong to the view and must not be modified.
 */
public record View(int[] source, long[] step, long[] offset) {

    /** The view that changes nothing. */
    public static View identity(int rank) {
        int[] source = new int[rank];
        long[] step = new long[rank];
        for (int i = 0; i < rank; i++) {
            source[i] = i;
            step[i] = 1;
        }
        return new View(source, step, new long[rank]);
    }

    /** NumPy's broadcast of {@code from} to {@code to}, which must be compatible. */
    public static View broadcast(long[] from, long[] to) {
        int[] source = new int[to.length];
        long[] step = new long[to.length];
        int shift = to.length - from.length;
        for (int i = 0; i < to.length; i++) {
            boolean walks = i >= shift && !(from[i - shift] == 1 && to[i] != 1);
            source[i] = walks ? i - shift : -1;
            step[i] = walks ? 1 : 0;
        }
        return new View(source, step, new long[from.length]);
    }

    /**
     * The view that applies {@code inner} to the input first and then this one: this ∘ after inner.
     */
    public View compose(View inner) {
        int[] composedSource = new int[source.length];
        long[] composedStep = new long[source.length];
        long[] composedOffset = inner.offset.clone();
        for (int middle = 0; middle < offset.length; middle++) {
            if (inner.source[middle] >= 0) {
                composedOffset[inner.source[middle]] += inner.step[middle] * offset[middle];
            }
        }
        for (int k = 0; k < source.length; k++) {
            int middle = source[k];
            boolean walks = middle >= 0 && inner.source[middle] >= 0;
            composedSource[k] = walks ? inner.source[middle] : -1;
            composedStep[k] = walks ? step[k] * inner.step[middle] : 0;
        }
        return new View(composedSource, composedStep, composedOffset);
    }

    public boolean isIdentity() {
        if (source.length != offset.length) {
            return false;
        }
        for (int i = 0; i < source.length; i++) {
            if (source[i] != i || step[i] != 1 || offset[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof View that
                && Arrays.equals(source, that.source)
                && Arrays.equals(step, that.step)
                && Arrays.equals(offset, that.offset);
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(source) * 31 + Arrays.hashCode(step)) * 31
                + Arrays.hashCode(offset);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("[");
        for (int k = 0; k < source.length; k++) {
            text.append(k > 0 ? ", " : "");
            text.append(
                    source[k] < 0
                            ? "new"
                            : "axis" + source[k] + (step[k] == 1 ? "" : "*" + step[k]));
        }
        return text.append("] from ").append(Arrays.toString(offset)).toString();
    }
}
