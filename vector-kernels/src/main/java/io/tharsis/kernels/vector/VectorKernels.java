package io.tharsis.kernels.vector;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import jdk.incubator.vector.VectorShape;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes vector kernels. <b>Thread-safe.</b> */
public final class VectorKernels {
    /**
     * The largest {@link #cost} for which HotSpot compiles every loop well, with room to spare
     * (measured: C2 gives up between 250 and 300 vector operations in one loop). Split a longer
     * program.
     */
    public static final int MAX_COST = 220;

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private VectorKernels() {}

    /** The vector width this machine runs best, at most 512 and at least 128 bits. */
    public static int preferredBits() {
        return Math.clamp(VectorShape.preferredShape().vectorBitSize(), 128, 512);
    }

    /** About the number of vector operations of one step of the loop; a Philox block counts 95. */
    public static int cost(Program program) {
        return Layout.cost(program);
    }

    /**
     * A kernel whose loop is a fresh hidden class over vectors of {@code vectorBits} bits, which
     * goes away with the kernel. It runs on any machine; widths the machine lacks are slow. Making
     * one takes a millisecond or two, so cache it by program.
     *
     * @param vectorBits 128, 256 or 512
     * @throws IllegalArgumentException if the program has an operator without vector form, loads
     *     one input slot in two ways, or costs more than {@link #MAX_COST}
     */
    public static Kernel generate(Program program, int vectorBits) {
        if (vectorBits != 128 && vectorBits != 256 && vectorBits != 512) {
            throw new IllegalArgumentException(vectorBits + " bits, expected 128, 256 or 512");
        }
        if (!program.hasVectorForm()) {
            throw new IllegalArgumentException(
                    "an operator has no vector form; run the program on the scalar twin\n"
                            + program);
        }
        var layout = new Layout(program, vectorBits, ScalarKernel.of(program));
        if (layout.cost() > MAX_COST) {
            throw new IllegalArgumentException(
                    "the program costs "
                            + layout.cost()
                            + " vector operations, the limit is "
                            + MAX_COST
                            + "; split it");
        }
        byte[] bytes = KernelWriter.write(layout);
        try {
            MethodHandles.Lookup kernel = LOOKUP.defineHiddenClass(bytes, true);
            return (Kernel)
                    kernel.findConstructor(
                                    kernel.lookupClass(),
                                    MethodType.methodType(void.class, Layout.class))
                            .invoke(layout);
        } catch (Throwable e) {
            throw new IllegalStateException("the generated kernel does not load\n" + program, e);
        }
    }
}
