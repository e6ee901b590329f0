package io.tharsis.kernels;

import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A kernel that starts on the scalar twin and ends on a compiled loop. The cold Vector API boxes
 * every vector, so a compiled loop is first run on data of no importance, by the {@link
 * KernelWarmer}, until it is measured to be fast; only then real data meets it. Both give the same
 * bits, so a run may find either.
 *
 * <p><b>Thread-safe.</b>
 */
final class TieredKernel implements Kernel {
    private static final Logger LOGGER = System.getLogger("io.tharsis.kernels");

    /**
     * Classes that are tried; a new class starts with a new profile, which is what a loop that C1
     * gave up on needs.
     */
    private static final int ATTEMPTS = 3;

    /** Programs below this cost are not cut smaller when they are tried again. */
    private static final int WORTH_CUTTING = 32;

    private final Program program;
    private final int cost;
    private final ScalarKernel twin;
    private final KernelGenerator generator;
    private final KernelCache owner;
    private final AtomicLong work = new AtomicLong();
    private final AtomicBoolean submitted = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Kernel fast;

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
        twin.run(call, n);
        if (work.addAndGet((long) n * cost) >= owner.hotAfter()) {
            submit();
        }
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
            Kernel boxing = null;
            for (int attempt = 0; attempt < ATTEMPTS && fast == null; attempt++) {
                Kernel compiled = compile(attempt);
                switch (WarmUp.untilHot(compiled, generator.vectorBits(), patienceNs << attempt)) {
                    case HOT -> fast = compiled;
                    case BOXING -> boxing = boxing == null ? compiled : boxing;
                    case COLD -> {}
                }
            }
            fast = fast == null ? boxing : fast;
            if (fast == null) {
                LOGGER.log(
                        Level.WARNING,
                        "a kernel stays on the scalar twin, its compiled loop never became fast:\n"
                                + "{0}",
                        program);
            }
        } catch (RuntimeException | Error e) {
            LOGGER.log(
                    Level.WARNING,
                    "a kernel stays on the scalar twin, it could not be compiled:\n" + program,
                    e);
        } finally {
            owner.settled(isHot());
            settled.countDown();
        }
    }

    private Kernel compile(int attempt) {
        if (attempt == 0 || cost < WORTH_CUTTING) {
            return generator.generate(program);
        }
        StagePlan plan = ProgramSplitter.split(program, cost >> attempt);
        Map<Program, Kernel> made = new HashMap<>();
        Kernel[] stages = new Kernel[plan.stages().size()];
        for (int stage = 0; stage < stages.length; stage++) {
            stages[stage] =
                    made.computeIfAbsent(plan.stages().get(stage).program(), generator::generate);
        }
        return new StagedKernel(plan, stages);
    }
}
