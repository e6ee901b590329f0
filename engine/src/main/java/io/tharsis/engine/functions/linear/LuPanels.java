package io.tharsis.engine.functions.linear;

import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.LuAcross;
import io.tharsis.engine.linalg.LuPanel;
import io.tharsis.engine.linalg.LuRest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code A = P L U} of one matrix by panels of columns, right-looking: a panel is factored over all
 * its rows in one call, so pivots are the very ones of the unblocked algorithm; then every strip of
 * columns to its right loses the panel's part (Golub and Van Loan, Matrix Computations, 3.4). A
 * strip stays in memory of its own from panel to panel, so nothing is cut out or joined on the way,
 * and the next panel is factored while other strips still wait for the last one. L is not brought
 * into the order of later exchanges unless somebody wants to see it.
 */
final class LuPanels {
    /** Columns of a panel are a multiple of this. These constants belong to the bits. */
    private static final long UNIT = 64;

    /** As many terms as products add in one sum; wider panels are of no use to them. */
    private static final long WIDEST = 256;

    /** Elements of a panel beyond which it is made narrower. */
    private static final long ELEMENTS = 1 << 22;

    /** Columns that will be no panels are taken by so many panels' widths at least. */
    private static final long BESIDE_PANELS = 2;

    /** And by so many elements. */
    private static final long BESIDE_ELEMENTS = 1 << 16;

    /** Panels that a matrix is worth cutting into at least. */
    private static final long PANELS = 8;

    /** Strips of columns at most, so that plans do not grow with the square of the columns. */
    private static final long STRIPS = 64;

    /**
     * @param packed what {@link LuPanel} makes of the panel
     * @param first number of its first column
     * @param across its rows of U in the columns to its right, piece by piece
     */
    private record Panel(Operand packed, long first, List<Operand> across) {
        long width() {
            return Matrices.columns(packed) - LuPanel.EXTRA;
        }

        long rows() {
            return Matrices.rows(packed);
        }

        /** L and U where they meet. */
        Operand square() {
            return Matrices.block(packed, 0, width(), 0, width());
        }

        Operand below() {
            return Matrices.block(packed, width(), rows(), 0, width());
        }

        /** Its rows of U in columns of the whole matrix, which lie in one piece or are pieces. */
        Operand acrossColumns(long from, long to) {
            List<Operand> parts = new ArrayList<>();
            long start = first + width();
            for (Operand piece : across) {
                long end = start + Matrices.columns(piece);
                if (from < end && start < to) {
                    parts.add(
                            Matrices.columns(
                                    piece,
                                    Math.max(from, start) - start,
                                    Math.min(to, end) - start));
                }
                start = end;
            }
            return joined(-1, parts);
        }

        /** The row that each of its rows comes from, counted from {@link #first}; int64. */
        Operand order() {
            Operand high = Matrices.block(packed, 0, rows(), width(), width() + 1);
            Operand low = Matrices.block(packed, 0, rows(), width() + 1, width() + 2);
            return Shaping.reshape(LuFactors.rowNumbers(high, low), rows());
        }

        /** L⁻¹ of its part of other columns. */
        Operand topOf(Operand columns) {
            return Matrices.chunked(
                    new LuAcross(),
                    columns.dtype(),
                    new long[] {width(), Matrices.columns(columns)},
                    columns,
                    packed);
        }

        /** What is left of other columns without it. */
        Operand restOf(Operand columns, Operand top) {
            return Matrices.chunked(
                    new LuRest(),
                    columns.dtype(),
                    new long[] {rows() - width(), Matrices.columns(columns)},
                    columns,
                    packed,
                    top);
        }
    }

    private final long rows;
    private final long columns;
    private final List<Panel> panels;

    /**
     * @param a a matrix with an element at least
     */
    LuPanels(Operand a) {
        this(a, width(Matrices.rows(a), Matrices.columns(a)), STRIPS);
    }

    /**
     * @param width columns of a panel
     * @param strips of columns at most
     */
    LuPanels(Operand a, long width, long strips) {
        rows = Matrices.rows(a);
        columns = Matrices.columns(a);
        panels = factor(a, 0, width, strips);
    }

    private static long width(long rows, long columns) {
        long few = Math.ceilDiv(Math.min(rows, columns), PANELS);
        long most = Math.min(Math.min(ELEMENTS / rows, WIDEST), few);
        return Math.max(1, most / UNIT) * UNIT;
    }

    private static List<Panel> factor(Operand a, long first, long width, long most) {
        long steps = Math.min(Matrices.rows(a), Matrices.columns(a));
        if (Matrices.columns(a) <= Math.min(width, steps)) {
            return List.of(panel(a, first));
        }
        long step = Math.ceilDiv(Math.ceilDiv(steps, most), width) * width;
        List<Operand> strips = strips(a, steps, step, width);
        List<Panel> panels = new ArrayList<>();
        for (int i = 0; i * step < steps; i++) {
            List<Panel> made = factor(strips.get(i), first + i * step, width, most);
            for (int j = i + 1; j < strips.size(); j++) {
                strips.set(j, without(made, strips.get(j)));
            }
            panels.addAll(made);
        }
        return panels;
    }

    /** Columns up to {@code steps}, which become panels, and those beyond. */
    private static List<Operand> strips(Operand a, long steps, long step, long width) {
        List<Operand> strips = new ArrayList<>();
        for (long from = 0; from < steps; from += step) {
            strips.add(strip(a, from, Math.min(from + step, steps), width));
        }
        strips.addAll(beside(a, steps, width));
        return strips;
    }

