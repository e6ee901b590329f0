package io.tharsis.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.List;

final class ProgramsTest {
    /** What a child does in the test below. */
    static final class Echo {
        private Echo() {}

        static void main(String[] args) {
            if (args.length == 0) {
                System.exit(3);
            }
            System.out.println(args[0] + " " + System.getProperty("tharsis.test.echo"));
        }
    }

    @Test
    void shouldAnswerTheLinesOfAChild() throws IOException {
        assertEquals(
                List.of("a b"), Children.run(List.of("-Dtharsis.test.echo=b"), Echo.class, "a"));
    }

    @Test
    void shouldFailWithAChildThatFails() {
        IllegalStateException failure =
                assertThrows(
                        IllegalStateException.class, () -> Children.run(List.of(), Echo.class));
        assertTrue(failure.getMessage().contains("exit code 3"), failure.getMessage());
    }

    @Test
    void shouldTakePercentilesFromTheValues() {
        List<Double> values = List.of(5.0, 1.0, 4.0, 2.0, 3.0);
        assertEquals(3.0, Children.percentile(values, 50));
        assertEquals(5.0, Children.percentile(values, 95));
        assertEquals(5.0, Children.percentile(values, 100));
        assertEquals(1.0, Children.percentile(values, 0));
    }

    @Test
    void shouldEvaluateTenDistinctExpressions() {
        assertEquals(10, Expression.ALL.stream().map(Expression::name).distinct().count());
        Tensor a = Tensors.of(0.25, 0.5);
        Tensor b = Tensors.of(0.75, 0.125);
        double[] sums =
                Expression.ALL.stream()
                        .mapToDouble(expression -> expression.program().apply(a, b).sum().item())
                        .toArray();
        // numpy, for the same two vectors, summed
        double[] expected = {
            5.5, 1.3059576, 0.390625, 0.5, 1.7684422, 2.4507160, 0.25, 1, 1.2572173, -0.0279788,
        };
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], sums[i], 1e-6, Expression.ALL.get(i).name());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT64", "FLOAT32", "INT32"})
    void shouldFindTheLoopsElementsInTheTensor(DType dtype) {
        Data data = Data.uniform(dtype, 1000);
        Tensor a = Tensors.array(data.a());
        Tensor b = Tensors.array(data.b());
        data.checkEqual(data.fusedLoop().run(), a.times(a).plus(b).times(3).minus(a));
        assertThrows(AssertionError.class, () -> data.checkEqual(data.fusedLoop().run(), a));
    }
}
