package io.tharsis.engine;

import io.tharsis.Computation;
import io.tharsis.SessionStats;
import io.tharsis.engine.execute.ComputePool;
import io.tharsis.engine.execute.Execution;
import io.tharsis.engine.execute.TaskNeeds;
import io.tharsis.engine.fuse.Fuser;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.optimize.Optimizer;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.spill.SpillSpace;
import io.tharsis.engine.storage.ChunkSink;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Fit;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Tiler;
import io.tharsis.engine.verify.Verifier;
import io.tharsis.kernels.Kernels;

import java.nio.file.Path;
import java.util.List;

/**
 * The engine of one process: plans on the caller's thread, runs on a pool of compute threads under
 * one memory budget.
 */
public final class LocalEngine implements Engine {
    /**
     * Plans of at most this many elements run on the caller's thread, and some that have more of
     * them and do little to each ({@link Plan#isShort}): some 20 microseconds of work, while waking
     * other threads and being woken by them takes 10 to 30.
     */
    public static final long INLINE_WORK = 1 << 16;

    private static final int CACHED_PLANS = 1024;

    /** Chunks are not made smaller than this to fit a budget. */
    private static final long SMALLEST_CHUNK_BYTES = 1 << 16;

    private final ComputePool workers;
    private final BufferPool pool;
    private final ChunkStore store;
    private final MemoryBudget budget;
    private final long chunkBytes;
    private final long inlineWork;
    private final PlanCache plans = new PlanCache(CACHED_PLANS);

    /**
     * @param threads compute threads
     * @param budget bytes the engine may hold
     * @param chunkBytes about how large a stored chunk shall be
     */
    public LocalEngine(int threads, MemoryBudget budget, long chunkBytes) {
        this(threads, budget, chunkBytes, INLINE_WORK);
    }

    /**
     * @param inlineWork what runs on the caller's thread, as {@link Plan#isShort}
     */
    LocalEngine(int threads, MemoryBudget budget, long chunkBytes, long inlineWork) {
        this(threads, budget, chunkBytes, inlineWork, List.of(SpillSpace.defaultFolder()));
    }

    /**
     * @param spillFolders where chunks go that memory has no room for; made if they are not there
     */
    public LocalEngine(
            int threads,
            MemoryBudget budget,
            long chunkBytes,
            long inlineWork,
            List<Path> spillFolders) {
        this.inlineWork = inlineWork;
        this.workers = new ComputePool(threads);
        this.budget = budget;
        var reclaim = new Reclaim();
        this.pool = new BufferPool(budget, true, reclaim::collect, this::liveTensors);
        var space = new SpillSpace(spillFolders, budget, ChunkStore.IO_THREADS);
        this.store = new ChunkStore(pool, space, reclaim::collectIfLikely);
        store.onProgress(workers::noteFreed);
        this.chunkBytes = chunkBytes;
        Kernels.warmUp(PlanWarmUp.pieces(this::plan));
    }

    private String liveTensors() {
        return Reclaim.liveTensors(store);
    }

    @Override
    public void execute(List<Operand> roots, Computation computation) {
        List<Operand> missing = missing(roots);
        if (missing.isEmpty()) {
            return;
        }
        if (missing.stream().anyMatch(Operand::isUnsized)) {
            UnknownSizes.resolve(missing, operands -> run(operands, computation, null));
            missing = missing(missing);
        }
        run(missing, computation, null);
    }

    @Override
    public void stream(Operand root, ChunkSink sink, Computation computation) {
        if (root.stored() != null || root.isUnsized()) {
            Engine.super.stream(root, sink, computation);
        } else {
            run(List.of(root), computation, sink);
        }
    }

    private static List<Operand> missing(List<Operand> roots) {
        if (roots.size() == 1) {
            return roots.getFirst().stored() == null ? roots : List.of();
        }
        return roots.stream().filter(root -> root.stored() == null).distinct().toList();
    }

    /**
     * @param sink null to keep the results
     */
    private void run(List<Operand> roots, Computation computation, ChunkSink sink) {
        if (roots.isEmpty()) {
            return;
        }
        var reader = new GraphReader(roots);
        Plan plan;
        try {
            plan = plans.get(reader.key(), () -> plan(reader.graph()));
        } catch (RuntimeException | Error e) {
            reader.releaseHeld();
            throw e;
        }
        boolean inline = plan.isShort(inlineWork);
        var execution = new Execution(plan, reader, store, inline ? null : workers, sink);
        computation.watch(execution);
        List<Stored> results = execution.run();
        for (int i = 0; i < results.size(); i++) {
            roots.get(i).keep(results.get(i));
        }
    }

