package io.tharsis.engine.spill;

import java.nio.file.Path;

/**
 * One chunk on disk. The file holds its blocks one after the other; how long each is there and what
 * its bytes sum up to is kept here, so that nothing that happens to the file goes unnoticed.
 * Immutable.
 */
public final class SpillFile {
    private final Path path;
    private final long byteSize;
    private final int[] lengths;
    private final int[] checksums;

    /**
     * @param lengths bytes of each block in the file; a block as long as it was is not packed
     * @param checksums CRC32C of each block as it is in the file
     */
    SpillFile(Path path, long byteSize, int[] lengths, int[] checksums) {
        this.path = path;
        this.byteSize = byteSize;
        this.lengths = lengths;
        this.checksums = checksums;
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** Bytes of the chunk. */
    public long byteSize() {
        return byteSize;
    }

    /** Bytes of the file. */
    public long storedBytes() {
        long stored = 0;
        for (int length : lengths) {
            stored += length;
        }
        return stored;
    }

    int length(int block) {
        return lengths[block];
    }

    int checksum(int block) {
        return checksums[block];
    }
}
