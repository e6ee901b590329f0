package io.tharsis.engine.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file on a disk that is full after some bytes: the write that crosses the limit is short, the
 * next one fails.
 */
class LimitedOutput implements PendingFile.Output {
    private final PendingFile.Output file;
    private long bytesLeft;

    LimitedOutput(Path temporary, long byteLimit) throws IOException {
        this.file = PendingFile.openFile(temporary);
        this.bytesLeft = byteLimit;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        if (bytesLeft == 0) {
            throw new IOException("No space left on device");
        }
        int count = (int) Math.min(bytesLeft, bytes.remaining());
        ByteBuffer part = bytes.slice(bytes.position(), count);
        int written = file.write(part, position);
        bytes.position(bytes.position() + written);
        bytesLeft -= written;
        return written;
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        return file.read(bytes, position);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
