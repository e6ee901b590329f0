package io.tharsis.kernels.vector;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The decisions about one kernel: how many lanes, how far unrolled, what is staged where in the
 * thread's scratch. Immutable.
 */
final class Layout {
    /**
     * Elements of a sub-block of a program that stages formats or may meet rare arguments; a
     * multiple of the fold block.
     */
    static final int SUB_BLOCK = 2048;

    /** Bytes of a tail slot: the accumulators of one fold block, more than one vector. */
    static final int TAIL_SLOT = Program.FOLD_LANES * Long.BYTES;

    /** Vector operations of one unrolled body; measured: C2 gives up between 250 and 300. */
    private static final int BODY_BUDGET = 160;

    /** What a load or a store counts beyond another operation, for {@link #C1_BUDGET}. */
    private static final int MEMORY_SURCHARGE = 11;

    /** What an accumulator counts that is loaded and stored. */
    private static final int ACCUMULATOR_COST = 12;

    /** What a fold to the greatest or the least counts beyond another. */
    private static final int EXTREME_SURCHARGE = 10;

    /**
     * Vector operations of one method, loads and stores counted more than once. With all that C1
     * counts in code that profiles, it runs out of virtual registers at some 600 to 630 of these
     * (fitted to 182 loops that did or did not compile), and then HotSpot leaves a method for ever
     * at the code that it has: it never comes to C2.
     */
    private static final int C1_BUDGET = 570;

    private static final int MAX_UNROLL = 4;

    /** Inputs beyond which a loop is not unrolled. */
    private static final int MANY_LOADS = 8;

    /** Vector operations of an evaluation of random numbers, whatever it is started from. */
    private static final int PHILOX_COST = 95;

    /**
     * As {@link #BODY_BUDGET} where random numbers are evaluated: that is one long chain, and a
     * second one beside it hides its latency (measured: a tenth).
     */
    private static final int RANDOM_BUDGET = 235;

    /** Vectors of each value in one iteration of a loop that folds a light program. */
    private static final int FOLD_VECTORS = 8;

    private static final int MAX_STRETCHES = 4;

    /** Accumulators that stay in registers from one round of an iteration to the next. */
    private static final int MAX_ACCUMULATORS = 8;

    private final Program program;
    private final Kernel twin;
    private final int vectorBits;
    private final int laneCount;
    private final List<Node.Load> loads = new ArrayList<>();
    private final boolean[] uniform;
    private final boolean rare;
    private final boolean blocked;
    private final int unroll;
    private final int rounds;
    private final int stretches;
    private final long[] inRegion;
    private final long[] outRegion;
    private final long tailRegion;
    private final long scratchBytes;

    Layout(Program program, int vectorBits, Kernel twin) {
        this.program = program;
        this.twin = twin;
        this.vectorBits = vectorBits;
        boolean wide = program.nodes().stream().anyMatch(node -> node.lane().byteSize() == 8);
        laneCount = vectorBits / (wide ? 64 : 32);
        uniform = uniformNodes(program);
        rare = program.nodes().stream().anyMatch(Node.Rare.class::isInstance);
        boolean staged = false;
        Set<Integer> slots = new HashSet<>();
        for (Node node : program.nodes()) {
            if (node instanceof Node.Load load) {
                if (!slots.add(load.input())) {
                    throw new IllegalArgumentException(
                            "input "
                                    + load.input()
                                    + " is loaded in two ways; give each format and access an input"
                                    + " slot of its own");
                }
                loads.add(load);
                staged |= load.access() == Access.CONTIGUOUS && isStaged(load.format());
            }
        }
        for (Output output : program.outputs()) {
            staged |= output instanceof Output.Store store && isStaged(store.format());
        }
        blocked = staged || rare;
        boolean folds = program.outputs().stream().anyMatch(Output.FoldLanes.class::isInstance);
        int perFold = Program.FOLD_LANES / laneCount;
        boolean wholeBlocks =
                folds && accumulators() <= MAX_ACCUMULATORS && fits(perFold, perFold, BODY_BUDGET);
        unroll =
                wholeBlocks
                        ? perFold
                        : unroll(folds ? Math.min(MAX_UNROLL, perFold) : mostCopies());
        rounds = wholeBlocks ? mostRounds() : 1;
        stretches = wholeBlocks ? mostStretches() : 1;

        long end = 0;
        inRegion = new long[loads.size()];
        for (int i = 0; i < inRegion.length; i++) {
            inRegion[i] = end;
            end += isStaged(loads.get(i).format()) ? (long) SUB_BLOCK * Integer.BYTES : 0;
        }
        outRegion = new long[program.outputs().size()];
        for (int i = 0; i < outRegion.length; i++) {
            outRegion[i] = end;
            boolean narrow =
                    program.outputs().get(i) instanceof Output.Store store
                            && isStaged(store.format());
            end += narrow || rare ? (long) SUB_BLOCK * Long.BYTES : 0;
        }
        tailRegion = end;
        scratchBytes = end + (long) TAIL_SLOT * (inRegion.length + outRegion.length);
    }

