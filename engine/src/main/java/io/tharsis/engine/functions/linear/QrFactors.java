package io.tharsis.engine.functions.linear;

import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.Factorizations;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code A = Q R}: tall matrices by {@link TallMatrix}, others by blocks of Householder reflectors
 * in compact form (Schreiber and Van Loan, 1989). R's diagonal is not negative, so all ways answer
 * the same Q and R.
 */
public final class QrFactors {
    /** Columns of a block of reflectors. A constant of the engine: bits depend on it. */
    private static final int PANEL = 64;

    private QrFactors() {}

    /** Q (m, k) and R (k, n) with k the lesser of m and n, or m if {@code complete}. */
    public static Operand[] of(Operand x, boolean complete) {
        Operand a = Matrices.matrix("qr", x);
        if (Shapes.size(a.shape()) == 0) {
            long m = Matrices.rows(a);
            long k = complete ? m : Math.min(m, Matrices.columns(a));
            return new Operand[] {
                Matrices.identities(a, m, k), Matrices.stacked(a, k, Matrices.columns(a))
            };
        }
        return of("qr", x, complete);
    }

    static Operand[] of(String function, Operand x, boolean complete) {
        Operand a = Matrices.filled(function, x);
        long m = Matrices.rows(a);
        long n = Matrices.columns(a);
        if (Matrices.isSmall(a)) {
            long k = complete ? m : Math.min(m, n);
            return Matrices.apply(
                    new Factorizations.Qr(complete), a, new long[] {m, k}, new long[] {k, n});
        }
        return Matrices.each(new Operand[] {a}, matrices -> large(matrices[0], complete));
    }

    private static Operand[] large(Operand a, boolean complete) {
        if (TallMatrix.fits(a) && !complete) {
            var tall = new TallMatrix(a);
            Operand identity = Creation.eye(a.dtype(), Matrices.columns(a), Matrices.columns(a), 0);
            return new Operand[] {tall.multiply(identity), tall.triangle()};
        }
        var reflectors = new Reflectors(a);
        return new Operand[] {reflectors.q(complete), reflectors.r(complete)};
    }

    /** R alone (k, n). */
    public static Operand triangle(Operand x) {
        Operand a = Matrices.matrix("qrTriangle", x);
        long m = Matrices.rows(a);
        long n = Matrices.columns(a);
        if (Shapes.size(a.shape()) == 0) {
            return Matrices.stacked(a, Math.min(m, n), n);
        }
        if (Matrices.isSmall(a)) {
            return Matrices.apply(
                    new Factorizations.QrTriangle(), a, new long[] {Math.min(m, n), n})[0];
        }
        return Matrices.each(
                a,
                matrix ->
                        TallMatrix.fits(matrix)
                                ? new TallMatrix(matrix).triangle()
                                : new Reflectors(matrix).r(false));
    }

    /** {@code (I - V T Vᵀ) x}. */
    static Operand reflect(Operand v, Operand t, Operand x) {
        Operand dots = Products.matmul(t, Products.matmul(Matrices.transpose(v), x));
        return Elementwise.subtract(x, Products.matmul(v, dots));
    }

    /** A matrix taken apart, a block of columns after the other. */
    private static final class Reflectors {
        private final long m;
        private final long n;
        private final List<Operand> vs = new ArrayList<>();
        private final List<Operand> ts = new ArrayList<>();
        private final Operand unsigned;
        private final Operand signs;

        Reflectors(Operand a) {
            m = Matrices.rows(a);
            n = Matrices.columns(a);
            List<Operand> bands = new ArrayList<>();
            Operand rest = a;
            for (long done = 0; done < Math.min(m, n); ) {
                long width = Math.min(PANEL, n - done);
                long steps = Math.min(width, m - done);
                Operand[] parts =
                        Matrices.apply(
                                new Factorizations.QrPanel(),
                                Matrices.columns(rest, 0, width),
                                new long[] {m - done, steps},
                                new long[] {steps, steps},
                                new long[] {steps, width});
                vs.add(parts[0]);
                ts.add(parts[1]);
                Operand band = parts[2];
                if (width < n - done) {
                    Operand right = Matrices.columns(rest, width, n - done);
                    Operand reflected = reflect(parts[0], Matrices.transpose(parts[1]), right);
                    band = Matrices.beside(band, Matrices.rows(reflected, 0, steps));
                    rest = Matrices.rows(reflected, steps, m - done);
                }
                bands.add(
                        done == 0
                                ? band
                                : Matrices.beside(Matrices.zeros(a.dtype(), steps, done), band));
                done += steps;
            }
            unsigned = Matrices.above(bands.toArray(Operand[]::new));
            Operand zero = Promotion.scalar(a.dtype(), 0);
            signs =
                    Elementwise.where(
                            Elementwise.less(Matrices.diagonal(unsigned), zero),
                            Promotion.scalar(a.dtype(), -1),
                            Promotion.scalar(a.dtype(), 1));
        }

        Operand r(boolean complete) {
            Operand r = Elementwise.multiply(unsigned, Shaping.expandDims(signs, 1));
            return complete && m > n ? Matrices.above(r, Matrices.zeros(r.dtype(), m - n, n)) : r;
        }

        Operand q(boolean complete) {
            long width = complete ? m : Math.min(m, n);
            long done = Math.min(m, n);
            Operand q = Creation.eye(unsigned.dtype(), m - done, width - done, 0);
            for (int block = vs.size() - 1; block >= 0; block--) {
                long steps = Matrices.columns(vs.get(block));
                done -= steps;
                q = reflect(vs.get(block), ts.get(block), bordered(q, steps));
            }
            Operand signed = Elementwise.multiply(Matrices.columns(q, 0, Math.min(m, n)), signs);
            return width > Math.min(m, n)
                    ? Matrices.beside(signed, Matrices.columns(q, Math.min(m, n), width))
                    : signed;
        }

        /** {@code [[I, 0], [0, x]]}. */
        private static Operand bordered(Operand x, long size) {
            Operand identity = Creation.eye(x.dtype(), size, size, 0);
            long rows = Matrices.rows(x);
            long columns = Matrices.columns(x);
            Operand top =
                    columns == 0
                            ? identity
                            : Matrices.beside(identity, Matrices.zeros(x.dtype(), size, columns));
            if (rows == 0) {
                return top;
            }
            Operand side = Matrices.zeros(x.dtype(), rows, size);
            return Matrices.above(top, columns == 0 ? side : Matrices.beside(side, x));
        }
    }
}
