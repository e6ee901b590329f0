import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Runs google-java-format over every Java file of the project, on the JDK of the toolchain. The
 * build starts it (see the execution "format" in the parent POM): {@code check ROOT} names the
 * files that differ and fails, {@code apply ROOT} rewrites them. A file that does not parse is
 * named and left alone, and fails both.
 */
final class Format {
    private Format() {}

    public static void main(String[] args) throws IOException {
        boolean apply = args[0].equals("apply");
        Path root = Path.of(args[1]);
        Formatter formatter =
                new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());
        List<Path> different = new ArrayList<>();
        boolean broken = false;
        for (Path file : javaFiles(root)) {
            String before = Files.readString(file);
            try {
                String after = formatter.formatSourceAndFixImports(before);
                if (!after.equals(before)) {
                    different.add(root.relativize(file));
                    if (apply) {
                        Files.writeString(file, after);
                    }
                }
            } catch (FormatterException e) {
                System.err.println(root.relativize(file) + ": " + e.getMessage());
                broken = true;
            }
        }
        for (Path file : different) {
            System.err.println((apply ? "formatted " : "not formatted: ") + file);
        }
        if (!apply && !different.isEmpty()) {
            System.err.println(
                    different.size()
                            + " files are not formatted; run: mvn -N -q -Pformat process-sources");
        }
        if (broken || (!apply && !different.isEmpty())) {
            System.exit(1);
        }
    }

    private static TreeSet<Path> javaFiles(Path root) throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        String name = folder.getFileName().toString();
                        boolean skip =
                                !folder.equals(root)
                                        && (name.startsWith(".") || name.equals("target"));
                        return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.getFileName().toString().endsWith(".java")) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }
}
