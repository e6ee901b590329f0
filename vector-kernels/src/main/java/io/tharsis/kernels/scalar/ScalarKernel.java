package io.tharsis.kernels.scalar;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Program;

/**
 * The scalar twin: the meaning of a program in plain Java. It is the oracle in tests, runs what is
 * not compiled yet, and is the fallback where there is no vector module.
 *
 * <p>A register machine over blocks of {@link Program#FOLD_BLOCK} elements: each instruction is one
 * tight loop over arrays, shared by all programs. So a new expression starts with loops that are
 * compiled already, and those that are not compile after a few blocks.
 *
 * <p><b>Thread-safe: immutable, each thread computes in registers of its own.</b>
 */
public final class ScalarKernel implements Kernel {
    private static final int BLOCK = Registers.BLOCK;

    /**
     * HotSpot compiles a loop after some hundreds of calls or many ten thousands of iterations, so
     * short blocks get a loop that nobody has used yet compiled after an eighth of the interpreted
     * work.
     */
    private static final int COLD_BLOCK = 64;

    private static final int COLD_ELEMENTS = 1 << 16;

    /**
     * A fused loop is nobody else's, so it is always new. Its first elements run in calls of one,
     * so that it has soon been called often enough for the first compiler; the next ones in calls
     * so short that it has been called often enough for the second before its iterations ask that
     * one for code that is entered in the middle of the loop, which would be compiled in vain.
     */
    private static final int CALLED_OFTEN = 1 << 10;

    private static final int NEW_SLICE = 32;
    private static final int NEW_ELEMENTS = 1 << 15;

    private final Program program;
    private final ScalarCode compiled;

    /** Elements that still run in short blocks. Races lose a few, which does not matter. */
    private int coldElements;

    /** Elements whose fused loops still run in slices; races do not matter here either. */
    private int newElements;

    private ScalarKernel(Program program, Schedule schedule) {
        this.program = program;
        this.compiled = new ScalarCompiler(program, schedule).compile();
        boolean fused = compiled.bodies().length > 0;
        this.coldElements = fused ? 0 : COLD_ELEMENTS;
        this.newElements = fused ? NEW_ELEMENTS : 0;
    }

    /** The twin of {@code program}; costs some microseconds, keeps some 40 bytes a node. */
    public static ScalarKernel of(Program program) {
        return new ScalarKernel(program, Schedule.ofSingles(program));
    }

    /**
     * The twin with everything between loading and storing fused into a loop of its own, which is a
     * new class: it takes a millisecond to make and a few to be compiled, and is then several times
     * faster than the twin where a program is long. Null if there is nothing to fuse.
     *
     * @param program costs at most {@link io.tharsis.kernels.ProgramCost#LIMIT}
     */
    public static ScalarKernel fused(Program program) {
        Schedule schedule = Schedule.ofFused(program);
        return schedule.isFused() ? new ScalarKernel(program, schedule) : null;
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public void run(KernelCall call, int n) {
        if (n <= 0) {
            return;
        }
        Registers r = Registers.ofThread();
        Node[] uniforms = compiled.uniforms();
        long[] identities = compiled.identities();
        r.reserve(compiled.registerCounts(), uniforms.length + identities.length);
        r.functions = compiled.functions();
        r.bodies = compiled.bodies();
        int newLeft = newElements;
        r.slice = newLeft == NEW_ELEMENTS ? 1 : newLeft > 0 ? NEW_SLICE : BLOCK;
        for (int i = 0; i < uniforms.length; i++) {
            r.uniform[i] = bits(uniforms[i], call, r);
        }
        System.arraycopy(identities, 0, r.uniform, uniforms.length, identities.length);
        int[] code = compiled.code();
        execute(code, 0, compiled.setupLength(), r, call, 0, Math.min(n, BLOCK));
        int start = 0;
        int coldLeft = coldElements;
        if (coldLeft > 0) {
            int cold = Math.min(n, (coldLeft + BLOCK - 1) & -BLOCK);
            coldElements = coldLeft - cold;
            for (; start < cold; start += COLD_BLOCK) {
                execute(
                        code,
                        compiled.setupLength(),
                        code.length,
                        r,
                        call,
                        start,
                        Math.min(n - start, COLD_BLOCK));
            }
        }
        // Counted down, as start overflows in the last block of the longest runs.
        for (int left = n - start; left > 0; left -= BLOCK, start += BLOCK) {
            execute(
                    code,
                    compiled.setupLength(),
                    code.length,
                    r,
                    call,
                    start,
                    Math.min(left, BLOCK));
            if (r.slice == 1 && start >= CALLED_OFTEN) {
                r.slice = NEW_SLICE;
            }
        }
        if (newLeft > 0) {
            newElements = Math.max(0, newLeft - n);
        }
        r.release();
    }

    private static long bits(Node node, KernelCall call, Registers r) {
        if (node instanceof Node.Const constant) {
            return constant.bits();
        }
        if (node instanceof Node.Param param) {
            return call.params[param.param()];
        }
        Node.Load load = (Node.Load) node;
        int input = load.input();
        return BlockMemory.of(load.format().ordinal())
                .loadOne(call.inputs[input], call.inputOffsets[input], r);
    }

    private static void execute(
            int[] code, int from, int to, Registers r, KernelCall call, int start, int n) {
        r.blockIndex = start & BLOCK - 1;
        for (int pc = from; pc < to; pc += Code.SIZE) {
            Unit.of(code, pc).run(code, pc, r, call, start, n);
        }
    }
}
