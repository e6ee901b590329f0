package io.tharsis.transport.bulk;

import io.airlift.compress.v3.xxhash.XxHash3Native;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * How a frame of bulk is summed up: by XXH3 of 64 bits, or where its library is missing, CRC32C.
 */
enum Checksum {
    XXH3(1) {
        @Override
        long of(MemorySegment bytes) {
            return XxHash3Native.hash(bytes);
        }
    },
    CRC32C(2) {
        @Override
        long of(MemorySegment bytes) {
            var crc = new CRC32C();
            crc.update(bytes.asByteBuffer());
            return crc.getValue();
        }
    };

    /** The best that this process can compute. */
    static final Checksum BEST = XxHash3Native.isEnabled() ? XXH3 : CRC32C;

    final int number;

    Checksum(int number) {
        this.number = number;
    }

    abstract long of(MemorySegment bytes);

    /** What both sides can compute, where the other one's best is the one with this number. */
    static Checksum common(int number) {
        return number == XXH3.number ? BEST : CRC32C;
    }

    /** Null if there is none of this number. */
    static Checksum numbered(int number) {
        return number == XXH3.number ? XXH3 : number == CRC32C.number ? CRC32C : null;
    }
}
