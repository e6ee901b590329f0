package io.tharsis.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Starts fresh JVMs of this one's version and class path, and summarises what they measured. */
final class Children {
    private Children() {}

    /**
     * The flags that a program with the engine as a library needs, and all arguments but the first.
     */
    static List<String> libraryOptions(String[] args) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--add-modules=jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED"));
        options.addAll(List.of(args).subList(Math.min(1, args.length), args.length));
        return options;
    }

    /**
     * Runs a main class in a JVM of its own and answers the lines of its standard output; its
     * errors go to ours.
     *
     * @throws IllegalStateException if it fails
     */
    static List<String> run(List<String> jvmOptions, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            lines = reader.lines().toList();
        }
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        "exit code " + code + " of " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return lines;
    }

    /** The smallest value that at least {@code percent} of the values do not exceed. */
    static double percentile(List<Double> values, double percent) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }
}