    /**
     * True for formats whose vectors would be shorter than the shortest there is, 64 bits: the loop
     * does not touch them, they are widened into scratch before it or narrowed after it, as I32.
     */
    boolean isStaged(Format format) {
        return laneCount * format.byteSize() < Long.BYTES;
    }

    /** Bytes of one element in the memory that the loop sees. */
    int loopByteSize(Format format) {
        return isStaged(format) ? Integer.BYTES : format.byteSize();
    }

    /** Bytes of one element of an output in the memory that the loop sees. */
    int loopByteSize(Output output) {
        return switch (output) {
            case Output.Store store -> loopByteSize(store.format());
            case Output.FoldLanes fold -> program.node(fold.node()).lane().byteSize();
            case Output.FoldRows fold -> program.node(fold.node()).lane().byteSize();
        };
    }

    /** Costs of nodes and outputs, about one per vector operation. */
    static int cost(Program program) {
        return new Layout(program, 512, null).cost();
    }

    Program program() {
        return program;
    }

    /** The scalar kernel of the same program. */
    Kernel twin() {
        return twin;
    }

    int vectorBits() {
        return vectorBits;
    }

    /** Lanes of every vector of this kernel, whatever the lane's size. */
    int laneCount() {
        return laneCount;
    }

    /** Bits of the vectors of {@code lane}. */
    int bits(Lane lane) {
        return laneCount * lane.byteSize() * Byte.SIZE;
    }

    /**
     * The load nodes in program order; a load's position here is its position in a {@link Frame}.
     */
    List<Node.Load> loads() {
        return loads;
    }

    /** True if the node has one value for the whole run and so is computed before the loop. */
    boolean isUniform(int node) {
        return uniform[node];
    }

    boolean hasRare() {
        return rare;
    }

    /** True if a run is cut into sub-blocks. */
    boolean isBlocked() {
        return blocked;
    }

    /** Vectors of each value in a round of the main loop; with 1 there is no main loop. */
    int unroll() {
        return unroll;
    }

    /**
     * Rounds that one iteration of the main loop consists of. More than one only where a round
     * folds into every accumulator of its block: so many that the loop's own instructions count for
     * little among few vectors.
     */
    int rounds() {
        return rounds;
    }

    /**
     * Stretches that a run which only folds what lies in memory is cut into, to be read side by
     * side; 1 if it is not. Measured, two threads, a sum from memory: 0.80 of the speed of a loop
     * that only reads with one stretch, 0.93 with two, 0.94 with four; supposedly since a
     * processor's prefetchers run ahead of each of several streams as far as they would of one.
     */
    int stretches() {
        return stretches;
    }

    /** Offset in scratch of a staged load's sub-block. */
    long inRegion(int load) {
        return inRegion[load];
    }

    long outRegion(int output) {
        return outRegion[output];
    }

    /** Offset in scratch of the padded vector of a load's tail. */
    long inTail(int load) {
        return tailRegion + (long) TAIL_SLOT * load;
    }

    long outTail(int output) {
        return tailRegion + (long) TAIL_SLOT * (inRegion.length + output);
    }

    long scratchBytes() {
        return scratchBytes;
    }

    /**
     * The main loop runs only if the logical index of element 0 of {@code slot} is a multiple of
     * this.
     */
    int alignment(int slot) {
        int alignment = 1;
        for (Node node : program.nodes()) {
            if (node instanceof Node.PhiloxStream stream && stream.slot() == slot) {
                alignment = Math.max(alignment, stream.lane() == Lane.I64 ? 2 : 4);
            }
        }
        return alignment;
    }

    /** Vectors of elements that one evaluation of Philox over a full vector of blocks yields. */
    int vectorsPerEvaluation(Node.PhiloxStream stream) {
        int elements = (vectorBits / Long.SIZE) * (stream.lane() == Lane.I64 ? 2 : 4);
        return elements / laneCount;
    }

    private static boolean[] uniformNodes(Program program) {
        boolean[] uniform = new boolean[program.nodes().size()];
        for (int id = 0; id < uniform.length; id++) {
            boolean[] all = {true};
            Nodes.forEachArgument(program.node(id), argument -> all[0] &= uniform[argument]);
            uniform[id] =
                    switch (program.node(id)) {
                        case Node.Load load -> load.access() == Access.UNIFORM;
                        case Node.Index _, Node.PhiloxStream _, Node.Philox _, Node.Rare _ -> false;
                        default -> all[0];
                    };
        }
        return uniform;
    }

