package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The part of a program on the module's page; the whole ones are run in {@code node}. */
final class PageTest {
    @Test
    void shouldCompileWhatThePageShows() throws IOException {
        var dispatcher = new SimulatedDispatcher(42);
        var system = ActorSystem.builder("test").dispatcher(dispatcher).build();
        // ... spawn, tell, ask
        dispatcher.runUntilIdle();
        dispatcher.advance(Duration.ofMinutes(5));
        system.close();
        assertEquals(Duration.ofMinutes(5).toNanos(), dispatcher.nanoTime());

        Path module = Path.of(System.getProperty("tharsis.root"), "actors");
        String[] blocks = Files.readString(module.resolve("README.md")).split("```java\\n");
        String last = blocks[blocks.length - 1];
        String shown = last.substring(0, last.indexOf("```"));
        Path source = module.resolve("src/test/java/io/tharsis/actors/PageTest.java");
        assertTrue(squeezed(Files.readString(source)).contains(squeezed(shown)), shown);
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
