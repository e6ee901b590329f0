package io.tharsis.node;

import io.tharsis.engine.npy.NpyHeader;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints what {@code describe} found, for a terminal of {@code width} columns. */
final class DescribeReport {
    private final PrintWriter out;
    private final Bars bars;
    private final int width;

    DescribeReport(PrintWriter out, Bars bars, int width) {
        this.out = out;
        this.bars = bars;
        this.width = width;
    }

    void header(NpyHeader header) {
        String shape =
                Arrays.stream(header.shape())
                        .mapToObj(Long::toString)
                        .collect(
                                Collectors.joining(
                                        ", ", "(", header.shape().length == 1 ? ",)" : ")"));
        String order = header.fortranOrder() ? "Fortran" : "C";
        line("shape", shape);
        line("dtype", header.dtype() + (header.bigEndian() ? ", big-endian" : ""));
        line("order", order);
        line(
                "bytes",
                String.format(Locale.ROOT, "%,d", header.dataByteSize())
                        + (header.dataByteSize() < 1024
                                ? ""
                                : " (" + Sizes.text(header.dataByteSize()) + ")"));
    }

    void empty() {
        out.println("  no elements");
    }

    /** One group: a line for each number, and bars. */
    void whole(Statistics statistics, boolean isFloat) {
        line("min", statistics.min()[0]);
        line("max", statistics.max()[0]);
        line("mean", Numbers.text(statistics.mean()[0]));
        line("std", Numbers.text(statistics.std()[0]));
        if (isFloat) {
            line("NaN", String.format(Locale.ROOT, "%,d", statistics.nans()[0]));
        }
        long[] counts = statistics.counts()[0];
        double low = statistics.low()[0];
        double high = statistics.high()[0];
        if (statistics.perValue()) {
            histogram(
                    IntStream.range(0, counts.length)
                            .mapToObj(bin -> statistics.value(0, bin))
                            .toArray(String[]::new),
                    counts);
        } else if (low == high) {
            histogram(new String[] {Numbers.text(low)}, Arrays.stream(counts).sum());
        } else if (low < high) {
            double step = high / counts.length - low / counts.length;
            histogram(
                    IntStream.range(0, counts.length)
                            .mapToObj(
                                    bin ->
                                            Numbers.text(low + bin * step)
                                                    + " to "
                                                    + Numbers.text(low + (bin + 1) * step))
                            .toArray(String[]::new),
                    counts);
        }
    }

    /** A line for each bin. */
    private void histogram(String[] labels, long... counts) {
        int labelWidth = Arrays.stream(labels).mapToInt(String::length).max().orElse(0);
        long largest = Arrays.stream(counts).max().orElse(0);
        int countWidth = String.format(Locale.ROOT, "%,d", largest).length();
        int room = Math.max(8, width - labelWidth - countWidth - 7);
        for (int bin = 0; bin < counts.length; bin++) {
            String bar = bars.across(largest == 0 ? 0 : (double) counts[bin] / largest, room);
            out.printf(
                    Locale.ROOT,
                    "  %" + labelWidth + "s  %," + countWidth + "d  %s%n",
                    labels[bin],
                    counts[bin],
                    bar);
        }
    }

    /**
     * A row for each group.
     *
     * @param indexOf the index along the axis of each row; a gap between them is shown
     */
    void table(int axis, Statistics statistics, boolean isFloat, LongUnaryOperator indexOf) {
        String[][] columns = {
            new String[statistics.min().length + 1],
            concat("min", statistics.min()),
            concat("max", statistics.max()),
            concat(
                    "mean",
                    Arrays.stream(statistics.mean())
                            .mapToObj(Numbers::text)
                            .toArray(String[]::new)),
            concat(
                    "std",
                    Arrays.stream(statistics.std()).mapToObj(Numbers::text).toArray(String[]::new)),
            concat(
                    "NaN",
                    Arrays.stream(statistics.nans())
                            .mapToObj(Long::toString)
                            .toArray(String[]::new)),
        };
        columns[0][0] = "axis " + axis;
        for (int row = 1; row < columns[0].length; row++) {
            columns[0][row] = Long.toString(indexOf.applyAsLong(row - 1));
        }
        int shown = isFloat ? columns.length : columns.length - 1;
        int[] widths =
                Arrays.stream(columns)
                        .mapToInt(
                                column ->
                                        Arrays.stream(column)
                                                .mapToInt(String::length)
                                                .max()
                                                .orElse(0))
                        .toArray();
        for (int row = 0; row < columns[0].length; row++) {
            if (row > 1 && indexOf.applyAsLong(row - 1) != indexOf.applyAsLong(row - 2) + 1) {
                out.println("  ...");
            }
            var line = new StringBuilder();
            for (int column = 0; column < shown; column++) {
                line.append("  ")
                        .append(" ".repeat(widths[column] - columns[column][row].length()))
                        .append(columns[column][row]);
            }
            line.append("  ")
                    .append(row == 0 ? "min to max" : bars.upright(statistics.counts()[row - 1]));
            out.println(line.toString().stripTrailing());
        }
    }

    private static String[] concat(String heading, String... cells) {
        String[] column = new String[cells.length + 1];
        column[0] = heading;
        System.arraycopy(cells, 0, column, 1, cells.length);
        return column;
    }

    private void line(String name, String value) {
        out.printf("  %-6s %s%n", name, value);
    }
}
