package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The shell owns standard input and output, so it runs in a JVM of its own here. */
final class ShellCommandTest {
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldEvaluatePipedSnippetsAgainstTheEngine() throws IOException, InterruptedException {
        String output =
                shell(
                        "DType.FLOAT64.byteSize() * 1000 + 1\n"
                                + "jdk.incubator.vector.IntVector.SPECIES_128.length() + 38\n");
        assertTrue(output.contains("==> 8001"), output);
        assertTrue(output.contains("==> 42"), output);
    }

    private static String shell(String snippets) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of(System.getProperty("tharsis.root"), "config", "jvm.args"));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "shell"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(snippets.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
