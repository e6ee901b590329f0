package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Runs a new kernel on made-up data until it is measured to be fast: by the clock, and by the bytes
 * that it allocates, since C2 now and then leaves some vectors boxed in a loop that is several
 * times slower for it but not slow enough for a clock to tell. While vectors are boxed, it is
 * called often and run seldom, see {@link LoopWarmUp}. Sizes are such that the unrolled loop, the
 * single vectors after it and the tail all run. The values are near one, so that nothing is
 * denormal and no argument rare.
 */
final class WarmUp {
    /**
     * Whole unrolled steps of up to 64 elements, then a step of a fold's second loop, at least one
     * single vector, and a tail. What C2 compiles before it ever ran has no profile, and its calls
     * stay virtual.
     */
    private static final int REST = 32 + 16 + 3;

    private static final int STEP = 64;

    private static final int STEPS = 31;

    /** Too short for the unrolled loop. */
    private static final int SMALL_COUNT = 16 + 15;

    /** What a vector operation may cost: compiled ones take under 2 ns, boxed ones over 20. */
    private static final double VECTOR_OPERATION_NS = 8;

    /** Ranges, addresses and scratch of one run. */
    private static final double RUN_NS = 3_000;

    /** Widening or narrowing one element. */
    private static final double MOVE_NS = 1;

    private static final int HOT_ROUNDS = 40;

    /**
     * Quick rounds, with pauses, in which C2 would have replaced code that boxes, if it were to:
     * about a second.
     */
    private static final int PATIENT_ROUNDS = 240;

    /** About what a run should have of vector operations while the loops are not compiled. */
    private static final int COLD_OPERATIONS = 2_000;

    /** Steps of such a run: enough for the branches of a loop, see {@link LoopWarmUp}. */
    private static final int LEAST_COLD_STEPS = 2;

    private static final int MOST_COLD_STEPS = 8;

    /** Rounds in which a product of numbers near one stays a normal number. */
    private static final int RESET_ROUNDS = 256;

    /** About half of the boxed vector that a cold operation allocates. */
    private static final int COLD_OPERATION_BYTES = 32;

    /** What a run may allocate whatever its length. */
    private static final int RUN_BYTES = 1024;

    /** A boxed vector takes some 80 bytes, one for each vector of the loop or more. */
    private static final int BYTES_PER_VECTOR = 20;

    private final Kernel kernel;
    private final Program program;
    private final KernelCall call;
    private final int maxSteps;
    private final int coldSteps;
    private final int lanes;
    private final int operations;

    private final double elementNs;

    private WarmUp(Kernel kernel, int vectorBits, Arena arena) {
        this.kernel = kernel;
        this.program = kernel.program();
        this.call = new KernelCall(program);
        int leastSteps = kernel.leastRun() / STEP;
        this.maxSteps = leastSteps + STEPS;
        this.call.fromMemory = true;
        this.lanes = vectorBits / Long.SIZE;
        int moves = fill(arena);
        this.operations = ProgramCost.of(program);
        int fitting = COLD_OPERATIONS * lanes / (STEP * operations);
        this.coldSteps = leastSteps + Math.clamp(fitting, LEAST_COLD_STEPS, MOST_COLD_STEPS);
        this.elementNs =
                (operations + slowOperations()) * VECTOR_OPERATION_NS / lanes + moves * MOVE_NS;
    }

    /** What has become of a kernel. */
    enum Outcome {
        /** Compiled, and no vector is boxed. */
        HOT,
        /**
         * Quick enough, but vectors or masks are boxed: up to three times slower than it could be.
         */
        BOXING,
        COLD
    }

    /**
     * What was measured.
     *
     * @param leastNs the least time of the longest run; {@link Long#MAX_VALUE} if none was run
     * @param leastBytes the least that all runs of a round allocated
     */
    record Result(Outcome outcome, long leastNs, long leastBytes) {}

    /**
     * Answers as soon as the kernel is hot; if it is not within {@code patienceNs} of this thread's
     * processor time and its pauses, what it is then: where other threads take the processors, they
     * take them from the compilers too. A kernel that has just become quick gets as much time
     * again, unless it has been quick, and boxing, for a second.
     */
    static Result untilHot(Kernel kernel, int vectorBits, long patienceNs) {
        try (Arena arena = Arena.ofConfined()) {
            return new WarmUp(kernel, vectorBits, arena).untilHot(patienceNs);
        }
    }

    /** Runs {@code kernel} {@code rounds} times on made-up data. */
    static void exercise(Kernel kernel, int rounds) {
        try (Arena arena = Arena.ofConfined()) {
            var warmUp = new WarmUp(kernel, Long.SIZE, arena);
            for (int round = 0; round < rounds; round++) {
                kernel.run(warmUp.call, warmUp.maxCount());
            }
        }
    }

