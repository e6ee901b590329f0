package io.tharsis.kernels;

import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bounded cache of kernels, and the decision what kind of kernel a program gets. Evicted kernels
 * live on as long as somebody runs them; their classes unload with them.
 *
 * <p><b>Thread-safe.</b>
 */
final class KernelCache {
    /**
     * Elements times {@link ProgramCost} after which a kernel is worth a loop of vectors: more than
     * the first evaluation of a common expression over 10^6 elements, as getting that loop warm
     * takes half a second of processor time, which the first evaluations would miss.
     */
    static final long HOT_AFTER = 1L << 27;

    /** The same after which the twin is fused: some milliseconds on the cold twin. */
    private static final long FUSED_AFTER = 1L << 17;

    private static final int VAIN_KERNELS = 3;

    /** A chain of at most this cost stays one loop. */
    private static final int MOST_UNSPLIT_CHAIN = 2 * ProgramCost.CHAIN_STAGE;

    /** A program is a chain if this many values at most cross a cut into stages, on average. */
    private static final int MOST_CARRIED = 2;

    private final KernelGenerator generator;
    private final boolean tiered;
    private final int capacity;
    private final long hotAfter;
    private final KernelWarmer warmer;
    private final LongAdder compiled = new LongAdder();
    private final LongAdder hot = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();

    /** In order of use, oldest first; guarded by itself. */
    private final Map<Program, Kernel> kernels = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * @param generator null for the twin alone
     * @param tiered false to use compiled kernels from the first run
     */
    KernelCache(KernelGenerator generator, boolean tiered, int capacity, long hotAfter) {
        this(generator, tiered, capacity, hotAfter, KernelWarmer.PATIENCE_NS);
    }

    KernelCache(
            KernelGenerator generator,
            boolean tiered,
            int capacity,
            long hotAfter,
            long patienceNs) {
        this.generator = generator == null ? null : counting(generator);
        this.tiered = tiered;
        this.capacity = capacity;
        this.hotAfter = hotAfter;
        this.warmer = new KernelWarmer(patienceNs);
    }

    Kernel of(Program program) {
        synchronized (kernels) {
            Kernel known = kernels.get(program);
            if (known != null) {
                return known;
            }
        }
        // Made outside the lock; of two threads that make the same kernel, the second throws its
        // own away.
        Kernel made = make(program);
        synchronized (kernels) {
            Kernel known = kernels.putIfAbsent(program, made);
            if (known != null) {
                return known;
            }
            if (kernels.size() > capacity) {
                kernels.remove(kernels.keySet().iterator().next());
            }
            return made;
        }
    }

    private Kernel make(Program program) {
        if (generator == null) {
            return ScalarKernel.of(program);
        }
        int cost = ProgramCost.of(program);
        if (cost > MOST_UNSPLIT_CHAIN) {
            StagePlan chain = ProgramSplitter.split(program, ProgramCost.CHAIN_STAGE);
            if (isChain(chain)) {
                return stagedOverCache(chain);
            }
        }
        boolean split = cost > ProgramCost.LIMIT;
        // Stages give each load a slot of its own, which the generator asks for, so such a program
        // may be its own only stage.
        boolean renumber = loadsASlotTwice(program);
        if (split || renumber) {
            StagePlan plan = ProgramSplitter.split(program, ProgramCost.LIMIT);
            if (renumber || plan.stages().size() > 1) {
                return stagedOverCache(plan);
            }
        }
        if (!program.hasVectorForm()) {
            return ScalarKernel.of(program);
        }
        return tiered ? new TieredKernel(program, generator, this) : generator.generate(program);
    }

    /** True if the stages are short and pass little on, so that several are better than one. */
    private static boolean isChain(StagePlan plan) {
        boolean areShort =
                plan.stages().stream()
                        .allMatch(stage -> ProgramCost.of(stage.program()) <= MOST_UNSPLIT_CHAIN);
        return areShort && plan.carried() <= MOST_CARRIED * (plan.stages().size() - 1);
    }

    private static boolean loadsASlotTwice(Program program) {
        boolean[] seen = new boolean[program.inputCount()];
        for (Node node : program.nodes()) {
            if (node instanceof Node.Load load) {
                if (seen[load.input()]) {
                    return true;
                }
                seen[load.input()] = true;
            }
        }
        return false;
    }

    /**
     * Each stage is a kernel of its own, so equal stages of any programs are compiled and warmed up
     * once.
     */
    private Kernel stagedOverCache(StagePlan plan) {
        Kernel[] stages = new Kernel[plan.stages().size()];
        for (int stage = 0; stage < stages.length; stage++) {
            stages[stage] = of(plan.stages().get(stage).program());
        }
        return new StagedKernel(plan, stages);
    }

    boolean awaitHot(Program program, Duration atMost) throws InterruptedException {
        return awaitHot(of(program), System.nanoTime() + atMost.toNanos());
    }

    private boolean awaitHot(Kernel kernel, long deadlineNs) throws InterruptedException {
        if (kernel instanceof TieredKernel tieredKernel) {
            return tieredKernel.awaitHot(deadlineNs);
        }
        if (kernel instanceof StagedKernel staged) {
            for (Kernel stage : staged.stages()) {
                if (!awaitHot(stage, deadlineNs)) {
                    return false;
                }
            }
            return true;
        }
        return !(kernel instanceof ScalarKernel);
    }

    /** How each cached kernel came to the loop it runs, least recently asked for first. */
    Map<Program, Tiering> tierings() {
        Map<Program, Tiering> tierings = new LinkedHashMap<>();
        synchronized (kernels) {
            kernels.forEach(
                    (program, kernel) -> {
                        if (kernel instanceof TieredKernel tieredKernel) {
                            tierings.put(program, tieredKernel.tiering());
                        }
                    });
        }
        return tierings;
    }

    int vectorBits() {
        return generator == null ? 0 : generator.vectorBits();
    }

    Kernels.Stats stats() {
        int cached;
        synchronized (kernels) {
            cached = kernels.size();
        }
        return new Kernels.Stats(cached, compiled.sum(), hot.sum(), gaveUp.sum(), warmer.waiting());
    }

    /** Tiered kernels report here that they have done enough work to be compiled. */
    void isWorthCompiling(TieredKernel kernel) {
        warmer.submit(kernel);
    }

    /**
     * False once several kernels gave up and none ever became hot: a JVM without C2, or one that
     * only interprets, would warm up in vain for ever.
     */
    boolean isCompilingOfUse() {
        return hot.sum() > 0 || gaveUp.sum() < VAIN_KERNELS;
    }

    /** Has the twin got ready, and then {@code more} done, while no kernel waits to be compiled. */
    void warmUp(List<Runnable> more) {
        warmer.whenIdle(TwinWarmUp.pieces());
        warmer.whenIdle(more);
    }

    void settled(boolean isHot) {
        (isHot ? hot : gaveUp).increment();
        warmer.settled();
    }

    long fusedAfter() {
        return Math.min(FUSED_AFTER, hotAfter);
    }

    long hotAfter() {
        return hotAfter;
    }

    private KernelGenerator counting(KernelGenerator inner) {
        return new KernelGenerator() {
            @Override
            public Kernel generate(Program program) {
                compiled.increment();
                return inner.generate(program);
            }

            @Override
            public int vectorBits() {
                return inner.vectorBits();
            }
        };
    }
}
