package io.tharsis.kernels.scalar;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Lane;
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
        return BlockMemory.loadOne(
                load.format().ordinal(), call.inputs[input], call.inputOffsets[input], r);
    }

    private static void execute(
            int[] code, int from, int to, Registers r, KernelCall call, int start, int n) {
        r.blockIndex = start & BLOCK - 1;
        for (int pc = from; pc < to; pc += Code.SIZE) {
            int kind = code[pc];
            if (kind < Code.MASK_LOGIC) {
                step(code, pc, r, n);
            } else if (kind == Code.MASK_LOGIC) {
                MaskLoops.step(code, pc, r, n);
            } else if (kind == Code.CONVERT) {
                ConvertLoops.convert(
                        code[pc + Code.LANE], r, code[pc + Code.DST], code[pc + Code.A], n);
            } else if (kind == Code.REINTERPRET) {
                ConvertLoops.reinterpret(
                        code[pc + Code.LANE], r, code[pc + Code.DST], code[pc + Code.A], n);
            } else if (kind < Code.INDEX) {
                move(code, pc, r, call, start, n);
            } else {
                source(code, pc, r, call, start, n);
            }
        }
    }

    // Ordinals of Lane.
    private static void step(int[] code, int pc, Registers r, int n) {
        switch (code[pc + Code.LANE]) {
            case 1 -> I32Loops.step(code, pc, r, n);
            case 2 -> I64Loops.step(code, pc, r, n);
            case 3 -> F32Loops.step(code, pc, r, n);
            case 4 -> F64Loops.step(code, pc, r, n);
            default -> throw new IllegalStateException("no loops for lane " + code[pc + Code.LANE]);
        }
    }

    private static void move(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
        int format = code[pc + Code.OP];
        int register = code[pc + Code.DST];
        int a = code[pc + Code.A];
        int b = code[pc + Code.B];
        long byteOffset = (long) start * BlockMemory.byteSize(format);
        switch (code[pc]) {
            case Code.LOAD ->
                    BlockMemory.load(
                            format,
                            call.inputs[a],
                            call.inputOffsets[a] + byteOffset,
                            r,
                            register,
                            n);
            case Code.LOAD_OUTPUT ->
                    BlockMemory.load(
                            format,
                            call.outputs[a],
                            call.outputOffsets[a] + byteOffset,
                            r,
                            register,
                            n);
            case Code.STORE ->
                    BlockMemory.store(
                            format, r, a, call.outputs[b], call.outputOffsets[b] + byteOffset, n);
            case Code.STORE_LANES -> {
                long block =
                        (long) (start / BLOCK) * Program.FOLD_LANES * BlockMemory.byteSize(format);
                BlockMemory.store(
                        format,
                        r,
                        a,
                        call.outputs[b],
                        call.outputOffsets[b] + block,
                        Program.FOLD_LANES);
            }
            default -> throw new IllegalStateException("no instruction " + code[pc]);
        }
    }

    private static void source(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
        int a = code[pc + Code.A];
        switch (code[pc]) {
            case Code.INDEX -> count(r.i64[code[pc + Code.DST]], call.indexBases[a] + start, n);
            case Code.PHILOX -> philox(code, pc, r, n);
            case Code.PHILOX_STREAM -> philoxStream(code, pc, r, call.indexBases[a] + start, n);
            case Code.FUSED -> fused(r.bodies[code[pc + Code.OP]], r, n);
            default -> throw new IllegalStateException("no instruction " + code[pc]);
        }
    }

    private static void fused(FusedBody body, Registers r, int n) {
        int slice = r.slice;
        for (int from = 0; from < n; from += slice) {
            body.run(r, from, Math.min(n, from + slice));
        }
    }

    private static void count(long[] d, long first, int n) {
        for (int i = 0; i < n; i++) {
            d[i] = first + i;
        }
    }

    private static void philox(int[] code, int pc, Registers r, int n) {
        long[][] words = r.words;
        long[] keys = r.i64[code[pc + Code.B]];
        Philox.split(r.i64[code[pc + Code.A]], words[0], words[1], n);
        Philox.split(r.i64[code[pc + Code.C]], words[2], words[3], n);
        if (code[pc + Code.OP] == 1) {
            Philox.evaluate(words, keys[0], n);
        } else {
            Philox.evaluateEach(words, keys, n);
        }
        for (int word = 0; word < 4; word++) {
            int target = code[pc + (word == 0 ? Code.DST : Code.X + word - 1)];
            if (target != Code.NOBODY) {
                System.arraycopy(words[word], 0, r.i64[target], 0, n);
            }
        }
    }

    private static void philoxStream(int[] code, int pc, Registers r, long first, int n) {
        long key = r.i64[code[pc + Code.B]][0];
        long stream = r.i64[code[pc + Code.C]][0];
        int shift = code[pc + Code.LANE] == Lane.I64.ordinal() ? 1 : 2;
        int skip = (int) first & (1 << shift) - 1;
        int blocks = (skip + n - 1 >> shift) + 1;
        Philox.splitRange(first >> shift, stream, r.words, blocks);
        Philox.evaluate(r.words, key, blocks);
        if (shift == 1) {
            Philox.pairs(r.i64[code[pc + Code.DST]], r.words, skip, n);
        } else {
            Philox.quads(r.i32[code[pc + Code.DST]], r.words, skip, n);
        }
    }
}
