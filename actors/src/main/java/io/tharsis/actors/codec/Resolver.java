package io.tharsis.actors.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the codecs of types, of their fields, and so on; one walk. Where it meets a type that
 * cannot travel it throws {@link NotTransferableException} with the path that led there.
 *
 * <p><b>Threads: one.</b>
 */
final class Resolver {
    /** Type arguments nested deeper are taken for a type that grows without end. */
    private static final int MAX_ARGUMENT_DEPTH = 10;

    /** What a method handle can make; longs and doubles count twice. */
    private static final int MAX_COMPONENTS = 253;

    private final Map<Class<?>, Codec> plain;
    private final Map<Shape, Codec> known;
    private final Map<Shape, Codec> made = new HashMap<>();

    /**
     * A walk.
     *
     * @param plain the codecs of types without parts
     * @param known those of earlier walks; not changed
     */
    Resolver(Map<Class<?>, Codec> plain, Map<Shape, Codec> known) {
        this.plain = plain;
        this.known = known;
    }

    /** What the walk has made so far. */
    Map<Shape, Codec> made() {
        return made;
    }

    /** The codec of {@code shape}, to which {@code path} leads. */
    Codec codec(Shape shape, String path) {
        Codec codec = plain.get(shape.type());
        if (codec == null) {
            codec = known.get(shape);
        }
        if (codec == null) {
            codec = made.get(shape);
        }
        return codec == null ? make(shape, path) : codec;
    }

    /**
     * The records and enums that values of {@code shape} can be of, in the order of their names:
     * itself, or if it is a sealed interface the permitted ones.
     */
    List<Shape> leaves(Shape shape, String path) {
        Map<String, Shape> leaves = new TreeMap<>();
        addLeaves(shape, path, leaves);
        return List.copyOf(leaves.values());
    }

