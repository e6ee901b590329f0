package io.tharsis.transport.link;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.nio.charset.StandardCharsets;

/**
 * The layout of a frame, little-endian.
 *
 * <pre>
 *   0        1        2        3        4                7
 *  +--------+--------+--------+--------+-----------------+
 *  | magic  |version |  type  |service |   zero          |
 *  +--------+--------+--------+--------+-----------------+
 *  | tag of the sender's side of the connection       8  |
 *  +-----------------------------------------------------+
 *  | tag of the receiver's side; zero in HELLO       16  |
 *  +-----------------------------------------------------+
 *  | body                                            24  |
 * </pre>
 *
 * HELLO: incarnation (8), liveness in ms (4), port from (2), port to (2), length of host from (1),
 * of host to (1), both hosts. WELCOME: incarnation (8), liveness in ms (4), port (2), length of
 * host (1), host. REFUSED: a text. GOODBYE and HEARTBEAT: nothing. MESSAGE: what the service says.
 */
public final class FrameDescriptor {
    /** The bytes before the body. */
    public static final int HEADER_LENGTH = 24;

    /** The largest frame of a message. */
    public static final int MAX_FRAME = HEADER_LENGTH + Transport.MAX_MESSAGE;

    static final int TYPE_HELLO = 1;
    static final int TYPE_WELCOME = 2;
    static final int TYPE_HEARTBEAT = 3;
    static final int TYPE_MESSAGE = 4;
    static final int TYPE_GOODBYE = 5;
    static final int TYPE_REFUSED = 6;

    /** The longest liveness that a HELLO may name, in milliseconds. */
    static final int MAX_LIVENESS_MS = 3_600_000;

    private static final int MAGIC = 'T';
    private static final int VERSION = 1;

    private static final int TYPE_OFFSET = 2;
    private static final int SERVICE_OFFSET = 3;
    private static final int ZERO_OFFSET = 4;
    private static final int SENDER_TAG_OFFSET = 8;
    private static final int RECEIVER_TAG_OFFSET = 16;

    private static final int INCARNATION_OFFSET = 24;
    private static final int LIVENESS_OFFSET = 32;
    private static final int WELCOME_PORT_OFFSET = 36;
    private static final int WELCOME_HOST_LENGTH_OFFSET = 38;
    private static final int WELCOME_LENGTH = 39;
    private static final int FROM_PORT_OFFSET = 36;
    private static final int TO_PORT_OFFSET = 38;
    private static final int FROM_HOST_LENGTH_OFFSET = 40;
    private static final int TO_HOST_LENGTH_OFFSET = 41;
    private static final int HELLO_LENGTH = 42;
    private static final int MAX_TEXT = 512;

    private FrameDescriptor() {}

    /** What a HELLO says. */
    record Hello(long incarnation, int livenessMs, Address from, Address to) {}

    /** What a WELCOME says. */
    record Welcome(long incarnation, int livenessMs, Address from) {}

    static void header(
            MutableDirectBuffer buffer, int type, int service, long senderTag, long receiverTag) {
        buffer.putByte(0, (byte) MAGIC);
        buffer.putByte(1, (byte) VERSION);
        buffer.putByte(TYPE_OFFSET, (byte) type);
        buffer.putByte(SERVICE_OFFSET, (byte) service);
        buffer.putInt(ZERO_OFFSET, 0, LITTLE_ENDIAN);
        buffer.putLong(SENDER_TAG_OFFSET, senderTag, LITTLE_ENDIAN);
        buffer.putLong(RECEIVER_TAG_OFFSET, receiverTag, LITTLE_ENDIAN);
    }

