package io.tharsis.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows of docs/deviations.md. */
public final class Deviations {
    /** One row; functions and dtypes are words. */
    public record Row(Set<String> functions, Set<String> dtypes, String numpy, String tharsis) {
        boolean explains(String function, List<String> arguments, String theirs, String ours) {
            return functions.contains(function)
                    && dtypes.containsAll(arguments)
                    && numpy.equals(theirs)
                    && tharsis.equals(ours);
        }
    }

    private final List<Row> rows;
    private final Set<Row> used = new HashSet<>();

    private Deviations(List<Row> rows) {
        this.rows = rows;
    }

    /** Reads the table, from the folder of the module or of the project. */
    public static Deviations read() {
        Path here = Path.of("docs/deviations.md");
        Path path = Files.exists(here) ? here : Path.of("..").resolve(here);
        try {
            return new Deviations(
                    Files.readAllLines(path).stream()
                            .filter(
                                    line ->
                                            line.startsWith("| ")
                                                    && !line.startsWith("| ---")
                                                    && !line.startsWith("| function"))
                            .map(line -> line.substring(1).split("\\|", -1))
                            .map(
                                    cells ->
                                            new Row(
                                                    words(cells[0]),
                                                    words(cells[1]),
                                                    cells[2].strip(),
                                                    cells[3].strip()))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> words(String cell) {
        return new HashSet<>(Arrays.asList(cell.strip().split(" ")));
    }

    /**
     * True if a row says that {@code function} of these dtypes answers {@code ours} where NumPy
     * answers {@code theirs}.
     */
    public boolean explain(String function, List<String> arguments, String theirs, String ours) {
        for (Row row : rows) {
            if (row.explains(function, arguments, theirs, ours)) {
                used.add(row);
                return true;
            }
        }
        return false;
    }

    /** Rows about float16 that explained nothing. */
    public List<Row> unusedTypeRows() {
        return rows.stream()
                .filter(row -> row.numpy().equals("float16") && !used.contains(row))
                .toList();
    }
}
