package io.tharsis.node;

import jdk.jshell.tool.JavaShellToolBuilder;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code tharsis shell}: JShell with the engine on the class path and its names imported. Snippets
 * run in this JVM, which has the right flags already, so no second JVM and no socket are needed.
 * Standard input may be a pipe.
 */
@Command(name = "shell", description = "Start JShell with the engine imported.")
final class ShellCommand implements Callable<Integer> {
    /**
     * Held here so that its level stays; JShell's history makes this logger announce a new
     * preferences folder.
     */
    private static final Logger PREFERENCES = Logger.getLogger("java.util.prefs");

    @Override
    public Integer call() throws Exception {
        PREFERENCES.setLevel(Level.WARNING);
        Path startup = copyStartup();
        try {
            return JavaShellToolBuilder.builder().start(arguments(startup).toArray(String[]::new));
        } finally {
            Files.deleteIfExists(startup);
        }
    }

    private static List<String> arguments(Path startup) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--execution", "local"));
        arguments.addAll(List.of("--class-path", System.getProperty("java.class.path")));
        arguments.addAll(List.of("--startup", "DEFAULT", "--startup", startup.toString()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            arguments.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        return arguments;
    }

    /**
     * JShell reads start-up scripts from files only, so the resource becomes one for as long as the
     * shell runs.
     */
    private static Path copyStartup() {
        try (InputStream script = ShellCommand.class.getResourceAsStream("startup.jsh")) {
            Path file = Files.createTempFile("tharsis-startup", ".jsh");
            // A snippet may end the JVM, which skips the deletion in call().
            file.toFile().deleteOnExit();
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the shell's start-up script cannot be copied to the temporary folder", e);
        }
    }
}
