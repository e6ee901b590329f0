package io.tharsis.node;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a user's source file into memory against this JVM's class path. Other sources of the
 * same folder tree are compiled when the file refers to them. Follows {@code java File.java} (JEP
 * 330, 458, 512): the first class of the file is the program's.
 */
final class SourceCompiler {
    private SourceCompiler() {}

    /**
     * @param sources every file that was compiled, as it was then
     * @param silent true if the compiler had nothing to say
     */
    record Result(SourceProgram program, List<Source> sources, boolean silent) {}

    /**
     * A source file.
     *
     * @param text its bytes, each as one character
     * @param neighbours names, sizes and times of all sources beside it: what they declare might be
     *     found by its name
     */
    record Source(Path path, String text, String neighbours) {
        static Source of(Path path) throws IOException {
            var beside = new TreeSet<String>();
            try (var folder =
                    Files.newDirectoryStream(path.toAbsolutePath().getParent(), "*.java")) {
                for (Path other : folder) {
                    beside.add(
                            other.getFileName()
                                    + " "
                                    + Files.size(other)
                                    + " "
                                    + Files.getLastModifiedTime(other));
                }
            }
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            return new Source(path, text, String.join("\n", beside));
        }
    }

    /** On errors what javac says goes to {@code diagnostics}, and the answer is empty. */
    static Optional<Result> compile(Path file, PrintWriter diagnostics) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            diagnostics.println(
                    "tharsis run: this Java has no compiler; use a full JDK instead of a JRE");
            return Optional.empty();
        }
        try (StandardJavaFileManager disk = compiler.getStandardFileManager(null, null, null);
                MemoryClasses classes = new MemoryClasses(disk)) {
            Iterable<? extends JavaFileObject> source = disk.getJavaFileObjects(file);
            Header header = readHeader(compiler, disk, source);
            var said = new StringWriter();
            var task =
                    (JavacTask)
                            compiler.getTask(
                                    said, classes, null, options(file, header), null, source);
            var parsed = new Parsed();
            task.addTaskListener(parsed);
            boolean compiled = task.call();
            diagnostics.print(said);
            diagnostics.flush();
            if (!compiled) {
                return Optional.empty();
            }
            if (header.firstClass().isEmpty()) {
                diagnostics.println("tharsis run: " + file + " declares no class");
                return Optional.empty();
            }
            String prefix = header.packageName().isEmpty() ? "" : header.packageName() + ".";
            var program = new SourceProgram(prefix + header.firstClass(), classes.bytes());
            return Optional.of(
                    new Result(
                            program,
                            List.copyOf(parsed.files.values()),
                            said.getBuffer().isEmpty()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Notes which files are read, and how they are right after that. */
    private static final class Parsed implements TaskListener {
        private final Map<Path, Source> files = new LinkedHashMap<>();

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.PARSE) {
                Path path = Path.of(event.getSourceFile().toUri());
                try {
                    files.put(path, Source.of(path));
                } catch (IOException | DirectoryIteratorException e) {
                    // Gone again; it will not be found to be the same.
                    files.put(path, new Source(path, "", ""));
                }
            }
        }
    }

    /** What must be known of the file before it is compiled. */
    private record Header(String packageName, String firstClass) {}

    private static Header readHeader(
            JavaCompiler compiler,
            StandardJavaFileManager disk,
            Iterable<? extends JavaFileObject> source)
            throws IOException {
        // The compilation proper reports errors; this look ahead stays silent.
        JavacTask task =
                (JavacTask)
                        compiler.getTask(null, disk, _ -> {}, List.of("-proc:none"), null, source);
        String packageName = "";
        String firstClass = "";
        for (CompilationUnitTree unit : task.parse()) {
            packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
            for (Tree type : unit.getTypeDecls()) {
                if (firstClass.isEmpty() && type instanceof ClassTree declared) {
                    firstClass = declared.getSimpleName().toString();
                }
            }
        }
        return new Header(packageName, firstClass);
    }

    private static List<String> options(Path file, Header header) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-g",
                                "-Xlint:deprecation,unchecked,-options,-incubating"));
        options.addAll(List.of("--class-path", System.getProperty("java.class.path")));
        options.addAll(List.of("--source-path", sourceRoot(file, header.packageName()).toString()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        return options;
    }

    /**
     * The folder that holds the file's package tree, or just the file's folder if the two do not
     * agree.
     */
    private static Path sourceRoot(Path file, String packageName) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (packageName.isEmpty()) {
            return folder;
        }
        Path packagePath = Path.of(packageName.replace('.', '/'));
        if (!folder.endsWith(packagePath)) {
            return folder;
        }
        Path root = folder;
        for (int i = 0; i < packagePath.getNameCount(); i++) {
            root = root.getParent();
        }
        return root;
    }
}
