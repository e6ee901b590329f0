package io.tharsis.node;

import io.tharsis.LocalSettings;
import io.tharsis.Session;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.nio.file.Path;

/** The options of commands that compute: how many threads, how much memory. */
final class SessionOptions {
    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "Threads that compute; all cores if not given.")
    private Integer threads;

    @Option(
            names = "--memory",
            paramLabel = "M",
            description =
                    "Memory for tensors, as 8g or 512m; most of what the machine has if not given.")
    private String memory;

    @Option(
            names = "--spill-to",
            paramLabel = "FOLDER",
            split = ",",
            description =
                    "Folders for what does not fit into memory; the system's folder for temporary"
                            + " files if not given.")
    private Path[] spillFolders;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** A session as asked for, to be closed by the caller. */
    Session open() {
        LocalSettings settings = Session.local();
        try {
            if (threads != null) {
                settings.threads(threads);
            }
            if (memory != null) {
                settings.memory(memory);
            }
            if (spillFolders != null) {
                settings.spillTo(spillFolders);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return settings.open();
    }

    /** The threads that a session of these options computes on. */
    int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** True if the user said how much memory a session has. */
    boolean limitsMemory() {
        return memory != null;
    }
}
