package io.tharsis.engine.linalg;

import java.util.Arrays;

/**
 * Lines of a band, in each of which element i stands at i modulo a power of two. So the elements
 * that two lines have in common stand at the same places, and the compiler makes vectors of loops
 * over them, as it does not where two arrays are walked from different places on. A range takes one
 * loop, or two if it goes round the end.
 */
final class Ring {
    private final int size;

    /**
     * @param elements of a line that are ever looked at together
     */
    Ring(int elements) {
        size = elements <= 1 ? 1 : Integer.highestOneBit(elements - 1) << 1;
    }

    double[] line() {
        return new double[size];
    }

    /** Where element i stands. */
    int at(int i) {
        return i & size - 1;
    }

    /** Where a range ends that starts at {@code at(from)}, within the first time round. */
    private int end(int from, int to) {
        return Math.min(size, at(from) + to - from);
    }

    /** How much of a range stands at the start. */
    private int rest(int from, int to) {
        return at(from) + to - from - end(from, to);
    }

    void clear(double[] line, int from, int to) {
        Arrays.fill(line, at(from), end(from, to), 0);
        Arrays.fill(line, 0, rest(from, to), 0);
    }

    /** Elements from to to of a line, from {@code dense[start]} on. */
    void load(double[] line, int from, int to, double[] dense, int start) {
        int first = end(from, to) - at(from);
        System.arraycopy(line, at(from), dense, start, first);
        System.arraycopy(line, 0, dense, start + first, rest(from, to));
    }

    /** The reverse of {@link #load}. */
    void store(double[] dense, int start, double[] line, int from, int to) {
        int first = end(from, to) - at(from);
        System.arraycopy(dense, start, line, at(from), first);
        System.arraycopy(dense, start + first, line, 0, rest(from, to));
    }

    /** {@code y += f x}. */
    void add(double[] y, double f, double[] x, int from, int to) {
        Lanes.add(y, f, x, at(from), end(from, to));
        Lanes.add(y, f, x, 0, rest(from, to));
    }

    /** {@code y += f0 x0 + f1 x1}. */
    void add(double[] y, double f0, double[] x0, double f1, double[] x1, int from, int to) {
        Lanes.add(y, f0, x0, f1, x1, at(from), end(from, to));
        Lanes.add(y, f0, x0, f1, x1, 0, rest(from, to));
    }

    double dot(double[] x, double[] y, int from, int to) {
        return Lanes.dot(x, y, at(from), end(from, to)) + Lanes.dot(x, y, 0, rest(from, to));
    }

    /** {@code y += f_i lines[i]} for i from first to last, f a line too. */
    void addAll(double[] y, double[] f, double[][] lines, int first, int last, int from, int to) {
        addPlaces(y, f, lines, first, last, at(from), end(from, to));
        addPlaces(y, f, lines, first, last, 0, rest(from, to));
    }

    private void addPlaces(
            double[] y, double[] f, double[][] lines, int first, int last, int from, int to) {
        int i = from < to ? first : last;
        while (i < last) {
            if (i + 4 <= last && at(i) + 4 <= size) {
                Lanes.add4(y, f, at(i), lines, i, from, to);
                i += 4;
            } else {
                Lanes.add(y, f[at(i)], lines[i], from, to);
                i++;
            }
        }
    }
}
