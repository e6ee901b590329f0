package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Aeron's Archive, its requests, replies and replication, through sealed drivers. */
@Timeout(300)
class SealedArchiveTest {
    private static final int STREAM = 33;
    private static final int MESSAGES = 1_000;
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);

    @TempDir Path temp;

    @Test
    void shouldReplicateARecordingThroughTheSeal() throws Exception {
        String from = endpoint(TestPorts.free());
        String to = endpoint(TestPorts.free());
        try (var a = node("a");
                var b = node("b");
                var _ = archive(a, from);
                var _ = archive(b, to);
                // Each client is at the other's driver: all requests and replies are UDP.
                var clientA = client(b, from);
                var clientB = client(a, to)) {
            String channel = endpoint(TestPorts.free());
            clientA.startRecording(channel, STREAM, SourceLocation.REMOTE);
            Publication publication = b.publish(channel, STREAM);
            Await.until(publication::isConnected, () -> "" + a.stats + b.stats);
            UnsafeBuffer message = new UnsafeBuffer(new byte[200]);
            for (int i = 0; i < MESSAGES; i++) {
                message.putInt(0, i);
                Await.until(() -> publication.offer(message) > 0, () -> "room");
            }
            long end = publication.position();
            long recording =
                    clientA.findLastMatchingRecording(0, "", STREAM, publication.sessionId());
            Await.until(
                    () -> clientA.getRecordingPosition(recording) == end, () -> "the recording");
            long subject =
                    clientB.replicate(
                            recording,
                            Aeron.NULL_VALUE,
                            AeronArchive.Configuration.controlStreamId(),
                            from,
                            null);
            assertTrue(subject >= 0);
            Await.until(
                    () -> {
                        long copy = lastRecording(clientB);
                        return copy >= 0 && clientB.getRecordingPosition(copy) == end;
                    },
                    () -> "the copy; " + a.stats + b.stats);
            clientB.tryStopReplication(subject);
            replay(clientB, lastRecording(clientB), end, a);
            assertEquals(0, a.count(Kind.BAD_TAG) + b.count(Kind.BAD_TAG));
            assertEquals(0, a.count(Kind.UNSEALED) + b.count(Kind.UNSEALED));
        }
    }

    private static void replay(AeronArchive archive, long recording, long end, SealedNode at)
            throws Exception {
        String channel = endpoint(TestPorts.free());
        try (Subscription subscription = at.subscribe(channel, STREAM + 1)) {
            archive.startReplay(recording, 0, end, channel, STREAM + 1);
            int[] next = new int[1];
            Await.until(
                    () -> {
                        subscription.poll(
                                (buffer, offset, _, _) ->
                                        assertEquals(next[0]++, buffer.getInt(offset)),
                                64);
                        return next[0] == MESSAGES;
                    },
                    () -> "messages: " + next[0]);
        }
    }

    private static long lastRecording(AeronArchive archive) {
        long[] last = {-1};
        archive.listRecordings(
                0, 10, (_, _, id, _, _, _, _, _, _, _, _, _, _, _, _, _) -> last[0] = id);
        return last[0];
    }

    private SealedNode node(String name) {
        return new SealedNode(temp.resolve(name), KEY, SealOptions.defaults());
    }

    private Archive archive(SealedNode node, String control) {
        return Archive.launch(
                new Archive.Context()
                        .aeronDirectoryName(node.directory.toString())
                        .archiveDirectoryName(
                                temp.resolve(node.directory.getFileName() + "-archive").toString())
                        .controlChannel(control)
                        .localControlChannel("aeron:ipc?term-length=64k")
                        .replicationChannel(endpoint(0))
                        .recordingEventsEnabled(false)
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .idleStrategySupplier(SealedNode::idle)
                        .segmentFileLength(256 * 1024)
                        .catalogCapacity(64 * 1024)
                        .controlTermBufferLength(64 * 1024)
                        .errorHandler(node.errors::add));
    }

    private static AeronArchive client(SealedNode node, String control) {
        return AeronArchive.connect(
                new AeronArchive.Context()
                        .aeron(node.aeron)
                        .ownsAeronClient(false)
                        .messageTimeoutNs(TimeUnit.SECONDS.toNanos(60))
                        .controlRequestChannel(control)
                        .controlResponseChannel(endpoint(0)));
    }

    private static String endpoint(int port) {
        return "aeron:udp?endpoint=127.0.0.1:" + port + "|term-length=64k";
    }
}
