package io.tharsis.node;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Compiled programs of earlier runs, one file a program, as compiling takes longer than all the
 * rest of a short program's start. An entry holds for the same source files, byte for byte, beside
 * the same other sources, for the same class path and the same Java; whatever else is found,
 * damaged entries too, is compiled again. A program that the compiler warned about is not kept, so
 * that it warns each time.
 *
 * <p>The folder is {@code programs} in {@code $XDG_CACHE_HOME/tharsis} or {@code ~/.cache/tharsis};
 * another one by {@code -Dtharsis.cache=FOLDER}, none by an empty name. It is used only if it is
 * this user's and nobody else may write there, for what lies there is run. The {@value #MOST}
 * programs that were used last stay. Several processes may use it at once. Where it cannot be used,
 * for whatever reason, nothing is kept, silently: a cache is no reason for a program not to run.
 */
final class ProgramCache {
    static final String PROPERTY = "tharsis.cache";
    static final int MOST = 64;

    private static final int MAGIC = 0x54485201;
    private static final String SUFFIX = ".program";
    private static final String ASIDE = ".aside";

    /** An entry that is older and still aside was left by a process that was killed. */
    private static final Duration WRITING = Duration.ofHours(1);

    /** Null: nothing is kept. */
    private final Path folder;

    private ProgramCache(Path folder) {
        this.folder = folder;
    }

    static ProgramCache ofUser() {
        try {
            return new ProgramCache(folderOfUser());
        } catch (InvalidPathException e) {
            // A name that this locale cannot say.
            return new ProgramCache(null);
        }
    }

    private static Path folderOfUser() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return named.isEmpty() ? null : Path.of(named).toAbsolutePath();
        }
        Path caches = absolute(System.getenv("XDG_CACHE_HOME"));
        if (caches == null) {
            Path home = absolute(System.getenv("HOME"));
            home = home == null ? absolute(System.getProperty("user.home")) : home;
            if (home == null) {
                return null;
            }
            caches = home.resolve(".cache");
        }
        return caches.resolve("tharsis").resolve("programs");
    }

    private static Path absolute(String name) {
        Path path = name == null || name.isEmpty() ? null : Path.of(name);
        return path == null || !path.isAbsolute() ? null : path;
    }

    /** The program that {@code file} was compiled to, if it would be compiled to the same now. */
    Optional<SourceProgram> find(Path file) {
        try {
            if (folder == null || !isPrivate(folder)) {
                return Optional.empty();
            }
            Path entry = entry(file);
            Optional<SourceProgram> program = read(Files.readAllBytes(entry), file);
            program.ifPresent(_ -> touch(entry));
            return program;
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** True if {@code folder} is this user's, and nobody else may write there. */
    private static boolean isPrivate(Path folder) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        if (view == null) {
            return Files.isDirectory(folder);
        }
        PosixFileAttributes attributes = view.readAttributes();
        UserPrincipal user =
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
        return attributes.isDirectory()
                && attributes.owner().equals(user)
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static void touch(Path entry) {
        try {
            Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // It is only forgotten sooner.
        }
    }

    /** What a compiler that begins now sees beside sources; see {@link #keep}. */
    String before() {
        try {
            return folder == null ? "" : surroundings();
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    /**
     * Keeps what {@code file} was compiled to, unless something has changed meanwhile.
     *
     * @param before what {@link #before} answered before compiling began
     */
    void keep(Path file, SourceCompiler.Result compiled, String before) {
        if (folder == null || !compiled.silent()) {
            return;
        }
        try {
            make(folder);
            byte[] entry = write(file, compiled, before);
            if (!isPrivate(folder)
                    || !isSame(compiled.sources())
                    || !surroundings().equals(before)) {
                return;
            }
            Path aside = Files.createTempFile(folder, "new", ASIDE);
            try {
                Files.write(aside, entry);
                Files.move(
                        aside,
                        entry(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(aside);
            }
            forgetOldest();
        } catch (IOException | RuntimeException e) {
            // A cache that cannot be written only makes the next start slower.
        }
    }

    private static boolean isSame(List<SourceCompiler.Source> sources) throws IOException {
        for (SourceCompiler.Source source : sources) {
            if (!source.equals(SourceCompiler.Source.of(source.path()))) {
                return false;
            }
        }
        return true;
    }

    private static void make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            if (Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null) {
                Files.createDirectory(folder);
            } else {
                var owners = PosixFilePermissions.fromString("rwx------");
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(owners));
            }
        }
    }

    private void forgetOldest() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        Instant killed = Instant.now().minus(WRITING);
        for (Path path : files) {
            if (path.toString().endsWith(ASIDE)
                    && Files.getLastModifiedTime(path).toInstant().isBefore(killed)) {
                Files.deleteIfExists(path);
            }
        }
        List<Path> entries =
                files.stream().filter(path -> path.toString().endsWith(SUFFIX)).toList();
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

    private static byte[] write(Path file, SourceCompiler.Result compiled, String before)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        write(out, identity(file));
        write(out, before);
        out.writeInt(compiled.sources().size());
        for (SourceCompiler.Source source : compiled.sources()) {
            write(out, identity(source.path()));
            write(out, source.text());
            write(out, source.neighbours());
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
            String text = text(in);
            if (!new SourceCompiler.Source(source, text, text(in))
                    .equals(SourceCompiler.Source.of(source))) {
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
        text.append(Charset.defaultCharset()).append('\n');
        text.append(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(element).toAbsolutePath();
            text.append('\n').append(path);
            path = Files.exists(path) ? path.toRealPath() : path;
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
