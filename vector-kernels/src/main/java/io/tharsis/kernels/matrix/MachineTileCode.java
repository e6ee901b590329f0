package io.tharsis.kernels.matrix;

import static io.tharsis.kernels.machine.X64.At.at;
import static io.tharsis.kernels.machine.X64.R10;
import static io.tharsis.kernels.machine.X64.R11;
import static io.tharsis.kernels.machine.X64.R12;
import static io.tharsis.kernels.machine.X64.R13;
import static io.tharsis.kernels.machine.X64.R14;
import static io.tharsis.kernels.machine.X64.R15;
import static io.tharsis.kernels.machine.X64.R8;
import static io.tharsis.kernels.machine.X64.R9;
import static io.tharsis.kernels.machine.X64.RAX;
import static io.tharsis.kernels.machine.X64.RBP;
import static io.tharsis.kernels.machine.X64.RBX;
import static io.tharsis.kernels.machine.X64.RCX;
import static io.tharsis.kernels.machine.X64.RDI;
import static io.tharsis.kernels.machine.X64.RDX;
import static io.tharsis.kernels.machine.X64.RSI;
import static io.tharsis.kernels.machine.X64.RSP;

import io.tharsis.kernels.machine.X64;
import io.tharsis.kernels.machine.X64.At;
import io.tharsis.kernels.machine.X64.Label;
import io.tharsis.kernels.machine.X64.When;
import io.tharsis.kernels.machine.X64.Width;

/**
 * Writes {@link TileKernel} in instructions of x86-64.
 *
 * <p>A tile's sums stay in registers until they are added to the result, all of whose elements are
 * loaded before one is stored (see {@code TileWriter.addWhole}). While the first steps of a tile
 * are multiplied, the lines of the result that it will be added to are asked for, one every step:
 * they come from beyond the second-level cache, and to ask for all of them at once would hold up
 * the right operand's lines (measured: docs/performance.md). Tiles at an edge pass through {@code
 * sums}.
 */
final class MachineTileCode {
    /** Steps of the inner dimension in a round of a loop. */
    private static final int STEPS = 4;

    private static final int LINE = 64;

    // What arguments come in, and what else lives as long as the function.
    private static final int COLUMNS = RDI;
    private static final int DEPTH = RSI;
    private static final int LEFT = RDX;
    private static final int RIGHT = RCX;
    private static final int OUT = R8;
    private static final int OUT_ROW_BYTES = R9;
    private static final int ROWS = RBX;
    private static final int ADDS = R12;
    private static final int SUMS = R13;

    /** Where a tile reads its panels of the left operand. */
    private static final int[] PANELS = {R14, R15};

    private final X64 code = new X64();
    private final TileShape shape;
    private final Width width;
    private final int tileBytes;
    private final int leftStepBytes;

    private MachineTileCode(TileShape shape, int elementBytes) {
        this.shape = shape;
        this.width = new Width(elementBytes, shape.lanes() * elementBytes);
        this.tileBytes = shape.columns() * elementBytes;
        this.leftStepBytes = TileShape.PANEL_ROWS * elementBytes;
        if (shape.rows() > PANELS.length * TileShape.PANEL_ROWS || firstSum() <= shape.vectors()) {
            throw new IllegalArgumentException("no registers for " + shape);
        }
    }

    /**
     * {@link TileKernel#multiplyRow}, a function of columns, depth, left, right, out, outRowBytes,
     * rows, adds and sums.
     */
    static byte[] multiplyRow(TileShape shape, int elementBytes) {
        var writer = new MachineTileCode(shape, elementBytes);
        writer.row();
        return writer.code.code();
    }

