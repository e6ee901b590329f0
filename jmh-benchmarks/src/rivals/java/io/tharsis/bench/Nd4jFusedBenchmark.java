package io.tharsis.bench;

import io.tharsis.DType;

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

/** The rival of {@link FusedBenchmark}, in place after the first step as ND4J's users would. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Nd4jFusedBenchmark {
    @Param({"1000", "100000", "10000000", "100000000"})
    public int size;

    @Param({"FLOAT64", "FLOAT32", "INT32"})
    public DType dtype;

    private Data data;
    private INDArray a;
    private INDArray b;
    private INDArray result;

    @Setup
    public void makeData() {
        data = Data.uniform(dtype, size);
        a = array(data.a());
        b = array(data.b());
    }

    private static INDArray array(Object values) {
        return switch (values) {
            case double[] doubles -> Nd4j.createFromArray(doubles);
            case float[] floats -> Nd4j.createFromArray(floats);
            case int[] ints -> Nd4j.createFromArray(ints);
            default -> throw new IllegalStateException("no array of " + values.getClass());
        };
    }

    @Benchmark
    public INDArray nd4j() {
        if (result != null) {
            result.close();
        }
        result = a.mul(a).addi(b).muli(3).subi(a);
        return result;
    }

    /** To rounding, since ND4J may fuse or reorder within an operation. */
    @TearDown
    public void check() {
        Object expected = data.fusedLoop().run();
        INDArray actual = nd4j();
        for (int i = 0; i < size; i += Math.max(1, size / 1000)) {
            switch (expected) {
                case double[] values -> Data.checkClose(values[i], actual.getDouble(i), 1e-12);
                case float[] values -> Data.checkClose(values[i], actual.getFloat(i), 1e-4);
                case int[] values -> Data.checkClose(values[i], actual.getInt(i), 0);
                default -> throw new IllegalStateException("no check of " + expected.getClass());
            }
        }
    }
}
