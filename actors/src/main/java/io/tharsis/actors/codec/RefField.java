package io.tharsis.actors.codec;

/** A type of the layer above. */
record RefField<R>(RefCodec<R> codec) implements Codec {
    @Override
    public String name() {
        return codec.type().getName();
    }

    @Override
    public String definition() {
        return "reference " + name();
    }

    @Override
    public void writePresent(Encoder out, Object value) {
        codec.write(codec.type().cast(value), out);
    }

    @Override
    public Object readPresent(Decoder in) {
        R value = codec.read(in);
        if (value == null) {
            throw new DecodeException("a null came out of the codec of " + name());
        }
        return value;
    }
}
