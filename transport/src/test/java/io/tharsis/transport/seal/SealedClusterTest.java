package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.logbuffer.Header;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Three members of an Aeron Cluster, and a client, that talk through sealed drivers alone. */
@Tag("slow")
@Timeout(300)
class SealedClusterTest {
    private static final int MEMBERS = 3;
    private static final int MESSAGES = 200;
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);

    @TempDir Path temp;

    @Test
    void shouldElectALeaderAndReplicateItsLogThroughTheSeal() throws Exception {
        StringBuilder members = new StringBuilder();
        StringBuilder ingress = new StringBuilder();
        for (int id = 0; id < MEMBERS; id++) {
            String ingressEndpoint = endpoint();
            members.append(id).append(',').append(ingressEndpoint);
            for (int i = 0; i < 4; i++) {
                members.append(',').append(endpoint());
            }
            members.append('|');
            ingress.append(id == 0 ? "" : ",").append(id).append('=').append(ingressEndpoint);
        }
        List<Member> cluster = new ArrayList<>();
        try {
            for (int id = 0; id < MEMBERS; id++) {
                cluster.add(new Member(id, members.toString()));
            }
            try (var node = node("client")) {
                AtomicLong echoes = new AtomicLong();
                try (AeronCluster client = connect(node, ingress.toString(), echoes)) {
                    UnsafeBuffer message = new UnsafeBuffer(new byte[200]);
                    for (int i = 0; i < MESSAGES; i++) {
                        message.putLong(0, i);
                        Await.until(() -> client.offer(message, 0, 200) > 0, () -> "room");
                        client.pollEgress();
                    }
                    Await.until(
                            () -> client.pollEgress() >= 0 && echoes.get() == MESSAGES,
                            () -> "echoes: " + echoes);
                }
            }
            for (Member each : cluster) {
                Await.until(() -> each.applied.get() == MESSAGES, () -> "" + each.applied);
                assertTrue(each.node.count(Kind.SEALED) > 0);
                assertEquals(0, each.node.count(Kind.UNSEALED), () -> "" + each.node.stats);
                assertEquals(0, each.node.count(Kind.BAD_TAG), () -> "" + each.node.stats);
            }
        } finally {
            CloseHelper.closeAll(cluster);
        }
    }

    private static AeronCluster connect(SealedNode node, String ingress, AtomicLong echoes) {
        return AeronCluster.connect(
                new AeronCluster.Context()
                        .aeron(node.aeron)
                        .ownsAeronClient(false)
                        .messageTimeoutNs(TimeUnit.SECONDS.toNanos(60))
                        .ingressChannel("aeron:udp?term-length=64k")
                        .ingressEndpoints(ingress)
                        .egressChannel("aeron:udp?endpoint=127.0.0.1:0|term-length=64k")
                        .egressListener(
                                (_, _, buffer, offset, _, _) ->
                                        assertEquals(
                                                echoes.getAndIncrement(), buffer.getLong(offset))));
    }

    private SealedNode node(String name) {
        return new SealedNode(temp.resolve(name), KEY, SealOptions.defaults());
    }

    private static String endpoint() throws Exception {
        return "127.0.0.1:" + TestPorts.free();
    }

    /** A member with a service that echoes. */
    private final class Member implements ClusteredService, AutoCloseable {
        final AtomicLong applied = new AtomicLong();
        final SealedNode node;
        private final Archive archive;
        private final ConsensusModule consensus;
        private final ClusteredServiceContainer container;
        private Cluster cluster;

        Member(int id, String members) {
            node = node("member" + id);
            String directory = node.directory.toString();
            String archiveEndpoint = members.split("\\|")[id].split(",")[5];
            archive =
                    Archive.launch(
                            new Archive.Context()
                                    .aeronDirectoryName(directory)
                                    .archiveDirectoryName(temp.resolve("archive" + id).toString())
                                    .controlChannel("aeron:udp?endpoint=" + archiveEndpoint)
                                    .localControlChannel("aeron:ipc?term-length=64k")
                                    .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                                    .recordingEventsEnabled(false)
                                    .threadingMode(ArchiveThreadingMode.SHARED)
                                    .idleStrategySupplier(SealedNode::idle)
                                    .segmentFileLength(1024 * 1024)
                                    .catalogCapacity(64 * 1024));
            AeronArchive.Context local =
                    new AeronArchive.Context()
                            .aeronDirectoryName(directory)
                            .controlRequestChannel("aeron:ipc?term-length=64k")
                            .controlResponseChannel("aeron:ipc?term-length=64k");
            String clusterDirectory = temp.resolve("cluster" + id).toString();
            consensus =
                    ConsensusModule.launch(
                            new ConsensusModule.Context()
                                    .aeronDirectoryName(directory)
                                    .clusterDirectoryName(clusterDirectory)
                                    .clusterMemberId(id)
                                    .clusterMembers(members)
                                    .archiveContext(local.clone())
                                    .ingressChannel("aeron:udp?term-length=64k")
                                    .logChannel("aeron:udp?term-length=256k")
                                    .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                                    .leaderHeartbeatTimeoutNs(TimeUnit.SECONDS.toNanos(5))
                                    .startupCanvassTimeoutNs(TimeUnit.SECONDS.toNanos(10))
                                    .electionTimeoutNs(TimeUnit.SECONDS.toNanos(1))
                                    .idleStrategySupplier(SealedNode::idle)
                                    .errorHandler(node.errors::add));
            container =
                    ClusteredServiceContainer.launch(
                            new ClusteredServiceContainer.Context()
                                    .aeronDirectoryName(directory)
                                    .clusterDirectoryName(clusterDirectory)
                                    .archiveContext(local.clone())
                                    .clusteredService(this)
                                    .idleStrategySupplier(SealedNode::idle)
                                    .errorHandler(node.errors::add));
        }

        @Override
        public void onStart(Cluster cluster, Image snapshotImage) {
            this.cluster = cluster;
        }

        @Override
        public void onSessionMessage(
                ClientSession session,
                long timestamp,
                DirectBuffer buffer,
                int offset,
                int length,
                Header header) {
            applied.incrementAndGet();
            while (session.offer(buffer, offset, length) < 0) {
                cluster.idleStrategy().idle();
            }
        }

        @Override
        public void onSessionOpen(ClientSession session, long timestamp) {}

        @Override
        public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

        @Override
        public void onTimerEvent(long correlationId, long timestamp) {}

        @Override
        public void onTakeSnapshot(ExclusivePublication snapshotPublication) {}

        @Override
        public void onRoleChange(Cluster.Role newRole) {}

        @Override
        public void onTerminate(Cluster cluster) {}

        @Override
        public void close() {
            CloseHelper.closeAll(container, consensus, archive, node);
        }
    }
}
