package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.codecs;
import static io.tharsis.actors.codec.Messages.decode;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

final class LimitsTest {
    private final MessageCodecs codecs = codecs();

    record Bad(String text) {
        @Override
        public String text() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    void shouldTakeWhatJustFitsAndNameTheClassOfWhatDoesNot() {
        Messages.Texts message = new Messages.Texts("0123456789", null, null, null);
        int size = encode(codecs, message).length;
        Encoder exact = new Encoder(size);
        codecs.encode(message, exact);
        assertEquals(size, exact.length());
        Encoder small = new Encoder(size - 1);
        MessageTooLargeException tooLarge =
                assertThrows(MessageTooLargeException.class, () -> codecs.encode(message, small));
        assertEquals(Messages.Texts.class, tooLarge.type());
        assertEquals(size - 1, tooLarge.limit());
        assertEquals(size, tooLarge.byteSize());
        assertTrue(
                tooLarge.getMessage().startsWith(Messages.Texts.class.getName() + " comes to "),
                tooLarge.getMessage());
        assertEquals(0, small.length());
        codecs.encode(1, small);
        assertEquals(5, small.length());
    }

    @Test
    void shouldRefuseLargeValuesWithoutTakingMemoryForThem() {
        Encoder out = new Encoder(1000);
        byte[] large = new byte[1 << 26];
        long before = allocated();
        for (Object value : List.of(large, MemorySegment.ofArray(large))) {
            assertThrows(MessageTooLargeException.class, () -> codecs.encode(value, out));
        }
        assertTrue(allocated() - before < 1 << 20);
        assertThrows(MessageTooLargeException.class, () -> out.putString("ä".repeat(600)));
        assertThrows(EncodeException.class, () -> out.putString("aä\ud800"));
        assertEquals(0, out.length());
        assertThrows(IllegalArgumentException.class, () -> new Encoder(0));
        assertThrows(
                IllegalArgumentException.class, () -> new Encoder(MessageCodecs.MAX_BYTES + 1));
    }

    @Test
    void shouldLetGoOfALargeBuffer() {
        Encoder out = new Encoder(1 << 24);
        codecs.encode(new byte[1 << 23], out);
        assertTrue(out.buffer().capacity() > 1 << 23);
        out.clear();
        assertTrue(out.buffer().capacity() < 1 << 20);
        codecs.encode("small", out);
        assertEquals("small", decode(codecs, Arrays.copyOf(out.bytes(), out.length())));
    }

    @Test
    void shouldNestAsDeepAsIsSaidAndNoDeeper() {
        assertEquals(nodes(256), decode(codecs, encode(codecs, nodes(256))));
        EncodeException tooDeep =
                assertThrows(EncodeException.class, () -> encode(codecs, nodes(257)));
        assertTrue(tooDeep.getMessage().contains("256"), tooDeep.getMessage());
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThrows(EncodeException.class, () -> encode(codecs, itself));
        Optional<Object> nested = Optional.empty();
        for (int i = 0; i < 300; i++) {
            nested = Optional.of(nested);
        }
        Object deep = nested;
        assertThrows(EncodeException.class, () -> encode(codecs, deep));
    }

    @Test
    void shouldNestSoDeepOnASmallStack() throws Exception {
        AtomicReference<Object> got = new AtomicReference<>();
        Thread small =
                new Thread(
                        null,
                        () -> got.set(decode(codecs, encode(codecs, nodes(256)))),
                        "small",
                        256 << 10);
        small.start();
        assertTrue(small.join(Duration.ofSeconds(10)));
        assertInstanceOf(Messages.Node.class, got.get());
    }

    record Endless(int number) {
        Endless {
            number = again(number);
        }

        private static int again(int number) {
            return number == 0 ? 0 : 1 + again(number);
        }
    }

    @Test
    void shouldSurviveAConstructorThatNeverEnds() {
        codecs.register(Endless.class);
        byte[] bytes = encode(codecs, new Endless(0));
        bytes[bytes.length - 1] = 1;
        DecodeException refused = assertThrows(DecodeException.class, () -> decode(codecs, bytes));
        assertInstanceOf(StackOverflowError.class, refused.getCause());
    }

    @Test
    void shouldRefuseBytesThatAreNestedTooDeep() {
        byte[] node = encode(codecs, new Messages.Node(5, null));
        Encoder out = new Encoder(10_000);
        for (int i = 0; i < node.length - 5; i++) {
            out.putByte(node[i]);
        }
        for (int i = 0; i < 300; i++) {
            out.putInt(i);
            out.putByte((byte) 1);
        }
        out.putInt(1);
        out.putByte((byte) 0);
        byte[] bytes = Arrays.copyOf(out.bytes(), out.length());
        String message =
                assertThrows(DecodeException.class, () -> decode(codecs, bytes)).getMessage();
        assertTrue(message.contains("256"), message);
    }

    private static Messages.Node nodes(int count) {
        Messages.Node last = null;
        for (int i = 0; i < count; i++) {
            last = new Messages.Node(i, last);
        }
        return last;
    }

