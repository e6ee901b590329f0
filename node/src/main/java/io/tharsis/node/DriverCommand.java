package io.tharsis.node;

import io.tharsis.transport.aeron.AeronConfig;
import io.tharsis.transport.aeron.DriverMain;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code tharsis driver}: the media driver that processes of this machine share. */
@Command(
        name = "driver",
        description = {
            "Run the media driver that this user's processes on this machine share.",
            "They start it by themselves; by hand it is there before them. It leaves its terminal,"
                    + " ends at once if one runs already, and ends when nobody uses it."
        })
final class DriverCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Where it keeps its files; /dev/shm/tharsis-<user> if not given.")
    private Path folder;

    @Option(
            names = "--alone",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long it stays without clients; ${DEFAULT-VALUE} if not given.")
    private int aloneSeconds;

    @Override
    public Integer call() throws InterruptedException {
        Path where = folder == null ? AeronConfig.defaultFolder() : folder;
        DriverMain.main(new String[] {where.toString(), Integer.toString(aloneSeconds)});
        return ExitCode.OK;
    }
}
