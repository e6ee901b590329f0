package io.tharsis.actors.codec;

import java.util.Arrays;

/** An enum, by ordinal: the definition names all constants in order. */
record EnumCodec(Class<?> type, Object[] constants) implements Codec {
    EnumCodec(Class<?> type) {
        this(type, type.getEnumConstants());
    }

    @Override
    public String name() {
        return type.getName();
    }

    @Override
    public String definition() {
        return "enum "
                + name()
                + Arrays.stream(constants).map(constant -> ((Enum<?>) constant).name()).toList();
    }

    @Override
    public void writePresent(Encoder out, Object value) {
        out.putShort((short) ((Enum<?>) value).ordinal());
    }

    @Override
    public Object readPresent(Decoder in) {
        int ordinal = in.getShort();
        if (ordinal < 0 || ordinal >= constants.length) {
            throw new DecodeException(
                    name() + " has " + constants.length + " constants and none with " + ordinal);
        }
        return constants[ordinal];
    }
}
