package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class RunCommandTest {
    private static final String RESULT = "tharsis.test.result";

    private final Console console = new Console();

    @TempDir private Path folder;

    @Test
    void shouldRunAProgramAgainstTheEngine() throws IOException {
        write(
                "Sizes.java",
                """
                import io.tharsis.DType;
                public class Sizes {
                    public static void main(String[] args) {
                        System.setProperty("tharsis.test.result", "" + DType.FLOAT64.byteSize());
                    }
                }
                """);
        assertEquals(0, run("Sizes.java"), console.err());
        assertEquals("8", System.getProperty(RESULT));
    }

    @Test
    void shouldPassArgumentsThatLookLikeOptions() throws IOException {
        write(
                "Args.java",
                """
                void main(String[] args) { System.setProperty("tharsis.test.result", String.join("|", args)); }
                """);
        assertEquals(
                0,
                console.run(
                        "run",
                        folder.resolve("Args.java").toString(),
                        "--points",
                        "3",
                        "-h",
                        "a b"),
                console.err());
        assertEquals("--points|3|-h|a b", System.getProperty(RESULT));
    }

    @Test
    void shouldRunAnInstanceMainWithoutParameters() throws IOException {
        write(
                "Compact.java",
                "void main() { System.setProperty(\"tharsis.test.result\", \"compact\"); }\n");
        assertEquals(0, run("Compact.java"), console.err());
        assertEquals("compact", System.getProperty(RESULT));
    }

    @Test
    void shouldCompileOtherFilesOfThePackageAsNeeded() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        write(
                "a/b/First.java",
                """
                package a.b;
                class First { static void main() { System.setProperty("tharsis.test.result", a.Second.text()); } }
                """);
        write(
                "a/Second.java",
                """
                package a;
                public class Second { public static String text() { return "second"; } }
                """);
        assertEquals(0, run("a/b/First.java"), console.err());
        assertEquals("second", System.getProperty(RESULT));
    }

    @Test
    void shouldGiveTheProgramItsOwnContextClassLoader() throws IOException {
        write(
                "Loader.java",
                """
                class Loader {
                    static void main() throws Exception {
                        Class<?> self = Class.forName("Loader", true, Thread.currentThread().getContextClassLoader());
                        System.setProperty("tharsis.test.result", "" + (self == Loader.class));
                    }
                }
                """);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        assertEquals(0, run("Loader.java"), console.err());
        assertEquals("true", System.getProperty(RESULT));
        assertEquals(before, Thread.currentThread().getContextClassLoader());
    }

    @Test
    void shouldShowCompileErrorsAsJavacDoes() throws IOException {
        write("Broken.java", "void main() {\n    int x = \"text\";\n}\n");
        assertEquals(1, run("Broken.java"));
        assertTrue(
                console.err().contains("Broken.java:2: error: incompatible types"), console.err());
        assertTrue(console.err().contains("1 error"), console.err());
    }

    @Test
    void shouldShowTheStackTraceOfAProgramWithoutTheLaunchersFrames() throws IOException {
        write(
                "Throwing.java",
                """
                class Throwing {
                    static void main() {
                        fail();
                    }
                    static void fail() {
                        throw new IllegalStateException("no luck");
                    }
                }
                """);
        assertEquals(1, run("Throwing.java"));
        assertTrue(
                console.err()
                        .startsWith(
                                "Exception in thread \"main\" java.lang.IllegalStateException: no"
                                        + " luck"),
                console.err());
        assertTrue(console.err().contains("Throwing.main(Throwing.java:3)"), console.err());
        assertFalse(console.err().contains("io.tharsis.node"), console.err());
        assertFalse(console.err().contains("reflect"), console.err());
    }

    @Test
    void shouldSayWhatIsMissingInAClassWithoutMain() throws IOException {
        write("Idle.java", "class Idle { private static void main() {} }\n");
        assertEquals(1, run("Idle.java"));
        assertTrue(console.err().contains("Idle, has no main method"), console.err());
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        assertEquals(2, run("Absent.java"));
        assertTrue(
                console.err().contains("there is no file " + folder.resolve("Absent.java")),
                console.err());
    }

    @Test
    void shouldRefuseAFileThatIsNotASource() throws IOException {
        write("data.npy", "x");
        assertEquals(2, run("data.npy"));
        assertTrue(console.err().contains("must end in .java"), console.err());
    }

    private int run(String file) {
        return console.run("run", folder.resolve(file).toString());
    }

    private void write(String name, String source) throws IOException {
        Files.writeString(folder.resolve(name), source);
    }
}
