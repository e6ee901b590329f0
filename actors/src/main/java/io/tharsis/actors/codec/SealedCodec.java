package io.tharsis.actors.codec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sealed interface: the index of the value's class, by name, and its fields.
 *
 * <p>It exists before its cases do, since they may have fields of it.
 */
final class SealedCodec implements Codec {
    private final Shape shape;
    private final Map<Class<?>, Integer> indexes = new HashMap<>();
    private Codec[] cases;

    SealedCodec(Shape shape) {
        this.shape = shape;
    }

    /** Once, before the codec is used. */
    void cases(List<Class<?>> classes, List<Codec> codecs) {
        for (Class<?> type : classes) {
            indexes.put(type, indexes.size());
        }
        cases = codecs.toArray(Codec[]::new);
    }

    @Override
    public String name() {
        return shape.toString();
    }

    @Override
    public String definition() {
        return "sealed " + name() + parts().stream().map(Codec::name).toList();
    }

    @Override
    public List<Codec> parts() {
        return Arrays.asList(cases);
    }

    @Override
    public void writePresent(Encoder out, Object value) {
        Class<?> type =
                value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        int index = indexes.get(type);
        out.putShort((short) index);
        cases[index].writePresent(out, value);
    }

    @Override
    public Object readPresent(Decoder in) {
        int index = in.getShort();
        if (index < 0 || index >= cases.length) {
            throw new DecodeException(
                    name() + " has " + cases.length + " classes and none with " + index);
        }
        return cases[index].readPresent(in);
    }
}
