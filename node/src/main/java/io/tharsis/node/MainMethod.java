package io.tharsis.node;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;

/**
 * The method that starts a program, chosen as the Java Language Specification (12.1.4) says: {@code
 * main(String[])} before {@code main()}, inherited ones too, not private; an instance method runs
 * on an object made by the constructor without parameters.
 */
final class MainMethod {
    private final Class<?> owner;
    private final Method method;

    private MainMethod(Class<?> owner, Method method) {
        this.owner = owner;
        this.method = method;
    }

    /** There is nothing to start; the message says what is missing. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message);
        }
    }

    static MainMethod of(Class<?> owner) throws Missing {
        Method method =
                find(owner, String[].class)
                        .or(() -> find(owner))
                        .orElseThrow(
                                () ->
                                        new Missing(
                                                "the first class, "
                                                        + owner.getName()
                                                        + ", has no main method; add `void main() {"
                                                        + " ... }` or put the class with main"
                                                        + " first"));
        return new MainMethod(owner, method);
    }

    /** Calls the method; what the program throws comes out as it was thrown. */
    void invoke(String[] arguments) throws Throwable {
        method.setAccessible(true);
        Object[] parameters =
                method.getParameterCount() == 0 ? new Object[0] : new Object[] {arguments};
        try {
            method.invoke(
                    Modifier.isStatic(method.getModifiers()) ? null : newInstance(), parameters);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The same throwable without the frames below the program's own. */
    static Throwable withoutLauncherFrames(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        int end = frames.length;
        for (int i = 0; i < frames.length; i++) {
            if (frames[i].getClassName().equals(MainMethod.class.getName())) {
                end = i;
                break;
            }
        }
        while (end > 0 && end < frames.length && isReflection(frames[end - 1].getClassName())) {
            end--;
        }
        thrown.setStackTrace(Arrays.copyOf(frames, end));
        return thrown;
    }

    private static boolean isReflection(String className) {
        return className.startsWith("java.lang.reflect.")
                || className.startsWith("jdk.internal.reflect.");
    }

    private Object newInstance() throws Throwable {
        try {
            Constructor<?> constructor = owner.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException _) {
            throw new Missing(
                    "main of "
                            + owner.getName()
                            + " is not static, so the class needs a constructor without"
                            + " parameters");
        }
    }

    private static Optional<Method> find(Class<?> owner, Class<?>... parameterTypes) {
        for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
            for (Method candidate : type.getDeclaredMethods()) {
                if (candidate.getName().equals("main")
                        && candidate.getReturnType() == void.class
                        && Arrays.equals(candidate.getParameterTypes(), parameterTypes)
                        && !Modifier.isPrivate(candidate.getModifiers())) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }
}
