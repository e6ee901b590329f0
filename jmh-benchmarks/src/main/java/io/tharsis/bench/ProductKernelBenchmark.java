package io.tharsis.bench;

import io.tharsis.DType;

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

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A product of two n x n matrices on one thread: packing and tiles, without the engine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProductKernelBenchmark {
    @Param({"64", "128", "256", "512", "1024", "2048"})
    public int size;

    @Param({"FLOAT64", "FLOAT32"})
    public DType dtype;

    private Matrices matrices;
    private Data.Loop loop;

    @Setup
    public void makeData() throws InterruptedException {
        matrices = new Matrices(dtype, size);
        loop = matrices.loop();
        if (!matrices.product().awaitHot(Duration.ofMinutes(1))) {
            throw new IllegalStateException("the product stays on the scalar twin");
        }
    }

    @Benchmark
    public MemorySegment tharsis() {
        return matrices.multiply();
    }

    @Benchmark
    public Object loop() {
        return loop.run();
    }

    @TearDown
    public void check() {
        matrices.multiply();
        matrices.checkClose(loop.run());
        matrices.close();
    }
}
