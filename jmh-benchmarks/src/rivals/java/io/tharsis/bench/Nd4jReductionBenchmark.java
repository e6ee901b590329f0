package io.tharsis.bench;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** The rival of {@link ReductionBenchmark}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Nd4jReductionBenchmark {
    @Param({"0", "1", "2"})
    public int axis;

    private double[] values;
    private INDArray array;
    private INDArray result;

    @Setup
    public void makeData() {
        int[] shape = ReductionBenchmark.SHAPE;
        values = ReductionBenchmark.values();
        array = Nd4j.createFromArray(values).reshape(shape[0], shape[1], shape[2]);
    }

    @Benchmark
    public INDArray nd4j() {
        if (result != null) {
            result.close();
        }
        result = array.sum(axis);
        return result;
    }

    @TearDown
    public void check() {
        double[] expected =
                ReductionBenchmark.sum(
                        values, axis, new double[values.length / ReductionBenchmark.SHAPE[axis]]);
        double[] actual = nd4j().ravel().toDoubleVector();
        for (int i = 0; i < expected.length; i++) {
            Data.checkClose(expected[i], actual[i], 1e-12);
        }
    }
}
