package io.tharsis.engine.spill;

import io.airlift.compress.v3.lz4.Lz4NativeCompressor;
import io.airlift.compress.v3.lz4.Lz4NativeDecompressor;

import java.lang.foreign.MemorySegment;

/** Packs blocks of bytes. Thread-safe. */
interface BlockCodec {
    /** The most bytes that a block of {@code byteSize} may need when packed. */
    int bound(int byteSize);

    /** Packs all of {@code plain} into the beginning of {@code packed}; answers its length. */
    int pack(MemorySegment plain, MemorySegment packed);

    /**
     * Undoes {@link #pack}; throws if {@code packed} does not make exactly all of {@code plain}.
     */
    void unpack(MemorySegment packed, MemorySegment plain);

    /** LZ4 by its C library; null where that cannot be loaded. The first call loads it. */
    static BlockCodec lz4() {
        return Lz4.CODEC;
    }

    /** {@link #bound} of {@link #lz4}, without the library, which takes a tenth of a second. */
    static int lz4Bound(int byteSize) {
        return byteSize + byteSize / 255 + 16;
    }

    final class Lz4 implements BlockCodec {
        static final BlockCodec CODEC = make();

        private static BlockCodec make() {
            try {
                return Lz4NativeCompressor.isEnabled() && Lz4NativeDecompressor.isEnabled()
                        ? new Lz4()
                        : null;
            } catch (LinkageError | RuntimeException unavailable) {
                return null;
            }
        }

        @Override
        public int bound(int byteSize) {
            return lz4Bound(byteSize);
        }

        @Override
        public int pack(MemorySegment plain, MemorySegment packed) {
            return new Lz4NativeCompressor().compress(plain, packed);
        }

        @Override
        public void unpack(MemorySegment packed, MemorySegment plain) {
            int length = new Lz4NativeDecompressor().decompress(packed, plain);
            if (length != plain.byteSize()) {
                throw new IllegalStateException(
                        "a packed block has " + length + " bytes, not " + plain.byteSize());
            }
        }
    }
}
