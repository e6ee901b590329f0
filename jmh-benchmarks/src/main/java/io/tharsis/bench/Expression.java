package io.tharsis.bench;

import static io.tharsis.Tensors.exp;
import static io.tharsis.Tensors.hypot;
import static io.tharsis.Tensors.log1p;
import static io.tharsis.Tensors.maximum;
import static io.tharsis.Tensors.sqrt;
import static io.tharsis.Tensors.where;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.util.List;
import java.util.function.BinaryOperator;

/**
 * An expression over two float64 vectors of the same length with elements from 0 to 1.
 *
 * @param program builds it, lazily
 */
record Expression(String name, BinaryOperator<Tensor> program) {
    /** The ten that cold-start times, none a part of another. */
    static final List<Expression> ALL =
            List.of(
                    new Expression("(a + 1) * 2", (a, b) -> a.plus(1).times(2)),
                    new Expression(
                            "sqrt(a * a + b * b)", (a, b) -> sqrt(a.times(a).plus(b.times(b)))),
                    new Expression("sum((a - b) ** 2)", (a, b) -> a.minus(b).square().sum()),
                    new Expression(
                            "where(a < b, a / 2, b * 3)",
                            (a, b) -> where(a.lt(b), a.div(2), b.times(3))),
                    new Expression("exp(-a * b)", (a, b) -> exp(a.unaryMinus().times(b))),
                    new Expression("sin(a) + cos(b)", (a, b) -> a.sin().plus(b.cos())),
                    new Expression("max(|a - 0.5|)", (a, b) -> a.minus(0.5).abs().max()),
                    new Expression("(a > b).sum()", (a, b) -> a.gt(b).sum()),
                    new Expression(
                            "float32(log1p(a)) * 2",
                            (a, b) -> log1p(a).astype(DType.FLOAT32).times(2)),
                    new Expression(
                            "mean(maximum(a, b) - hypot(a, b))",
                            (a, b) -> maximum(a, b).minus(hypot(a, b)).mean()));

    /** Runs it to its end and frees the result; the seconds that took. */
    double seconds(Tensor a, Tensor b) {
        long start = System.nanoTime();
        Tensor result = program.apply(a, b);
        Tensors.execute(result);
        double seconds = (System.nanoTime() - start) / 1e9;
        result.close();
        return seconds;
    }
}
