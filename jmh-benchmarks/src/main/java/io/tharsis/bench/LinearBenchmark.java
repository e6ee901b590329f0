package io.tharsis.bench;

import io.tharsis.Tensor;
import io.tharsis.Tensors;

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

/** Products and factorizations by the whole engine, on all cores, results kept. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LinearBenchmark {
    @Param({"MATMUL", "CHOLESKY", "SOLVE", "SVD"})
    public LinearFunction function;

    @Param({"256", "1000"})
    public int size;

    private LinearCase data;
    private Tensor a;
    private Tensor b;
    private Tensor[] results = {};

    @Setup
    public void makeData() {
        data = LinearCase.of(function, size);
        a = Tensors.array(data.a()).reshape(size, size).execute();
        b = Tensors.array(data.b()).reshape(size, size).execute();
    }

    @Benchmark
    public Tensor[] tharsis() {
        for (Tensor result : results) {
            result.close();
        }
        results = data.results(a, b);
        Tensors.execute(results);
        return results;
    }

    @TearDown
    public void check() {
        data.check(tharsis()[0].ravel().toDoubleArray());
    }
}