    @Test
    void shouldTakeNoMemoryForWhatIsOnlyClaimed() {
        byte[][] liars = {
            bytes(9, Integer.MAX_VALUE), // a string
            bytes(9, -2),
            bytes(13, Integer.MAX_VALUE), // booleans
            bytes(14, Integer.MAX_VALUE), // bytes
            bytes(20, Integer.MAX_VALUE), // doubles
            bytes(20, -1),
            bytes(20, 3), // 24 bytes, where 20 are
            bytes(32, Integer.MAX_VALUE), // a list
            bytes(32, -1),
            bytes(33, Integer.MAX_VALUE),
            bytes(34, 21),
            bytes(12, -1), // a segment: the count is the low half of its size
            bytes(12, 1 << 30),
        };
        for (byte[] liar : liars) {
            long before = allocated();
            assertThrows(
                    DecodeException.class, () -> decode(codecs, liar), () -> Arrays.toString(liar));
            assertTrue(allocated() - before < 1 << 20);
        }
    }

    /** Lists in lists, each of which claims as many elements as there are bytes left. */
    @Test
    void shouldTakeNoMemoryForClaimsInsideClaims() {
        int size = 1 << 20;
        Encoder out = new Encoder(size);
        for (int i = 0; i < 250; i++) {
            out.putByte((byte) 32);
            out.putInt(size - 4000);
        }
        out.room(size - out.length());
        byte[] bytes = Arrays.copyOf(out.bytes(), out.length());
        long before = allocated();
        assertThrows(DecodeException.class, () -> decode(codecs, bytes));
        assertTrue(allocated() - before < 16L * size);
    }

    private static byte[] bytes(int tag, int count) {
        Encoder out = new Encoder(100);
        out.putByte((byte) tag);
        out.putInt(count);
        out.putLong(0);
        out.putLong(0);
        out.putInt(0);
        return Arrays.copyOf(out.bytes(), out.length());
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void shouldRefuseWhatIsNotText() {
        for (String half : List.of("\ud800", "a\udc00", "é\udbff", "\udc00\ud800")) {
            EncodeException refused =
                    assertThrows(EncodeException.class, () -> encode(codecs, half));
            assertTrue(refused.getMessage().contains("surrogate"), refused.getMessage());
        }
        for (int[] malformed :
                new int[][] {
                    {0x80},
                    {0xC3},
                    {0xC0, 0x80},
                    {0xED, 0xA0, 0x80},
                    {0xF4, 0x90, 0x80, 0x80},
                    {0xFF}
                }) {
            Encoder out = new Encoder(100);
            out.putByte((byte) 9);
            out.putInt(malformed.length);
            for (int octet : malformed) {
                out.putByte((byte) octet);
            }
            byte[] bytes = Arrays.copyOf(out.bytes(), out.length());
            assertThrows(DecodeException.class, () -> decode(codecs, bytes));
        }
    }

    @Test
    void shouldSayWhoRefusedWhatCame() {
        byte[] bytes = encode(codecs, new Messages.Even(2));
        bytes[bytes.length - 4] = 3;
        DecodeException refused = assertThrows(DecodeException.class, () -> decode(codecs, bytes));
        assertEquals(
                Messages.Even.class.getTypeName()
                        + " could not be made of what came: java.lang.IllegalArgumentException: 3"
                        + " is odd",
                refused.getMessage());
        assertInstanceOf(IllegalArgumentException.class, refused.getCause());
    }

    @Test
    void shouldSayWhichValueCouldNotBeRead() {
        codecs.register(Bad.class);
        EncodeException bad =
                assertThrows(EncodeException.class, () -> encode(codecs, new Bad("x")));
        assertTrue(bad.getMessage().contains("not today"), bad.getMessage());
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(8);
        }
        EncodeException gone = assertThrows(EncodeException.class, () -> encode(codecs, closed));
        assertTrue(gone.getMessage().contains("closed"), gone.getMessage());
        List<Integer> liar =
                new AbstractList<>() {
                    @Override
                    public Integer get(int index) {
                        return index;
                    }

                    @Override
                    public int size() {
                        return 3;
                    }

                    @Override
                    public Iterator<Integer> iterator() {
                        return List.of(1, 2).iterator();
                    }
                };
        assertThrows(EncodeException.class, () -> encode(codecs, liar));
    }

    @Test
    void shouldRefuseBytesBehindTheMessage() {
        byte[] bytes = encode(codecs, "text");
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(DecodeException.class, () -> decode(codecs, more));
        Decoder in = new Decoder();
        in.wrap(new UnsafeBuffer(more), 0, bytes.length);
        assertEquals("text", codecs.decode(in));
    }

    @Test
    void shouldRefuseElementsThatCameTwice() {
        byte[] one = encode(codecs, Set.of(1, 2));
        byte[] same = one.clone();
        System.arraycopy(same, 5, same, 10, 5);
        assertThrows(DecodeException.class, () -> decode(codecs, same));
        byte[] map = encode(codecs, new TreeMap<>(Map.of(1, 2, 3, 4)));
        System.arraycopy(map, 5, map, 15, 5);
        assertThrows(DecodeException.class, () -> decode(codecs, map));
    }

    @Test
    void shouldHaveTheBytesThatAreWrittenDown() {
        Messages.Texts message = new Messages.Texts("ü", Messages.Colour.BLUE, null, Instant.EPOCH);
        byte[] bytes = encode(codecs, message);
        byte[] fields = Arrays.copyOfRange(bytes, 17, bytes.length);
        assertEquals(64, bytes[0]);
        assertArrayEquals(
                new byte[] {
                    2,
                    0,
                    0,
                    0,
                    (byte) 0xC3,
                    (byte) 0xBC, // the string
                    1,
                    2,
                    0, // the third constant
                    0, // no duration
                    1,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0 // the instant
                },
                fields);
    }
}
