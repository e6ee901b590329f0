package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.linalg.Linalg;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What needs whole rows or columns of a tensor larger than the memory, whichever way that is cut:
 * it is cut across them, and the bits are those of one chunk.
 */
class WholeLinesTest {
    private static final long N = 520;
    private static final long BYTES = N * N * Double.BYTES;

    private static Map<String, UnaryOperator<Tensor>> functions() {
        Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
        functions.put("sum", Tensor::sum);
        functions.put("std", Tensor::std);
        functions.put("sum(0)", a -> a.sum(0));
        functions.put("sum(1)", a -> a.sum(1));
        functions.put("max(1)", a -> a.max(1));
        functions.put("transposed less itself", a -> a.T().minus(a).std());
        functions.put("itself less transposed", a -> a.minus(a.T()).abs().max());
        functions.put("sort(0)", a -> a.sort(0).times(2).sum(1));
        functions.put("sort(1)", a -> a.sort(1).times(2).sum(0));
        functions.put("argsort(0)", a -> a.argsort(0).sum(1));
        functions.put("cumsum(0)", a -> a.cumsum(0).max(1));
        functions.put("cumsum(1)", a -> a.cumsum(1).max(0));
        functions.put("median(0)", a -> a.median(0));
        functions.put("median(1)", a -> a.median(1));
        functions.put("argmin(0)", a -> a.argmin(0));
        functions.put("argmax(1)", a -> a.argmax(1));
        functions.put("argmax", Tensor::argmax);
        functions.put("argmin of equals", a -> a.round().argmin());
        functions.put(
                "argmax of NaNs", a -> a.times(Tensors.where(a.gt(2), Double.NaN, 1)).argmax());
        functions.put("histogram", a -> Tensors.histogram(a, 30).counts());
        functions.put("histogram of a range", a -> Tensors.histogram(a, 9, -1, 1).counts());
        functions.put("rows", a -> a.take(Tensors.arange(0, N, 7), 0).sum(1));
        functions.put("columns", a -> a.take(Tensors.arange(0, N, 7), 1).sum(0));
        functions.put("solve", a -> Linalg.solve(a, Tensors.arange(N).astype(DType.FLOAT64)));
        functions.put("inv", a -> Linalg.inv(a).sum(0));
        functions.put("lu", a -> Linalg.lu(a).u().sum(1));
        return functions;
    }

    private static double[] result(
            long budget, long chunkRows, long chunkColumns, UnaryOperator<Tensor> function) {
        var engine = new LocalEngine(2, new MemoryBudget(budget), budget / 16);
        try (Session session = Session.over(engine, false);
                var _ = session.bind();
                Tensor a = Tensors.random(7).normal(N, N).rechunk(chunkRows, chunkColumns)) {
            a.execute();
            return function.apply(a).astype(DType.FLOAT64).toDoubleArray();
        }
    }

    @Test
    void shouldCutAcrossWholeLines() {
        functions()
                .forEach(
                        (name, function) -> {
                            double[] expected = result(1L << 30, N, N, function);
                            for (long[] chunk :
                                    new long[][] {{N, 90}, {90, N}, {123, 210}, {N, N}}) {
                                String how = name + " of chunks " + chunk[0] + " x " + chunk[1];
                                long budget = chunk[0] * chunk[1] == N * N ? 2 * BYTES : BYTES;
                                assertArrayEquals(
                                        expected,
                                        result(budget, chunk[0], chunk[1], function),
                                        0.0,
                                        how);
                            }
                        });
    }
}
