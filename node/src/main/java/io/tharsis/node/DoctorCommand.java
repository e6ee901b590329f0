package io.tharsis.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * {@code tharsis doctor}: is this JVM and this machine fit, and if not, what to do. Exit code 1
 * only if it is not usable.
 */
@Command(
        name = "doctor",
        description = "Check the JVM and the machine, and say how to mend what is not fine.")
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(JvmChecks.all());
        findings.addAll(MachineChecks.all(Path.of(System.getProperty("java.io.tmpdir"))));
        print(findings, spec.commandLine().getOut());
        return findings.stream().anyMatch(f -> f.level() == Finding.Level.FAIL)
                ? ExitCode.SOFTWARE
                : ExitCode.OK;
    }

    static void print(List<Finding> findings, PrintWriter out) {
        for (Finding finding : findings) {
            out.printf(
                    "%-5s%-15s%s%n",
                    finding.level().name().toLowerCase(Locale.ROOT),
                    finding.subject(),
                    finding.found());
            if (!finding.remedy().isEmpty()) {
                out.printf("%-20sfix: %s%n", "", finding.remedy());
            }
        }
        out.flush();
    }
}
