package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.TharsisException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.PrintWriter;
import java.io.StringWriter;

final class MainTest {
    private final Console console = new Console();

    @Test
    void shouldListEveryCommandInHelp() {
        assertEquals(0, console.run("help"));
        for (String name : Main.commandLine().getSubcommands().keySet()) {
            assertTrue(
                    console.out().contains("  " + name + " "),
                    name + " is missing in " + console.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pi", "describe", "run", "shell", "bench", "doctor", "version"})
    void shouldExplainEachCommand(String command) {
        assertEquals(0, console.run("help", command));
        assertTrue(console.out().startsWith("Usage: tharsis " + command), console.out());
    }

    @Test
    void shouldPrintTheVersionOfTheBuild() {
        assertEquals(0, console.run("version"));
        assertTrue(console.out().matches("(?s)tharsis \\d+\\.\\d+\\.\\d+.*"), console.out());
    }

    @Test
    void shouldSuggestACommandForAnUnknownOne() {
        assertEquals(2, console.run("docter"));
        assertTrue(console.err().contains("Did you mean: tharsis doctor"), console.err());
    }

    @ParameterizedTest
    @CsvSource({
        "hlep, tharsis help?",
        "decsribe, tharsis describe?",
        "desc, tharsis describe?",
        "pi --pionts, tharsis pi --points?",
        "bench --jsno, tharsis bench --json?"
    })
    void shouldSuggestWhatIsOneSlipAway(String arguments, String meant) {
        assertEquals(2, console.run(arguments.split(" ")));
        assertTrue(console.err().contains("Did you mean: " + meant), console.err());
    }

    @Test
    void shouldShowTheUsageWhereNothingIsNear() {
        assertEquals(2, console.run("frobnicate"));
        assertTrue(console.err().contains("Usage: tharsis"), console.err());
    }

    @Test
    void shouldSuggestAnOptionForAnUnknownOne() {
        assertEquals(2, console.run("doctor", "--versio"));
        assertTrue(console.err().contains("--version"), console.err());
    }

    @Test
    void shouldAnswerUsageWithoutACommand() {
        assertEquals(2, console.run());
        assertTrue(console.err().contains("Usage: tharsis"), console.err());
    }

    @Test
    void shouldShowTheMessageAloneWhenTharsisRefuses() {
        CommandLine commandLine = Main.commandLine();
        commandLine.addSubcommand(new Refusing());
        // Settings reach only the subcommands that are there when they are made.
        commandLine.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
        StringWriter err = new StringWriter();
        commandLine.setErr(new PrintWriter(err, true));
        assertEquals(1, commandLine.execute("refuse"));
        assertEquals("tharsis: shapes (2,) and (3,) differ", err.toString().strip());
        assertFalse(err.toString().contains("\tat "));
    }

    @Command(name = "refuse")
    private static final class Refusing implements Runnable {
        @Override
        public void run() {
            throw new TharsisException("shapes (2,) and (3,) differ");
        }
    }
}
