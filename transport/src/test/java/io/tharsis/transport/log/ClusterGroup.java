package io.tharsis.transport.log;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tharsis.transport.Address;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterMember;

import org.agrona.IoUtil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Members of Aeron Cluster in this JVM, on free ports of the loopback. */
final class ClusterGroup implements LogGroup {
    final ClusterMember[] members;
    private final ClusterConfig[] configs;
    private final Journal[] journals;
    private final Path drivers;
    private ReplicatedLog log;

    ClusterGroup(int count, Path directory, UnaryOperator<ClusterConfig> change)
            throws IOException {
        drivers = makeDriverDirectory(directory);
        List<ClusterConfig> plain = configs(count, directory, drivers);
        members = new ClusterMember[count];
        configs = new ClusterConfig[count];
        journals = new Journal[count];
        for (int i = 0; i < count; i++) {
            configs[i] = change.apply(plain.get(i).withHeartbeatTimeout(Duration.ofSeconds(1)));
            start(i);
        }
    }

    /** A folder for drivers, in shared memory where there is any; to be deleted by the caller. */
    static Path makeDriverDirectory(Path directory) throws IOException {
        Path shm = Path.of("/dev/shm");
        return Files.isDirectory(shm)
                ? Files.createTempDirectory(shm, "tharsis-log-test-")
                : Files.createDirectory(directory.resolve("drivers"));
    }

    /** Members with the usual settings, on free ports. */
    static List<ClusterConfig> configs(int count, Path directory, Path drivers) {
        List<Address> addresses = addresses(count);
        List<ClusterConfig> configs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            configs.add(
                    ClusterConfig.of(
                            i,
                            addresses,
                            directory.resolve("member-" + i),
                            drivers.resolve("driver-" + i)));
        }
        return configs;
    }

    void start(int member) {
        members[member] =
                ClusterMember.start(
                        configs[member],
                        () -> {
                            journals[member] = new Journal();
                            return journals[member];
                        });
    }

    void stop(int member) {
        if (members[member] != null) {
            members[member].close();
        }
        members[member] = null;
    }

    /** A driver for clients that have no member; gone with the group's. */
    MediaDriver.Context clientDriver(String name) {
        return clientDriver(drivers.resolve(name));
    }

    static MediaDriver.Context clientDriver(Path directory) {
        return new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .threadingMode(ThreadingMode.SHARED)
                .publicationTermBufferLength(1 << 20)
                .dirDeleteOnShutdown(true);
    }

    ClusterConfig config(int member) {
        return configs[member];
    }

    Journal journal(int member) {
        return journals[member];
    }

    /** The address of each member, with room for all its ports. */
    static List<Address> addresses(int count) {
        List<Address> addresses = new ArrayList<>();
        while (addresses.size() < count) {
            addresses.add(new Address("127.0.0.1", TestPorts.free(ClusterConfig.PORTS)));
        }
        return addresses;
    }

    @Override
    public ReplicatedLog log() {
        if (log == null) {
            log = members().getFirst().log();
        }
        return log;
    }

    @Override
    public List<LogMember> members() {
        List<LogMember> up = new ArrayList<>();
        for (ClusterMember member : members) {
            if (member != null) {
                up.add(member);
            }
        }
        return up;
    }

    @Override
    public List<Journal> journals() {
        List<Journal> up = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            if (members[i] != null) {
                up.add(journals[i]);
            }
        }
        return up;
    }

    @Override
    public void restart() {
        for (int i = 0; i < members.length; i++) {
            stop(i);
        }
        log = null;
        for (int i = 0; i < members.length; i++) {
            start(i);
        }
    }

    @Override
    public void loseMajority() {
        // The log's own member stays, if a majority is more than one.
        for (int i = members.length - 1; i >= Math.min(1, members.length - 1); i--) {
            stop(i);
        }
    }

    @Override
    public void close() {
        for (ClusterMember member : members) {
            if (member != null) {
                member.close();
            }
        }
        IoUtil.delete(drivers.toFile(), true);
    }
}
