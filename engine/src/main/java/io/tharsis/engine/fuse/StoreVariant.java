package io.tharsis.engine.fuse;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayList;
import java.util.List;

/**
 * A loop's program with every fold replaced by a store of the lanes to be folded, for folds over
 * lines too short to be worth a kernel call each. Made when first asked for. Thread-safe.
 */
public final class StoreVariant {
    private final Program program;
    private volatile Kernel kernel;

    StoreVariant(Program program) {
        this.program = program;
    }

    public Kernel kernel() {
        Kernel known = kernel;
        if (known == null) {
            List<Output> outputs = new ArrayList<>();
            for (Output output : program.outputs()) {
                outputs.add(
                        output instanceof Output.Store
                                ? output
                                : new Output.Store(output.node(), format(output.node())));
            }
            known = Kernels.of(program.withOutputs(outputs));
            kernel = known;
        }
        return known;
    }

    private Format format(int node) {
        Lane lane = program.node(node).lane();
        return switch (lane) {
            case I32 -> Format.I32;
            case I64 -> Format.I64;
            case F32 -> Format.F32;
            case F64 -> Format.F64;
            case MASK -> throw new IllegalArgumentException("masks are folded as integers");
        };
    }
}
