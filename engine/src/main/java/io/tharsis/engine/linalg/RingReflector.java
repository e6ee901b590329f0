package io.tharsis.engine.linalg;

/**
 * A reflector that meets lines of a band, of which both kinds are kept: rows and columns, or the
 * rows of a symmetric matrix, which are its columns too. Every inner loop runs along a line and no
 * sum does. Memory of one thread.
 */
final class RingReflector {
    private final Ring ring;
    private final double[] dense;
    private final double[] v;
    private final double[] w;
    private final Reflector reflector = new Reflector();
    private int from;
    private int to;
    private double tau;

    /**
     * @param most elements that are reflected
     */
    RingReflector(Ring ring, int most) {
        this.ring = ring;
        dense = new double[most];
        v = ring.line();
        w = ring.line();
    }

    /**
     * Becomes the reflector that leaves of elements from to to of a line the first one only, and
     * leaves them so.
     *
     * @param lines the line's kind
     * @param across the other kind
     * @param reflectors where v goes, from the element of its first row on; null if nowhere
     * @return false if there is nothing to reflect
     */
    boolean make(
            double[][] lines, double[][] across, int line, int from, int to, double[] reflectors) {
        this.from = from;
        this.to = to;
        ring.load(lines[line], from, to, dense, 0);
        reflector.make(dense, 0, to - from);
        tau = reflector.tau();
        if (tau == 0) {
            return false;
        }
        ring.store(dense, 0, v, from, to);
        if (reflectors != null) {
            System.arraycopy(dense, 0, reflectors, from, to - from);
        }
        for (int k = from; k < to; k++) {
            double x = k == from ? reflector.beta() : 0;
            lines[line][ring.at(k)] = x;
            across[k][ring.at(line)] = x;
        }
        return true;
    }

    /** Reflects elements from to to of lines first to last. */
    void apply(double[][] lines, double[][] across, int first, int last) {
        ring.clear(w, first, last);
        ring.addAll(w, v, across, from, to, first, last);
        for (int k = from; k < to; k++) {
            ring.add(across[k], -tau * v[ring.at(k)], w, first, last);
        }
        for (int i = first; i < last; i++) {
            ring.add(lines[i], -tau * w[ring.at(i)], v, from, to);
        }
    }

    /** {@code H A H} of the block from to to of a symmetric matrix. */
    void applyBothSides(double[][] rows) {
        ring.clear(w, from, to);
        ring.addAll(w, v, rows, from, to, from, to);
        double half = 0.5 * tau * ring.dot(w, v, from, to);
        ring.add(w, -half, v, from, to);
        for (int i = from; i < to; i++) {
            double vi = tau * v[ring.at(i)];
            double wi = tau * w[ring.at(i)];
            ring.add(rows[i], -vi, w, -wi, v, from, to);
        }
    }
}
