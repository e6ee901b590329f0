package io.tharsis.actors.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The types without parts. */
final class PlainCodecs {
    /** In the order of their tags ({@link AnyCodec}): add at the end alone. */
    static final List<Plain> ALL =
            List.of(
                    plain(Boolean.class, Encoder::putBoolean, Decoder::getBoolean),
                    plain(Byte.class, Encoder::putByte, Decoder::getByte),
                    plain(Short.class, Encoder::putShort, Decoder::getShort),
                    plain(Character.class, Encoder::putChar, Decoder::getChar),
                    plain(Integer.class, Encoder::putInt, Decoder::getInt),
                    plain(Long.class, Encoder::putLong, Decoder::getLong),
                    plain(Float.class, Encoder::putFloat, Decoder::getFloat),
                    plain(Double.class, Encoder::putDouble, Decoder::getDouble),
                    new Text(),
                    plain(Duration.class, PlainCodecs::putDuration, PlainCodecs::getDuration),
                    plain(Instant.class, PlainCodecs::putInstant, PlainCodecs::getInstant),
                    plain(MemorySegment.class, PlainCodecs::putSegment, PlainCodecs::getSegment),
                    plain(boolean[].class, PlainCodecs::putBooleans, PlainCodecs::getBooleans),
                    array(byte[].class, byte[]::new, ValueLayout.JAVA_BYTE),
                    array(short[].class, short[]::new, ValueLayout.JAVA_SHORT_UNALIGNED),
                    array(char[].class, char[]::new, ValueLayout.JAVA_CHAR_UNALIGNED),
                    array(int[].class, int[]::new, ValueLayout.JAVA_INT_UNALIGNED),
                    array(long[].class, long[]::new, ValueLayout.JAVA_LONG_UNALIGNED),
                    array(float[].class, float[]::new, ValueLayout.JAVA_FLOAT_UNALIGNED),
                    array(double[].class, double[]::new, ValueLayout.JAVA_DOUBLE_UNALIGNED));

    private PlainCodecs() {}

    /** A codec that depends on nothing but the type. */
    sealed interface Plain extends Codec {
        Class<?> type();

        @Override
        default String name() {
            return type().getTypeName();
        }
    }

    private record Simple<T>(Class<T> type, BiConsumer<Encoder, T> put, Function<Decoder, T> get)
            implements Plain {
        @Override
        public void writePresent(Encoder out, Object value) {
            put.accept(out, type.cast(value));
        }

        @Override
        public Object readPresent(Decoder in) {
            return get.apply(in);
        }
    }

    private record Text() implements Plain {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public void writePresent(Encoder out, Object value) {
            out.putString((String) value);
        }

        @Override
        public Object readPresent(Decoder in) {
            String text = in.getString();
            if (text == null) {
                throw new DecodeException("a string is null where none can be");
            }
            return text;
        }

        @Override
        public void write(Encoder out, Object value) {
            out.putString((String) value);
        }

        @Override
        public Object read(Decoder in) {
            return in.getString();
        }
    }

    private record Numbers<A>(Class<A> type, Function<Integer, A> make, ValueLayout layout)
            implements Plain {
        @Override
        public void writePresent(Encoder out, Object array) {
            int count = java.lang.reflect.Array.getLength(array);
            out.putInt(count);
            int at = out.room(count * layout.byteSize());
            MemorySegment.copy(array, 0, out.segment(), layout, at, count);
        }

        @Override
        public Object readPresent(Decoder in) {
            int count = in.getInt();
            MemorySegment from = in.segment(count * layout.byteSize());
            A array = make.apply(count);
            MemorySegment.copy(from, layout, 0, array, 0, count);
            return array;
        }
    }

    private static <T> Plain plain(
            Class<T> type, BiConsumer<Encoder, T> put, Function<Decoder, T> get) {
        return new Simple<>(type, put, get);
    }

    private static <A> Plain array(Class<A> type, Function<Integer, A> make, ValueLayout layout) {
        return new Numbers<>(type, make, layout.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    private static void putDuration(Encoder out, Duration value) {
        out.putLong(value.getSeconds());
        out.putInt(value.getNano());
    }

    private static Duration getDuration(Decoder in) {
        return Duration.ofSeconds(in.getLong(), nanos(in));
    }

    private static void putInstant(Encoder out, Instant value) {
        out.putLong(value.getEpochSecond());
        out.putInt(value.getNano());
    }

    private static Instant getInstant(Decoder in) {
        return Instant.ofEpochSecond(in.getLong(), nanos(in));
    }

    private static int nanos(Decoder in) {
        int nanos = in.getInt();
        if (nanos < 0 || nanos > 999_999_999) {
            throw new DecodeException(nanos + " are no nanoseconds of a second");
        }
        return nanos;
    }

    private static void putSegment(Encoder out, MemorySegment value) {
        long byteSize = value.byteSize();
        out.putLong(byteSize);
        int at = out.room(byteSize);
        MemorySegment.copy(value, 0, out.segment(), at, byteSize);
    }

    private static MemorySegment getSegment(Decoder in) {
        MemorySegment from = in.segment(in.getLong());
        // Of longs, so that an aligned read of any primitive is allowed.
        long[] home = new long[(int) ((from.byteSize() + 7) / 8)];
        return MemorySegment.ofArray(home).asSlice(0, from.byteSize()).copyFrom(from);
    }

    private static void putBooleans(Encoder out, boolean[] values) {
        out.putInt(values.length);
        int at = out.room(values.length);
        for (boolean value : values) {
            out.bytes()[at++] = (byte) (value ? 1 : 0);
        }
    }

    private static boolean[] getBooleans(Decoder in) {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) {
            throw new DecodeException(count + " booleans in " + in.remaining() + " bytes");
        }
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.getBoolean();
        }
        return values;
    }
}
