package io.tharsis.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tharsis version}: the project's version and the JVM. */
@Command(name = "version", description = "Print the version of Tharsis and of the JVM.")
final class VersionCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        CommandLine root = spec.parent().commandLine();
        root.printVersionHelp(spec.commandLine().getOut());
    }
}
