package io.tharsis.kernels.vector;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.RandomCalls;
import io.tharsis.kernels.RandomPrograms;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs one program on the scalar twin, on the fused twin and on vectors of every width and compares
 * all output bytes.
 */
final class Differential {
    static final int[] WIDTHS = {128, 256, 512};
    static final int[] SIZES = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 511, 512, 513, 2047, 2053, 5000
    };

    private final Program program;
    private final Kernel twin;

    /** One per width, then the fused twin. */
    private final Kernel[] kernels = new Kernel[WIDTHS.length + 1];

    private final String what;

    Differential(Program program, String what) {
        this.program = program;
        this.twin = ScalarKernel.of(program);
        this.what = what;
        for (int i = 0; i < WIDTHS.length; i++) {
            kernels[i] = VectorKernels.generate(program, WIDTHS[i]);
        }
        Kernel fused = ScalarKernel.fused(program);
        kernels[WIDTHS.length] = fused == null ? twin : fused;
    }

    /** A random program of less than {@code nodes} nodes that one kernel can hold. */
    static Program randomProgram(SplittableRandom random, int nodes) {
        while (true) {
            Program program = RandomPrograms.next(random, random.nextInt(5, nodes));
            if (VectorKernels.cost(program) <= VectorKernels.MAX_COST) {
                return program;
            }
        }
    }

    /** All sizes on all kernels. */
    void check(long seed) {
        for (int n : SIZES) {
            check(n, seed);
        }
    }

    /** One size on all kernels. */
    void check(int n, long seed) {
        check(n, seed, _ -> {});
    }

    /**
     * One size on all kernels, with both calls changed alike before the runs; as if inputs were in
     * the caches and, where that may make a difference, as if they were not.
     */
    void check(int n, long seed, Consumer<KernelCall> change) {
        check(n, seed, false, change);
        if (n >= 2 * Program.FOLD_BLOCK) {
            check(n, seed, true, change);
        }
    }

    private void check(int n, long seed, boolean fromMemory, Consumer<KernelCall> change) {
        try (Arena arena = Arena.ofConfined()) {
            KernelCall expected = RandomCalls.call(program, n, seed, arena);
            change.accept(expected);
            twin.run(expected, n);
            for (int i = 0; i < kernels.length; i++) {
                KernelCall actual = RandomCalls.call(program, n, seed, arena);
                change.accept(actual);
                actual.fromMemory = fromMemory;
                run(i, actual, n);
                RandomCalls.assertSameOutputs(
                        program,
                        expected,
                        actual,
                        n,
                        what
                                + ", "
                                + name(i)
                                + ", n "
                                + n
                                + (fromMemory ? " from memory" : "")
                                + ", seed "
                                + seed
                                + "\n"
                                + program);
            }
        }
    }

    /**
     * {@code rows} rows of {@code n} elements at all widths: inputs that are not uniform and stores
     * go on from row to row, folds go to the same accumulators.
     */
    void checkRows(int n, int rows, long seed) {
        try (Arena arena = Arena.ofConfined()) {
            KernelCall expected = rowCall(n, rows, seed, arena);
            twin.run(expected, n, rows);
            for (int i = 0; i < kernels.length; i++) {
                KernelCall actual = rowCall(n, rows, seed, arena);
                actual.fromMemory = rows % 2 == 1;
                kernels[i].run(actual, n, rows);
                String how = what + ", " + name(i) + ", " + rows + " rows of " + n;
                RandomCalls.assertSameOutputs(
                        program,
                        expected,
                        actual,
                        n * rows,
                        how + ", seed " + seed + "\n" + program);
            }
        }
    }

    private KernelCall rowCall(int n, int rows, long seed, Arena arena) {
        KernelCall call = RandomCalls.call(program, n * rows, seed, arena);
        for (Node node : program.nodes()) {
            if (node instanceof Node.Load load && load.access() == Access.CONTIGUOUS) {
                call.inputSteps[load.input()] = (long) n * load.format().byteSize();
            }
        }
        for (int o = 0; o < call.outputSteps.length; o++) {
            if (program.outputs().get(o) instanceof Output.Store store) {
                call.outputSteps[o] = (long) n * store.format().byteSize();
            }
        }
        return call;
    }

    private void run(int kernel, KernelCall call, int n) {
        try {
            kernels[kernel].run(call, n);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + ", " + name(kernel) + ", n " + n + "\n" + program, e);
        }
    }

    private static String name(int kernel) {
        return kernel < WIDTHS.length ? WIDTHS[kernel] + " bits" : "fused";
    }

    /** Runs every kernel {@code runs} times. */
    void heat(int n, int runs, long seed) {
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomCalls.call(program, n, seed, arena);
            for (Kernel kernel : kernels) {
                for (int run = 0; run < runs; run++) {
                    call.fromMemory = run % 2 == 1;
                    kernel.run(call, n);
                }
            }
        }
    }

    /** The generated classes, one per width. */
    List<Class<?>> classes() {
        return Arrays.<Class<?>>asList(
                kernels[0].getClass(), kernels[1].getClass(), kernels[2].getClass());
    }

    String what() {
        return what;
    }
}
