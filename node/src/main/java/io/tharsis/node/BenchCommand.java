package io.tharsis.node;

import io.tharsis.Session;
import io.tharsis.node.workload.Workload;
import io.tharsis.node.workload.Workloads;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code tharsis bench WORKLOAD}: times a program over inputs that are made before. */
@Command(
        name = "bench",
        description = {
            "Time a workload: the first run, then the best and the median of some more.",
            "'bench list' names the workloads; 'bench all' runs each in a session of its own, but"
                    + " for those between two processes."
        })
final class BenchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "WORKLOAD", description = "A workload, or 'all', or 'list'.")
    private String name;

    @Option(
            names = {"-n", "--size"},
            paramLabel = "N",
            converter = Counts.class,
            description = "Elements, as 4e8 or 400_000_000; each workload has its own default.")
    private Long size;

    @Option(
            names = "--runs",
            paramLabel = "K",
            converter = Counts.class,
            description =
                    "Runs after the first; if not given, 21 and as many more as 4 seconds take,"
                            + " counted from when no loop is being compiled any more.")
    private Long runs;

    @Option(names = "--once", description = "No run after the first.")
    private boolean once;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object per line; its \"seconds\" is the best run after the"
                            + " first.")
    private boolean json;

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description =
                    "Where workloads over files have them: inputs are made there if they are not"
                            + " there, and kept. A temporary folder if not given.")
    private Path files;

    @Option(
            names = "--cold",
            description = "Have each run of a workload over files read them from disk.")
    private boolean cold;

    @Option(
            names = "--touch",
            paramLabel = "BYTES",
            converter = Counts.class,
            description =
                    "Touch and free so much memory right before the first run, so that it does not"
                            + " wait for the host of a virtual machine; as 4e9.")
    private Long touch;

    @Mixin private SessionOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (name.equals("list")) {
            for (Workload workload : Workloads.ALL) {
                out.printf(
                        Locale.ROOT,
                        "%-20s %,13d  %s%n",
                        workload.name(),
                        workload.defaultSize(),
                        workload.description());
            }
            out.flush();
            return ExitCode.OK;
        }
        List<Workload> chosen =
                name.equals("all")
                        ? Workloads.ALL.stream().filter(w -> !w.isBetweenProcesses()).toList()
                        : Workloads.named(name).stream().toList();
        if (chosen.isEmpty()) {
            refuse();
            return ExitCode.USAGE;
        }
        if (!json) {
            out.println(Timing.HEADING);
        }
        for (Workload workload : chosen) {
            Timing timing = time(workload);
            out.println(json ? timing.json(options.limitsMemory()) : timing.line());
            if (!json && !timing.details().isEmpty()) {
                out.println("  " + timing.details());
            }
            if (!json && options.limitsMemory()) {
                out.println("  memory: " + timing.memory());
            }
            out.flush();
        }
        return ExitCode.OK;
    }

    private Timing time(Workload workload) {
        try (Session session = options.open();
                Session.Binding _ = session.bind()) {
            return Timing.of(
                    workload,
                    size == null ? workload.defaultSize() : size,
                    options.threads(),
                    once ? 0 : runs == null ? -1 : Math.toIntExact(runs),
                    files,
                    cold,
                    touch == null ? 0 : touch);
        }
    }

    private void refuse() {
        PrintWriter err = spec.commandLine().getErr();
        List<String> names = Workloads.ALL.stream().map(Workload::name).toList();
        err.println("tharsis bench: there is no workload '" + name + "'");
        Closest.to(name, names)
                .ifPresent(best -> err.println("Did you mean: tharsis bench " + best + "?"));
        err.println("Workloads: " + String.join(", ", names) + "; or all, or list");
        err.flush();
    }
}
