package io.tharsis.api;

import static io.tharsis.Tensors.*;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

class CreationGoldenTest {
    private static final Map<String, Supplier<Tensor>> CALLS = new HashMap<>();

    private static Tensor matrix() {
        return arange(12).reshape(3, 4);
    }

    static {
        CALLS.put("arange(5)", () -> arange(5));
        CALLS.put("arange(2, 11, 3)", () -> arange(2, 11, 3));
        CALLS.put("arange(10, 0, -4)", () -> arange(10, 0, -4));
        CALLS.put("arange(5, 2)", () -> arange(5, 2));
        CALLS.put("arange(0.0, 1, 0.1)", () -> arange(0.0, 1, 0.1));
        CALLS.put("arange(-1.5, 4)", () -> arange(-1.5, 4));
        CALLS.put("arange(1.0, 0, -0.3)", () -> arange(1.0, 0, -0.3));
        CALLS.put("arange(0, 1, 0.1, dtype=\"float32\")", () -> arange(0, 1, 0.1, DType.FLOAT32));
        CALLS.put("arange(3, 9, 2, dtype=\"uint8\")", () -> arange(3, 9, 2, DType.UINT8));
        CALLS.put("linspace(0, 1, 7)", () -> linspace(0, 1, 7));
        CALLS.put("linspace(-3, 11, 50)", () -> linspace(-3, 11));
        CALLS.put("linspace(0, 1, 1)", () -> linspace(0, 1, 1));
        CALLS.put("linspace(0, 1, 0)", () -> linspace(0, 1, 0));
        CALLS.put("linspace(2, 3, 4, endpoint=False)", () -> linspace(2, 3, 4, false));
        CALLS.put("linspace(5, 5, 3)", () -> linspace(5, 5, 3));
        CALLS.put("linspace(0, 5e-324, 3)", () -> linspace(0, Double.MIN_VALUE, 3));
        CALLS.put("eye(3)", () -> eye(3));
        CALLS.put("eye(2, 4, 1)", () -> eye(2, 4, 1));
        CALLS.put("eye(4, 3, -2, dtype=\"int32\")", () -> eye(4, 3, -2, DType.INT32));
        CALLS.put("tri(3)", () -> tri(3));
        CALLS.put("tri(3, 5, -1)", () -> tri(3, 5, -1));
        CALLS.put("tril(arange(12).reshape(3, 4), 1)", () -> tril(matrix(), 1));
        CALLS.put(
                "triu(arange(24).reshape(2, 3, 4), -1)",
                () -> triu(arange(24).reshape(2, 3, 4), -1));
        CALLS.put("triu(arange(12).reshape(3, 4))", () -> triu(matrix()));
        CALLS.put("diag(arange(3))", () -> diag(arange(3)));
        CALLS.put("diag(arange(3), 2)", () -> diag(arange(3), 2));
        CALLS.put("diag(arange(3), -1)", () -> diag(arange(3), -1));
        CALLS.put("diag(arange(12).reshape(3, 4))", () -> diag(matrix()));
        CALLS.put("diag(arange(12).reshape(3, 4), 2)", () -> diag(matrix(), 2));
        CALLS.put("diag(arange(12).reshape(3, 4), -2)", () -> diag(matrix(), -2));
        CALLS.put("diag(arange(12).reshape(3, 4), 7)", () -> diag(matrix(), 7));
        CALLS.put("meshgrid(arange(3), arange(2))[0]", () -> meshgrid(arange(3), arange(2))[0]);
        CALLS.put("meshgrid(arange(3), arange(2))[1]", () -> meshgrid(arange(3), arange(2))[1]);
        CALLS.put(
                "meshgrid(arange(3), arange(2), indexing=\"ij\")[1]",
                () -> meshgrid(false, arange(3), arange(2))[1]);
        CALLS.put(
                "meshgrid(arange(3), arange(2), arange(4))[2]",
                () -> meshgrid(arange(3), arange(2), arange(4))[2]);
        CALLS.put("indices((2, 3))", () -> indices(2, 3));
        CALLS.put("indices(())", () -> indices());
        CALLS.put(
                "fromfunction(lambda i, j: i * 10 + j, (2, 3))",
                () -> fromFunction(at -> at[0].times(10).plus(at[1]), 2, 3));
        CALLS.put("zeros((2, 3), \"int16\")", () -> zeros(DType.INT16, 2, 3));
        CALLS.put("ones(())", () -> ones());
        CALLS.put("full((2, 0), 7)", () -> full(new long[] {2, 0}, 7));
        CALLS.put("full((2,), 2.5, \"float32\")", () -> full(new long[] {2}, 2.5, DType.FLOAT32));
        CALLS.put("full_like(arange(3), 2.9)", () -> fullLike(arange(3), 2.9));
        CALLS.put("diff(arange(10) ** 2, 2)", () -> diff(arange(10).pow(2), 2, -1));
        CALLS.put(
                "diff(array([[True, False], [True, True]]), axis=0)",
                () -> diff(array(new boolean[][] {{true, false}, {true, true}}), 1, 0));
    }

    @Test
    void shouldMakeWhatNumPyMakesInTheReference() {
        check(GoldenRows.referenceSession());
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 1 << 20})
    void shouldMakeWhatNumPyMakesInChunks(long chunkBytes) {
        check(GoldenRows.localSession(chunkBytes));
    }

    private static void check(Session golden) {
        try (Session session = golden;
                var _ = session.bind()) {
            for (String[] row : GoldenRows.read("creation.tsv")) {
                Supplier<Tensor> call = CALLS.get(row[0]);
                assertNotNull(call, row[0]);
                Tensor expected = GoldenRows.tensor(row[1]);
                Tensor actual = call.get();
                assertEquals(expected.dtype(), actual.dtype(), row[0]);
                assertArrayEquals(expected.shape(), actual.shape(), row[0]);
                assertArrayEquals(GoldenRows.bits(expected), GoldenRows.bits(actual), row[0]);
            }
        }
    }
}
