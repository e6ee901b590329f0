package io.tharsis.transport.log;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterLog;

import org.agrona.CloseHelper;
import org.agrona.IoUtil;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Members that are processes of their own, and a client in this one. */
final class MemberProcesses implements AutoCloseable {
    final ClusterLog log;
    final Path drivers;
    private final List<ClusterConfig> configs;
    private final Process[] processes;
    private final MediaDriver driver;
    private final String flag;

    /**
     * Starts them.
     *
     * @param flag for their JVMs
     */
    MemberProcesses(int count, Path directory, String flag) throws IOException {
        this.flag = flag;
        drivers = ClusterGroup.makeDriverDirectory(directory);
        configs = ClusterGroup.configs(count, directory, drivers);
        processes = new Process[count];
        List<Address> members = configs.getFirst().members();
        Path own = drivers.resolve("client");
        driver = MediaDriver.launch(ClusterGroup.clientDriver(own));
        for (int i = 0; i < count; i++) {
            start(i);
        }
        log = ClusterLog.connect(members, own, members.getFirst());
    }

    void start(int member) throws IOException {
        processes[member] = MemberMain.start(configs.get(member), flag);
    }

    /** Kills it, and returns when it is gone. */
    void kill(int member) {
        processes[member].destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    List<ProcessHandle> handles() {
        return Arrays.stream(processes).map(Process::toHandle).toList();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(log, driver);
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (int i = 0; i < processes.length; i++) {
            kill(i);
        }
        IoUtil.delete(drivers.toFile(), true);
    }
}
