package io.tharsis.transport.log.cluster;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;
import io.tharsis.transport.seal.ClusterKey;
import io.tharsis.transport.seal.SealStats;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a {@link ClusterMember} is to be. All members must have the same {@code members} in the same
 * order, for good, and should have the same sizes and times.
 *
 * @param member which of the members it is
 * @param members 1, 3 or 5 addresses; of each, the port and the four after it are taken
 * @param directory where the log and the snapshots are, on a disk; made if missing, used by one
 *     member alone
 * @param driverDirectory where the media driver keeps its buffers, in memory; <b>deleted</b> at
 *     each start and at the end, so it must be this member's alone
 * @param fsync whether a command is acknowledged only when a majority has forced it to its disk;
 *     without it, it survives the death of processes, and that of a machine's power on a minority
 * @param snapshotBytes how much log is written between two snapshots, at least 4 MiB
 * @param retainBytes how much log is kept behind the snapshots, for members that were away
 * @param heartbeatTimeout how long a silent leader is believed in, at least 200 ms; an election
 *     follows
 * @param network where it listens, and under which key
 * @param driver changes the media driver's settings before it starts
 */
public record ClusterConfig(
        int member,
        List<Address> members,
        Path directory,
        Path driverDirectory,
        boolean fsync,
        long snapshotBytes,
        long retainBytes,
        Duration heartbeatTimeout,
        MemberNetwork network,
        Consumer<MediaDriver.Context> driver) {
    /** How many ports a member takes, from that of its address on. */
    public static final int PORTS = 5;

    private static final long MIB = 1024 * 1024;

    public ClusterConfig {
        members = List.copyOf(members);
        Objects.requireNonNull(directory, "a member needs a directory");
        Objects.requireNonNull(driverDirectory, "a member needs a driver directory");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(driver, "driver");
        if (members.size() != 1 && members.size() != 3 && members.size() != 5) {
            throw new IllegalArgumentException(
                    "a replicated log has 1, 3 or 5 members: " + members);
        }
        if (member < 0 || member >= members.size()) {
            throw new IllegalArgumentException(
                    "member " + member + " of " + members.size() + " members, counted from 0");
        }
        Set<Address> taken = new HashSet<>();
        for (Address address : members) {
            for (int i = 0; i < PORTS; i++) {
                if (!taken.add(new Address(address.host(), address.port() + i))) {
                    throw new IllegalArgumentException(
                            "each member takes " + PORTS + " ports, and these meet: " + members);
                }
            }
        }
        if (snapshotBytes < 4 * MIB) {
            throw new IllegalArgumentException(
                    "a snapshot comes after at least 4 MiB of log: " + snapshotBytes);
        }
        if (retainBytes < 0) {
            throw new IllegalArgumentException("retainBytes is negative: " + retainBytes);
        }
        if (heartbeatTimeout.toMillis() < 200) {
            throw new IllegalArgumentException(
                    "the heartbeat's time-out is at least 200 ms: " + heartbeatTimeout);
        }
    }

    /**
     * A member with the usual sizes and times: no fsync, a snapshot every 64 MiB, 256 MiB of log
     * kept behind, a leader believed in for 2 s. It listens at its address, without a key.
     */
    public static ClusterConfig of(
            int member, List<Address> members, Path directory, Path driverDirectory) {
        return new ClusterConfig(
                member,
                members,
                directory,
                driverDirectory,
                false,
                64 * MIB,
                256 * MIB,
                Duration.ofSeconds(2),
                MemberNetwork.plain(),
                _ -> {});
    }

    private ClusterConfig with(
            boolean sync,
            long everyBytes,
            long retain,
            Duration heartbeat,
            MemberNetwork place,
            Consumer<MediaDriver.Context> change) {
        return new ClusterConfig(
                member,
                members,
                directory,
                driverDirectory,
                sync,
                everyBytes,
                retain,
                heartbeat,
                place,
                change);
    }

    /** The same with another {@link #fsync}. */
    public ClusterConfig withFsync(boolean value) {
        return with(value, snapshotBytes, retainBytes, heartbeatTimeout, network, driver);
    }

    /** The same with other sizes. */
    public ClusterConfig withSnapshots(long everyBytes, long retain) {
        return with(fsync, everyBytes, retain, heartbeatTimeout, network, driver);
    }

    /** The same with another {@link #heartbeatTimeout}. */
    public ClusterConfig withHeartbeatTimeout(Duration value) {
        return with(fsync, snapshotBytes, retainBytes, value, network, driver);
    }

    private ClusterConfig with(MemberNetwork value) {
        return with(fsync, snapshotBytes, retainBytes, heartbeatTimeout, value, driver);
    }

    /**
     * The same that listens at another host than the one of its address, which others dial; {@code
     * 0.0.0.0} or {@code ::} for all interfaces.
     */
    public ClusterConfig withBindHost(String host) {
        return with(new MemberNetwork(host, network.key(), network.insecure(), network.statsTo()));
    }

    /**
     * The same with every datagram sealed under this key, the same for all members and clients;
     * null for none.
     */
    public ClusterConfig withKey(ClusterKey key) {
        return with(
                new MemberNetwork(network.bindHost(), key, network.insecure(), network.statsTo()));
    }

    /**
     * The same that may listen off loopback without a key: whoever reaches it can read, and append.
     * Said in the log at every start.
     */
    public ClusterConfig withInsecureNoClusterKey() {
        return with(new MemberNetwork(network.bindHost(), network.key(), true, network.statsTo()));
    }

    /** The same that gives {@code consumer} what the seal counts, each time a driver starts. */
    public ClusterConfig withSealStats(Consumer<SealStats> consumer) {
        return with(
                new MemberNetwork(network.bindHost(), network.key(), network.insecure(), consumer));
    }

    /** The same with another change of the media driver's settings. */
    public ClusterConfig withDriver(Consumer<MediaDriver.Context> value) {
        return with(fsync, snapshotBytes, retainBytes, heartbeatTimeout, network, value);
    }

    /** The address of this member. */
    public Address address() {
        return members.get(member);
    }
}
