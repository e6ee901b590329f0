package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.BandVectors;
import io.tharsis.engine.linalg.BinaryScale;
import io.tharsis.engine.linalg.Factorizations;
import io.tharsis.engine.linalg.VectorSigns;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link SymmetricReduction} and {@link BidiagonalReduction} share: both go to a band by
 * blocks of Householder reflectors, and from there by chasing bulges. In float64.
 */
final class BandForm {
    /** Width of the band. A constant of the engine: bits depend on it. */
    static final int BAND = 32;

    /** Sweeps over the band a call. Likewise. */
    static final int SWEEPS = 256;

    /** Blocks of reflectors that meet vectors as one. Likewise. */
    private static final int JOINED = 8;

    private BandForm() {}

    /**
     * The power of two that brings the largest magnitude to between 1 and 2, of no axes.
     *
     * @param ofSvd whether it is an error of the run if an element is not finite; else all is NaN
     */
    static Operand scale(Operand x, boolean ofSvd) {
        Operand largest = Reductions.max(Elementwise.abs(x), new int[0], false);
        return Shaping.reshape(
                Matrices.chunked(
                        new BinaryScale(ofSvd),
                        DType.FLOAT64,
                        new long[] {1},
                        Shaping.reshape(largest, 1)));
    }

    /** V (rows, k), T (k, k) and R (k, columns) of {@link Factorizations.QrPanel}. */
    static Operand[] panel(Operand x, long k) {
        return Matrices.apply(
                new Factorizations.QrPanel(),
                x,
                new long[] {Matrices.rows(x), k},
                new long[] {k, k},
                new long[] {k, Matrices.columns(x)});
    }

    /** 1 or -1 for each column (1, n), so that signs are those that were promised. */
    static Operand signs(Operand vectors) {
        return Matrices.chunked(
                new VectorSigns(),
                DType.FLOAT64,
                new long[] {1, Matrices.columns(vectors)},
                vectors);
    }

    /** Reflectors of one side, in the order in which they were done. */
    static final class Turns {
        private final List<Reflectors> blocks = new ArrayList<>();
        private final List<Operand> sweeps = new ArrayList<>();

        /** {@code I - V T Vᵀ} of the last rows. */
        void add(Operand v, Operand t) {
            blocks.add(new Reflectors(v, t));
        }

        /** Those of the next {@link #SWEEPS} sweeps, (sweeps, n) as for {@link BandVectors}. */
        void addSweeps(Operand reflectors) {
            sweeps.add(reflectors);
        }

        /** Vectors of the matrix from those that are left at the end, as columns. */
        Operand of(Operand vectors) {
            return byBlocks(bySweeps(vectors));
        }

        private Operand bySweeps(Operand vectors) {
            Operand y = vectors;
            for (int i = sweeps.size() - 1; i >= 0; i--) {
                y =
                        Matrices.chunked(
                                new BandVectors(BAND, i * SWEEPS),
                                DType.FLOAT64,
                                y.shape(),
                                y,
                                sweeps.get(i));
            }
            return y;
        }

        private Operand byBlocks(Operand y) {
            List<Reflectors> wide = new ArrayList<>();
            for (int block = 0; block < blocks.size(); block += JOINED) {
                Reflectors joined = blocks.get(block);
                for (int i = block + 1; i < Math.min(blocks.size(), block + JOINED); i++) {
                    joined = joined.then(blocks.get(i));
                }
                wide.add(joined);
            }
            long n = Matrices.rows(y);
            long top = n;
            Operand below = null;
            for (Reflectors reflectors : wide.reversed()) {
                long from = n - Matrices.rows(reflectors.v);
                Operand rows = Matrices.rows(y, from, top);
                Operand whole = below == null ? rows : Matrices.above(rows, below);
                below = QrFactors.reflect(reflectors.v, reflectors.t, whole);
                top = from;
            }
            if (below == null) {
                return y;
            }
            return top == 0 ? below : Matrices.above(Matrices.rows(y, 0, top), below);
        }
    }

    /** {@code I - V T Vᵀ}. */
    private record Reflectors(Operand v, Operand t) {
        /** The product of this and one of fewer rows, the last ones of this. */
        Reflectors then(Reflectors next) {
            long rows = Matrices.rows(v);
            long width = Matrices.columns(v);
            long nextWidth = Matrices.columns(next.v);
            long shift = rows - Matrices.rows(next.v);
            Operand dots =
                    Products.matmul(Matrices.transpose(Matrices.rows(v, shift, rows)), next.v);
            Operand across =
                    Elementwise.negative(Products.matmul(Products.matmul(t, dots), next.t));
            Operand padded =
                    Matrices.above(Matrices.zeros(DType.FLOAT64, shift, nextWidth), next.v);
            return new Reflectors(
                    Matrices.beside(v, padded),
                    Matrices.above(
                            Matrices.beside(t, across),
                            Matrices.beside(
                                    Matrices.zeros(DType.FLOAT64, nextWidth, width), next.t)));
        }
    }
}