    private Plan plan(PlanGraph coarse) {
        Verifier.read(coarse);
        PlanGraph optimized = Optimizer.optimize(coarse);
        List<Step> steps = fuse(optimized);
        Plan plan = tile(optimized, steps);
        Verifier.tiled(optimized, plan);
        return plan;
    }

    /** Cut as finely as the budget needs, beginning with chunks of the usual size. */
    private Plan tile(PlanGraph graph, List<Step> steps) {
        long most = budget.capacity() - store.reservedBytes();
        var needs = new TaskNeeds(workers.threads(), budget.capacity());
        for (long bytes = chunkBytes; ; bytes /= 2) {
            double part = (double) bytes / chunkBytes;
            Plan plan = Tiler.tile(graph, steps, bytes, (long) (most * part));
            var fit =
                    new Fit(
                            plan,
                            pool::footprint,
                            task -> needs.leastBytes(task, plan.slotBytes()),
                            budget.capacity());
            if (fit.largestBytes() <= most) {
                return plan;
            }
            if (bytes <= SMALLEST_CHUNK_BYTES) {
                throw fit.refusal(graph, most);
            }
        }
    }

    private List<Step> fuse(PlanGraph optimized) {
        List<Step> steps = Fuser.fuse(optimized, budget.capacity() / 8);
        Verifier.fused(optimized, steps);
        return steps;
    }

    private String explain(PlanGraph coarse) {
        PlanGraph optimized = Optimizer.optimize(coarse);
        List<Step> steps = fuse(optimized);
        var text = new StringBuilder("optimized:\n").append(optimized).append("fused:\n");
        for (Step step : steps) {
            text.append(describe(step, optimized));
        }
        return text.append(Tiler.explain(optimized, steps, chunkBytes, budget.capacity()))
                .toString();
    }

    private static String describe(Step step, PlanGraph graph) {
        return switch (step) {
            case Loop loop -> describe(loop);
            case Step.Product product -> describe(product, "makes");
            case Step.Tiles tiles ->
                    (tiles.product() == null ? "" : describe(tiles.product(), "makes tiles of"))
                            + "  by tiles,"
                            + describe(tiles.loop());
            case Step.Concat concat -> "  concat makes #" + concat.node() + "\n";
            case Step.Reshape reshape -> "  reshape makes #" + reshape.node() + "\n";
            case Step.Chunked chunked ->
                    "  " + chunked.function().name() + " makes #" + chunked.node() + "\n";
            case Step.Read read ->
                    "  " + graph.node(read.node()).op().name() + " makes #" + read.node() + "\n";
        };
    }

    private static String describe(Step.Product product, String makes) {
        return "  matmul of #"
                + product.left().node()
                + " "
                + product.left().view()
                + " and #"
                + product.right().node()
                + " "
                + product.right().view()
                + (product.mirrored() ? ", half of it, " : " ")
                + makes
                + " #"
                + product.node()
                + "\n";
    }

    private static String describe(Loop loop) {
        return "  loop over "
                + Shapes.text(loop.domain())
                + " makes "
                + String.join(", ", loop.outputs().stream().map(out -> "#" + out.node()).toList())
                + (loop.folds()
                        ? ", folds axes " + loop.foldFrom() + " to " + (loop.foldTo() - 1)
                        : "")
                + "\n"
                + loop.program().toString().indent(2);
    }

    @Override
    public String explain(List<Operand> roots) {
        var reader = new GraphReader(roots);
        try {
            PlanGraph coarse = reader.graph();
            if (roots.stream().anyMatch(Operand::isUnsized)) {
                return "coarse:\n"
                        + coarse
                        + "only a run can tell the lengths written ?; then the rest is planned\n";
            }
            return "coarse:\n" + coarse + explain(coarse);
        } finally {
            reader.releaseHeld();
        }
    }

    @Override
    public PoolStats memory() {
        return pool.stats();
    }

    /**
     * True while chunks are written to disk or read from there; they hold memory until that ends.
     */
    public boolean isMovingChunks() {
        return store.isBusy();
    }

    public int threads() {
        return workers.threads();
    }

    public BufferPool pool() {
        return pool;
    }

    @Override
    public int compiling() {
        return Kernels.stats().waiting();
    }

    @Override
    public SessionStats stats() {
        return Stats.of(store);
    }

    @Override
    public void close() {
        workers.close();
        store.close();
        pool.close();
    }
}
