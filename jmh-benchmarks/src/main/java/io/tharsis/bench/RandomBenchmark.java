package io.tharsis.bench;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

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

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Uniform random doubles, kept; the loop draws from the JDK's fastest generator. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RandomBenchmark {
    @Param({"1000", "10000000"})
    public int size;

    private double[] drawn;
    private Tensor result;

    @Setup
    public void makeData() {
        drawn = new double[size];
    }

    @Benchmark
    public Tensor tharsis() {
        if (result != null) {
            result.close();
        }
        result = random(42).uniform(size).execute();
        return result;
    }

    @Benchmark
    public double[] loop() {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextDouble();
        }
        return drawn;
    }

    /**
     * Other generators, so the same distribution: the mean within six standard errors, every
     * element from 0 to 1.
     */
    @TearDown
    public void check() {
        double[] ours = tharsis().toDoubleArray();
        for (double[] values : new double[][] {ours, loop()}) {
            double sum = 0;
            for (double value : values) {
                if (!(value >= 0 && value < 1)) {
                    throw new AssertionError("a uniform number is " + value);
                }
                sum += value;
            }
            Data.checkClose(0.5, sum / size, 6 * 0.2887 / Math.sqrt(size) / 0.5);
        }
    }
}