    private Result untilHot(long patienceNs) {
        long startNs = ThreadCosts.processorTimeNs();
        long pausedNs = 0;
        boolean cold = true;
        boolean boxes = true;
        int quickRounds = 0;
        int hotRounds = 0;
        long leastNs = Long.MAX_VALUE;
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; hotRounds < HOT_ROUNDS && quickRounds < PATIENT_ROUNDS; round++) {
            long spentNs = ThreadCosts.processorTimeNs() - startNs + pausedNs;
            if (spentNs > (quickRounds == 0 ? patienceNs : 2 * patienceNs)) {
                break;
            }
            if (round % RESET_ROUNDS == 0) {
                resetAccumulators();
            }
            if (boxes) {
                pausedNs += LoopWarmUp.beforeRun(kernel::idle, round);
            }
            // Streams take a slower path where the first index does not start a block; the other
            // one needs most of the cold runs.
            int base = round & 3;
            for (int slot = 0; slot < call.indexBases.length; slot++) {
                call.indexBases[slot] = boxes && base < 3 ? 0 : base;
            }
            int count = count(cold ? coldSteps : maxSteps);
            int elements = count + SMALL_COUNT;
            long allocated = ThreadCosts.allocatedBytes();
            long begin = System.nanoTime();
            kernel.run(call, count);
            long bulk = System.nanoTime();
            kernel.run(call, SMALL_COUNT);
            long small = System.nanoTime();
            allocated = ThreadCosts.allocatedBytes() - allocated;
            cold = allocated >= coldBytes(elements);
            boxes = allocated >= mostBytes(elements);
            boolean quick =
                    !cold
                            && count == maxCount()
                            && bulk - begin < mostNs(count)
                            && small - bulk < mostNs(2 * SMALL_COUNT);
            if (quick) {
                leastNs = Math.min(leastNs, bulk - begin);
                leastBytes = Math.min(leastBytes, allocated);
            }
            // A round that was interrupted is no reason to begin again.
            quickRounds = quick ? quickRounds + 1 : quickRounds / 2;
            hotRounds = quick && !boxes ? hotRounds + 1 : hotRounds / 2;
        }
        Outcome outcome =
                hotRounds >= HOT_ROUNDS
                        ? Outcome.HOT
                        : quickRounds >= HOT_ROUNDS ? Outcome.BOXING : Outcome.COLD;
        return new Result(outcome, leastNs, leastBytes);
    }

    private static int count(int steps) {
        return steps * STEP + REST;
    }

    private int maxCount() {
        return count(maxSteps);
    }

    /** What a run over {@code count} elements may take in compiled code. */
    private double mostNs(int count) {
        return RUN_NS + count * elementNs;
    }

    /**
     * More than this, and some vectors are boxed. No more for the longer runs of folds: the single
     * vectors at their end are as few.
     */
    private long mostBytes(int elements) {
        int counted = Math.min(elements, count(STEPS) + SMALL_COUNT);
        return (long) counted / lanes * BYTES_PER_VECTOR;
    }

    /** More than this, and nearly every vector operation boxes what it makes. */
    private long coldBytes(int elements) {
        return RUN_BYTES + (long) elements * operations / lanes * COLD_OPERATION_BYTES;
    }

    private void resetAccumulators() {
        for (int slot = 0; slot < call.outputs.length; slot++) {
            Output output = program.outputs().get(slot);
            if (output instanceof Output.FoldRows) {
                setValues(
                        call.outputs[slot],
                        Format.valueOf(program.node(output.node()).lane().name()));
            }
        }
    }

    /** What divisions and square roots take beyond other operations. */
    private int slowOperations() {
        int extra = 0;
        for (Node node : program.nodes()) {
            boolean slow =
                    node instanceof Node.Binary binary && binary.op() == BinaryOp.DIV
                            || node instanceof Node.Unary unary && unary.op() == UnaryOp.SQRT;
            extra += slow ? 8 : 0;
        }
        return extra;
    }

    private int fill(Arena arena) {
        int moves = 0;
        for (Node node : program.nodes()) {
            switch (node) {
                case Node.Load load -> {
                    call.inputs[load.input()] = values(load.format(), arena);
                    moves++;
                }
                case Node.Param param -> call.params[param.param()] = one(param.lane());
                default -> {}
            }
        }
        for (int slot = 0; slot < call.outputs.length; slot++) {
            Output output = program.outputs().get(slot);
            Lane lane = program.node(output.node()).lane();
            call.outputs[slot] =
                    values(lane == Lane.MASK ? Format.I64 : Format.valueOf(lane.name()), arena);
            moves++;
        }
        return moves;
    }

    private MemorySegment values(Format format, Arena arena) {
        MemorySegment memory = arena.allocate((maxCount() + 1L) * Long.BYTES, 64);
        setValues(memory, format);
        return memory;
    }

    private void setValues(MemorySegment memory, Format format) {
        for (int i = 0; i <= maxCount(); i++) {
            long at = (long) i * format.byteSize();
            switch (format) {
                case F64 -> memory.set(ValueLayout.JAVA_DOUBLE, at, 0.75 + (i & 15) / 32.0);
                case F32 -> memory.set(ValueLayout.JAVA_FLOAT, at, 0.75f + (i & 15) / 32f);
                case I64, U64 -> memory.set(ValueLayout.JAVA_LONG, at, 1 + (i & 7));
                case I32, U32 -> memory.set(ValueLayout.JAVA_INT, at, 1 + (i & 7));
                case I16, U16 -> memory.set(ValueLayout.JAVA_SHORT, at, (short) (1 + (i & 7)));
                case I8, U8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (1 + (i & 7)));
                case BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (i & 1));
            }
        }
    }

    private static long one(Lane lane) {
        return switch (lane) {
            case F64 -> Double.doubleToRawLongBits(1.0);
            case F32 -> Float.floatToRawIntBits(1.0f);
            default -> 1;
        };
    }
}
