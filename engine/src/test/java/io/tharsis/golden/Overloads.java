package io.tharsis.golden;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.linalg.Linalg;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The public functions by signature: name and one letter for each argument, as {@code add(Tl)};
 * {@code .astype(TD)} for a method of {@link Tensor}, whose receiver is its first argument; {@code
 * linalg.inv(T)} for one of {@link Linalg}; A for a varargs of tensors.
 */
final class Overloads {
    private static final Map<Class<?>, String> LETTERS =
            Map.ofEntries(
                    Map.entry(Tensor.class, "T"),
                    Map.entry(Tensor[].class, "A"),
                    Map.entry(long.class, "l"),
                    Map.entry(double.class, "d"),
                    Map.entry(int.class, "i"),
                    Map.entry(boolean.class, "b"),
                    Map.entry(long[].class, "L"),
                    Map.entry(int[].class, "I"),
                    Map.entry(double[].class, "F"),
                    Map.entry(DType.class, "D"),
                    Map.entry(String.class, "s"));
    private static final Map<String, Method> METHODS = methods();

    private Overloads() {}

    /** Those whose parameters are all of kinds that a golden case can have. */
    static Map<String, Method> all() {
        return METHODS;
    }

    private static Map<String, Method> methods() {
        Map<String, Method> methods = new TreeMap<>();
        for (Method method : Tensors.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                methods.put(method.getName() + letters("", method), method);
            }
        }
        for (Method method : Linalg.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                methods.put("linalg." + method.getName() + letters("", method), method);
            }
        }
        for (Method method : Tensor.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && !method.isSynthetic()) {
                methods.put("." + method.getName() + letters("T", method), method);
            }
        }
        return methods;
    }

    private static String letters(String receiver, Method method) {
        var letters = new StringBuilder(receiver);
        for (Class<?> type : method.getParameterTypes()) {
            letters.append(LETTERS.getOrDefault(type, "<" + type.getSimpleName() + ">"));
        }
        return "(" + letters + ")";
    }

    /**
     * The signature in {@link #all} that takes arguments of these letters; trailing tensors may be
     * gathered in a varargs.
     */
    static String signature(String name, String letters) {
        String found = name + "(" + letters + ")";
        if (METHODS.containsKey(found)) {
            return found;
        }
        for (int from = letters.length(); from >= 0; from--) {
            if (from < letters.length() && letters.charAt(from) != 'T') {
                break;
            }
            found = name + "(" + letters.substring(0, from) + "A)";
            if (METHODS.containsKey(found)) {
                return found;
            }
        }
        throw new AssertionError("there is no public function " + name + "(" + letters + ")");
    }

    static String signature(GoldenCase golden) {
        var letters = new StringBuilder();
        for (Object argument : golden.arguments()) {
            letters.append(letter(argument));
        }
        return signature(golden.method(), letters.toString());
    }

    private static String letter(Object argument) {
        return switch (argument) {
            case Long _ -> "l";
            case Double _ -> "d";
            case Integer _ -> "i";
            case Boolean _ -> "b";
            case long[] _ -> "L";
            case int[] _ -> "I";
            case double[] _ -> "F";
            case DType _ -> "D";
            case String _ -> "s";
            default -> "T";
        };
    }

    /** The results of a call; a {@code boolean} becomes a 0-d tensor. */
    static List<Tensor> call(String signature, Object... arguments) {
        Method method = METHODS.get(signature);
        boolean hasReceiver = !Modifier.isStatic(method.getModifiers());
        Object receiver = hasReceiver ? arguments[0] : null;
        List<Object> rest =
                new ArrayList<>(
                        Arrays.asList(arguments).subList(hasReceiver ? 1 : 0, arguments.length));
        int count = method.getParameterCount();
        if (count > 0 && method.getParameterTypes()[count - 1] == Tensor[].class) {
            List<Object> gathered = rest.subList(count - 1, rest.size());
            Tensor[] tensors = gathered.toArray(Tensor[]::new);
            gathered.clear();
            rest.add(tensors);
        }
        try {
            return tensors(method.invoke(receiver, rest.toArray()));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(signature, e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(signature, e);
        }
    }

    private static List<Tensor> tensors(Object result) {
        return switch (result) {
            case Tensor tensor -> List.of(tensor);
            case Tensor[] many -> List.of(many);
            case Boolean value -> List.of(Tensors.scalar(value));
            case Record parts ->
                    Arrays.stream(parts.getClass().getRecordComponents())
                            .map(
                                    component -> {
                                        try {
                                            return (Tensor) component.getAccessor().invoke(parts);
                                        } catch (ReflectiveOperationException e) {
                                            throw new AssertionError(e);
                                        }
                                    })
                            .toList();
            default -> throw new AssertionError("a result of " + result.getClass());
        };
    }
}