    private void addLeaves(Shape shape, String path, Map<String, Shape> leaves) {
        Class<?> type = shape.type();
        if (type.isSealed() && type.isInterface()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                String at = path + "(" + permitted.getSimpleName() + ")";
                addLeaves(permitted(permitted, shape, at), at, leaves);
            }
        } else if (type.isRecord() || type.isEnum()) {
            leaves.put(type.getName(), shape);
        } else {
            throw refused(path, type, "");
        }
    }

    /** A permitted class with the arguments that make it a {@code shape}. */
    private Shape permitted(Class<?> type, Shape shape, String path) {
        TypeVariable<?>[] parameters = type.getTypeParameters();
        if (parameters.length == 0 || shape.arguments().isEmpty()) {
            return new Shape(type);
        }
        Map<TypeVariable<?>, Shape> bindings = new HashMap<>();
        for (Type parent : type.getGenericInterfaces()) {
            if (parent instanceof ParameterizedType generic
                    && generic.getRawType() == shape.type()) {
                Type[] arguments = generic.getActualTypeArguments();
                for (int i = 0; i < arguments.length; i++) {
                    if (arguments[i] instanceof TypeVariable<?> variable) {
                        bindings.put(variable, shape.arguments().get(i));
                    }
                }
            }
        }
        return new Shape(
                type, Arrays.stream(parameters).map(p -> shape(p, bindings, path)).toList());
    }

    private Codec make(Shape shape, String path) {
        Class<?> type = shape.type();
        if (shape.depth() > MAX_ARGUMENT_DEPTH) {
            throw refused(
                    path,
                    type,
                    ": its type arguments are nested deeper than " + MAX_ARGUMENT_DEPTH);
        } else if (type == List.class) {
            return made(shape, new Collected.OfList(argument(shape, 0, path, "[]")));
        } else if (type == Set.class) {
            return made(shape, new Collected.OfSet(argument(shape, 0, path, "[]")));
        } else if (type == Map.class) {
            return made(
                    shape,
                    new Collected.OfMap(
                            argument(shape, 0, path, "[key]"),
                            argument(shape, 1, path, "[value]")));
        } else if (type == Optional.class) {
            return made(shape, new Collected.OfOptional(argument(shape, 0, path, "?")));
        } else if (type.isEnum()) {
            return made(shape, new EnumCodec(type));
        } else if (type.isRecord()) {
            return record(shape, path);
        } else if (type.isSealed() && type.isInterface()) {
            return sealed(shape, path);
        }
        throw refused(path, type, "");
    }

    private Codec made(Shape shape, Codec codec) {
        made.put(shape, codec);
        return codec;
    }

    private Codec argument(Shape shape, int index, String path, String step) {
        if (shape.arguments().isEmpty()) {
            throw refused(path, shape.type(), " without type arguments");
        }
        return codec(shape.arguments().get(index), path + step);
    }

    private Codec sealed(Shape shape, String path) {
        SealedCodec codec = new SealedCodec(shape);
        made.put(shape, codec);
        List<Class<?>> classes = new ArrayList<>();
        List<Codec> codecs = new ArrayList<>();
        for (Shape leaf : leaves(shape, path)) {
            classes.add(leaf.type());
            codecs.add(codec(leaf, path + "(" + leaf.type().getSimpleName() + ")"));
        }
        codec.cases(classes, codecs);
        return codec;
    }

    private Codec record(Shape shape, String path) {
        RecordCodec codec = new RecordCodec(shape);
        made.put(shape, codec);
        Class<?> type = shape.type();
        Map<TypeVariable<?>, Shape> bindings = new HashMap<>();
        for (int i = 0; i < shape.arguments().size(); i++) {
            bindings.put(type.getTypeParameters()[i], shape.arguments().get(i));
        }
        int width = 0;
        for (RecordComponent component : type.getRecordComponents()) {
            width +=
                    component.getType() == long.class || component.getType() == double.class
                            ? 2
                            : 1;
        }
        if (width > MAX_COMPONENTS) {
            throw refused(
                    path,
                    type,
                    ": it has more than "
                            + MAX_COMPONENTS
                            + " components, of which long and double count twice");
        }
        List<RecordCodec.Component> components = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        List<Class<?>> kinds = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = lookup(type);
            for (RecordComponent component : type.getRecordComponents()) {
                Class<?> kind = kind(component.getType());
                Shape held =
                        shape(
                                component.getGenericType(),
                                bindings,
                                path + "." + component.getName());
                MethodHandle get = lookup.unreflect(component.getAccessor());
                components.add(
                        new RecordCodec.Component(
                                component.getName(),
                                kind,
                                held.toString(),
                                get.asType(MethodType.methodType(kind, Object.class)),
                                kind == Object.class
                                        ? codec(held, path + "." + component.getName())
                                        : null));
                types.add(component.getType());
                kinds.add(kind);
            }
            MethodHandle make =
                    lookup.findConstructor(type, MethodType.methodType(void.class, types));
            codec.components(components, make.asType(MethodType.methodType(Object.class, kinds)));
        } catch (ReflectiveOperationException e) {
            throw new NotTransferableException(
                    "%s: %s cannot travel: its module %s has to say \"opens %s\""
                            .formatted(
                                    path,
                                    type.getName(),
                                    type.getModule().getName(),
                                    type.getPackageName()),
                    e);
        }
        return codec;
    }

    /** One that may do all in {@code type}, or if its module forbids that, what everybody may. */
    private static MethodHandles.Lookup lookup(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException _) {
            return MethodHandles.publicLookup();
        }
    }

    private static Class<?> kind(Class<?> type) {
        return type.isPrimitive() || type == String.class ? type : Object.class;
    }

    private Shape shape(Type type, Map<TypeVariable<?>, Shape> bindings, String path) {
        return switch (type) {
            case Class<?> plainClass -> new Shape(plainClass);
            case ParameterizedType generic when plain.containsKey(generic.getRawType()) ->
                    new Shape((Class<?>) generic.getRawType());
            case ParameterizedType generic ->
                    new Shape(
                            (Class<?>) generic.getRawType(),
                            Arrays.stream(generic.getActualTypeArguments())
                                    .map(argument -> shape(argument, bindings, path))
                                    .toList());
            case WildcardType wildcard -> shape(wildcard.getUpperBounds()[0], bindings, path);
            case TypeVariable<?> variable when bindings.containsKey(variable) ->
                    bindings.get(variable);
            default -> throw refused(path, type, "");
        };
    }

    private NotTransferableException refused(String path, Type type, String why) {
        String references =
                String.join(
                        "",
                        plain.values().stream()
                                .filter(RefField.class::isInstance)
                                .map(codec -> ", " + codec.name())
                                .sorted()
                                .toList());
        String what =
                type instanceof TypeVariable<?>
                        ? type.getTypeName() + ", a type that is not known here,"
                        : type.getTypeName();
        return new NotTransferableException(
                path
                        + ": "
                        + what
                        + " cannot travel"
                        + why
                        + "; allowed are primitives, their boxes, String, enums, records, sealed"
                        + " interfaces of records and enums, List, Set, Map, Optional, arrays of"
                        + " primitives, Duration, Instant, MemorySegment"
                        + references,
                null);
    }
}
