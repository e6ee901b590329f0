package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * NumPy's {@code einsum}. Two operands at a time are contracted, each time those whose contraction
 * costs the fewest multiplications; a contraction is a batched matrix product, or an element-wise
 * one if it sums nothing. The result has the common dtype of the operands.
 */
public final class Einsum {
    private final Labels labels;
    private final DType type;

    private Einsum(Labels labels, DType type) {
        this.labels = labels;
        this.type = type;
    }

    /** An operand with a label for each axis, each label once. */
    private record Term(Operand operand, List<Integer> labels) {}

    /** As {@code einsum(subscripts, operands)}. */
    public static Operand of(String subscripts, Operand... operands) {
        if (operands.length == 0) {
            throw new ShapeException("einsum '" + subscripts + "' needs at least one operand");
        }
        for (Operand operand : operands) {
            Matrices.requireKnown("einsum", operand);
        }
        DType type = operands[0].dtype();
        for (Operand operand : operands) {
            type = Promotion.common(type, operand.dtype());
        }
        return new Einsum(Labels.of(subscripts, operands), type).evaluate(operands);
    }

    private Operand evaluate(Operand... operands) {
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            terms.add(simple(Elementwise.cast(operands[i], type), labels.inputs().get(i)));
        }
        for (int i = 0; i < terms.size(); i++) {
            terms.set(i, summed(terms.get(i), neededBeside(terms, i, i)));
        }
        while (terms.size() > 1) {
            contractCheapest(terms);
        }
        return ordered(terms.getFirst());
    }

    /** Diagonals taken for labels that occur twice; axes that only repeat dropped. */
    private Term simple(Operand operand, List<Integer> names) {
        Operand x = operand;
        List<Integer> left = new ArrayList<>(names);
        for (int axis = 0; axis < left.size(); axis++) {
            if (x.shape()[axis] == 1 && labels.lengths().get(left.get(axis)) != 1) {
                x = Shaping.squeeze(x, axis);
                left.remove(axis--);
            }
        }
        for (int axis = 0; axis < left.size(); axis++) {
            int again = left.subList(axis + 1, left.size()).indexOf(left.get(axis));
            if (again >= 0) {
                int other = axis + 1 + again;
                Integer label = left.get(axis);
                x =
                        Diagonals.of(
                                Shaping.moveaxis(x, new int[] {axis, other}, new int[] {-2, -1}),
                                0);
                left.remove(other);
                left.remove(axis);
                left.add(label);
                axis = -1;
            }
        }
        return new Term(x, left);
    }

    /** Labels of the output and of all terms but two. */
    private Set<Integer> neededBeside(List<Term> terms, int first, int second) {
        Set<Integer> needed = new HashSet<>(labels.output());
        for (int i = 0; i < terms.size(); i++) {
            if (i != first && i != second) {
                needed.addAll(terms.get(i).labels);
            }
        }
        return needed;
    }

    /** Summed over what nobody needs. */
    private Term summed(Term term, Set<Integer> needed) {
        int[] axes = new int[term.labels.size()];
        int count = 0;
        List<Integer> left = new ArrayList<>();
        for (int axis = 0; axis < term.labels.size(); axis++) {
            if (needed.contains(term.labels.get(axis))) {
                left.add(term.labels.get(axis));
            } else {
                axes[count++] = axis;
            }
        }
        if (count == 0) {
            return term;
        }
        int[] summed = Arrays.copyOf(axes, count);
        Operand sum =
                type == DType.BOOL
                        ? Reductions.any(term.operand, summed, false)
                        : Reductions.sum(term.operand, summed, false);
        return new Term(Elementwise.cast(sum, type), left);
    }

    private void contractCheapest(List<Term> terms) {
        int first = 0;
        int second = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < terms.size(); i++) {
            for (int j = i + 1; j < terms.size(); j++) {
                double cost = cost(terms, i, j);
                if (cost < least) {
                    least = cost;
                    first = i;
                    second = j;
                }
            }
        }
        Set<Integer> needed = neededBeside(terms, first, second);
        Term contracted = contract(terms.get(first), terms.get(second), needed);
        terms.remove(second);
        terms.set(first, contracted);
    }

    /** Multiplications, then what the result has more elements than the two. */
    private double cost(List<Term> terms, int i, int j) {
        Set<Integer> all = new HashSet<>(terms.get(i).labels);
        all.addAll(terms.get(j).labels);
        Set<Integer> needed = neededBeside(terms, i, j);
        Set<Integer> kept = new HashSet<>(all);
        kept.retainAll(needed);
        double grown =
                size(kept)
                        - size(new HashSet<>(terms.get(i).labels))
                        - size(new HashSet<>(terms.get(j).labels));
        return size(all) + Math.max(0, grown);
    }

    private double size(Set<Integer> names) {
        Map<Integer, Long> lengths = labels.lengths();
        double size = 1;
        for (Integer name : names) {
            size *= lengths.get(name);
        }
        return size;
    }

    private Term contract(Term a, Term b, Set<Integer> needed) {
        List<Integer> batch = new ArrayList<>();
        List<Integer> inner = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>(b.labels);
        for (Integer label : a.labels) {
            if (!b.labels.contains(label)) {
                left.add(label);
            } else {
                right.remove(label);
                (needed.contains(label) ? batch : inner).add(label);
            }
        }
        List<Integer> result = new ArrayList<>(batch);
        result.addAll(left);
        result.addAll(right);
        if (inner.isEmpty()) {
            Operand product = Elementwise.multiply(spread(a, result), spread(b, result));
            return new Term(product, result);
        }
        Operand product =
                Products.matmul(grouped(a, batch, left, inner), grouped(b, batch, inner, right));
        return new Term(Shaping.reshape(product, lengths(result)), result);
    }

    /** The axes of {@code order}, of length 1 where the term has none. */
    private Operand spread(Term term, List<Integer> order) {
        List<Integer> own = new ArrayList<>(order);
        own.retainAll(term.labels);
        Operand x = permuted(term, own);
        for (int axis = 0; axis < order.size(); axis++) {
            if (!term.labels.contains(order.get(axis))) {
                x = Shaping.expandDims(x, axis);
            }
        }
        return x;
    }

    /** (batch, first, second), each group of labels as one axis. */
    private Operand grouped(
            Term term, List<Integer> batch, List<Integer> first, List<Integer> second) {
        List<Integer> order = new ArrayList<>(batch);
        order.addAll(first);
        order.addAll(second);
        return Shaping.reshape(
                permuted(term, order), product(batch), product(first), product(second));
    }

    private static Operand permuted(Term term, List<Integer> order) {
        return Shaping.permute(
                term.operand, order.stream().mapToInt(term.labels::indexOf).toArray());
    }

    private long[] lengths(List<Integer> names) {
        return names.stream().mapToLong(labels.lengths()::get).toArray();
    }

    private long product(List<Integer> names) {
        long product = 1;
        for (long length : lengths(names)) {
            product = Math.multiplyExact(product, length);
        }
        return product;
    }

    /** The output's axes in order, repeated where the term has none. */
    private Operand ordered(Term last) {
        Term term = summed(last, new HashSet<>(labels.output()));
        return Shaping.broadcastTo(spread(term, labels.output()), lengths(labels.output()));
    }
}