    /**
     * Columns from {@code first} on, which are no panels, in not too many and not too small strips.
     */
    private static List<Operand> beside(Operand a, long first, long width) {
        long chunk = Math.max(BESIDE_PANELS * width, BESIDE_ELEMENTS / Matrices.rows(a));
        long columns = Matrices.columns(a) - first;
        long step = Math.ceilDiv(Math.ceilDiv(columns, STRIPS), chunk) * chunk;
        List<Operand> strips = new ArrayList<>();
        for (long from = first; from < Matrices.columns(a); from += step) {
            strips.add(strip(a, from, Math.min(from + step, Matrices.columns(a)), chunk));
        }
        return strips;
    }

    /**
     * Columns in chunks of {@code chunk} columns, copied by a loop of their own: one for all strips
     * would hold all of them at once.
     */
    private static Operand strip(Operand a, long from, long to, long chunk) {
        return Shaping.rechunk(Matrices.columns(a, from, to), Matrices.rows(a), chunk);
    }

    private static Panel panel(Operand a, long first) {
        long[] shape = {Matrices.rows(a), Matrices.columns(a) + LuPanel.EXTRA};
        return new Panel(
                Matrices.chunked(new LuPanel(), a.dtype(), shape, a), first, new ArrayList<>());
    }

    /** What panels leave of columns to their right; null if that has no rows. */
    private static Operand without(List<Panel> panels, Operand columns) {
        Operand rest = columns;
        for (Panel panel : panels) {
            Operand top = panel.topOf(rest);
            panel.across.add(top);
            rest = panel.rows() > panel.width() ? panel.restOf(rest, top) : null;
        }
        return rest;
    }

    // ---- what is made of it

    /**
     * {@code A⁻¹ B} for a square A.
     *
     * @param refusesSingular whether a pivot of 0 is an error; else it is divided by
     */
    Operand solve(String caller, boolean refusesSingular, Operand b) {
        var kind = new TriangularSystems.Kind(caller, false, false, refusesSingular);
        Operand[] x = new Operand[panels.size()];
        List<List<Operand>> tops = new ArrayList<>();
        panels.forEach(_ -> tops.add(new ArrayList<>()));
        for (Operand strip : beside(b, 0, panels.getFirst().width())) {
            Operand rest = strip;
            for (int i = 0; i < x.length; i++) {
                Operand top = panels.get(i).topOf(rest);
                tops.get(i).add(top);
                rest = i + 1 < x.length ? panels.get(i).restOf(rest, top) : null;
            }
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = joined(-1, tops.get(i));
        }
        Map<List<Operand>, Operand> joined = new HashMap<>();
        for (int i = x.length - 1; i >= 0; i--) {
            Panel panel = panels.get(i);
            int next = i + 1;
            for (Operand piece : panel.across) {
                int from = next;
                for (long covered = 0; covered < Matrices.columns(piece); next++) {
                    covered += panels.get(next).width();
                }
                Operand[] rowsOfX = Arrays.copyOfRange(x, from, next);
                Operand known =
                        rowsOfX.length == 1
                                ? rowsOfX[0]
                                : joined.computeIfAbsent(
                                        List.of(rowsOfX), _ -> Matrices.above(rowsOfX));
                x[i] = Elementwise.subtract(x[i], Products.matmul(piece, known));
            }
            x[i] = TriangularSystems.solve(kind, panel.square(), x[i], panel.first);
        }
        return Matrices.above(x);
    }

    /** The diagonal of U. */
    Operand diagonal() {
        return joined(0, panels.stream().map(panel -> Matrices.diagonal(panel.square())).toList());
    }

    /** The row of A that each row of L U is; int64. */
    Operand permutation() {
        return orders()[0];
    }

    /** For each panel, where its rows end up coming from, counted from its first one. */
    private Operand[] orders() {
        Operand[] orders = new Operand[panels.size()];
        for (int i = orders.length - 1; i >= 0; i--) {
            Panel panel = panels.get(i);
            orders[i] = panel.order();
            if (i + 1 < orders.length) {
                Operand own = Indexing.get(orders[i], Slice.range(0, panel.width()));
                Operand others = Indexing.get(orders[i], Slice.range(panel.width(), panel.rows()));
                orders[i] = Joining.concatenate(0, own, Indexing.take(others, orders[i + 1], 0));
            }
        }
        return orders;
    }

    /** L below and U on and above the diagonal. */
    Operand packed() {
        Operand[] orders = orders();
        List<Operand> parts = new ArrayList<>();
        for (int i = 0; i < orders.length; i++) {
            Panel panel = panels.get(i);
            List<Operand> column = new ArrayList<>();
            for (Panel above : panels.subList(0, i)) {
                column.add(above.acrossColumns(panel.first, panel.first + panel.width()));
            }
            column.add(panel.square());
            if (panel.rows() > panel.width()) {
                Operand below = panel.below();
                column.add(i + 1 < orders.length ? Indexing.take(below, orders[i + 1], 0) : below);
            }
            parts.add(joined(-2, column));
        }
        if (columns > rows) {
            parts.add(
                    joined(
                            -2,
                            panels.stream()
                                    .map(panel -> panel.acrossColumns(rows, columns))
                                    .toList()));
        }
        return joined(-1, parts);
    }

    private static Operand joined(int axis, List<Operand> parts) {
        return parts.size() == 1
                ? parts.getFirst()
                : Joining.concatenate(axis, parts.toArray(Operand[]::new));
    }
}
