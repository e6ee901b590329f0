package io.tharsis.actors.codec;

import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The messages of these tests, and random values of them. */
final class Messages {
    private Messages() {}

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "verdant";
            }
        },
        BLUE
    }

    record Primitives(boolean z, byte b, short s, char c, int i, long l, float f, double d) {}

    record Boxes(Boolean z, Byte b, Short s, Character c, Integer i, Long l, Float f, Double d) {}

    record Texts(String text, Colour colour, Duration duration, Instant instant) {}

    record Many(
            List<String> names,
            Set<Integer> numbers,
            Map<String, List<Long>> byName,
            Optional<Colour> colour,
            List<Optional<Texts>> texts) {}

    record Node(int value, Node next) {}

    record Pair<A, B>(A first, B second) {}

    record Pairs(Pair<String, Integer> pair, List<Pair<Colour, Pair<Long, Node>>> nested) {}

    sealed interface Shape permits Circle, Square, Group, Tint {}

    record Circle(double radius) implements Shape {}

    record Square(float side) implements Shape {}

    record Group(List<Shape> shapes, Shape first) implements Shape {}

    enum Tint implements Shape {
        DARK,
        LIGHT
    }

    sealed interface Result<T> permits Good, Bad {}

    record Good<T>(T value) implements Result<T> {}

    record Bad<T>(String why) implements Result<T> {}

    record Results(Result<Integer> number, Result<List<String>> names) {}

    private record Secret(int a, String b) {
        private Secret {}
    }

    static Object secret(int a, String b) {
        return new Secret(a, b);
    }

    record Empty() {}

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    /** Arrays are equal by identity, so records with them are compared by hand. */
    record Arrays(
            boolean[] z,
            byte[] b,
            short[] s,
            char[] c,
            int[] i,
            long[] l,
            float[] f,
            double[] d,
            MemorySegment m) {}

    /** Stands for a reference to an actor. */
    interface Ref<M> {
        int number();
    }

    record Local<M>(int number) implements Ref<M> {}

    record Greeting(String text, Ref<? super Thread> replyTo) {}

    static final class Refs implements RefCodec<Ref<?>> {
        @Override
        @SuppressWarnings("unchecked")
        public Class<Ref<?>> type() {
            return (Class<Ref<?>>) (Class<?>) Ref.class;
        }

        @Override
        public void write(Ref<?> ref, Encoder out) {
            out.putInt(ref.number());
        }

        @Override
        public Ref<?> read(Decoder in) {
            int number = in.getInt();
            if (number < 0) {
                throw new IllegalStateException("no actor has the number " + number);
            }
            return new Local<>(number);
        }
    }

    /** With all of the above. */
    static MessageCodecs codecs() {
        MessageCodecs codecs = new MessageCodecs(new Refs());
        for (Class<?> type :
                List.of(
                        Colour.class,
                        Primitives.class,
                        Boxes.class,
                        Texts.class,
                        Many.class,
                        Node.class,
                        Pairs.class,
                        Shape.class,
                        Results.class,
                        Secret.class,
                        Empty.class,
                        Even.class,
                        Arrays.class,
                        Greeting.class)) {
            codecs.register(type);
        }
        return codecs;
    }

    static byte[] encode(MessageCodecs codecs, Object value) {
        Encoder out = new Encoder(1 << 20);
        codecs.encode(value, out);
        byte[] bytes = new byte[out.length()];
        out.buffer().getBytes(0, bytes);
        return bytes;
    }

    static Object decode(MessageCodecs codecs, byte[] bytes) {
        Decoder in = new Decoder();
        in.wrap(new UnsafeBuffer(bytes), 0, bytes.length);
        return codecs.decode(in);
    }

    /** A random value of a random kind, without arrays. */
    static Object random(RandomGenerator random) {
        return switch (random.nextInt(16)) {
            case 0 ->
                    new Primitives(
                            random.nextBoolean(),
                            (byte) random.nextInt(),
                            (short) random.nextInt(),
                            (char) random.nextInt(),
                            random.nextInt(),
                            random.nextLong(),
                            Float.intBitsToFloat(random.nextInt()),
                            Double.longBitsToDouble(random.nextLong()));
            case 1 ->
                    new Boxes(
                            random.nextBoolean() ? random.nextBoolean() : null,
                            random.nextBoolean() ? (byte) random.nextInt() : null,
                            random.nextBoolean() ? (short) random.nextInt() : null,
                            random.nextBoolean() ? (char) random.nextInt() : null,
                            random.nextBoolean() ? random.nextInt() : null,
                            random.nextBoolean() ? random.nextLong() : null,
                            random.nextBoolean() ? random.nextFloat() : null,
                            random.nextBoolean() ? random.nextDouble() : null);
            case 2 -> texts(random);
            case 3 ->
                    new Many(
                            java.util.Arrays.asList(text(random), text(random), null),
                            Set.of(random.nextInt()),
                            Map.of("k" + text(random), List.of(random.nextLong(), 1L)),
                            Optional.of(Colour.GREEN),
                            List.of(Optional.empty(), Optional.of(texts(random))));
            case 4 -> node(random, 1 + random.nextInt(20));
            case 5 ->
                    new Pairs(
                            new Pair<>(text(random), random.nextInt()),
                            List.of(
                                    new Pair<>(
                                            Colour.BLUE,
                                            new Pair<>(random.nextLong(), node(random, 2)))));
            case 6 -> shape(random, 4);
            case 7 ->
                    new Results(
                            new Good<>(random.nextInt()),
                            random.nextBoolean()
                                    ? new Bad<>(text(random))
                                    : new Good<>(List.of("a")));
            case 8 -> secret(random.nextInt(), text(random));
            case 9 -> new Greeting(text(random), new Local<>(random.nextInt(1000)));
            case 10 -> new Even(2 * random.nextInt(1000));
            case 11 -> List.of(random(random), random(random));
            case 12 -> Map.of(text(random) + "k", random(random));
            case 13 -> Optional.of(random(random));
            case 14 -> text(random);
            default -> Colour.values()[random.nextInt(3)];
        };
    }

    private static Texts texts(RandomGenerator random) {
        return new Texts(
                random.nextBoolean() ? text(random) : null,
                random.nextBoolean() ? Colour.values()[random.nextInt(3)] : null,
                random.nextBoolean() ? Duration.ofNanos(random.nextLong()) : null,
                random.nextBoolean() ? Instant.EPOCH.plusNanos(random.nextLong()) : null);
    }

    private static Node node(RandomGenerator random, int more) {
        return more == 0 ? null : new Node(random.nextInt(), node(random, more - 1));
    }

    private static Shape shape(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0 -> new Circle(random.nextDouble());
            case 1 -> new Square(random.nextFloat());
            case 2 -> Tint.LIGHT;
            default ->
                    new Group(
                            List.of(shape(random, depth - 1), shape(random, depth - 1)),
                            random.nextBoolean() ? null : shape(random, depth - 1));
        };
    }

    /** Of every length of UTF-8, seldom long; no halves of surrogate pairs. */
    static String text(RandomGenerator random) {
        int length = random.nextInt(100) == 0 ? random.nextInt(5000) : random.nextInt(20);
        int limit = new int[] {0x80, 0x100, 0x800, 0x10000, 0x110000}[random.nextInt(5)];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int point = random.nextInt(limit);
            text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? 0xFFFD : point);
        }
        return text.toString();
    }
}
