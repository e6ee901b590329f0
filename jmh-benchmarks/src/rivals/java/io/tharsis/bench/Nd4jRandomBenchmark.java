package io.tharsis.bench;

import org.nd4j.linalg.api.buffer.DataType;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** The rival of {@link RandomBenchmark}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Nd4jRandomBenchmark {
    @Param({"1000", "10000000"})
    public int size;

    private INDArray result;

    @Benchmark
    public INDArray nd4j() {
        if (result != null) {
            result.close();
        }
        result = Nd4j.rand(DataType.DOUBLE, size);
        return result;
    }

    @TearDown
    public void check() {
        Data.checkClose(0.5, nd4j().meanNumber().doubleValue(), 6 * 0.2887 / Math.sqrt(size) / 0.5);
    }
}
