package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.codecs;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Nothing but {@link DecodeException} comes out of bytes that are no message. */
final class FuzzTest {
    private final MessageCodecs codecs = codecs();
    private final Decoder in = new Decoder();
    private final long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
    private final Random random = new Random(seed);
    private int refused;

    FuzzTest() {
        System.out.println("FuzzTest -Dtharsis.seed=" + seed);
    }

    /** Decodes; if that succeeds, what came out must travel again. */
    private void feed(byte[] bytes, int length) {
        in.wrap(new UnsafeBuffer(bytes), 0, length);
        Object value;
        try {
            value = codecs.decode(in);
        } catch (DecodeException _) {
            refused++;
            return;
        } catch (Throwable e) {
            throw new AssertionError("of " + Arrays.toString(Arrays.copyOf(bytes, length)), e);
        }
        encode(codecs, value);
    }

    private byte[] message() {
        return switch (random.nextInt(10)) {
            case 0 ->
                    encode(
                            codecs,
                            new Messages.Arrays(
                                    new boolean[] {true},
                                    new byte[3],
                                    null,
                                    new char[2],
                                    new int[] {random.nextInt()},
                                    new long[2],
                                    new float[0],
                                    new double[] {random.nextDouble()},
                                    MemorySegment.ofArray(new byte[random.nextInt(9)])));
            case 1 -> encode(codecs, List.of(new int[3], "ä", new boolean[2], 'x', 5L));
            default -> encode(codecs, Messages.random(random));
        };
    }

    @Test
    void shouldRefuseRandomBytes() {
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) random.nextInt(66);
            }
            feed(bytes, bytes.length);
        }
        assertTrue(refused > 15_000, refused + " refused");
    }

    @Test
    void shouldRefuseRandomBytesBehindAValidHeader() {
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = message();
            for (int at = bytes[0] == 64 ? 17 : 1; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(3) : random.nextInt());
            }
            feed(bytes, bytes.length);
        }
    }

    @Test
    void shouldRefuseEveryTruncation() {
        for (int i = 0; i < 150; i++) {
            byte[] bytes = message();
            for (int length = 0; length < bytes.length; length++) {
                in.wrap(new UnsafeBuffer(bytes), 0, length);
                assertThrows(DecodeException.class, () -> codecs.decode(in));
            }
        }
    }

    @Test
    void shouldSurviveFlippedBits() {
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = message();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                int bit = random.nextInt(8 * bytes.length);
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
            }
            feed(bytes, bytes.length);
        }
        assertTrue(refused > 5_000, refused + " refused");
    }

    @Test
    void shouldSurviveMessagesSplicedTogether() {
        for (int i = 0; i < 30_000; i++) {
            byte[] front = message();
            byte[] back = message();
            int from = random.nextInt(back.length);
            int at = random.nextInt(front.length);
            byte[] bytes = Arrays.copyOf(front, at + back.length - from);
            System.arraycopy(back, from, bytes, at, back.length - from);
            feed(bytes, bytes.length);
        }
    }
}
