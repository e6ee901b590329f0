package io.tharsis.actors.codec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Which values travel between processes, and their bytes.
 *
 * <p>These travel as they are: null, the boxes of primitives, String, arrays of primitives,
 * Duration, Instant, MemorySegment, List, Set, Map and Optional of what travels, and what a {@link
 * RefCodec} knows. Records and enums travel once they are {@linkplain #register registered} at both
 * ends. Fields of a record can be of any of these types, whose type arguments must be known, of
 * primitive types, and of records, enums and sealed interfaces of such, which need not be
 * registered themselves. Types can be recursive.
 *
 * <p>A decoded value is equal to what was encoded, if equality of its parts is by content. Its
 * lists, sets and maps cannot be changed and keep the order of the encoded ones; of sorted ones the
 * order stays and the comparator does not. A memory segment is copied, and comes out as one on the
 * heap, aligned for any primitive, of any thread, kept by the garbage collector. NaNs keep their
 * bits. Canonical constructors of records are called.
 *
 * <p>A class is known by its name and a fingerprint of its fields' names and types, of theirs, and
 * so on, and of the constants of enums: a message of another version of the class is refused, not
 * misread. What a record does in its constructor is not seen by that.
 *
 * <p>Thread-safe.
 */
public final class MessageCodecs {
    /** The most bytes of a message; an {@link Encoder} may have a lower limit. */
    public static final int MAX_BYTES = 1 << 30;

    /** How deep records, collections and Optionals can be nested in each other. */
    public static final int MAX_DEPTH = 256;

    /** Names the format: to be changed with it. */
    private static final String FORMAT = "tharsis-1\n";

    private final ToLongFunction<String> hash;
    private final AnyCodec any = new AnyCodec();
    private final Map<Class<?>, Codec> plain = new HashMap<>();

    /** Guarded by this, as all of registration. */
    private final Map<Shape, Codec> known = new HashMap<>();

    /** With what the layer above carries; all processes of a cluster have the same. */
    public MessageCodecs(RefCodec<?>... references) {
        this(MessageCodecs::sha256, references);
    }

    /** For tests: with another hash of names and of definitions. */
    MessageCodecs(ToLongFunction<String> hash, RefCodec<?>... references) {
        this.hash = hash;
        PlainCodecs.ALL.forEach(codec -> plain.put(codec.type(), codec));
        List<AnyCodec.Registered> all = new ArrayList<>();
        for (RefCodec<?> reference : references) {
            Codec codec = new RefField<>(reference);
            if (plain.put(reference.type(), codec) != null) {
                throw new IllegalArgumentException("two codecs of " + codec.name());
            }
            AnyCodec.Registered next = registered(reference.type(), codec);
            checkCollision(next, all);
            all.add(next);
        }
        any.add(all);
    }

    /**
     * Lets values of a class travel; if that is done already, does nothing.
     *
     * @param type a record, an enum, or a sealed interface: then all records and enums below it
     * @throws NotTransferableException if it, or the type of a field, cannot travel, and then no
     *     class of this call is registered; or if another class has the same name, or by bad luck
     *     (one in 2^64) the same hash of it
     */
    public synchronized void register(Class<?> type) {
        Objects.requireNonNull(type);
        Resolver resolver = new Resolver(plain, known);
        Map<Class<?>, AnyCodec.Registered> all = new HashMap<>();
        String path = type.getSimpleName();
        Shape root = new Shape(type);
        for (Shape leaf : resolver.leaves(root, path)) {
            if (any.of(leaf.type()) == null) {
                String at = leaf.equals(root) ? path : path + "(" + simpleName(leaf) + ")";
                AnyCodec.Registered next = registered(leaf.type(), resolver.codec(leaf, at));
                checkCollision(next, all.values());
                all.put(leaf.type(), next);
            }
        }
        known.putAll(resolver.made());
        any.add(all.values());
    }

    /** Whether values of exactly that class travel by registration. */
    public boolean isRegistered(Class<?> type) {
        return any.of(type) != null;
    }

    /**
     * The fingerprint of a registered class, which is the same in all processes with the same
     * version of it.
     *
     * @throws IllegalArgumentException if it is not registered
     */
    public long fingerprint(Class<?> type) {
        AnyCodec.Registered registered = any.of(type);
        if (registered == null) {
            throw new IllegalArgumentException(type.getName() + " is not registered");
        }
        return registered.fingerprint();
    }

    /**
     * Puts the bytes of a value behind what {@code out} has; nothing, if it throws.
     *
     * @param value may be null
     * @throws NotTransferableException if it, or an element of it, is of a class that cannot travel
     *     or is not registered
     * @throws MessageTooLargeException if it does not fit below the limit of {@code out}
     * @throws EncodeException if it is nested deeper than {@link #MAX_DEPTH}, as what holds itself
     *     is; if a string in it has half of a surrogate pair; or if an accessor, a collection or a
     *     segment of it throws
     */
    public void encode(Object value, Encoder out) {
        int start = out.begin(value == null ? Void.class : value.getClass());
        boolean isDone = false;
        try {
            any.write(out, value);
            isDone = true;
        } catch (EncodeException | NotTransferableException e) {
            throw e;
        } catch (Throwable e) {
            letPass(e);
            throw new EncodeException(
                    value.getClass().getName() + " could not be read: " + CodecException.text(e),
                    e);
        } finally {
            out.end(isDone ? out.length() : start);
        }
    }

    /**
     * The value whose bytes are all that {@code in} has left. It takes memory in proportion to
     * them, whatever they claim. If it throws, the decoder is anywhere in them.
     *
     * @throws VersionMismatchException if its class has other fields here
     * @throws DecodeException if the bytes are not those of a value that travels, if there are too
     *     few or too many of them, or if a constructor refuses
     */
    public Object decode(Decoder in) {
        Object value;
        try {
            value = any.read(in);
        } catch (DecodeException e) {
            throw e;
        } catch (Throwable e) {
            letPass(e);
            throw new DecodeException(
                    "a value could not be made of what came: " + CodecException.text(e), e);
        }
        if (in.remaining() != 0) {
            throw new DecodeException(in.remaining() + " bytes are left behind the message");
        }
        return value;
    }

    /** Throws what says that the JVM is in trouble, and not that a message is. */
    private static void letPass(Throwable thrown) {
        if (thrown instanceof VirtualMachineError e && !(e instanceof StackOverflowError)) {
            throw e;
        }
    }

    private AnyCodec.Registered registered(Class<?> type, Codec codec) {
        StringBuilder text = new StringBuilder(FORMAT);
        define(codec, text, new HashSet<>());
        return new AnyCodec.Registered(
                type, hash.applyAsLong(type.getName()), hash.applyAsLong(text.toString()), codec);
    }

    /** All that the bytes depend on: the definitions of the codecs that can be reached. */
    private static void define(Codec codec, StringBuilder text, Set<Codec> seen) {
        if (seen.add(codec)) {
            text.append(codec.definition()).append('\n');
            codec.parts().forEach(part -> define(part, text, seen));
        }
    }

    private void checkCollision(
            AnyCodec.Registered next, Iterable<AnyCodec.Registered> alsoRegistered) {
        AnyCodec.Registered other = any.withId(next.id());
        for (AnyCodec.Registered also : alsoRegistered) {
            other = also.id() == next.id() ? also : other;
        }
        if (other != null) {
            String name = next.type().getName();
            throw new NotTransferableException(
                    name.equals(other.type().getName())
                            ? "two classes are called " + name + ", of different class loaders"
                            : "the names of %s and %s have the same hash, %x: rename one"
                                    .formatted(name, other.type().getName(), next.id()),
                    null);
        }
    }

    private static String simpleName(Shape shape) {
        return shape.type().getSimpleName();
    }

    private static long sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            long first = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                first = first << 8 | digest[i] & 0xFF;
            }
            return first;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
