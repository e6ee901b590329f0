package io.tharsis.transport.log.cluster;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.tharsis.transport.log.SnapshotSink;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes a snapshot's frames to the publication that the archive records. */
final class SnapshotWriter implements SnapshotSink {
    private final ExclusivePublication publication;
    private final IdleStrategy idle;
    private final UnsafeBuffer header = new UnsafeBuffer(new byte[16]);
    private long chunks;

    SnapshotWriter(ExclusivePublication publication, IdleStrategy idle) {
        this.publication = publication;
        this.idle = idle;
    }

    void head() {
        header.putInt(0, Frames.HEAD, LITTLE_ENDIAN);
        header.putInt(Frames.CHUNK_HEADER, Frames.SNAPSHOT_VERSION, LITTLE_ENDIAN);
        offer(Frames.CHUNK_HEADER + Integer.BYTES, header, 0, 0);
    }

    @Override
    public void write(DirectBuffer chunk, int offset, int length) {
        if (length < 1 || length > MAX_CHUNK) {
            throw new IllegalArgumentException(
                    "a chunk of a snapshot has 1 to " + MAX_CHUNK + " bytes: " + length);
        }
        header.putInt(0, Frames.CHUNK, LITTLE_ENDIAN);
        offer(Frames.CHUNK_HEADER, chunk, offset, length);
        chunks++;
    }

    void end() {
        header.putInt(0, Frames.END, LITTLE_ENDIAN);
        header.putLong(Frames.CHUNK_HEADER, chunks, LITTLE_ENDIAN);
        offer(Frames.CHUNK_HEADER + Long.BYTES, header, 0, 0);
    }

    private void offer(int headerLength, DirectBuffer body, int offset, int length) {
        idle.reset();
        while (true) {
            long result = publication.offer(header, 0, headerLength, body, offset, length, null);
            if (result > 0) {
                return;
            }
            if (result == Publication.CLOSED
                    || result == Publication.NOT_CONNECTED
                    || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException(
                        "the snapshot's recording ended: " + Publication.errorString(result));
            }
            // The service's own strategy: it also notices that the node is being closed.
            idle.idle();
        }
    }
}
