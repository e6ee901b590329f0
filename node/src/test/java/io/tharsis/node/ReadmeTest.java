package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of README.md answer what the page shows. Its Java is tested in the engine's
 * SnippetsTest.
 */
final class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("tharsis.root"));

    /** The lines that the page shows after {@code $ ./tharsis LINE}. */
    private static List<String> shownAfter(String line) throws IOException {
        Pattern block =
                Pattern.compile(
                        "^```console\\n\\$ \\./tharsis " + Pattern.quote(line) + "\\n(.*?)^```$",
                        Pattern.DOTALL | Pattern.MULTILINE);
        Matcher matcher = block.matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(matcher.find(), "README.md shows no ./tharsis " + line);
        return matcher.group(1).lines().toList();
    }

    @Test
    void shouldDescribeAsShown() throws IOException {
        String file = "examples/data/digits_images.npy";
        Console console = new Console();
        assertEquals(0, console.run("describe", ROOT.resolve(file).toString()), console.err());
        List<String> answered =
                console.out().replace(ROOT.resolve(file).toString(), file).lines().toList();
        List<String> shown = shownAfter("describe " + file);
        for (int i = 0; !shown.get(i).strip().equals("..."); i++) {
            assertEquals(withoutBar(shown.get(i)), withoutBar(answered.get(i)));
        }
    }

    /** Bars are drawn in the terminal's charset. */
    private static String withoutBar(String line) {
        return line.replaceAll("[█▉▊▋▌▍▎▏#]", "").stripTrailing();
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldAnswerInTheShellAsShown() throws IOException, InterruptedException {
        List<String> inputs = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (String line : shownAfter("shell")) {
            if (line.startsWith("jshell> ")) {
                inputs.add(line.substring("jshell> ".length()));
                answers.add("");
            } else {
                answers.set(answers.size() - 1, (answers.getLast() + "\n" + line).strip());
            }
        }
        assertFalse(inputs.isEmpty());
        // JShell echoes what is piped in on some terminals.
        String[] answered = shell(String.join("\n", inputs) + "\n").split("jshell> ");
        for (int i = 0; i < inputs.size(); i++) {
            // A stack trace is not shown.
            String answer = answered[i + 1].replaceAll("\n\\| +at [^\n]*", "").strip();
            answer =
                    answer.startsWith(inputs.get(i))
                            ? answer.substring(inputs.get(i).length()).strip()
                            : answer;
            assertEquals(answers.get(i), answer, inputs.get(i));
        }
    }

    private static String shell(String snippets) throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + ROOT.resolve("config/jvm.args"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "shell");
        Process process =
                new ProcessBuilder(command)
                        .directory(ROOT.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (var in = process.getOutputStream()) {
            in.write(snippets.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    @Test
    void shouldRunTheProgramsOfTheModulesPages() throws IOException {
        shouldRun("actors/README.md", "Accounts.java", "Greetings.java");
        shouldRun("transport/README.md", "Letters.java");
    }

    @TempDir private Path programs;

    /** Each program of a page, which is followed by what it prints. */
    private void shouldRun(String page, String... names) throws IOException {
        Pattern program =
                Pattern.compile(
                        "^```java\n(import (?:(?!```).)*)^```\n\n```text\n(.*?)^```\n",
                        Pattern.DOTALL | Pattern.MULTILINE);
        Matcher matcher = program.matcher(Files.readString(ROOT.resolve(page)));
        for (String name : names) {
            assertTrue(matcher.find(), name);
            Path file = Files.writeString(programs.resolve(name), matcher.group(1));
            assertEquals(matcher.group(2), ExamplesTest.run(file.toString()));
        }
        assertFalse(matcher.find(), "a program of " + page + " without a name here");
    }

    @Test
    void shouldListEveryCommand() throws IOException {
        String page = Files.readString(ROOT.resolve("README.md"));
        for (String name : Main.commandLine().getSubcommands().keySet()) {
            assertTrue(
                    Pattern.compile("^\\| `" + name + "[` ]", Pattern.MULTILINE)
                            .matcher(page)
                            .find(),
                    "README.md lacks " + name);
        }
    }
}
