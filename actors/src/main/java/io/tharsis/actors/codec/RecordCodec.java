package io.tharsis.actors.codec;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;

/**
 * A record, its type arguments known. Its canonical constructor is called for what comes in.
 *
 * <p>It exists before its components' codecs do, since they may have fields of it.
 */
final class RecordCodec implements Codec {
    /**
     * A component.
     *
     * @param kind the primitive type, String, or Object for all others
     * @param typeName its type, in the definition
     * @param get of type (Object)kind
     * @param codec null for primitives and strings
     */
    record Component(String name, Class<?> kind, String typeName, MethodHandle get, Codec codec) {}

    private final Shape shape;
    private List<Component> components;
    private Fields fields;

    RecordCodec(Shape shape) {
        this.shape = shape;
    }

    /**
     * Once, before the codec is used.
     *
     * @param make the canonical constructor, of type (kind...)Object
     */
    void components(List<Component> all, MethodHandle make) {
        components = List.copyOf(all);
        fields = FieldsWriter.write(shape.type(), components, make);
    }

    @Override
    public String name() {
        return shape.toString();
    }

    @Override
    public String definition() {
        return "record "
                + name()
                + components.stream().map(c -> c.name() + ":" + c.typeName()).toList();
    }

    @Override
    public List<Codec> parts() {
        return components.stream().map(Component::codec).filter(Objects::nonNull).toList();
    }

    @Override
    public void writePresent(Encoder out, Object record) {
        out.enter();
        try {
            fields.write(out, record);
        } catch (EncodeException | NotTransferableException | VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new EncodeException(name() + " could not be read: " + CodecException.text(e), e);
        }
        out.leave();
    }

    @Override
    public Object readPresent(Decoder in) {
        in.enter();
        Object record;
        try {
            record = fields.read(in);
        } catch (DecodeException | VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new DecodeException(
                    name() + " could not be made of what came: " + CodecException.text(e), e);
        }
        in.leave();
        return record;
    }
}
