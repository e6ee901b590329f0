package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A kernel that starts on the scalar twin, goes on with the fused twin, and ends on a compiled loop
 * of vectors. The twin's loops are shared and so compiled already, or else interpreted; a fused
 * loop is new but simple, so that it is compiled within milliseconds, and worth it from some ten
 * thousand elements on. The cold Vector API boxes every vector, so a loop of vectors is first run
 * on data of no importance, by the {@link KernelWarmer}, until it is measured to be fast; only then
 * real data meets it. All give the same bits, so a run may find any.
 *
 * <p><b>Thread-safe.</b>
 */
final class TieredKernel implements Kernel {
    /**
     * Classes that are tried; a new class starts with a new profile, which is what a loop that C1
     * gave up on needs, and with it C2 may well box nothing.
     */
    private static final int ATTEMPTS = 3;

    /**
     * As many classes are of the whole program, and all if one of them was quick: stages that hand
     * vectors on through memory were measured to be slower than the whole with boxed vectors.
     */
    private static final int WHOLE_ATTEMPTS = 2;

    /** Programs below this cost are not cut smaller. */
    private static final int WORTH_CUTTING = 32;

    private final Program program;
    private final int cost;
    private final ScalarKernel twin;
    private final KernelGenerator generator;
    private final KernelCache owner;
    private final AtomicLong work = new AtomicLong();
    private final AtomicBoolean submitted = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final Object fusing = new Object();

    /** The fused twin, or the twin if there is nothing to fuse; null until it is worth making. */
    private volatile Kernel fused;

    private volatile Kernel fast;

    /** In the order they were made; grows in the warmer's thread. */
    private final List<Tiering.Trial> trials = new CopyOnWriteArrayList<>();

    TieredKernel(Program program, KernelGenerator generator, KernelCache owner) {
        this.program = program;
        this.cost = ProgramCost.of(program);
        this.twin = ScalarKernel.of(program);
        this.generator = generator;
        this.owner = owner;
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public void run(KernelCall call, int n) {
        Kernel compiled = fast;
        if (compiled != null) {
            compiled.run(call, n);
            return;
        }
        long done = work.addAndGet((long) n * cost);
        slow(done).run(call, n);
        submitAfter(done);
    }

    @Override
    public void run(KernelCall call, int n, int rows) {
        Kernel compiled = fast;
        if (compiled != null) {
            compiled.run(call, n, rows);
            return;
        }
        long done = work.addAndGet((long) n * rows * cost);
        slow(done).run(call, n, rows);
        submitAfter(done);
    }

    private Kernel slow(long done) {
        Kernel known = fused;
        if (known != null) {
            return known;
        }
        return done >= owner.fusedAfter() ? fuse() : twin;
    }

    /** Others that want it wait, which takes less than what they would do meanwhile. */
    private Kernel fuse() {
        synchronized (fusing) {
            if (fused == null) {
                Kernel made = ScalarKernel.fused(program);
                fused = made == null ? twin : made;
            }
            return fused;
        }
    }

    private void submitAfter(long done) {
        if (done >= owner.hotAfter()) {
            submit();
        }
    }

    Tiering tiering() {
        return new Tiering(cost, List.copyOf(trials), isHot());
    }

    boolean isHot() {
        return fast != null;
    }

    boolean awaitHot(long deadlineNs) throws InterruptedException {
        submit();
        return settled.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS) && isHot();
    }

    private void submit() {
        if (!submitted.get() && submitted.compareAndSet(false, true)) {
            owner.isWorthCompiling(this);
        }
    }

    /**
     * Compiles and warms up, for the warmer's thread.
     *
     * @param patienceNs how long to wait for the first class to become fast; the later ones get
     *     more, as the compilers may be busy
     */
    void warmUp(long patienceNs) {
        if (!owner.isCompilingOfUse()) {
            owner.settled(false);
            settled.countDown();
            return;
        }
        try {
            fast = fastest(patienceNs);
            if (fast != null) {
                fused = twin;
            } else {
                KernelLog.warn(
                        "a kernel stays on the scalar twin, its compiled loop never became fast:\n"
                                + program);
            }
        } catch (RuntimeException | Error e) {
            KernelLog.warn(
                    "a kernel stays on the scalar twin, it could not be compiled:\n" + program, e);
        } finally {
            owner.settled(isHot());
            settled.countDown();
        }
    }

    /** The first class that is hot, else the quickest of all; null if all stay cold. */
    private Kernel fastest(long patienceNs) {
        Kernel best = null;
        long leastNs = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean cut = attempt >= WHOLE_ATTEMPTS && best == null && cost >= WORTH_CUTTING;
            Kernel compiled = cut ? inStages() : generator.generate(program);
            WarmUp.Result result =
                    WarmUp.untilHot(compiled, generator.vectorBits(), patienceNs << attempt);
            trials.add(new Tiering.Trial(!cut, result));
            if (result.outcome() == WarmUp.Outcome.HOT) {
                return compiled;
            }
            if (result.outcome() == WarmUp.Outcome.BOXING && result.leastNs() < leastNs) {
                best = compiled;
                leastNs = result.leastNs();
            }
        }
        return best;
    }

    private Kernel inStages() {
        StagePlan plan = ProgramSplitter.split(program, cost / 4);
        Map<Program, Kernel> made = new HashMap<>();
        Kernel[] stages = new Kernel[plan.stages().size()];
        for (int stage = 0; stage < stages.length; stage++) {
            stages[stage] =
                    made.computeIfAbsent(plan.stages().get(stage).program(), generator::generate);
        }
        return new StagedKernel(plan, stages);
    }
}
