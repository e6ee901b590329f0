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

/** The rival of {@link LinearBenchmark}: ND4J with its OpenBLAS, whose SVD answers values alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Nd4jLinearBenchmark {
    @Param({"MATMUL", "CHOLESKY", "SOLVE", "SVD"})
    public LinearFunction function;

    @Param({"256", "1000"})
    public int size;

    private LinearCase data;
    private INDArray a;
    private INDArray b;
    private INDArray result;

    @Setup
    public void makeData() {
        data = LinearCase.of(function, size);
        a = Nd4j.createFromArray(data.a()).reshape(size, size);
        b = Nd4j.createFromArray(data.b()).reshape(size, size);
    }

    @Benchmark
    public INDArray nd4j() {
        if (result != null) {
            result.close();
        }
        result =
                switch (function) {
                    case MATMUL -> a.mmul(b);
                    case CHOLESKY -> Nd4j.linalg().cholesky(a);
                    case SOLVE -> Nd4j.linalg().solve(a, b);
                    case SVD -> Nd4j.linalg().svd(a, false, false);
                };
        return result;
    }

    @TearDown
    public void check() {
        data.check(nd4j().ravel().toDoubleVector());
    }
}
