package io.tharsis.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

import java.util.List;
import java.util.function.Supplier;

/** The program behind {@code ./tharsis}: parses the command line and runs one command. */
@Command(
        name = "tharsis",
        description = "N-dimensional arrays on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
public final class Main {
    /** Every command, in the order that {@code help} lists them. A new command is one more line. */
    static final List<Supplier<Object>> COMMANDS = List.of(VersionCommand::new, HelpCommand::new);

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
     * The whole command line, fresh; exit code 2 for what cannot be parsed (with a suggestion), 1
     * for what failed.
     */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        for (Supplier<Object> command : COMMANDS) {
            root.addSubcommand(command.get());
        }
        return root;
    }
}
