package io.tharsis.bench;

import io.tharsis.DType;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Two square matrices of random numbers, off the heap and as arrays, and the kernel's product of
 * them on the caller's thread.
 *
 * <p><b>Confined to one thread at a time.</b> The memory lives until {@link #close}.
 */
final class Matrices implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int n;
    private final Data data;
    private final MatrixProduct product;
    private final MatrixView a;
    private final MatrixView b;
    private final MatrixView c;
    private final MemorySegment workspace;

    /** Of doubles or floats, n x n, seeded. */
    Matrices(DType dtype, int n) {
        this.n = n;
        this.data = Data.uniform(dtype, n * n);
        Format format = dtype == DType.FLOAT64 ? Format.F64 : Format.F32;
        this.product = MatrixProduct.of(format);
        this.a = MatrixView.rowMajor(segment(data.a()), n);
        this.b = MatrixView.rowMajor(segment(data.b()), n);
        this.c = MatrixView.rowMajor(arena.allocate((long) n * n * format.byteSize(), 64), n);
        this.workspace = arena.allocate(product.workspaceBytes(n, n, n), 64);
    }

    private MemorySegment segment(Object array) {
        MemorySegment values =
                array instanceof double[] doubles
                        ? MemorySegment.ofArray(doubles)
                        : MemorySegment.ofArray((float[]) array);
        return arena.allocate(values.byteSize(), 64).copyFrom(values);
    }

    Data data() {
        return data;
    }

    MatrixProduct product() {
        return product;
    }

    MemorySegment multiply() {
        product.multiply(n, n, n, a, b, c, false, workspace);
        return c.memory();
    }

    /** The last product as an array of the kind of {@link #data}. */
    Object result() {
        return data.a() instanceof double[]
                ? c.memory().toArray(ValueLayout.JAVA_DOUBLE)
                : c.memory().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** A plain Java product, row by row, which C2 makes vectors of. */
    Data.Loop loop() {
        if (data.a() instanceof double[] x && data.b() instanceof double[] y) {
            double[] sums = new double[n * n];
            return () -> loop(x, y, sums, n);
        }
        float[] x = (float[]) data.a();
        float[] y = (float[]) data.b();
        float[] sums = new float[n * n];
        return () -> loop(x, y, sums, n);
    }

    private static double[] loop(double[] a, double[] b, double[] c, int n) {
        Arrays.fill(c, 0);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double factor = a[i * n + k];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += factor * b[k * n + j];
                }
            }
        }
        return c;
    }

    private static float[] loop(float[] a, float[] b, float[] c, int n) {
        Arrays.fill(c, 0);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                float factor = a[i * n + k];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += factor * b[k * n + j];
                }
            }
        }
        return c;
    }

    /** Fails if a rival's product is not the same up to rounding. */
    void checkClose(Object rival) {
        Object ours = result();
        for (int i = 0; i < n * n; i += Math.max(1, n * n / 1000)) {
            double expected = at(rival, i);
            double tolerance = n * (ours instanceof double[] ? 0x1p-52 : 0x1p-23);
            Data.checkClose(expected, at(ours, i), tolerance);
        }
    }

    private static double at(Object array, int i) {
        return array instanceof double[] doubles ? doubles[i] : ((float[]) array)[i];
    }

    @Override
    public void close() {
        arena.close();
    }
}
