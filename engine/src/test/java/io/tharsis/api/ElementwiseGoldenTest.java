package io.tharsis.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class ElementwiseGoldenTest {
    private static final Set<String> ZEROS_OF_EITHER_SIGN =
            Set.of("maximum", "minimum", "fmax", "fmin");

    private static Tensor call(String[] row) {
        Tensor a = GoldenRows.tensor(row[1]);
        if (row[0].equals("astype")) {
            return a.astype(GoldenRows.dtype(row[2].split(":")[0]));
        }
        return row.length == 3
                ? Calls.UNARY.get(row[0]).apply(a)
                : Calls.BINARY.get(row[0]).tensors().apply(a, GoldenRows.tensor(row[2]));
    }

    private static long withoutSignOfZero(DType type, long bits) {
        boolean zero =
                type == DType.FLOAT64
                        ? bits == Long.MIN_VALUE
                        : type == DType.FLOAT32 && (int) bits == Integer.MIN_VALUE;
        return zero ? 0 : bits;
    }

    @Test
    void shouldGiveNumPysBitsOnTheTwin() {
        check(GoldenRows.referenceSession());
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void shouldGiveNumPysBitsOnVectors(int bits) {
        check(GoldenRows.vectorSession(bits));
    }

    @Test
    void shouldGiveNumPysBitsInChunks() {
        check(GoldenRows.localSession(256));
    }

    private static void check(Session rows) {
        List<String> wrong = new ArrayList<>();
        try (Session session = rows;
                var _ = session.bind()) {
            for (String[] row : GoldenRows.read("elementwise.tsv")) {
                Tensor expected = GoldenRows.tensor(row[row.length - 1]);
                Tensor actual = call(row);
                assertEquals(expected.dtype(), actual.dtype(), row[0]);
                assertArrayEquals(expected.shape(), actual.shape(), row[0]);
                long[] want = GoldenRows.bits(expected);
                long[] got = GoldenRows.bits(actual);
                for (int i = 0; i < want.length; i++) {
                    boolean same =
                            want[i] == got[i]
                                    || ZEROS_OF_EITHER_SIGN.contains(row[0])
                                            && withoutSignOfZero(actual.dtype(), want[i])
                                                    == withoutSignOfZero(actual.dtype(), got[i]);
                    if (!same) {
                        wrong.add(
                                describe(row)
                                        + " element "
                                        + i
                                        + ": "
                                        + text(expected.dtype(), want[i])
                                        + " in NumPy, "
                                        + text(expected.dtype(), got[i])
                                        + " here");
                        break;
                    }
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    private static String describe(String[] row) {
        var text = new StringBuilder(row[0]);
        for (int i = 1; i < row.length; i++) {
            text.append(' ').append(row[i], 0, row[i].lastIndexOf(':'));
        }
        return text.toString();
    }

    private static String text(DType type, long bits) {
        return type == DType.FLOAT64
                ? Double.toString(Double.longBitsToDouble(bits))
                : type == DType.FLOAT32
                        ? Float.toString(Float.intBitsToFloat((int) bits))
                        : Long.toString(bits);
    }
}
