package io.tharsis.engine;

import static io.tharsis.Tensors.fromNpy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process with a budget, seen from outside. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResidentMemoryTest {
    private static final long MIB = 1 << 20;

    @TempDir private Path folder;

    private Process start(String budget) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + flags(),
                        "-XX:+UseSerialGC",
                        // Not a quarter of the machine's memory, whatever size that is.
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ResidentProgram.class.getName(),
                        budget,
                        folder.toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    /** The argument file that every JVM of the project is started with. */
    static Path flags() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("config/jvm.args"))) {
            root = root.getParent();
        }
        return root.resolve("config/jvm.args");
    }

    private void awaitDone(Process process) throws IOException {
        // left open: closing it would end the program's input too early for what is asked next
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        assertEquals("done", line, () -> text(folder.resolve("errors")));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The most memory the process had in RAM, as the system tells it. */
    private static long peakBytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private boolean hasSpilled() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("spill"))) {
            return files.anyMatch(file -> file.toString().endsWith(".chunk"));
        }
    }

    @Test
    void shouldStayWithin300MiBOfItsBudgetAndLeaveNothingBehind() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs /proc");
        Process process = start("64m");
        try {
            awaitDone(process);
            long peak = peakBytes(process.pid());
            String answer = Files.readString(folder.resolve("answer"));
            System.out.println("ResidentMemoryTest: " + peak / MIB + " MiB; " + answer);
            assertTrue(peak <= (64 + 300) * MIB, () -> peak + " bytes; " + answer);
            assertEquals(
                    2.5 + 10, Double.parseDouble(answer.substring(0, answer.indexOf(' '))), 0.01);
            assertTrue(hasSpilled());
            process.getOutputStream().close();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(folder.resolve("spill"))) {
            assertEquals(0, left.count());
        }
        try (var session = Session.local().memory("64m").spillTo(folder.resolve("own")).open();
                var _ = session.bind()) {
            Tensor z = fromNpy(folder.resolve("z.npy"));
            assertEquals(0, z.mean(0).abs().max().item(), 1e-12);
            assertEquals(1, z.std(0).max().item(), 1e-12);
        }
    }

    @Test
    void shouldBeSweptByTheNextSessionAfterACrash() throws Exception {
        Process process = start("64m");
        try {
            awaitDone(process);
            assertTrue(hasSpilled());
            try (var _ = Session.local().spillTo(folder.resolve("spill")).open()) {
                assertTrue(hasSpilled(), "a living process was swept");
            }
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        assertTrue(hasSpilled());
        try (var _ = Session.local().spillTo(folder.resolve("spill")).open()) {
            try (Stream<Path> left = Files.list(folder.resolve("spill"))) {
                assertEquals(0, left.count());
            }
        }
    }
}
