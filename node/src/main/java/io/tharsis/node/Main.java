package io.tharsis.node;

import io.tharsis.TharsisException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The program behind {@code ./tharsis}: parses the command line and runs one command. */
@Command(
        name = "tharsis",
        description = "N-dimensional arrays on the JVM: lazy tensors, fused SIMD loops, all cores.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = "%n'tharsis help COMMAND' tells more about one command.")
public final class Main {
    /** Every command, in the order that {@code help} lists them. A new command is one more line. */
    static final List<Supplier<Object>> COMMANDS =
            List.of(
                    PiCommand::new,
                    DescribeCommand::new,
                    RunCommand::commandLine,
                    ShellCommand::new,
                    BenchCommand::new,
                    DoctorCommand::new,
                    DriverCommand::new,
                    VersionCommand::new,
                    HelpCommand::new);

    private Main() {}

    /**
     * Runs the command line and ends the JVM if it failed. After success the JVM lives on as long
     * as a user's program keeps non-daemon threads.
     */
    public static void main(String[] args) {
        int exitCode = commandLine().execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * The whole command line, fresh. Exit code 2 for what cannot be parsed, with a suggestion; 1
     * for what failed. A {@link TharsisException} is shown by its message alone, anything else by
     * its stack trace.
     */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        for (Supplier<Object> command : COMMANDS) {
            root.addSubcommand(command.get());
        }
        for (CommandLine command : root.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            if (spec.findOption("--help") == null) {
                spec.versionProvider(new VersionProvider()).mixinStandardHelpOptions(true);
            }
        }
        root.setExecutionExceptionHandler(Main::explain);
        root.setParameterExceptionHandler(Main::refuse);
        return root;
    }

    /** What was wrong, and then the name that was meant, or the usage where none is near. */
    private static int refuse(CommandLine.ParameterException failure, String... args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(failure.getMessage());
        Optional<String> unknown =
                failure instanceof UnmatchedArgumentException unmatched
                        ? Optional.of(unmatched.getUnmatched().getFirst())
                        : unknownOption(command, args);
        Optional<String> meant = unknown.flatMap(argument -> meant(argument, command));
        String name = command.getCommandSpec().qualifiedName();
        if (meant.isPresent()) {
            err.println("Did you mean: " + name + " " + meant.get() + "?");
        } else {
            command.usage(err);
        }
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** An option that the command does not have, which is why it may miss something else. */
    private static Optional<String> unknownOption(CommandLine command, String... args) {
        return Arrays.stream(args)
                .filter(argument -> argument.startsWith("--") && argument.indexOf('=') < 0)
                .filter(argument -> !command.getCommandSpec().optionsMap().containsKey(argument))
                .findFirst();
    }

    private static Optional<String> meant(String argument, CommandLine command) {
        return argument.startsWith("-")
                ? Closest.to(argument, command.getCommandSpec().optionsMap().keySet())
                : Closest.to(argument, command.getSubcommands().keySet());
    }

    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof TharsisException) {
            command.getErr().println("tharsis: " + failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }
}
