package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Functions from several tensors to one, from one to several, and padding. dtypes are promoted to a
 * common one.
 *
 * <p>Shapes must be known; {@link ShapeException} otherwise, and for axes or lengths that do not
 * fit.
 */
public final class Joining {
    private Joining() {}

    /** Inputs end to end along {@code axis}; their other lengths must be equal. */
    public static Operand concatenate(int axis, Operand... inputs) {
        requireSome("concatenate", inputs);
        long[] first = inputs[0].shape();
        if (first.length == 0) {
            throw new ShapeException(
                    "concatenate: tensors of rank 0 have no axis to be laid along; use stack");
        }
        int along = Shapes.axis(axis, first);
        long length = 0;
        DType common = inputs[0].dtype();
        for (Operand input : inputs) {
            requireEqualBut(along, first, input.shape());
            length = Math.addExact(length, input.shape()[along]);
            common = Promotion.common(common, input.dtype());
        }
        List<Operand> parts = new ArrayList<>();
        for (Operand input : inputs) {
            if (input.shape()[along] > 0) {
                parts.add(Elementwise.cast(input, common));
            }
        }
        if (parts.isEmpty()) {
            return Elementwise.cast(inputs[0], common);
        }
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long[] shape = first.clone();
        shape[along] = length;
        Shapes.size(shape);
        return new Operand(new Op.Concat(along), common, shape, parts.toArray(Operand[]::new));
    }

    /** Inputs of one shape laid along a new axis, number {@code axis} of the result. */
    public static Operand stack(int axis, Operand... inputs) {
        requireSome("stack", inputs);
        Operand[] expanded = new Operand[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            if (!Arrays.equals(inputs[i].shape(), inputs[0].shape())) {
                throw new ShapeException(
                        "stack: shapes "
                                + Shapes.text(inputs[0].shape())
                                + " and "
                                + Shapes.text(inputs[i].shape())
                                + " differ; all must be equal");
            }
            expanded[i] = Shaping.expandDims(inputs[i], axis);
        }
        return concatenate(axis, expanded);
    }

    /** Inputs side by side: along axis 1, or along axis 0 when they have rank 0 or 1. */
    public static Operand hstack(Operand... inputs) {
        requireSome("hstack", inputs);
        Operand[] atLeast1d = new Operand[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            atLeast1d[i] = inputs[i].rank() == 0 ? Shaping.reshape(inputs[i], 1) : inputs[i];
        }
        return concatenate(atLeast1d[0].rank() == 1 ? 0 : 1, atLeast1d);
    }

    /** Inputs on top of each other along axis 0; those of rank 0 or 1 are rows. */
    public static Operand vstack(Operand... inputs) {
        requireSome("vstack", inputs);
        Operand[] atLeast2d = new Operand[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            Operand input = inputs[i];
            atLeast2d[i] =
                    input.rank() < 2
                            ? Shaping.reshape(input, 1, Shapes.size(input.shape()))
                            : input;
        }
        return concatenate(0, atLeast2d);
    }

    /**
     * {@code count} parts of equal length along {@code axis}, whose length must be a multiple of
     * it.
     */
    public static List<Operand> split(Operand x, int count, int axis) {
        Require.knownShape("split", x);
        long length = x.shape()[Shapes.axis(axis, x.shape())];
        if (count > 0 && length % count != 0) {
            throw new ShapeException(
                    "split: axis "
                            + axis
                            + " of shape "
                            + Shapes.text(x.shape())
                            + " has length "
                            + length
                            + ", which does not divide into "
                            + count
                            + " equal parts; arraySplit takes unequal ones");
        }
        return arraySplit(x, count, axis);
    }

    /**
     * {@code count} parts along {@code axis} whose lengths differ by at most 1, the longer ones
     * first.
     */
    public static List<Operand> arraySplit(Operand x, int count, int axis) {
        Require.knownShape("split", x);
        if (count <= 0) {
            throw new ShapeException("split: count " + count + " must be positive");
        }
        long length = x.shape()[Shapes.axis(axis, x.shape())];
        long[] cuts = new long[count - 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = (i + 1) * (length / count) + Math.min(i + 1, length % count);
        }
        return split(x, cuts, axis);
    }

    /**
     * The parts between 0, the {@code cuts} and the end along {@code axis}; cuts are slice bounds,
     * by Python's rules.
     */
    public static List<Operand> split(Operand x, long[] cuts, int axis) {
        Require.knownShape("split", x);
        int along = Shapes.axis(axis, x.shape());
        long length = x.shape()[along];
        List<Operand> parts = new ArrayList<>(cuts.length + 1);
        for (int i = 0; i <= cuts.length; i++) {
            var range =
                    new Slice.Range(
                            i == 0 ? 0L : cuts[i - 1], i == cuts.length ? null : (Long) cuts[i], 1);
            parts.add(Views.walk(x, along, range.first(length), 1, range.count(length)));
        }
        return parts;
    }

    private static void requireSome(String function, Operand... inputs) {
        if (inputs.length == 0) {
            throw new ShapeException(function + " needs at least one tensor");
        }
        for (Operand input : inputs) {
            Require.knownShape(function, input);
        }
    }

    private static void requireEqualBut(int along, long[] first, long[] other) {
        boolean fits = first.length == other.length;
        for (int k = 0; fits && k < first.length; k++) {
            fits = k == along || first[k] == other[k];
        }
        if (!fits) {
            throw new ShapeException(
                    "concatenate along axis "
                            + along
                            + ": shapes "
                            + Shapes.text(first)
                            + " and "
                            + Shapes.text(other)
                            + " differ in another axis or in rank");
        }
    }
}