    private void row() {
        var nextTile = new Label();
        var edge = new Label();
        var add = new Label();
        var done = new Label();
        int stack = X64.savedBytes() + Long.BYTES;
        code.enter().load(ROWS, at(RSP, stack));
        code.load(ADDS, at(RSP, stack + 8)).load(SUMS, at(RSP, stack + 16));
        code.bind(nextTile).compareConstant(COLUMNS, shape.columns()).jump(When.LESS, edge);
        code.compareConstant(ROWS, shape.rows()).jump(When.NOT_ZERO, edge);
        multiply(shape.vectors());
        addWhole();
        code.addConstant(OUT, tileBytes);
        code.addConstant(COLUMNS, -shape.columns()).jump(When.GREATER, nextTile);
        code.jump(done).bind(edge);
        for (int vectors = 1; vectors <= shape.vectors(); vectors++) {
            var wider = new Label();
            if (vectors < shape.vectors()) {
                code.compareConstant(COLUMNS, vectors * shape.lanes()).jump(When.GREATER, wider);
            }
            multiply(vectors);
            storeSums(vectors);
            code.jump(add).bind(wider);
        }
        code.bind(add);
        addEdge();
        code.addConstant(OUT, tileBytes);
        code.addConstant(COLUMNS, -shape.columns()).jump(When.GREATER, nextTile);
        code.bind(done).leave();
    }

    private int firstSum() {
        return width.registers() - shape.rows() * shape.vectors();
    }

    private int sum(int row, int vector) {
        return firstSum() + row * shape.vectors() + vector;
    }

    /** One of the registers that hold neither sums nor the right operand. */
    private int left(int row) {
        int free = firstSum() - shape.vectors();
        return shape.vectors() + row % free;
    }

    /** Leaves RIGHT at the next panel. */
    private void multiply(int vectors) {
        var multiplying = new Label();
        var rounds = new Label();
        var asking = new Label();
        var single = new Label();
        var step = new Label();
        var done = new Label();
        for (int row = 0; row < shape.rows(); row++) {
            for (int vector = 0; vector < vectors; vector++) {
                code.clear(width, sum(row, vector));
            }
        }
        code.move(PANELS[0], LEFT);
        if (panels() > 1) {
            code.multiplyConstant(PANELS[1], DEPTH, leftStepBytes).add(PANELS[1], LEFT);
        }
        // So many rounds in RAX, the first ones of which ask for a row each.
        code.move(RAX, DEPTH).shiftRight(RAX, Integer.numberOfTrailingZeros(STEPS));
        code.move(R10, OUT).moveConstant(RBP, shape.rows());
        code.compare(RAX, RBP).jump(When.AT_LEAST, multiplying).move(RBP, RAX);
        code.bind(multiplying).subtract(RAX, RBP).isZero(RBP).jump(When.ZERO, rounds);
        code.align().bind(asking);
        steps(vectors, STEPS, true);
        code.add(R10, OUT_ROW_BYTES).addConstant(RBP, -1).jump(When.NOT_ZERO, asking);
        code.bind(rounds).isZero(RAX).jump(When.ZERO, single);
        var round = new Label();
        code.align().bind(round);
        steps(vectors, STEPS, false);
        code.addConstant(RAX, -1).jump(When.NOT_ZERO, round);
        code.bind(single).move(RAX, DEPTH).andConstant(RAX, STEPS - 1).jump(When.ZERO, done);
        code.bind(step);
        steps(vectors, 1, false);
        code.addConstant(RAX, -1).jump(When.NOT_ZERO, step).bind(done);
    }

    private int panels() {
        return shape.rows() / TileShape.PANEL_ROWS;
    }

    private void steps(int vectors, int count, boolean asks) {
        for (int step = 0; step < count; step++) {
            for (int vector = 0; vector < vectors; vector++) {
                int offset = step * tileBytes + vector * width.vectorBytes();
                code.load(width, vector, at(RIGHT, offset));
            }
            for (int row = 0; row < shape.rows(); row++) {
                int offset = step * leftStepBytes;
                offset += row % TileShape.PANEL_ROWS * width.elementBytes();
                code.broadcast(width, left(row), at(PANELS[row / TileShape.PANEL_ROWS], offset));
                for (int vector = 0; vector < vectors; vector++) {
                    code.multiplyAdd(width, sum(row, vector), vector, left(row));
                }
            }
            if (asks) {
                // The last byte as well: rows need not start with a line.
                int last = vectors * width.vectorBytes() - 1;
                code.prefetch(at(R10, Math.min(step * LINE, last)));
            }
        }
        for (int panel = 0; panel < panels(); panel++) {
            code.addConstant(PANELS[panel], count * leftStepBytes);
        }
        code.addConstant(RIGHT, count * tileBytes);
    }

