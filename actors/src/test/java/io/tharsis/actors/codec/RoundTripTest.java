package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.codecs;
import static io.tharsis.actors.codec.Messages.decode;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

final class RoundTripTest {
    private final MessageCodecs codecs = codecs();

    private Object twice(Object value) {
        return decode(codecs, encode(codecs, value));
    }

    @Test
    void shouldCarryPlainValues() {
        assertNull(twice(null));
        for (Object value :
                List.of(
                        true,
                        false,
                        Byte.MIN_VALUE,
                        Short.MIN_VALUE,
                        Character.MAX_VALUE,
                        Integer.MIN_VALUE,
                        Long.MIN_VALUE,
                        -0.0f,
                        Double.MIN_VALUE,
                        Double.NEGATIVE_INFINITY,
                        "",
                        "\0",
                        "a\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff",
                        "\ufffd stands for itself",
                        Duration.ofSeconds(Long.MIN_VALUE, 0),
                        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                        Instant.MIN,
                        Instant.MAX,
                        Messages.Colour.GREEN,
                        Messages.Tint.DARK,
                        new Messages.Empty(),
                        Optional.empty(),
                        Optional.of(1),
                        List.of(),
                        Set.of(),
                        Map.of(),
                        List.of(1, "two", 3.0, List.of(Map.of('4', new Messages.Circle(5)))),
                        new Messages.Local<>(7))) {
            assertEquals(value, twice(value));
        }
    }

    @Test
    void shouldKeepTheBitsOfNaNs() {
        int signalling = 0x7f800001;
        long odd = 0xfff4_0000_dead_beefL;
        Messages.Primitives back =
                (Messages.Primitives)
                        twice(
                                new Messages.Primitives(
                                        true,
                                        (byte) 1,
                                        (short) 2,
                                        '3',
                                        4,
                                        5,
                                        Float.intBitsToFloat(signalling),
                                        Double.longBitsToDouble(odd)));
        assertEquals(signalling, Float.floatToRawIntBits(back.f()));
        assertEquals(odd, Double.doubleToRawLongBits(back.d()));
        double[] array = (double[]) twice(new double[] {Double.longBitsToDouble(odd)});
        assertEquals(odd, Double.doubleToRawLongBits(array[0]));
    }

