package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a session has loaded when its first result is there. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartTest {
    /** Each costs a young JVM a good part of its first result. */
    private static final List<String> NOT_NEEDED =
            List.of(
                    "io.airlift.compress.v3.internal.NativeLoader ",
                    "jdk.jfr.internal.MetadataRepository ",
                    "java.lang.invoke.StringConcatFactory ");

    static final class Program {
        static void main() {
            System.out.println(Tensors.arange(1000).plus(1).sum().itemLong());
        }
    }

    @Test
    void shouldLoadNeitherWhatSpillsNorWhatRecords() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "@" + ResidentMemoryTest.flags(),
                                "-Xlog:class+load",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName())
                        .redirectErrorStream(true)
                        .start();
        List<String> lines;
        try (BufferedReader out = process.inputReader()) {
            lines = out.readAllLines();
        }
        assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
        assertTrue(lines.contains("500500"), () -> String.join("\n", lines));
        assertTrue(
                lines.stream().anyMatch(line -> line.contains(" io.tharsis.engine.LocalEngine ")),
                "the log tells of classes");
        for (String name : NOT_NEEDED) {
            assertEquals(
                    List.of(), lines.stream().filter(line -> line.contains(" " + name)).toList());
        }
    }
}
