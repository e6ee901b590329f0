package io.tharsis.engine.fuse;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.Kernels;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * A loop's program over several rows at once, for folds across rows: it loads {@code rows} rows,
 * computes each, folds them in order and stores the result. One call for a block of rows instead of
 * one a row, and no accumulator goes through memory. Input {@code i} of row {@code r} is in slot
 * {@code i * rows + r}. Made when first asked for. Thread-safe.
 */
public final class RowVariant {
    /** What all rows together may cost; see {@code VectorKernels.MAX_COST}. */
    private static final int MAX_NODES = 150;

    private final Program program;
    private final int rows;
    private volatile Kernel kernel;

    private RowVariant(Program program, int rows) {
        this.program = program;
        this.rows = rows;
    }

    /**
     * The variant of {@code program}, null if there is none: it does more than fold rows, depends
     * on positions, or is too long.
     */
    static RowVariant of(Program program, int rows) {
        int computed = program.outputs().size();
        for (Output output : program.outputs()) {
            if (!(output instanceof Output.FoldRows)) {
                return null;
            }
        }
        for (Node node : program.nodes()) {
            switch (node) {
                case Node.Index _, Node.Philox _, Node.PhiloxStream _, Node.Rare _ -> {
                    return null;
                }
                case Node.Const _, Node.Param _ -> {}
                default -> computed++;
            }
        }
        return computed * rows <= MAX_NODES ? new RowVariant(program, rows) : null;
    }

    public Kernel kernel() {
        Kernel known = kernel;
        if (known == null) {
            known = Kernels.of(build());
            kernel = known;
        }
        return known;
    }

    private Program build() {
        var b = new ProgramBuilder();
        int[] folded = new int[program.outputs().size()];
        int[] copies = new int[program.nodes().size()];
        for (int row = 0; row < rows; row++) {
            for (int id = 0; id < copies.length; id++) {
                Node node = program.node(id);
                copies[id] =
                        node instanceof Node.Load load
                                ? b.load(load.input() * rows + row, load.format(), load.access())
                                : b.copy(node, argument -> copies[argument]);
            }
            for (int o = 0; o < folded.length; o++) {
                var fold = (Output.FoldRows) program.outputs().get(o);
                int value = copies[fold.node()];
                folded[o] = row == 0 ? value : b.binary(fold.op().binary(), folded[o], value);
            }
        }
        for (int value : folded) {
            b.store(value, Format.valueOf(b.lane(value).name()));
        }
        return b.build();
    }
}
