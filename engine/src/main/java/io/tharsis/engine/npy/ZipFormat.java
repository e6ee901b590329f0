package io.tharsis.engine.npy;

/**
 * Signatures, field offsets and sizes of the zip format as PKWARE's APPNOTE 6.3 defines it
 * (sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3). All numbers are little-endian and unsigned.
 */
final class ZipFormat {
    static final int LOCAL_SIGNATURE = 0x04034b50;
    static final int LOCAL_BYTES = 30;
    static final int LOCAL_NAME_LENGTH = 26;
    static final int LOCAL_EXTRA_LENGTH = 28;

    static final int CENTRAL_SIGNATURE = 0x02014b50;
    static final int CENTRAL_BYTES = 46;
    static final int CENTRAL_FLAGS = 8;
    static final int CENTRAL_METHOD = 10;
    static final int CENTRAL_CRC = 16;
    static final int CENTRAL_PACKED_SIZE = 20;
    static final int CENTRAL_SIZE = 24;
    static final int CENTRAL_NAME_LENGTH = 28;
    static final int CENTRAL_EXTRA_LENGTH = 30;
    static final int CENTRAL_COMMENT_LENGTH = 32;
    static final int CENTRAL_LOCAL_OFFSET = 42;

    static final int END_SIGNATURE = 0x06054b50;
    static final int END_BYTES = 22;
    static final int END_ENTRY_COUNT = 10;
    static final int END_CENTRAL_SIZE = 12;
    static final int END_CENTRAL_OFFSET = 16;
    static final int END_COMMENT_LENGTH = 20;

    static final int LOCATOR_SIGNATURE = 0x07064b50;
    static final int LOCATOR_BYTES = 20;
    static final int LOCATOR_END64_OFFSET = 8;

    static final int END64_SIGNATURE = 0x06064b50;
    static final int END64_BYTES = 56;
    static final int END64_ENTRY_COUNT = 32;
    static final int END64_CENTRAL_SIZE = 40;
    static final int END64_CENTRAL_OFFSET = 48;

    static final int EXTRA_ZIP64 = 0x0001;

    static final int FLAG_ENCRYPTED = 0x0001;
    static final int FLAG_UTF8 = 0x0800;
    static final int STORED = 0;
    static final int DEFLATED = 8;

    /** A 16-bit or 32-bit field of all ones says that the number stands in a zip64 field. */
    static final long MAX_16 = 0xFFFF;

    static final long MAX_32 = 0xFFFF_FFFFL;

    private ZipFormat() {}
}
