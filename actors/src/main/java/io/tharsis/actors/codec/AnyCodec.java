package io.tharsis.actors.codec;

import org.agrona.collections.Long2ObjectHashMap;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A value of any kind: a tag that says which, and the value. The tag of what is {@link Registered}
 * is followed by its id and its fingerprint. Collections hold such values again.
 *
 * <p>Thread-safe; {@link #add} by one thread at a time.
 */
final class AnyCodec implements Codec {
    private static final byte NULL = 0;
    // 1 to 31 are of PlainCodecs.ALL, in order.
    private static final byte LIST = 32;
    private static final byte SET = 33;
    private static final byte MAP = 34;
    private static final byte OPTIONAL = 35;
    private static final byte REGISTERED = 64;

    /**
     * A class whose values travel by themselves.
     *
     * @param id from its name: what it is called on the wire
     * @param fingerprint from all that its bytes depend on
     */
    record Registered(Class<?> type, long id, long fingerprint, Codec codec) {}

    private final Codec[] byTag = new Codec[REGISTERED];
    private final Map<Class<?>, Byte> plainTags = new HashMap<>();
    private final Map<Class<?>, Registered> byClass = new ConcurrentHashMap<>();

    /** Replaced when it changes. */
    private volatile Long2ObjectHashMap<Registered> byId = new Long2ObjectHashMap<>();

    /** Those of references, found by what they are above of; replaced when it changes. */
    private volatile List<Registered> references = List.of();

    AnyCodec() {
        byte tag = 1;
        for (PlainCodecs.Plain codec : PlainCodecs.ALL) {
            plainTags.put(codec.type(), tag);
            byTag[tag++] = codec;
        }
        byTag[LIST] = new Collected.OfList(this);
        byTag[SET] = new Collected.OfSet(this);
        byTag[MAP] = new Collected.OfMap(this, this);
        byTag[OPTIONAL] = new Collected.OfOptional(this);
    }

    /** From now on, values of those classes travel. */
    void add(Collection<Registered> all) {
        Long2ObjectHashMap<Registered> next = new Long2ObjectHashMap<>(byId);
        all.forEach(registered -> next.put(registered.id(), registered));
        byId = next;
        references =
                Stream.concat(references.stream(), all.stream())
                        .filter(registered -> registered.codec() instanceof RefField<?>)
                        .toList();
        all.forEach(registered -> byClass.put(registered.type(), registered));
    }

    /** Null if there is none. */
    Registered withId(long id) {
        return byId.get(id);
    }

    /** Null if there is none. */
    Registered of(Class<?> type) {
        return byClass.get(type);
    }

    @Override
    public String name() {
        return "?";
    }

    @Override
    public void write(Encoder out, Object value) {
        if (value == null) {
            out.putByte(NULL);
            return;
        }
        Class<?> type = value.getClass();
        Registered registered = byClass.get(type);
        if (registered != null) {
            write(out, value, registered);
            return;
        }
        Byte tag = plainTags.get(type);
        if (tag == null) {
            tag = tagOf(value);
        }
        if (tag == REGISTERED) {
            write(out, value, above(value));
        } else {
            out.putByte(tag);
            byTag[tag].writePresent(out, value);
        }
    }

    @Override
    public Object read(Decoder in) {
        byte tag = in.getByte();
        if (tag == NULL) {
            return null;
        }
        if (tag == REGISTERED) {
            return registered(in).codec().readPresent(in);
        }
        if (tag < 0 || tag >= byTag.length || byTag[tag] == null) {
            throw new DecodeException("no kind of value has the tag " + tag);
        }
        return byTag[tag].readPresent(in);
    }

    @Override
    public void writePresent(Encoder out, Object value) {
        write(out, value);
    }

    @Override
    public Object readPresent(Decoder in) {
        return read(in);
    }

    private static void write(Encoder out, Object value, Registered registered) {
        out.putByte(REGISTERED);
        out.putLong(registered.id());
        out.putLong(registered.fingerprint());
        registered.codec().writePresent(out, value);
    }

    private Registered registered(Decoder in) {
        long id = in.getLong();
        long fingerprint = in.getLong();
        Registered registered = byId.get(id);
        if (registered == null) {
            throw new DecodeException(
                    "a message of a class that is not registered here; the id of its name is "
                            + Long.toHexString(id)
                            + ", its fingerprint "
                            + Long.toHexString(fingerprint));
        }
        if (registered.fingerprint() != fingerprint) {
            throw new VersionMismatchException(
                    registered.type(), registered.fingerprint(), fingerprint);
        }
        return registered;
    }

    /** The tag of a value that its class alone does not tell. */
    private byte tagOf(Object value) {
        return switch (value) {
            case List<?> _ -> LIST;
            case Set<?> _ -> SET;
            case Map<?, ?> _ -> MAP;
            case Optional<?> _ -> OPTIONAL;
            case MemorySegment _ -> plainTags.get(MemorySegment.class);
            default -> REGISTERED;
        };
    }

    /** What is registered of a class or interface above the value's: an enum, a reference. */
    private Registered above(Object value) {
        if (value instanceof Enum<?> constant) {
            Registered registered = byClass.get(constant.getDeclaringClass());
            if (registered != null) {
                return registered;
            }
        }
        for (Registered reference : references) {
            if (reference.type().isInstance(value)) {
                return reference;
            }
        }
        throw new NotTransferableException(
                value.getClass().getTypeName()
                        + " cannot travel: it is neither registered here nor of a type that"
                        + " travels without",
                null);
    }
}