    @Test
    void shouldCarryRandomMessages() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println("RoundTripTest -Dtharsis.seed=" + seed);
        Random random = new Random(seed);
        Encoder out = new Encoder(1 << 20);
        Decoder in = new Decoder();
        for (int i = 0; i < 20_000; i++) {
            Object value = Messages.random(random);
            out.clear();
            out.putInt(i);
            codecs.encode(value, out);
            in.wrap(out.buffer(), 0, out.length());
            assertEquals(i, in.getInt());
            assertEquals(value, codecs.decode(in));
        }
    }

    @Test
    void shouldCarryNullInEveryFieldThatCanBeNull() {
        for (Object value :
                List.of(
                        new Messages.Boxes(null, null, null, null, null, null, null, null),
                        new Messages.Texts(null, null, null, null),
                        new Messages.Many(null, null, null, null, null),
                        new Messages.Pairs(new Messages.Pair<>(null, null), null),
                        new Messages.Group(null, null),
                        new Messages.Greeting(null, null),
                        new Messages.Results(new Messages.Good<>(null), null),
                        new Messages.Arrays(
                                null, null, null, null, null, null, null, null, null))) {
            assertEquals(value, twice(value));
        }
        List<Integer> nulls = Arrays.asList(null, 1, null);
        assertEquals(nulls, twice(nulls));
        Map<String, String> map = Collections.singletonMap(null, null);
        assertEquals(map, twice(map));
        Set<String> set = Collections.singleton(null);
        assertEquals(set, twice(set));
    }

    @Test
    void shouldCarryArrays() {
        for (int length : new int[] {0, 1, 7, 1000}) {
            Messages.Arrays sent =
                    new Messages.Arrays(
                            new boolean[length],
                            new byte[length],
                            new short[length],
                            new char[length],
                            new int[length],
                            new long[length],
                            new float[length],
                            new double[length],
                            MemorySegment.ofArray(new byte[length]));
            for (int i = 0; i < length; i++) {
                sent.z()[i] = i % 3 == 0;
                sent.b()[i] = (byte) i;
                sent.s()[i] = (short) (i * 77);
                sent.c()[i] = (char) (i * 77);
                sent.i()[i] = i * 0x01020304;
                sent.l()[i] = i * 0x0102030405060708L;
                sent.f()[i] = i / 3f;
                sent.d()[i] = i / 3d;
                sent.m().set(ValueLayout.JAVA_BYTE, i, (byte) ~i);
            }
            byte[] bytes = encode(codecs, sent);
            UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length + 3));
            direct.putBytes(3, bytes);
            UnsafeBuffer bare = new UnsafeBuffer(direct.addressOffset() + 3, bytes.length);
            ExpandableArrayBuffer other = new ExpandableArrayBuffer();
            other.putBytes(5, bytes);
            Decoder in = new Decoder();
            in.wrap(direct, 3, bytes.length);
            assertSameArrays(sent, (Messages.Arrays) codecs.decode(in));
            in.wrap(bare, 0, bytes.length);
            assertSameArrays(sent, (Messages.Arrays) codecs.decode(in));
            in.wrap(other, 5, bytes.length);
            assertSameArrays(sent, (Messages.Arrays) codecs.decode(in));
            assertArrayEquals(sent.i(), (int[]) twice(sent.i()));
        }
    }

    private static void assertSameArrays(Messages.Arrays sent, Messages.Arrays got) {
        assertArrayEquals(sent.z(), got.z());
        assertArrayEquals(sent.b(), got.b());
        assertArrayEquals(sent.s(), got.s());
        assertArrayEquals(sent.c(), got.c());
        assertArrayEquals(sent.i(), got.i());
        assertArrayEquals(sent.l(), got.l());
        assertArrayEquals(sent.f(), got.f());
        assertArrayEquals(sent.d(), got.d());
        assertEquals(sent.m().byteSize(), got.m().byteSize());
        assertEquals(-1, sent.m().mismatch(got.m()));
    }

    @Test
    void shouldCopySegmentsToAlignedOnesThatOutliveTheirSource() {
        MemorySegment got;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sent = arena.allocate(20, 8);
            sent.set(ValueLayout.JAVA_LONG, 8, 42);
            got = (MemorySegment) twice(sent.asReadOnly());
            assertEquals(20, got.byteSize());
        }
        assertEquals(42, got.get(ValueLayout.JAVA_LONG, 8));
        got.set(ValueLayout.JAVA_DOUBLE, 0, 1.5);
    }

    @Test
    void shouldDecodeTextOffHeap() {
        byte[] bytes = encode(codecs, "off the heap: ä€😀");
        UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        direct.putBytes(0, bytes);
        Decoder in = new Decoder();
        in.wrap(direct, 0, bytes.length);
        assertEquals("off the heap: ä€😀", codecs.decode(in));
    }

    @Test
    void shouldKeepTheOrderOfCollectionsAndForbidChange() {
        Set<String> sorted = new TreeSet<>(Collections.reverseOrder());
        sorted.addAll(List.of("a", "c", "b"));
        Set<?> set = assertInstanceOf(Set.class, twice(sorted));
        assertEquals(List.of("c", "b", "a"), new ArrayList<>(set));
        assertThrows(UnsupportedOperationException.class, set::clear);
        List<?> list = assertInstanceOf(List.class, twice(new ArrayList<>(List.of(1))));
        assertThrows(UnsupportedOperationException.class, list::removeFirst);
        Map<?, ?> map = assertInstanceOf(Map.class, twice(Map.of(1, 2)));
        assertThrows(UnsupportedOperationException.class, map::clear);
    }

    @Test
    void shouldCarryLocalAndPrivateRecords() {
        record Within(int a, Messages.Colour colour) {}
        codecs.register(Within.class);
        Within within = new Within(1, Messages.Colour.GREEN);
        assertEquals(within, twice(within));
        assertEquals(Messages.secret(3, "x"), twice(Messages.secret(3, "x")));
    }

    @Test
    void shouldGiveConstantsOfEnumsThemselves() {
        assertSame(Messages.Colour.GREEN, twice(Messages.Colour.GREEN));
    }

    @Test
    void shouldCarryMessagesOfManyThreadsWhileOthersRegister() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        MessageCodecs shared = new MessageCodecs(new Messages.Refs());
        for (int t = 0; t < 4; t++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            shared.register(Messages.Shape.class);
                                            shared.register(Messages.Many.class);
                                            Messages.Circle circle = new Messages.Circle(1);
                                            for (int i = 0; i < 1000; i++) {
                                                assertEquals(
                                                        circle,
                                                        decode(shared, encode(shared, circle)));
                                            }
                                        } catch (Throwable e) {
                                            failures.add(e);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(10)));
        }
        assertEquals(List.of(), failures);
    }
}
