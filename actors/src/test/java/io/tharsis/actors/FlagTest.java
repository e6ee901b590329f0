package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a JVM without the flags of config/jvm.args is told. */
@Timeout(120)
final class FlagTest {
    /** Run by a JVM of its own. */
    static final class Program {
        private Program() {}

        static void main(String[] args) {
            try (ActorSystem system = ActorSystem.create("no flags")) {
                System.out.println("made " + system);
            } catch (ActorException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void shouldNameTheFlagThatIsMissing() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classes = System.getProperty("java.class.path");
        Process process =
                new ProcessBuilder(java.toString(), "-cp", classes, Program.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("--add-opens java.base/jdk.internal.misc=ALL-UNNAMED"), said);
    }
}
