package io.tharsis.snippets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every Java block of the pages is compiled here and prints what the page says. */
final class SnippetsTest {
    private static final Path ROOT = Path.of(System.getProperty("tharsis.root", ".."));
    private static final Path SOURCES = ROOT.resolve("engine/src/test/java/io/tharsis/snippets");
    private static final Pattern REGION =
            Pattern.compile(
                    "^ *// @start region=\"(\\w+)\"\\n(.*?)^ *// @end$",
                    Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern BLOCK =
            Pattern.compile(
                    "^```java\\n(.*?)^```\\n(?:\\n*```text\\n(.*?)^```\\n)?",
                    Pattern.DOTALL | Pattern.MULTILINE);

    /** A {@code java} block of a page, and the {@code text} block right after it, or null. */
    record Block(String where, String code, String output) {
        @Override
        public String toString() {
            return where;
        }
    }

    static Stream<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            for (Path page :
                    Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted()).toList()) {
                String text = Files.readString(page);
                Matcher matcher = BLOCK.matcher(text);
                while (matcher.find()) {
                    long line = text.substring(0, matcher.start()).lines().count() + 1;
                    blocks.add(
                            new Block(
                                    page.getFileName() + " line " + line,
                                    text(matcher.group(1)),
                                    matcher.group(2)));
                }
            }
        }
        return blocks.stream();
    }

    /** Code without its blanks: a page and a formatter may break lines in other places. */
    private static String text(String code) {
        return code.replaceAll("\\s+", "");
    }

    /** Regions by their text, as "File.method". */
    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file :
                    files.filter(path -> !path.endsWith("SnippetsTest.java")).sorted().toList()) {
                Matcher matcher = REGION.matcher(Files.readString(file));
                String owner = file.getFileName().toString().replace(".java", "");
                while (matcher.find()) {
                    regions.put(text(matcher.group(2)), owner + "." + matcher.group(1));
                }
            }
        }
        return regions;
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void shouldBeCompiledAndPrintWhatThePageShows(Block block) throws Exception {
        String region = regions().get(block.code());
        assertTrue(
                region != null,
                block.where() + " is no region of a file in " + SOURCES + ":\n" + block.code());
        String printed = run(region);
        if (block.output() != null) {
            assertEquals(block.output(), printed);
        }
    }

    @Test
    void shouldShowEveryRegionOnSomePage() throws IOException {
        Set<String> unused = new HashSet<>(regions().keySet());
        blocks().forEach(block -> unused.remove(block.code()));
        assertEquals(Set.of(), unused);
        assertFalse(regions().isEmpty());
    }

    /** What the method named by {@code region} prints; a program gets the folder of the data. */
    private static String run(String region) throws Exception {
        String[] name = region.split("\\.");
        Class<?> owner = Class.forName("io.tharsis.snippets." + name[0]);
        Method method =
                Arrays.stream(owner.getDeclaredMethods())
                        .filter(candidate -> candidate.getName().equals(name[1]))
                        .findFirst()
                        .orElseThrow();
        String[] data = {ROOT.resolve("examples/data").toString()};
        var bytes = new ByteArrayOutputStream();
        // As in a program that has just started.
        Tensors.seed(0);
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            method.invoke(
                    null, method.getParameterCount() == 0 ? new Object[0] : new Object[] {data});
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
