package io.tharsis.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class PromotionTest {
    private final Session session = GoldenRows.referenceSession();
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        session.close();
    }

    private static Tensor ones(String dtype) {
        return Tensors.ones(GoldenRows.dtype(dtype), 2);
    }

    private static Tensor call(String[] row) {
        if (row.length == 3) {
            return Calls.UNARY.get(row[0]).apply(ones(row[1]));
        }
        Calls.Binary function = Calls.BINARY.get(row[0]);
        return switch (row[2]) {
            case "int" -> function.withLong().apply(ones(row[1]), 1);
            case "float" -> function.withDouble().apply(ones(row[1]), 1.5);
            default -> function.tensors().apply(ones(row[1]), ones(row[2]));
        };
    }

    private static String resultType(String[] row) {
        try {
            return call(row).dtype().numpyName();
        } catch (DTypeException _) {
            return "error";
        }
    }

    @Test
    void shouldAnswerNumPysDtypesOrTheDeviationsOfTheTable() {
        Deviations deviations = Deviations.read();
        List<String> wrong = new ArrayList<>();
        for (String[] row : GoldenRows.read("promotion.tsv")) {
            String expected = row[row.length - 1];
            String actual = resultType(row);
            List<String> arguments = Arrays.asList(row).subList(1, row.length - 1);
            if (!actual.equals(expected)
                    && !deviations.explain(row[0], arguments, expected, actual)) {
                wrong.add(
                        row[0]
                                + arguments
                                + " is "
                                + expected
                                + " in NumPy and "
                                + actual
                                + " here");
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(List.of(), deviations.unusedTypeRows());
    }

    @Test
    void shouldRejectAScalarBeyondTheRangeOfTheTensor() {
        var e = assertThrows(DTypeException.class, () -> Tensors.ones(DType.INT8, 2).plus(300));
        assertTrue(
                e.getMessage().contains("300") && e.getMessage().contains("int8 (-128 to 127)"),
                e.getMessage());
        assertThrows(DTypeException.class, () -> Tensors.ones(DType.UINT64, 2).minus(-1));
        assertThrows(DTypeException.class, () -> Tensors.power(Tensors.arange(3), -1));
    }

    @Test
    void shouldCompareWithAScalarOfAnySize() {
        assertEquals(
                3,
                Tensors.of((byte) 1, (byte) -1, (byte) 127)
                        .lt(300)
                        .astype(DType.INT64)
                        .toLongArray()
                        .length);
        assertTrue(Tensors.scalar(127, DType.INT8).lt(300).itemBoolean());
        assertTrue(Tensors.scalar(-1L, DType.INT64).astype(DType.UINT64).gt(-1).itemBoolean());
    }

    @Test
    void shouldClipToBoundsBeyondTheRange() {
        assertEquals(7, Tensors.scalar(7, DType.UINT8).clip(-5, 300).itemLong());
        assertEquals(DType.UINT8, Tensors.scalar(7, DType.UINT8).clip(-5, 300).dtype());
    }
}