    private void addWhole() {
        var store = new Label();
        code.isZero(ADDS).jump(When.ZERO, store).move(R10, OUT);
        forEachSum(shape.vectors(), (sum, offset) -> code.add(width, sum, at(R10, offset)));
        code.bind(store).move(R10, OUT);
        forEachSum(shape.vectors(), (sum, offset) -> code.store(width, at(R10, offset), sum));
    }

    private interface SumAt {
        void write(int sum, int offset);
    }

    /** R10 goes from row to row. */
    private void forEachSum(int vectors, SumAt access) {
        for (int row = 0; row < shape.rows(); row++) {
            for (int vector = 0; vector < vectors; vector++) {
                access.write(sum(row, vector), vector * width.vectorBytes());
            }
            if (row + 1 < shape.rows()) {
                code.add(R10, OUT_ROW_BYTES);
            }
        }
    }

    private void storeSums(int vectors) {
        for (int row = 0; row < shape.rows(); row++) {
            for (int vector = 0; vector < vectors; vector++) {
                int offset = row * tileBytes + vector * width.vectorBytes();
                code.store(width, at(SUMS, offset), sum(row, vector));
            }
        }
    }

    /** From SUMS to ROWS rows of the result and as many of a tile's columns as there are. */
    private void addEdge() {
        int columns = R14;
        int sums = R15;
        int rows = R11;
        int rest = RAX;
        int offset = RBP;
        var narrow = new Label();
        var nextRow = new Label();
        var vectors = new Label();
        var elements = new Label();
        var rowDone = new Label();
        code.move(columns, COLUMNS).compareConstant(columns, shape.columns());
        code.jump(When.AT_MOST, narrow).moveConstant(columns, shape.columns());
        code.bind(narrow).move(sums, SUMS).move(R10, OUT).move(rows, ROWS);
        var from = new At(sums, offset, 0);
        var to = new At(R10, offset, 0);
        code.bind(nextRow).move(rest, columns).moveConstant(offset, 0);
        code.bind(vectors).addConstant(rest, -shape.lanes()).jump(When.LESS, elements);
        var stored = new Label();
        code.load(width, 0, from).isZero(ADDS).jump(When.ZERO, stored);
        code.add(width, 0, to).bind(stored).store(width, to, 0);
        code.addConstant(offset, width.vectorBytes()).jump(vectors);
        code.bind(elements).addConstant(rest, shape.lanes()).jump(When.ZERO, rowDone);
        var element = new Label();
        var elementStored = new Label();
        code.bind(element).loadElement(width, 0, from);
        code.isZero(ADDS).jump(When.ZERO, elementStored).addElement(width, 0, to);
        code.bind(elementStored).storeElement(width, to, 0);
        code.addConstant(offset, width.elementBytes());
        code.addConstant(rest, -1).jump(When.NOT_ZERO, element);
        code.bind(rowDone).addConstant(sums, tileBytes).add(R10, OUT_ROW_BYTES);
        code.addConstant(rows, -1).jump(When.NOT_ZERO, nextRow);
    }

    /**
     * {@link TileKernel#spread} of so many bytes, a multiple of 16; a function of panels, depth,
     * from, stepBytes, to and panelBytes.
     */
    static byte[] spread(int bytes, int vectorBytes) {
        int panels = RDI;
        int depth = RSI;
        int from = RDX;
        int stepBytes = RCX;
        int to = R8;
        int panelBytes = R9;
        int source = R10;
        int target = R11;
        int left = RAX;
        var code = new X64();
        var step = new Label();
        var panel = new Label();
        code.enter().bind(step).move(source, from).move(target, to).move(left, panels);
        code.align().bind(panel);
        int part = vectorBytes;
        for (int offset = 0; offset < bytes; offset += part) {
            while (part > bytes - offset) {
                part /= 2;
            }
            var width = new Width(Long.BYTES, part);
            code.load(width, 0, at(source, offset)).store(width, at(target, offset), 0);
        }
        code.addConstant(source, bytes).add(target, panelBytes);
        code.addConstant(left, -1).jump(When.NOT_ZERO, panel);
        code.add(from, stepBytes).addConstant(to, bytes);
        return code.addConstant(depth, -1).jump(When.NOT_ZERO, step).leave().code();
    }
}
