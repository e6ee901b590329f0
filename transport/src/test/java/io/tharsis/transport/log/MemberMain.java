package io.tharsis.transport.log;

import io.tharsis.transport.Address;
import io.tharsis.transport.log.cluster.ClusterConfig;
import io.tharsis.transport.log.cluster.ClusterMember;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process with one member and a {@link Journal}, to be killed. It ends with its input. */
final class MemberMain {
    private MemberMain() {}

    /**
     * Starts one; the arguments are those of the member's configuration.
     *
     * @param flag for its JVM
     */
    static Process start(ClusterConfig config, String flag) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-opens",
                                "java.base/jdk.internal.misc=ALL-UNNAMED",
                                "--add-opens",
                                "java.base/java.util.zip=ALL-UNNAMED",
                                "-Xmx192m",
                                flag,
                                "-cp",
                                System.getProperty("java.class.path"),
                                MemberMain.class.getName(),
                                Integer.toString(config.member()),
                                config.directory().toString(),
                                config.driverDirectory().toString(),
                                Long.toString(config.snapshotBytes()),
                                Long.toString(config.retainBytes()),
                                Long.toString(config.heartbeatTimeout().toMillis())));
        config.members().forEach(address -> command.add(address.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static void main(String[] args) throws IOException {
        List<Address> members = Arrays.stream(args, 6, args.length).map(Address::parse).toList();
        ClusterConfig config =
                ClusterConfig.of(
                                Integer.parseInt(args[0]),
                                members,
                                Path.of(args[1]),
                                Path.of(args[2]))
                        .withSnapshots(Long.parseLong(args[3]), Long.parseLong(args[4]))
                        .withHeartbeatTimeout(Duration.ofMillis(Long.parseLong(args[5])));
        try (ClusterMember _ = ClusterMember.start(config, Journal::new)) {
            while (System.in.read() >= 0) {
                // Nothing is said.
            }
        }
    }
}
