package io.tharsis.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code tharsis run File.java [args]}: compiles a user's source file in memory, if no earlier run
 * has ({@link ProgramCache}), and runs it in this JVM, under its flags. The program finds the path
 * of its source in the system property {@value #SOURCE_PROPERTY}.
 */
@Command(
        name = "run",
        description =
                "Compile a Java source file, if it has changed, and run it against the engine.")
final class RunCommand implements Callable<Integer> {
    static final String SOURCE_PROPERTY = "tharsis.source";

    @Parameters(
            index = "0",
            paramLabel = "File.java",
            description = "The program; sources beside it are compiled as needed.")
    private Path file;

    @Parameters(
            index = "1..*",
            paramLabel = "args",
            arity = "0..*",
            description = "Passed to the program as they are.")
    private List<String> arguments = List.of();

    @Spec private CommandSpec spec;

    /** The command with everything after the file left to the program, options too. */
    static CommandLine commandLine() {
        return new CommandLine(new RunCommand()).setStopAtPositional(true);
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isRegularFile(file)) {
            err.println(
                    "tharsis run: there is no file "
                            + file
                            + " (seen from "
                            + Path.of("").toAbsolutePath()
                            + ")");
            return ExitCode.USAGE;
        }
        if (!file.toString().endsWith(".java")) {
            err.println(
                    "tharsis run: "
                            + file
                            + " is not a Java source file; its name must end in .java");
            return ExitCode.USAGE;
        }
        var cache = ProgramCache.ofUser();
        Optional<SourceProgram> program = cache.find(file).or(() -> compile(cache, err));
        if (program.isEmpty()) {
            return ExitCode.SOFTWARE;
        }
        System.setProperty(SOURCE_PROPERTY, file.toAbsolutePath().toString());
        return program.get().run(arguments.toArray(String[]::new), err)
                ? ExitCode.OK
                : ExitCode.SOFTWARE;
    }

    private Optional<SourceProgram> compile(ProgramCache cache, PrintWriter err) {
        String before = cache.before();
        Optional<SourceCompiler.Result> compiled = SourceCompiler.compile(file, err);
        compiled.ifPresent(result -> cache.keep(file, result, before));
        return compiled.map(SourceCompiler.Result::program);
    }
}
