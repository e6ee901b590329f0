package io.tharsis.golden;

import io.tharsis.Session;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.scalar.ScalarKernel;
import io.tharsis.kernels.vector.VectorKernels;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions over the engines under test. */
final class Engines {
    private static final Map<Integer, Map<Program, Kernel>> VECTOR_KERNELS =
            new ConcurrentHashMap<>();

    private Engines() {}

    static Session reference() {
        return Session.over(new ReferenceEngine(ScalarKernel::of), false);
    }

    /**
     * The reference with vector kernels of {@code bits} bits for every program that has a vector
     * form.
     */
    static Session vectors(int bits) {
        Map<Program, Kernel> kernels =
                VECTOR_KERNELS.computeIfAbsent(bits, _ -> new ConcurrentHashMap<>());
        return Session.over(
                new ReferenceEngine(
                        program ->
                                kernels.computeIfAbsent(
                                        program,
                                        p ->
                                                isVectorProgram(p)
                                                        ? VectorKernels.generate(p, bits)
                                                        : ScalarKernel.of(p))),
                false);
    }

    private static boolean isVectorProgram(Program program) {
        return program.hasVectorForm() && VectorKernels.cost(program) <= VectorKernels.MAX_COST;
    }

    static Session local(int threads, long chunkBytes) {
        return local(threads, chunkBytes, 1L << 30);
    }

    static Session local(int threads, long chunkBytes, long budgetBytes) {
        return Session.over(
                new LocalEngine(threads, new MemoryBudget(budgetBytes), chunkBytes), false);
    }
}
