package io.tharsis.kernels.layout;

import static io.tharsis.kernels.machine.X64.At.at;
import static io.tharsis.kernels.machine.X64.R10;
import static io.tharsis.kernels.machine.X64.R11;
import static io.tharsis.kernels.machine.X64.R12;
import static io.tharsis.kernels.machine.X64.R13;
import static io.tharsis.kernels.machine.X64.R14;
import static io.tharsis.kernels.machine.X64.R8;
import static io.tharsis.kernels.machine.X64.R9;
import static io.tharsis.kernels.machine.X64.RAX;
import static io.tharsis.kernels.machine.X64.RBP;
import static io.tharsis.kernels.machine.X64.RBX;
import static io.tharsis.kernels.machine.X64.RCX;
import static io.tharsis.kernels.machine.X64.RDI;
import static io.tharsis.kernels.machine.X64.RDX;
import static io.tharsis.kernels.machine.X64.RSI;

import io.tharsis.kernels.machine.X64;
import io.tharsis.kernels.machine.X64.Label;
import io.tharsis.kernels.machine.X64.When;
import io.tharsis.kernels.machine.X64.Width;

/**
 * Writes {@link TransposeKernel#run} in instructions of x86-64 with AVX, for elements of 8 and 4
 * bytes: four columns and a vector of rows at a time, by the usual interleaving of elements and
 * then of pairs. A line of each column is used up before the next columns are turned, since columns
 * that lie a power of two apart share few lines of a cache; the next line is asked for meanwhile
 * (measured: of one, two, three, four and eight lines ahead the best, 10 % for panels of four
 * rows).
 */
final class MachineTransposeCode {
    /** Columns that are turned together. */
    static final int COLUMNS = 4;

    private static final int VECTOR_BYTES = 32;
    private static final int LINE = 64;

    private static final int FROM = RDI;
    private static final int COLUMN_STEP = RSI;
    private static final int TO = RDX;
    private static final int PITCH = RCX;
    private static final int ROWS_LEFT = R8;
    private static final int ALL_COLUMNS = R9;
    private static final int COLUMNS_LEFT = R12;
    private static final int TARGET = R13;
    private static final int STEP_OF_FOUR = R14;

    /** The four columns that are being turned. */
    private static final int[] SOURCES = {R10, RAX, RBX, RBP};

    private final X64 code = new X64();
    private final int elementSize;
    private final int rows;
    private final Width width;

    private MachineTransposeCode(int elementSize) {
        this.elementSize = elementSize;
        this.rows = rows(elementSize);
        this.width = new Width(elementSize, VECTOR_BYTES);
    }

    /** Rows that are turned together; a matrix must have them. */
    static int rows(int elementSize) {
        return VECTOR_BYTES / elementSize;
    }

    /** A function of from, columnStep, to, pitch, rows and columns. */
    static byte[] of(int elementSize) {
        var writer = new MachineTransposeCode(elementSize);
        writer.write();
        return writer.code.code();
    }

    private void write() {
        var lines = new Label();
        var rest = new Label();
        var whole = new Label();
        var done = new Label();
        code.enter().multiplyConstant(STEP_OF_FOUR, COLUMN_STEP, COLUMNS);
        code.bind(lines).compareConstant(ROWS_LEFT, 2 * rows).jump(When.LESS, rest);
        allColumns(2);
        code.jump(lines).bind(rest).isZero(ROWS_LEFT).jump(When.ZERO, done);
        code.compareConstant(ROWS_LEFT, rows).jump(When.AT_LEAST, whole);
        // The last rows once more, with some before them.
        code.moveConstant(RAX, rows).subtract(RAX, ROWS_LEFT);
        code.multiplyConstant(RBX, RAX, elementSize).subtract(FROM, RBX);
        code.multiply(RAX, PITCH).subtract(TO, RAX).moveConstant(ROWS_LEFT, rows);
        code.bind(whole);
        allColumns(1);
        code.jump(rest).bind(done).leave();
    }

    /** So many vectors of rows of all columns. */
    private void allColumns(int vectors) {
        var next = new Label();
        var four = new Label();
        var done = new Label();
        code.move(SOURCES[0], FROM).move(TARGET, TO).move(COLUMNS_LEFT, ALL_COLUMNS);
        code.bind(next).compareConstant(COLUMNS_LEFT, COLUMNS).jump(When.AT_LEAST, four);
        code.isZero(COLUMNS_LEFT).jump(When.ZERO, done);
        // The last columns once more, with some before them.
        code.moveConstant(RAX, COLUMNS).subtract(RAX, COLUMNS_LEFT);
        code.multiplyConstant(RBX, RAX, elementSize).subtract(TARGET, RBX);
        code.multiply(RAX, COLUMN_STEP).subtract(SOURCES[0], RAX);
        code.moveConstant(COLUMNS_LEFT, COLUMNS).bind(four);
        turn(vectors);
        code.add(SOURCES[0], STEP_OF_FOUR).addConstant(TARGET, COLUMNS * elementSize);
        code.addConstant(COLUMNS_LEFT, -COLUMNS).jump(next).bind(done);
        code.addConstant(FROM, vectors * VECTOR_BYTES);
        code.multiplyConstant(RAX, PITCH, vectors * rows).add(TO, RAX);
        code.addConstant(ROWS_LEFT, -vectors * rows);
    }

    private void turn(int vectors) {
        int target = R11;
        for (int column = 1; column < COLUMNS; column++) {
            code.move(SOURCES[column], SOURCES[column - 1]).add(SOURCES[column], COLUMN_STEP);
        }
        for (int column = 0; column < COLUMNS && vectors > 1; column++) {
            code.prefetch(at(SOURCES[column], LINE));
        }
        code.move(target, TARGET);
        for (int vector = 0; vector < vectors; vector++) {
            for (int column = 0; column < COLUMNS; column++) {
                code.load(width, column, at(SOURCES[column], vector * VECTOR_BYTES));
            }
            for (int pair = 0; pair < COLUMNS; pair += 2) {
                code.interleave(width, false, COLUMNS + pair, pair, pair + 1);
                code.interleave(width, true, COLUMNS + pair + 1, pair, pair + 1);
            }
            if (elementSize == Long.BYTES) {
                storePairs(target);
            } else {
                storeQuads(target);
            }
        }
    }

    /** Of registers 4 to 7: even rows of two columns, odd rows; the same of the other columns. */
    private void storePairs(int target) {
        for (int row = 0; row < rows; row++) {
            boolean upper = row >= rows / 2;
            code.joinHalves(upper, row, COLUMNS + row % 2, COLUMNS + 2 + row % 2);
            code.store(width, at(target, 0), row).add(target, PITCH);
        }
    }

    /** Of registers 4 to 7: the first half of each four rows, the second half; and so on. */
    private void storeQuads(int target) {
        var pairs = new Width(Long.BYTES, VECTOR_BYTES);
        var half = new Width(elementSize, VECTOR_BYTES / 2);
        for (int row = 0; row < COLUMNS; row++) {
            int first = COLUMNS + row / 2;
            code.interleave(pairs, row % 2 == 1, row, first, first + 2);
            code.store(half, at(target, 0), row).add(target, PITCH);
        }
        for (int row = 0; row < COLUMNS; row++) {
            code.storeUpperHalf(at(target, 0), row).add(target, PITCH);
        }
    }
}
