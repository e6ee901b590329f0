package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

final class ProgramCacheTest {
    private static final String RESULT = "tharsis.test.result";

    private final String before = System.getProperty(ProgramCache.PROPERTY);

    @TempDir private Path folder;

    private Path entries;
    private Path source;

    @BeforeEach
    void useAFolder() throws IOException {
        entries = folder.resolve("cache/programs");
        System.setProperty(ProgramCache.PROPERTY, entries.toString());
        source = write("src/First.java", "void main() { Second.run(); }\n");
        write("src/Second.java", setting("one"));
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(ProgramCache.PROPERTY);
        } else {
            System.setProperty(ProgramCache.PROPERTY, before);
        }
    }

    @Test
    void shouldFindWhatWasKept() {
        SourceCompiler.Result compiled = keep();
        SourceProgram found = ProgramCache.ofUser().find(source).orElseThrow();
        assertEquals("First", found.mainClass());
        assertEquals(compiled.program().classes().keySet(), found.classes().keySet());
        found.classes()
                .forEach((name, b) -> assertArrayEquals(compiled.program().classes().get(name), b));
        assertTrue(found.run(new String[0], new PrintWriter(new StringWriter())));
        assertEquals("one", System.getProperty(RESULT));
    }

    @Test
    void shouldRunWhatIsWrittenNow() throws IOException {
        assertEquals(0, run());
        assertEquals(0, run());
        assertEquals("one", System.getProperty(RESULT));
        write("src/Second.java", setting("two"));
        assertEquals(0, run());
        assertEquals("two", System.getProperty(RESULT));
    }

    @Test
    void shouldForgetAProgramWhoseSourcesHaveOtherNeighbours() throws IOException {
        keep();
        write("src/Third.java", "class Third {}\n");
        assertFalse(isKept());
    }

    @Test
    void shouldForgetAProgramThatNeedsASourceThatIsGone() throws IOException {
        keep();
        Files.delete(folder.resolve("src/Second.java"));
        assertFalse(isKept());
    }

    @Test
    void shouldCompileAgainWhatIsDamaged() throws IOException {
        keep();
        Path entry = list().getFirst();
        byte[] sound = Files.readAllBytes(entry);
        for (int at = 0; at < sound.length; at += 97) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 4;
            Files.write(entry, damaged);
            assertFalse(isKept(), "byte " + at);
        }
        for (int length : new int[] {0, 5, sound.length / 2, sound.length - 1}) {
            Files.write(entry, java.util.Arrays.copyOf(sound, length));
            assertFalse(isKept(), length + " bytes");
        }
        Files.write(entry, sound);
        assertTrue(isKept());
    }

    @Test
    void shouldKeepNothingThatTheCompilerWarnedAbout() throws IOException {
        String unchecked = "class Old { java.util.List<String> a = new java.util.ArrayList(); }\n";
        write("src/Second.java", setting("one") + unchecked);
        assertFalse(compile().silent());
        keep();
        assertFalse(isKept());
    }

    @Test
    void shouldKeepNothingThatChangedWhileItWasCompiled() throws IOException {
        String before = ProgramCache.ofUser().before();
        SourceCompiler.Result compiled = compile();
        FileTime written = Files.getLastModifiedTime(source);
        String text = Files.readString(source);
        Files.writeString(source, text.replace("Second.run()", "Sekond.run()"));
        Files.setLastModifiedTime(source, written);
        ProgramCache.ofUser().keep(source, compiled, before);
        assertEquals(List.of(), list());
        Files.writeString(source, text);
        Files.setLastModifiedTime(source, written);
        ProgramCache.ofUser().keep(source, compiled, before + "another class path");
        assertEquals(List.of(), list());
        ProgramCache.ofUser().keep(source, compiled, before);
        assertTrue(isKept());
    }

    @Test
    void shouldForgetAProgramOfAnotherClassPath() throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), lib);
        String own = System.getProperty("java.class.path");
        System.setProperty("java.class.path", own + File.pathSeparator + link);
        try {
            keep();
            assertTrue(isKept());
            write("lib/Another.class", "");
            assertFalse(isKept());
        } finally {
            System.setProperty("java.class.path", own);
        }
    }

    @Test
    void shouldForgetAProgramOfAnotherJava() {
        keep();
        String own = System.getProperty("java.vm.version");
        System.setProperty("java.vm.version", own + "-other");
        try {
            assertFalse(isKept());
        } finally {
            System.setProperty("java.vm.version", own);
        }
        assertTrue(isKept());
    }

    @Test
    void shouldNotRunWhatOthersMayHaveWritten() throws IOException {
        keep();
        assertTrue(isKept());
        Files.setPosixFilePermissions(entries, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertFalse(isKept());
        Files.delete(list().getFirst());
        keep();
        assertEquals(List.of(), list());
    }

    @Test
    void shouldRunWhereTheFolderCannotBeNamed() {
        System.setProperty(ProgramCache.PROPERTY, "no\0name");
        assertEquals(0, run());
        assertFalse(isKept());
    }

    @Test
    void shouldMakeAFolderOfOneName() throws IOException {
        String name = "cache-" + ProcessHandle.current().pid();
        System.setProperty(ProgramCache.PROPERTY, name);
        try {
            keep();
            assertTrue(isKept());
        } finally {
            entries = Path.of(name);
            for (Path entry : list()) {
                Files.delete(entry);
            }
            Files.delete(entries);
        }
    }

    @Test
    void shouldSweepWhatAKilledProcessLeft() throws IOException {
        keep();
        Path old = Files.writeString(entries.resolve("newold.aside"), "");
        Path young = Files.writeString(entries.resolve("newyoung.aside"), "");
        Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000));
        keep();
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(young));
    }

    @Test
    void shouldForgetWhatWasUsedLongestAgo() throws IOException {
        SourceCompiler.Result compiled = keep();
        Path entry = list().getFirst();
        Files.setLastModifiedTime(entry, FileTime.fromMillis(1_000_000));
        for (int i = 0; i < ProgramCache.MOST; i++) {
            var cache = ProgramCache.ofUser();
            cache.keep(folder.resolve("P" + i + ".java"), compiled, cache.before());
        }
        assertEquals(ProgramCache.MOST, list().size());
        assertFalse(Files.exists(entry));
    }

    @Test
    void shouldKeepNothingWithoutAFolder() throws IOException {
        System.setProperty(ProgramCache.PROPERTY, "");
        assertEquals(0, run());
        System.setProperty(ProgramCache.PROPERTY, folder.resolve("src/First.java/no").toString());
        assertEquals(0, run());
        assertEquals(List.of(), list());
    }

    private boolean isKept() {
        return ProgramCache.ofUser().find(source).isPresent();
    }

    private SourceCompiler.Result keep() {
        String before = ProgramCache.ofUser().before();
        SourceCompiler.Result compiled = compile();
        ProgramCache.ofUser().keep(source, compiled, before);
        return compiled;
    }

    private SourceCompiler.Result compile() {
        var said = new StringWriter();
        return SourceCompiler.compile(source, new PrintWriter(said)).orElseThrow();
    }

    private int run() {
        return new Console().run("run", source.toString());
    }

    private List<Path> list() throws IOException {
        if (!Files.isDirectory(entries)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(entries)) {
            return all.toList();
        }
    }

    private static String setting(String value) {
        return "class Second { static void run() { System.setProperty(\""
                + RESULT
                + "\", \""
                + value
                + "\"); } }\n";
    }

    private Path write(String name, String text) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }
}