    static int type(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + TYPE_OFFSET);
    }

    static int service(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + SERVICE_OFFSET);
    }

    static long senderTag(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + SENDER_TAG_OFFSET, LITTLE_ENDIAN);
    }

    static long receiverTag(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + RECEIVER_TAG_OFFSET, LITTLE_ENDIAN);
    }

    /** What is wrong with the frame, or null if its header may be read and its length fits. */
    static String fault(DirectBuffer buffer, int offset, int length) {
        if (length < HEADER_LENGTH) {
            return "a frame of " + length + " bytes, shorter than a header";
        }
        if (buffer.getByte(offset) != MAGIC) {
            return "no frame of Tharsis";
        }
        int version = buffer.getByte(offset + 1);
        if (version != VERSION) {
            return "a frame of version " + version + ", where this is version " + VERSION;
        }
        int type = type(buffer, offset);
        int service = service(buffer, offset);
        if (buffer.getInt(offset + ZERO_OFFSET, LITTLE_ENDIAN) != 0
                || service < 0
                || service > Transport.MAX_SERVICE) {
            return "a frame for service " + service + " with a damaged header";
        }
        boolean fits =
                switch (type) {
                    case TYPE_HELLO -> length > HELLO_LENGTH;
                    case TYPE_WELCOME -> length > WELCOME_LENGTH;
                    case TYPE_HEARTBEAT, TYPE_GOODBYE -> length == HEADER_LENGTH;
                    case TYPE_MESSAGE -> true;
                    case TYPE_REFUSED -> length <= HEADER_LENGTH + MAX_TEXT;
                    default -> false;
                };
        return fits ? null : "a frame of type " + type + " and " + length + " bytes";
    }

    static int encodeHello(
            MutableDirectBuffer buffer,
            long senderTag,
            long incarnation,
            int livenessMs,
            Address from,
            Address to) {
        header(buffer, TYPE_HELLO, 0, senderTag, 0);
        buffer.putLong(INCARNATION_OFFSET, incarnation, LITTLE_ENDIAN);
        buffer.putInt(LIVENESS_OFFSET, livenessMs, LITTLE_ENDIAN);
        buffer.putShort(FROM_PORT_OFFSET, (short) from.port(), LITTLE_ENDIAN);
        buffer.putShort(TO_PORT_OFFSET, (short) to.port(), LITTLE_ENDIAN);
        int fromLength = buffer.putStringWithoutLengthAscii(HELLO_LENGTH, from.host());
        int toLength = buffer.putStringWithoutLengthAscii(HELLO_LENGTH + fromLength, to.host());
        buffer.putByte(FROM_HOST_LENGTH_OFFSET, (byte) fromLength);
        buffer.putByte(TO_HOST_LENGTH_OFFSET, (byte) toLength);
        return HELLO_LENGTH + fromLength + toLength;
    }

    static int encodeWelcome(
            MutableDirectBuffer buffer,
            long senderTag,
            long receiverTag,
            long incarnation,
            int livenessMs,
            Address from) {
        header(buffer, TYPE_WELCOME, 0, senderTag, receiverTag);
        buffer.putLong(INCARNATION_OFFSET, incarnation, LITTLE_ENDIAN);
        buffer.putInt(LIVENESS_OFFSET, livenessMs, LITTLE_ENDIAN);
        buffer.putShort(WELCOME_PORT_OFFSET, (short) from.port(), LITTLE_ENDIAN);
        int length = buffer.putStringWithoutLengthAscii(WELCOME_LENGTH, from.host());
        buffer.putByte(WELCOME_HOST_LENGTH_OFFSET, (byte) length);
        return WELCOME_LENGTH + length;
    }

    static int encodeRefused(MutableDirectBuffer buffer, long receiverTag, String text) {
        header(buffer, TYPE_REFUSED, 0, 0, receiverTag);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(MAX_TEXT, bytes.length);
        buffer.putBytes(HEADER_LENGTH, bytes, 0, length);
        return HEADER_LENGTH + length;
    }

    static String refusal(DirectBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length - HEADER_LENGTH];
        buffer.getBytes(offset + HEADER_LENGTH, bytes);
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * @throws IllegalArgumentException if it is damaged
     */
    static Hello hello(DirectBuffer buffer, int offset, int length) {
        int fromLength = buffer.getByte(offset + FROM_HOST_LENGTH_OFFSET) & 0xFF;
        int toLength = buffer.getByte(offset + TO_HOST_LENGTH_OFFSET) & 0xFF;
        if (length != HELLO_LENGTH + fromLength + toLength) {
            throw new IllegalArgumentException("a HELLO of " + length + " bytes");
        }
        return new Hello(
                buffer.getLong(offset + INCARNATION_OFFSET, LITTLE_ENDIAN),
                liveness(buffer, offset),
                address(buffer, offset, HELLO_LENGTH, fromLength, FROM_PORT_OFFSET),
                address(buffer, offset, HELLO_LENGTH + fromLength, toLength, TO_PORT_OFFSET));
    }

    /**
     * @throws IllegalArgumentException if it is damaged
     */
    static Welcome welcome(DirectBuffer buffer, int offset, int length) {
        int hostLength = buffer.getByte(offset + WELCOME_HOST_LENGTH_OFFSET) & 0xFF;
        if (length != WELCOME_LENGTH + hostLength) {
            throw new IllegalArgumentException("a WELCOME of " + length + " bytes");
        }
        return new Welcome(
                buffer.getLong(offset + INCARNATION_OFFSET, LITTLE_ENDIAN),
                liveness(buffer, offset),
                address(buffer, offset, WELCOME_LENGTH, hostLength, WELCOME_PORT_OFFSET));
    }

    private static int liveness(DirectBuffer buffer, int offset) {
        int ms = buffer.getInt(offset + LIVENESS_OFFSET, LITTLE_ENDIAN);
        if (ms < 1 || ms > MAX_LIVENESS_MS) {
            throw new IllegalArgumentException("a liveness of " + ms + " ms");
        }
        return ms;
    }

    private static Address address(
            DirectBuffer buffer, int offset, int hostOffset, int hostLength, int portOffset) {
        return new Address(
                buffer.getStringWithoutLengthAscii(offset + hostOffset, hostLength),
                buffer.getShort(offset + portOffset, LITTLE_ENDIAN) & 0xFFFF);
    }
}
