package io.tharsis.node;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A user's source file, compiled into memory against this JVM's class path. Other sources of the
 * same folder tree are compiled when the file refers to them. Follows {@code java File.java} (JEP
 * 330, 458, 512): the first class of the file is run, whose {@code main} may be static or not, with
 * or without {@code String[]}.
 */
final class SourceProgram {
    private final ClassLoader loader;
    private final String mainClass;

    private SourceProgram(ClassLoader loader, String mainClass) {
        this.loader = loader;
        this.mainClass = mainClass;
    }

    /** Compiles; on errors writes what javac says to {@code diagnostics} and answers empty. */
    static Optional<SourceProgram> compile(Path file, PrintWriter diagnostics) {
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
            boolean compiled =
                    compiler.getTask(
                                    diagnostics, classes, null, options(file, header), null, source)
                            .call();
            diagnostics.flush();
            if (!compiled) {
                return Optional.empty();
            }
            if (header.firstClass().isEmpty()) {
                diagnostics.println("tharsis run: " + file + " declares no class");
                return Optional.empty();
            }
            String prefix = header.packageName().isEmpty() ? "" : header.packageName() + ".";
            ClassLoader loader = classes.loader(ClassLoader.getSystemClassLoader());
            return Optional.of(new SourceProgram(loader, prefix + header.firstClass()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Runs the program's main method on this thread; false if it threw, after its stack trace went
     * to {@code err}.
     */
    boolean run(String[] arguments, PrintWriter err) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            MainMethod.of(Class.forName(mainClass, false, loader)).invoke(arguments);
            return true;
        } catch (MainMethod.Missing e) {
            err.println("tharsis run: " + e.getMessage());
            return false;
        } catch (Throwable thrown) {
            // A program may throw anything, errors too; all of it is the program's, to be shown as
            // the java command does.
            err.print("Exception in thread \"main\" ");
            MainMethod.withoutLauncherFrames(thrown).printStackTrace(err);
            return false;
        } finally {
            err.flush();
            thread.setContextClassLoader(before);
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
