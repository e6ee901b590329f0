package io.tharsis.node;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Compiled programs of earlier runs, one file a program, as compiling takes longer than all the
 * rest of a short program's start. An entry holds for the same source files, byte for byte, among
 * sources of the same names, for the same class path and the same Java; whatever else is found,
 * damaged entries too, is compiled again. A program that the compiler warned about is not kept, so
 * that it warns each time. Where the folder cannot be written nothing is kept, silently.
 *
 * <p>The folder is {@code programs} in {@code $XDG_CACHE_HOME/tharsis} or {@code ~/.cache/tharsis},
 * only the owner's; another one by {@code -Dtharsis.cache=FOLDER}, none by an empty name. The
 * {@value #MOST} programs that were used last stay. Several processes may use it at once.
 */
final class ProgramCache {
    static final String PROPERTY = "tharsis.cache";
    static final int MOST = 64;

    private static final int MAGIC = 0x54485201;
    private static final String SUFFIX = ".program";

    /** Null: nothing is kept. */
    private final Path folder;

    private ProgramCache(Path folder) {
        this.folder = folder;
    }

    static ProgramCache ofUser() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return new ProgramCache(named.isEmpty() ? null : Path.of(named));
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        Path parent =
                caches == null || caches.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(caches);
        return new ProgramCache(parent.resolve("tharsis").resolve("programs"));
    }

    /** The program that {@code file} was compiled to, if it would be compiled to the same now. */
    Optional<SourceProgram> find(Path file) {
        if (folder == null) {
            return Optional.empty();
        }
        Path entry = entry(file);
        try {
            Optional<SourceProgram> program = read(Files.readAllBytes(entry), file);
            program.ifPresent(_ -> touch(entry));
            return program;
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void touch(Path entry) {
        try {
            Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // It is only forgotten sooner.
        }
    }

    /**
     * Keeps what {@code file} was compiled to.
     *
     * @param start when compiling began: sources that have changed since are not what was compiled
     */
    void keep(Path file, SourceCompiler.Result compiled, Instant start) {
        if (folder == null || !compiled.silent()) {
            return;
        }
        try {
            for (Path source : compiled.sources()) {
                if (!Files.getLastModifiedTime(source).toInstant().isBefore(start)) {
                    return;
                }
            }
            make(folder);
            Path aside = Files.createTempFile(folder, "new", null);
            try {
                Files.write(aside, write(file, compiled));
                Files.move(
                        aside,
                        entry(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(aside);
            }
            forgetOldest();
        } catch (IOException | UncheckedIOException e) {
            // A cache that cannot be written only makes the next start slower.
        }
    }

    private static void make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (posix) {
                var owners = PosixFilePermissions.fromString("rwx------");
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(owners));
            } else {
                Files.createDirectory(folder);
            }
        }
    }

    private void forgetOldest() throws IOException {
        List<Path> entries;
        try (Stream<Path> all = Files.list(folder)) {
            entries = all.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        }
        if (entries.size() > MOST) {
            Map<Path, FileTime> used = new HashMap<>();
            for (Path path : entries) {
                used.put(path, Files.getLastModifiedTime(path));
            }
            List<Path> oldest = entries.stream().sorted(Comparator.comparing(used::get)).toList();
            for (Path path : oldest.subList(0, entries.size() - MOST)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Two files with one entry take turns in it; each reads that it is not its own. */
    private Path entry(Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        int hash = identity(file).hashCode();
        return folder.resolve(name + "-" + Integer.toHexString(hash) + SUFFIX);
    }

    private static String identity(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    private static byte[] write(Path file, SourceCompiler.Result compiled) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        write(out, identity(file));
        write(out, surroundings());
        out.writeInt(compiled.sources().size());
        for (Path source : compiled.sources()) {
            write(out, identity(source));
            write(out, Files.readAllBytes(source));
            write(out, neighbours(source));
        }
        write(out, compiled.program().mainClass());
        Map<String, byte[]> classes = compiled.program().classes();
        out.writeInt(classes.size());
        for (Map.Entry<String, byte[]> type : classes.entrySet()) {
            write(out, type.getKey());
            write(out, type.getValue());
        }
        out.writeLong(sum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    private static Optional<SourceProgram> read(byte[] entry, Path file) throws IOException {
        int end = entry.length - Long.BYTES;
        if (end < 0) {
            return Optional.empty();
        }
        var last = new DataInputStream(new ByteArrayInputStream(entry, end, Long.BYTES));
        if (last.readLong() != sum(entry, end)) {
            return Optional.empty();
        }
        var in = new DataInputStream(new ByteArrayInputStream(entry, 0, end));
        if (in.readInt() != MAGIC
                || !text(in).equals(identity(file))
                || !text(in).equals(surroundings())) {
            return Optional.empty();
        }
        int sources = in.readInt();
        for (int i = 0; i < sources; i++) {
            Path source = Path.of(text(in));
            if (!Arrays.equals(bytes(in), Files.readAllBytes(source))
                    || !text(in).equals(neighbours(source))) {
                return Optional.empty();
            }
        }
        String mainClass = text(in);
        Map<String, byte[]> classes = new HashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            classes.put(text(in), bytes(in));
        }
        return Optional.of(new SourceProgram(mainClass, classes));
    }

    /** What a compiler sees beside the sources: the class path as it is now, and the Java. */
    private static String surroundings() throws IOException {
        var text = new StringBuilder(System.getProperty("java.vm.version")).append('\n');
        text.append(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(element);
            text.append('\n').append(path.toAbsolutePath());
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    files.sorted().forEach(inside -> stamp(text, inside));
                }
            } else if (Files.exists(path)) {
                stamp(text, path);
            }
        }
        return text.toString();
    }

    private static void stamp(StringBuilder text, Path path) {
        try {
            text.append(' ').append(Files.size(path));
            text.append(' ').append(Files.getLastModifiedTime(path).toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all sources beside {@code source}: another one might be found by a name now. */
    private static String neighbours(Path source) throws IOException {
        var names = new TreeSet<String>();
        try (var folder = Files.newDirectoryStream(source.toAbsolutePath().getParent(), "*.java")) {
            folder.forEach(path -> names.add(path.getFileName().toString()));
        }
        return String.join("\n", names);
    }

    private static long sum(byte[] bytes, int length) {
        var sum = new CRC32C();
        sum.update(bytes, 0, length);
        return sum.getValue();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        write(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
