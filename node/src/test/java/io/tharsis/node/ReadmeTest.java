package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

    private int nextPort = ThreadLocalRandom.current().nextInt(10_000, 30_000);

    /**
     * Each program of a page, which is followed by what it prints; at other ports, as several
     * builds may run on a machine.
     */
    private void shouldRun(String page, String... names) throws IOException {
        Pattern program =
                Pattern.compile(
                        "^```java\n(import (?:(?!```).)*)^```\n\n```text\n(.*?)^```\n",
                        Pattern.DOTALL | Pattern.MULTILINE);
        Matcher matcher = program.matcher(Files.readString(ROOT.resolve(page)));
        for (String name : names) {
            assertTrue(matcher.find(), name);
            String text = matcher.group(1);
            String printed = matcher.group(2);
            for (String port : ports(text)) {
                String free = ":" + freePort();
                text = text.replace(port, free);
                printed = printed.replace(port, free);
            }
            Path file = Files.writeString(programs.resolve(name), text);
            assertEquals(printed, ExamplesTest.run(file.toString()));
        }
        assertFalse(matcher.find(), "a program of " + page + " without a name here");
    }

    /** Those of the loopback, with their colons. */
    private static Set<String> ports(String text) {
        return Pattern.compile("(?<=127\\.0\\.0\\.1):[0-9]+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    /** Below those that the system gives to sockets that ask for none; never the same twice. */
    private int freePort() {
        while (true) {
            try (var socket = new DatagramSocket(nextPort++)) {
                return socket.getLocalPort();
            } catch (SocketException _) {
                // Somebody has it.
            }
        }
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
