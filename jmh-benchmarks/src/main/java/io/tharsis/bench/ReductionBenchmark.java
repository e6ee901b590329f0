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

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Sums of float64 (100, 200, 500) along each axis. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReductionBenchmark {
    /** Lengths of the axes. */
    static final int[] SHAPE = {100, 200, 500};

    @Param({"0", "1", "2"})
    public int axis;

    private double[] values;
    private double[] sums;
    private Tensor tensor;
    private Tensor result;

    /** The same elements on every side. */
    static double[] values() {
        return new SplittableRandom(42).doubles((long) SHAPE[0] * SHAPE[1] * SHAPE[2]).toArray();
    }

    @Setup
    public void makeData() {
        values = values();
        sums = new double[values.length / SHAPE[axis]];
        tensor = Tensors.array(values).reshape(SHAPE[0], SHAPE[1], SHAPE[2]).execute();
    }

    @Benchmark
    public Tensor tharsis() {
        if (result != null) {
            result.close();
        }
        result = tensor.sum(axis).execute();
        return result;
    }

    @Benchmark
    public double[] loop() {
        return sum(values, axis, sums);
    }

    /** Sums along an axis into {@code sums}, in the order of memory. */
    static double[] sum(double[] values, int axis, double[] sums) {
        int outer = 1;
        int inner = 1;
        for (int k = 0; k < SHAPE.length; k++) {
            outer *= k < axis ? SHAPE[k] : 1;
            inner *= k > axis ? SHAPE[k] : 1;
        }
        int length = SHAPE[axis];
        for (int i = 0; i < outer; i++) {
            int base = i * length * inner;
            if (inner == 1) {
                double sum = 0;
                for (int j = 0; j < length; j++) {
                    sum += values[base + j];
                }
                sums[i] = sum;
                continue;
            }
            for (int k = 0; k < inner; k++) {
                sums[i * inner + k] = 0;
            }
            for (int j = 0; j < length; j++) {
                for (int k = 0; k < inner; k++) {
                    sums[i * inner + k] += values[base + j * inner + k];
                }
            }
        }
        return sums;
    }

    @TearDown
    public void check() {
        double[] expected = loop();
        double[] actual = tharsis().toDoubleArray();
        if (expected.length != actual.length) {
            throw new AssertionError("expected " + expected.length + " sums, got " + actual.length);
        }
        for (int i = 0; i < expected.length; i++) {
            Data.checkClose(expected[i], actual[i], 1e-13);
        }
    }
}
