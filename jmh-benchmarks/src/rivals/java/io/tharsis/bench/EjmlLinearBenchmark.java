package io.tharsis.bench;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
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

/** The rival of {@link LinearBenchmark}: EJML, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EjmlLinearBenchmark {
    @Param({"MATMUL", "CHOLESKY", "SOLVE", "SVD"})
    public LinearFunction function;

    @Param({"256", "1000"})
    public int size;

    private LinearCase data;
    private DMatrixRMaj a;
    private DMatrixRMaj b;

    @Setup
    public void makeData() {
        data = LinearCase.of(function, size);
        a = DMatrixRMaj.wrap(size, size, data.a());
        b = DMatrixRMaj.wrap(size, size, data.b());
    }

    @Benchmark
    public double[] ejml() {
        return switch (function) {
            case MATMUL -> {
                var c = new DMatrixRMaj(size, size);
                CommonOps_DDRM.mult(a, b, c);
                yield c.data;
            }
            case CHOLESKY -> {
                var factor = DecompositionFactory_DDRM.chol(size, true);
                require(factor.decompose(a.copy()));
                yield factor.getT(null).data;
            }
            case SOLVE -> {
                var x = new DMatrixRMaj(size, size);
                require(CommonOps_DDRM.solve(a, b, x));
                yield x.data;
            }
            case SVD -> {
                var svd = DecompositionFactory_DDRM.svd(size, size, true, true, true);
                require(svd.decompose(a.copy()));
                svd.getU(null, false);
                svd.getV(null, true);
                yield svd.getSingularValues();
            }
        };
    }

    private static void require(boolean done) {
        if (!done) {
            throw new AssertionError("EJML did not find an answer");
        }
    }

    @TearDown
    public void check() {
        data.check(ejml());
    }
}
