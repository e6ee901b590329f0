import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.DType;
import io.tharsis.Tensor;

/**
 * The Mandelbrot set by whole-array operations: ./tharsis run examples/Mandelbrot.java [columns]
 * [rows] [iterations]
 */
class Mandelbrot {
    /** Iterations that become one loop before the state is computed and kept. */
    static final int BATCH = 10;

    static void main(String[] args) {
        int columns = args.length > 0 ? Integer.parseInt(args[0]) : 96;
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        int iterations = args.length > 2 ? Integer.parseInt(args[2]) : 100;

        Tensor cr = linspace(-2.25, 0.75, columns);
        Tensor ci = linspace(-1.25, 1.25, rows).expandDims(1);
        Tensor zr = zeros(rows, columns);
        Tensor zi = zeros(rows, columns);
        Tensor steps = zeros(DType.INT32, rows, columns);
        for (int i = 1; i <= iterations; i++) {
            Tensor rr = zr.square();
            Tensor ii = zi.square();
            Tensor inside = rr.plus(ii).le(4);
            // A point that has left stays where it is.
            Tensor next = where(inside, rr.minus(ii).plus(cr), zr);
            zi = where(inside, zr.times(zi).times(2).plus(ci), zi);
            zr = next;
            steps = steps.plus(inside.astype(DType.INT32));
            if (i % BATCH == 0) {
                execute(zr, zi, steps);
            }
        }

        Tensor never = steps.eq(iterations);
        out.printf("in the set    %d of %d%n", never.sum().itemLong(), never.size());
        out.printf("area          %.4f%n", never.mean().item() * 3.0 * 2.5);
        out.printf("mean steps    %.6f%n", steps.mean().item());
        int[] picture = where(never, 9, minimum(steps, 8)).astype(DType.INT32).toIntArray();
        for (int i = 0; i < picture.length; i++) {
            out.print(" .,:;-=+*#".charAt(picture[i]) + ((i + 1) % columns == 0 ? "\n" : ""));
        }
    }
}
