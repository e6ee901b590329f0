package io.tharsis.transport.log.cluster;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.Image;
import io.aeron.ImageControlledFragmentAssembler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import io.tharsis.transport.log.SnapshotSource;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** Reads a snapshot's frames from the image of its replay. */
final class SnapshotReader implements SnapshotSource {
    private final Image image;
    private final IdleStrategy idle;
    private final ImageControlledFragmentAssembler assembler =
            new ImageControlledFragmentAssembler(this::onFrame);
    private ChunkHandler handler;
    private int kind;
    private long chunks;

    SnapshotReader(Image image, IdleStrategy idle) {
        this.image = image;
        this.idle = idle;
    }

    /** Reads the first frame, which tells that all that follows can be understood. */
    void head() {
        next((_, _, _) -> {});
        if (kind != Frames.HEAD) {
            throw new IllegalStateException(
                    "a snapshot does not begin with a frame of kind " + kind);
        }
    }

    @Override
    public boolean read(ChunkHandler to) {
        if (kind != Frames.END) {
            next(to);
        }
        return kind != Frames.END;
    }

    /** Reads what the state machine left, and checks that the end came. */
    void drain() {
        while (read((_, _, _) -> {})) {
            // Only to see that it is whole.
        }
    }

    private void next(ChunkHandler to) {
        handler = to;
        kind = 0;
        idle.reset();
        while (kind == 0) {
            int fragments = image.controlledPoll(assembler, 1);
            if (fragments == 0 && (image.isClosed() || image.isEndOfStream())) {
                throw new IllegalStateException("a snapshot ends after " + chunks + " chunks");
            }
            idle.idle(fragments);
        }
    }

    private Action onFrame(DirectBuffer buffer, int offset, int length, Header header) {
        if (length < Frames.CHUNK_HEADER) {
            throw new IllegalStateException("a snapshot has a frame of " + length + " bytes");
        }
        int body = offset + Frames.CHUNK_HEADER;
        kind = buffer.getInt(offset, LITTLE_ENDIAN);
        switch (kind) {
            case Frames.HEAD -> {
                int version = buffer.getInt(body, LITTLE_ENDIAN);
                if (version != Frames.SNAPSHOT_VERSION) {
                    throw new IllegalStateException(
                            "a snapshot of version "
                                    + version
                                    + ", this program reads "
                                    + Frames.SNAPSHOT_VERSION);
                }
            }
            case Frames.CHUNK -> {
                chunks++;
                handler.onChunk(buffer, body, length - Frames.CHUNK_HEADER);
            }
            case Frames.END -> {
                long count = buffer.getLong(body, LITTLE_ENDIAN);
                if (count != chunks) {
                    throw new IllegalStateException(
                            "a snapshot of " + count + " chunks has " + chunks);
                }
            }
            default -> throw new IllegalStateException("a snapshot has a frame of kind " + kind);
        }
        return Action.BREAK;
    }
}
