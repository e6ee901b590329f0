package io.tharsis.bench;

import io.tharsis.DType;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;
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

/** The rival of {@link ProductKernelBenchmark}: EJML's product for large matrices. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EjmlProductBenchmark {
    @Param({"64", "128", "256", "512", "1024", "2048"})
    public int size;

    @Param({"FLOAT64", "FLOAT32"})
    public DType dtype;

    private Matrices matrices;
    private Data.Loop product;

    @Setup
    public void makeData() {
        matrices = new Matrices(dtype, size);
        Data data = matrices.data();
        if (data.a() instanceof double[] x && data.b() instanceof double[] y) {
            var a = DMatrixRMaj.wrap(size, size, x);
            var b = DMatrixRMaj.wrap(size, size, y);
            var c = new DMatrixRMaj(size, size);
            product = () -> doubles(a, b, c);
        } else {
            var a = FMatrixRMaj.wrap(size, size, (float[]) data.a());
            var b = FMatrixRMaj.wrap(size, size, (float[]) data.b());
            var c = new FMatrixRMaj(size, size);
            product = () -> floats(a, b, c);
        }
    }

    private static double[] doubles(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        CommonOps_DDRM.mult(a, b, c);
        return c.data;
    }

    private static float[] floats(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        CommonOps_FDRM.mult(a, b, c);
        return c.data;
    }

    @Benchmark
    public Object ejml() {
        return product.run();
    }

    @TearDown
    public void check() {
        matrices.multiply();
        matrices.checkClose(product.run());
        matrices.close();
    }
}
