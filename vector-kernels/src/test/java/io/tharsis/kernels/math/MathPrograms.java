package io.tharsis.kernels.math;

import io.tharsis.kernels.ScalarRun;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

/** The functions of {@link MathBounds} as programs, run on the scalar twin. */
final class MathPrograms {
    private MathPrograms() {}

    static Program program(MathBounds function, Lane lane) {
        var b = new ProgramBuilder();
        Format format = Format.valueOf(lane.name());
        int x = b.load(0, format, Access.CONTIGUOUS);
        int y = function.arity() == 2 ? b.load(1, format, Access.CONTIGUOUS) : x;
        b.store(function.emit(b, x, y), format);
        return b.build();
    }

    static double[] f64(MathBounds function, double[]... arguments) {
        int n = arguments[0].length;
        long[][] inputs = new long[function.arity()][n];
        for (int slot = 0; slot < inputs.length; slot++) {
            for (int i = 0; i < n; i++) {
                inputs[slot][i] = Double.doubleToRawLongBits(arguments[slot][i]);
            }
        }
        long[] bits =
                ScalarRun.run(program(function, Lane.F64), Format.F64, n, new long[0], 0, inputs);
        double[] result = new double[n];
        for (int i = 0; i < n; i++) {
            result[i] = Double.longBitsToDouble(bits[i]);
        }
        return result;
    }

    static float[] f32(MathBounds function, float[]... arguments) {
        int n = arguments[0].length;
        long[][] inputs = new long[function.arity()][n];
        for (int slot = 0; slot < inputs.length; slot++) {
            for (int i = 0; i < n; i++) {
                inputs[slot][i] = Float.floatToRawIntBits(arguments[slot][i]);
            }
        }
        long[] bits =
                ScalarRun.run(program(function, Lane.F32), Format.F32, n, new long[0], 0, inputs);
        float[] result = new float[n];
        for (int i = 0; i < n; i++) {
            result[i] = Float.intBitsToFloat((int) bits[i]);
        }
        return result;
    }
}
