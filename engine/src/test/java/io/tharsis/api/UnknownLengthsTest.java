package io.tharsis.api;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.TharsisException;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every function of tensors answers the same for an argument whose length only a run can tell. */
final class UnknownLengthsTest {
    private static final int LENGTH = 3;

    @Test
    void shouldAnswerForUnknownLengthsWhatItAnswersForKnownOnes() {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        try (Session session = Session.local().threads(1).memory(64 << 20).open();
                Session.Binding _ = session.bind()) {
            for (Method method : Tensors.class.getDeclaredMethods()) {
                if (!Modifier.isPublic(method.getModifiers()) || !takesTensors(method)) {
                    continue;
                }
                for (int rank = 1; rank <= 2; rank++) {
                    for (DType type : new DType[] {DType.INT64, DType.FLOAT64, DType.BOOL}) {
                        compared += compare(method, rank, type, wrong);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(compared > 500, compared + " compared");
    }

    private static boolean takesTensors(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type == Tensor.class || type == Tensor[].class);
    }

    /** Compares with each tensor in turn unknown; answers how many calls meant something. */
    private static int compare(Method method, int rank, DType type, List<String> wrong) {
        int compared = 0;
        for (int unknown = 0; unknown < 3; unknown++) {
            List<String> expected;
            try {
                expected = call(method, rank, type, -1);
            } catch (TharsisException _) {
                return compared;
            }
            String name =
                    method.toString().replaceAll("io\\.tharsis\\.|public static ", "")
                            + " of rank "
                            + rank
                            + ", "
                            + type
                            + ", argument "
                            + unknown;
            try {
                List<String> actual = call(method, rank, type, unknown);
                if (!expected.equals(actual)) {
                    wrong.add(name + ": " + actual + " instead of " + expected);
                }
            } catch (RuntimeException e) {
                wrong.add(name + ": " + e);
            }
            compared++;
        }
        return compared;
    }

    private static List<String> call(Method method, int rank, DType type, int unknown) {
        Tensors.seed(1);
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        int tensors = 0;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == Tensor.class) {
                arguments[i] = tensor(rank, type, tensors++ == unknown);
            } else if (types[i] == Tensor[].class) {
                arguments[i] =
                        new Tensor[] {
                            tensor(rank, type, unknown == 0), tensor(rank, type, unknown == 1)
                        };
            } else {
                arguments[i] = plain(types[i], rank);
            }
        }
        try {
            return texts(method.invoke(null, arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(method.toString(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Tensor tensor(int rank, DType type, boolean isUnknown) {
        long[] shape = new long[rank];
        Arrays.fill(shape, LENGTH);
        Tensor values = arange((long) Math.pow(LENGTH, rank)).reshape(shape);
        Tensor typed = (type == DType.BOOL ? values.rem(2) : values).astype(type);
        return isUnknown ? typed.get(arange(LENGTH).ge(0)) : typed;
    }

    private static Object plain(Class<?> type, int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return switch (type.getName()) {
            case "int" -> 0;
            case "long" -> 1L;
            case "double" -> 0.5;
            case "boolean" -> false;
            case "[I" -> new int[] {0};
            case "[J" -> ones;
            case "[D" -> new double[] {0.25, 0.5};
            case "java.lang.String" -> rank == 1 ? "i,i" : "ij,jk";
            case "io.tharsis.DType" -> DType.FLOAT32;
            default -> throw new TharsisException("no " + type + " here");
        };
    }

    private static List<String> texts(Object result) {
        return switch (result) {
            case null -> List.of();
            case Tensor tensor -> List.of(text(tensor));
            case Tensor[] tensors -> {
                execute(tensors);
                yield Arrays.stream(tensors).map(UnknownLengthsTest::text).toList();
            }
            case Tensors.Histogram histogram ->
                    List.of(text(histogram.counts()), text(histogram.edges()));
            default -> throw new AssertionError("a new kind of result: " + result);
        };
    }

    private static String text(Tensor tensor) {
        tensor.execute();
        return tensor.dtype() + Arrays.toString(tensor.shape()) + tensor.text();
    }
}
