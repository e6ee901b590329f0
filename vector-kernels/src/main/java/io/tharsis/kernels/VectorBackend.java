package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.vector.VectorKernels;

/**
 * The Vector API generator at this machine's width. The only class that knows both it and the
 * module it needs, and not loaded where that module is absent.
 */
final class VectorBackend implements KernelGenerator {
    private static final String MODULE = "jdk.incubator.vector";
    private final int bits = VectorKernels.preferredBits();

    /**
     * The generator that {@code mode} (scalar, vector or auto) asks for; null for the scalar twin.
     *
     * <p>A twin that nobody asked for is logged, with the flag that is missing.
     */
    static KernelGenerator choose(String mode) {
        if (mode.equals("scalar")) {
            return null;
        }
        if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
            return new VectorBackend();
        }
        if (mode.equals("vector")) {
            throw new IllegalStateException(
                    "tharsis.kernels=vector, but the module is missing: start java with"
                            + " --add-modules "
                            + MODULE);
        }
        KernelLog.warn(
                "kernels run on the scalar twin, several times slower than they could: start java"
                        + " with --add-modules "
                        + MODULE);
        return null;
    }

    @Override
    public Kernel generate(Program program) {
        return VectorKernels.generate(program, bits);
    }

    @Override
    public int vectorBits() {
        return bits;
    }
}
