package io.tharsis.bench;

import io.tharsis.DType;
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

/**
 * {@code (a * a + b) * 3 - a}, kept. Every step is one IEEE or wrapping operation, so both sides
 * answer the same bits.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class FusedBenchmark {
    @Param({"1000", "100000", "10000000", "100000000"})
    public int size;

    @Param({"FLOAT64", "FLOAT32", "INT32"})
    public DType dtype;

    private Data data;
    private Data.Loop loop;
    private Tensor a;
    private Tensor b;
    private Tensor result;

    @Setup
    public void makeData() {
        data = Data.uniform(dtype, size);
        loop = data.fusedLoop();
        a = Tensors.array(data.a());
        b = Tensors.array(data.b());
    }

    @Benchmark
    public Tensor tharsis() {
        if (result != null) {
            result.close();
        }
        result = a.times(a).plus(b).times(3).minus(a).execute();
        return result;
    }

    @Benchmark
    public Object loop() {
        return loop.run();
    }

    @TearDown
    public void check() {
        data.checkEqual(loop.run(), tharsis());
    }
}
