package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.decode;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Two processes with different versions of a class, played by two class loaders. */
final class VersionTest {
    private static final String FIRST =
            """
            import java.util.List;

            public record Order(
                    int number, String note, Kind kind, Part part, List<Integer> list, Choice choice) {
                public enum Kind { NEW, OLD }
                public record Part(long weight) {}
                public sealed interface Choice {}
                public record Some(int id) implements Choice {}
                public record None() implements Choice {}
                public static Object sample() {
                    return new Order(7, "x", Kind.OLD, new Part(9), List.of(), new None());
                }
            }
            """;

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);

    @TempDir private Path folder;
    private final List<URLClassLoader> loaders = new ArrayList<>();

    /** The class {@code Order} of {@code source}, of a loader that sees nothing but the JDK. */
    private Class<?> load(String source) throws Exception {
        Path home = Files.createDirectory(folder.resolve("loader" + loaders.size()));
        Path file = Files.writeString(home.resolve("Order.java"), source);
        files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(home));
        assertTrue(
                compiler.getTask(
                                null,
                                files,
                                null,
                                List.of("-proc:none"),
                                null,
                                files.getJavaFileObjects(file))
                        .call());
        URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {home.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        loaders.add(loader);
        return loader.loadClass("Order");
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private static Object sample(Class<?> type) throws Exception {
        return type.getMethod("sample").invoke(null);
    }

    private static MessageCodecs codecs(Class<?> type) {
        MessageCodecs codecs = new MessageCodecs();
        codecs.register(type);
        return codecs;
    }

    @Test
    void shouldUnderstandTheSameVersionOfAnotherProcess() throws Exception {
        Class<?> here = load(FIRST);
        Class<?> there = load(FIRST);
        assertNotSame(here, there);
        Object got = decode(codecs(here), encode(codecs(there), sample(there)));
        assertEquals(sample(here), got);
    }

    @Test
    void shouldRefuseEveryOtherVersion() throws Exception {
        Class<?> here = load(FIRST);
        MessageCodecs codecs = codecs(here);
        for (String[] change :
                new String[][] {
                    {"int number,", "int count,"},
                    {"int number,", "long number,"},
                    {"int number,", "float number,"},
                    {"int number,", "Integer number,"},
                    {"NEW, OLD", "OLD, NEW"},
                    {"NEW, OLD", "NEW, OLD, NONE"},
                    {"long weight", "double weight"},
                    {"List<Integer> list", "List<Long> list"},
                    {"int id", "int is"},
                    {"record None()", "enum Any implements Choice { ONE } public record None()"},
                    {"String note, Kind kind", "Kind kind, String note"},
                    {"long weight) {}", "long weight, int size) { Part(long w) { this(w, 1); } }"},
                }) {
            String source = FIRST.replace(change[0], change[1]);
            Class<?> there = load(source.replace("7, \"x\", Kind.OLD", sampleOf(source)));
            byte[] bytes = encode(codecs(there), sample(there));
            VersionMismatchException mismatch =
                    assertThrows(
                            VersionMismatchException.class,
                            () -> decode(codecs, bytes),
                            () -> change[1]);
            assertEquals(here, mismatch.type());
            assertEquals(codecs.fingerprint(here), mismatch.here());
            assertEquals(codecs(there).fingerprint(there), mismatch.there());
            for (String part :
                    new String[] {
                        "Order",
                        Long.toHexString(mismatch.here()),
                        Long.toHexString(mismatch.there())
                    }) {
                assertTrue(mismatch.getMessage().contains(part), mismatch.getMessage());
            }
        }
    }

    private static String sampleOf(String source) {
        return source.contains("Kind kind, String note")
                ? "7, Kind.OLD, \"x\""
                : "7, \"x\", Kind.OLD";
    }

    @Test
    void shouldRefuseTwoClassesOfTheSameName() throws Exception {
        MessageCodecs codecs = codecs(load(FIRST));
        Class<?> other = load(FIRST);
        String message =
                assertThrows(NotTransferableException.class, () -> codecs.register(other))
                        .getMessage();
        assertEquals("two classes are called Order, of different class loaders", message);
    }

    /** A constructor takes 254 ints, a method handle of it 253. */
    @Test
    void shouldCarryTheWidestRecordsAndRefuseWiderOnes() throws Exception {
        Class<?> ints = load(wide(253, "int"));
        assertEquals(sample(ints), decode(codecs(ints), encode(codecs(ints), sample(ints))));
        Class<?> longs = load(wide(126, "long"));
        assertEquals(sample(longs), decode(codecs(longs), encode(codecs(longs), sample(longs))));
        for (Class<?> type : List.of(load(wide(254, "int")), load(wide(127, "double")))) {
            String message =
                    assertThrows(NotTransferableException.class, () -> codecs(type)).getMessage();
            assertTrue(message.contains("more than 253 components"), message);
        }
    }

    private static String wide(int width, String type) {
        return "public record Order(%s) { public static Object sample() { return new Order(%s); } }"
                .formatted(
                        IntStream.range(0, width)
                                .mapToObj(i -> type + " a" + i)
                                .collect(Collectors.joining(", ")),
                        String.join(", ", Collections.nCopies(width, "3")));
    }
}