    /** See {@link VectorKernels#cost}: the cost of one vector alone. */
    int cost() {
        return nodeCost() + PHILOX_COST * streams().size();
    }

    /**
     * Loads and stores of one copy, but accumulators; what is loaded to be stored again counts
     * once, as was measured. C1 writes a load or a store in several times as many instructions as
     * an arithmetic operation, and gives up on a method of too many.
     */
    private int memoryOperations() {
        int operations = 0;
        for (Node.Load load : loads) {
            operations += load.access() == Access.CONTIGUOUS ? 1 : 0;
        }
        for (Output output : program.outputs()) {
            operations +=
                    switch (output) {
                        case Output.Store _, Output.FoldRows _ -> 1;
                        case Output.FoldLanes _ -> 0;
                    };
        }
        return operations;
    }

    /** Cost of one copy without the evaluations that consecutive elements share. */
    private int nodeCost() {
        int cost = program.outputs().size();
        Set<List<Integer>> blocks = new HashSet<>();
        for (int id = 0; id < program.nodes().size(); id++) {
            if (!uniform[id]) {
                cost +=
                        switch (program.node(id)) {
                            case Node.Philox n ->
                                    blocks.add(List.of(n.counter(), n.key(), n.stream()))
                                            ? PHILOX_COST
                                            : 1;
                            case Node.PhiloxStream _ -> 4;
                            default -> 1;
                        };
            }
        }
        return cost;
    }

    private List<Node.PhiloxStream> streams() {
        return program.nodes().stream()
                .filter(Node.PhiloxStream.class::isInstance)
                .map(Node.PhiloxStream.class::cast)
                .toList();
    }

    private boolean isRandom() {
        return program.nodes().stream()
                .anyMatch(node -> node instanceof Node.Philox || node instanceof Node.PhiloxStream);
    }

    private static boolean isExtreme(FoldOp op) {
        return op == FoldOp.MAX || op == FoldOp.MIN;
    }

    private int mostRounds() {
        boolean streams = !streams().isEmpty();
        int most = streams ? 1 : Math.max(1, FOLD_VECTORS / unroll);
        // A loop of them, and one of single rounds.
        while (most > 1 && !fits((most + 1) * unroll, 2 * unroll, BODY_BUDGET)) {
            most /= 2;
        }
        return most;
    }

    private int mostStretches() {
        boolean reads =
                !blocked
                        && program.indexCount() == 0
                        && program.foldsLanesOnly()
                        && loads.stream().anyMatch(load -> load.access() == Access.CONTIGUOUS);
        int most = reads ? MAX_STRETCHES : 1;
        while (most > 1 && !fits(most * unroll, most * unroll, BODY_BUDGET)) {
            most /= 2;
        }
        return most;
    }

    /** Vectors of accumulators in one block of all folds. */
    private int accumulators() {
        return folds() * Program.FOLD_LANES / laneCount;
    }

    private int folds() {
        return (int) program.outputs().stream().filter(Output.FoldLanes.class::isInstance).count();
    }

    private int extremes() {
        return (int)
                program.outputs().stream()
                        .filter(
                                output ->
                                        switch (output) {
                                            case Output.Store _ -> false;
                                            case Output.FoldRows fold -> isExtreme(fold.op());
                                            case Output.FoldLanes fold -> isExtreme(fold.op());
                                        })
                        .count();
    }

    /**
     * True if that many copies share evaluations evenly and cost no more than {@code budget}.
     *
     * @param accumulators vectors of each fold's that are loaded and stored
     */
    private boolean fits(int copies, int accumulators, int budget) {
        int cost = copies * nodeCost();
        for (Node.PhiloxStream stream : streams()) {
            int vectors = vectorsPerEvaluation(stream);
            if (copies % vectors != 0) {
                return false;
            }
            cost += copies / vectors * PHILOX_COST;
        }
        return copies > 1
                && cost <= budget
                && cost
                                + MEMORY_SURCHARGE * copies * memoryOperations()
                                + EXTREME_SURCHARGE * copies * extremes()
                                + ACCUMULATOR_COST * accumulators * folds()
                        <= C1_BUDGET;
    }

    /**
     * Many inputs hide latency by themselves, and come from memory faster a vector of each at a
     * time (measured, one thread: 16 rows of 600 floats in 104 ns a row instead of 132).
     */
    private int mostCopies() {
        return loads.size() > MANY_LOADS ? 1 : MAX_UNROLL;
    }

    private int unroll(int most) {
        for (int copies = most; copies > 1; copies /= 2) {
            if (fits(copies, copies, isRandom() ? RANDOM_BUDGET : BODY_BUDGET)) {
                return copies;
            }
        }
        return 1;
    }
}
