package io.tharsis.engine.npy;

import io.tharsis.DType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What a {@code .npy} file says about itself, as NumPy's {@code numpy.lib.format} defines it in
 * versions 1.0, 2.0 and 3.0:
 *
 * <pre>
 *   0       6       8                 10 (v1) or 12
 *   +-------+---+---+-----------------+----------------------------+----------
 *   | magic |maj|min| length, LE u16  | dictionary, spaces, '\n'   | elements
 *   |       |   |   | (u32 from v2)   | (latin-1; UTF-8 from v3)   |
 *   +-------+---+---+-----------------+----------------------------+----------
 * </pre>
 *
 * @param dtype type of the elements
 * @param bigEndian byte order in the file; false where an element is one byte
 * @param fortranOrder whether the first axis varies fastest in the file, not the last
 * @param shape lengths of the axes, none negative, the product of dtype size and all lengths but
 *     zeros within a long; a copy
 * @param dataByteOffset bytes from the start of the magic to the first element
 * @param formatVersion 1, 2 or 3
 */
public record NpyHeader(
        DType dtype,
        boolean bigEndian,
        boolean fortranOrder,
        long[] shape,
        long dataByteOffset,
        int formatVersion) {
    /**
     * The longest dictionary that is read, in bytes; NumPy itself refuses more than 10,000
     * characters unless told otherwise.
     */
    public static final int MAX_HEADER_BYTES = 1 << 20;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_END = 8;
    private static final int MAX_PREFIX_BYTES = 12;
    private static final int ALIGNMENT = 64;

    /**
     * NumPy leaves room to rewrite the growing axis in place: as many spaces as the digits of the
     * largest length may need.
     */
    private static final int GROWTH_AXIS_MAX_DIGITS = 21;

    public NpyHeader {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Product of the axes; 1 for none. */
    public long elementCount() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Bytes of all elements. */
    public long dataByteSize() {
        return elementCount() * dtype.byteSize();
    }

    /**
     * The header that NumPy would write for little-endian elements in C order: version 1.0, or 2.0
     * if it is too long for that; the data aligned to 64 bytes.
     *
     * @throws IllegalArgumentException for a shape with a negative axis or more bytes than a long
     *     can count
     */
    public static NpyHeader forWriting(DType dtype, long... shape) {
        checkShape(dtype, shape);
        String dictionary = dictionary(dtype, shape);
        int version = totalBytes(dictionary, 1) - prefixBytes(1) <= 0xFFFF ? 1 : 2;
        return new NpyHeader(dtype, false, false, shape, totalBytes(dictionary, version), version);
    }

    /** The bytes of a header made by {@link #forWriting}, from the magic to the first element. */
    public byte[] toBytes() {
        String dictionary = dictionary(dtype, shape);
        if (bigEndian || fortranOrder || dataByteOffset != totalBytes(dictionary, formatVersion)) {
            throw new IllegalStateException(
                    "only headers made for writing can be written, not " + this);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) dataByteOffset).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) formatVersion).put((byte) 0);
        int length = bytes.capacity() - prefixBytes(formatVersion);
        if (formatVersion == 1) {
            bytes.putShort((short) length);
        } else {
            bytes.putInt(length);
        }
        bytes.put(dictionary.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.remaining() > 1) {
            bytes.put((byte) ' ');
        }
        return bytes.put((byte) '\n').array();
    }

    /**
     * Reads the header of the {@code .npy} file that starts at {@code byteOffset} and has {@code
     * byteSize} bytes, and checks that all elements it promises are there; more bytes than that are
     * tolerated, as NumPy does.
     *
     * @param channel stays open and where it is; the caller's
     * @param source names the file in messages
     * @throws NpyFormatException for anything else than a readable array of a known dtype
     */
    public static NpyHeader read(FileChannel channel, long byteOffset, long byteSize, String source)
            throws IOException {
        return read(ByteInput.of(channel), byteOffset, byteSize, source);
    }

    /**
     * As {@link #read(FileChannel, long, long, String)}, from memory that holds the file; not kept.
     */
    public static NpyHeader parse(MemorySegment file, String source) {
        ByteInput input =
                new ByteInput() {
                    @Override
                    public int read(ByteBuffer target, long position) {
                        int count = (int) Math.min(target.remaining(), file.byteSize() - position);
                        target.put(file.asSlice(position, count).toArray(ValueLayout.JAVA_BYTE));
                        return count == 0 ? -1 : count;
                    }

                    @Override
                    public long size() {
                        return file.byteSize();
                    }
                };
        try {
            return read(input, 0, file.byteSize(), source);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static NpyHeader read(ByteInput input, long byteOffset, long byteSize, String source)
            throws IOException {
        byte[] prefix = input.readFully(byteOffset, (int) Math.min(byteSize, MAX_PREFIX_BYTES));
        int version = version(prefix, source);
        if (prefix.length < prefixBytes(version)) {
            throw new NpyFormatException(
                    source, "the file is cut off inside its header, after " + byteSize + " bytes");
        }
        ByteBuffer numbers = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN);
        long length =
                version == 1
                        ? Short.toUnsignedLong(numbers.getShort(VERSION_END))
                        : Integer.toUnsignedLong(numbers.getInt(VERSION_END));
        if (length > MAX_HEADER_BYTES) {
            throw new NpyFormatException(
                    source,
                    "the header claims "
                            + length
                            + " bytes; at most "
                            + MAX_HEADER_BYTES
                            + " are read, so the file is damaged or hostile");
        }
        long dataByteOffset = prefixBytes(version) + length;
        if (dataByteOffset > byteSize) {
            throw new NpyFormatException(
                    source,
                    "the header claims to end at byte "
                            + dataByteOffset
                            + ", but the file has only "
                            + byteSize
                            + " bytes");
        }
        byte[] text = input.readFully(byteOffset + prefixBytes(version), (int) length);
        return fromText(decode(text, version, source), dataByteOffset, version, byteSize, source);
    }

    private static int version(byte[] prefix, String source) {
        if (prefix.length < VERSION_END) {
            throw new NpyFormatException(
                    source, "is no .npy file: it has only " + prefix.length + " bytes");
        }
        if (!Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            String hint =
                    prefix[0] == 'P' && prefix[1] == 'K'
                            ? " (this looks like a zip archive: perhaps an .npz file)"
                            : "";
            hint =
                    (prefix[0] & 0xFF) == 0x80
                            ? " (this looks like a Python pickle, which is never read)"
                            : hint;
            throw new NpyFormatException(
                    source,
                    "is no .npy file: it starts with "
                            + hex(prefix)
                            + ", not with "
                            + hex(MAGIC)
                            + hint);
        }
        int major = Byte.toUnsignedInt(prefix[6]);
        int minor = Byte.toUnsignedInt(prefix[7]);
        if (major < 1 || major > 3 || minor != 0) {
            throw new NpyFormatException(
                    source,
                    "has format version "
                            + major
                            + "."
                            + minor
                            + "; supported are 1.0, 2.0 and 3.0");
        }
        return major;
    }

    private static String decode(byte[] text, int version, String source) {
        Charset charset = version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException malformed) {
            throw new NpyFormatException(
                    source, "malformed .npy header: it is not valid UTF-8", malformed);
        }
    }

    private static NpyHeader fromText(
            String text, long dataByteOffset, int version, long byteSize, String source) {
        HeaderLiteral literal = HeaderLiteral.parse(text, version < 3, source);
        NpyTypes.StoredType type = NpyTypes.parse(literal.descr(), source);
        long[] shape = literal.shape();
        try {
            checkShape(type.dtype(), shape);
        } catch (IllegalArgumentException overflow) {
            throw new NpyFormatException(source, overflow.getMessage());
        }
        NpyHeader header =
                new NpyHeader(
                        type.dtype(),
                        type.bigEndian(),
                        literal.fortranOrder(),
                        shape,
                        dataByteOffset,
                        version);
        if (header.dataByteSize() > byteSize - dataByteOffset) {
            throw new NpyFormatException(
                    source,
                    "the file is cut off: shape "
                            + tuple(shape)
                            + " of "
                            + type.dtype()
                            + " needs "
                            + header.dataByteSize()
                            + " bytes of data, but only "
                            + (byteSize - dataByteOffset)
                            + " follow the header");
        }
        return header;
    }

    /**
     * Zeros are left out of the product, as in NumPy, so that views along other axes of an empty
     * array cannot overflow.
     */
    private static void checkShape(DType dtype, long[] shape) {
        long bytes = dtype.byteSize();
        for (long length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException(
                        "shape " + tuple(shape) + " has the negative length " + length);
            }
            if (Math.multiplyHigh(bytes, Math.max(1, length)) != 0
                    || bytes * Math.max(1, length) < 0) {
                throw new IllegalArgumentException(
                        "shape "
                                + tuple(shape)
                                + " of "
                                + dtype
                                + " has more than 2**63 - 1 bytes");
            }
            bytes *= Math.max(1, length);
        }
    }

    private static String dictionary(DType dtype, long[] shape) {
        String text =
                "{'descr': '"
                        + NpyTypes.descr(dtype, false)
                        + "', 'fortran_order': False, 'shape': "
                        + tuple(shape)
                        + ", }";
        int growth =
                shape.length == 0 ? 0 : GROWTH_AXIS_MAX_DIGITS - Long.toString(shape[0]).length();
        return text + " ".repeat(growth);
    }

    private static int totalBytes(String dictionary, int version) {
        int unpadded = prefixBytes(version) + dictionary.length() + 1;
        return unpadded + ALIGNMENT - unpadded % ALIGNMENT;
    }

    private static int prefixBytes(int version) {
        return version == 1 ? 10 : 12;
    }

    private static String tuple(long[] shape) {
        String lengths =
                LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        return shape.length == 1 ? "(" + lengths + ",)" : "(" + lengths + ")";
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, MAGIC.length); i++) {
            text.append(String.format(i == 0 ? "%02x" : " %02x", bytes[i]));
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NpyHeader that
                && dtype == that.dtype
                && bigEndian == that.bigEndian
                && fortranOrder == that.fortranOrder
                && Arrays.equals(shape, that.shape)
                && dataByteOffset == that.dataByteOffset
                && formatVersion == that.formatVersion;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + dtype.hashCode();
    }

    @Override
    public String toString() {
        return "NpyHeader["
                + NpyTypes.descr(dtype, bigEndian)
                + " "
                + tuple(shape)
                + (fortranOrder ? " Fortran order" : " C order")
                + ", version "
                + formatVersion
                + ", data at byte "
                + dataByteOffset
                + "]";
    }
}
