package io.tharsis.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.RandomCalls;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What surrounds the numbers: unloading, threads, bad memory, too much work for one loop. */
class KernelLifeTest {
    private static Program narrowSum() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.I8, Access.CONTIGUOUS);
        b.store(b.add(x, x), Format.I8);
        b.foldLanes(FoldOp.ADD, b.convert(x, Lane.F64));
        return b.build();
    }

    @Test
    @Timeout(60)
    void shouldUnloadTheClassWithTheKernel() {
        WeakReference<Class<?>> type = new WeakReference<>(runOnce().getClass());
        while (type.get() != null) {
            System.gc();
        }
        assertNull(type.get());
    }

    private static Kernel runOnce() {
        Kernel kernel = VectorKernels.generate(narrowSum(), 256);
        try (Arena arena = Arena.ofConfined()) {
            kernel.run(RandomCalls.call(kernel.program(), 1000, 1, arena), 1000);
        }
        return kernel;
    }

    @Test
    @Timeout(60)
    void shouldRunOnManyThreadsAtOnce() throws Exception {
        Program program = narrowSum();
        Kernel kernel = VectorKernels.generate(program, 256);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int n = 100 * i + 7;
                done.add(
                        threads.submit(
                                () -> {
                                    try (Arena arena = Arena.ofConfined()) {
                                        KernelCall expected =
                                                RandomCalls.call(program, n, n, arena);
                                        KernelCall actual = RandomCalls.call(program, n, n, arena);
                                        ScalarKernel.of(program).run(expected, n);
                                        kernel.run(actual, n);
                                        RandomCalls.assertSameOutputs(
                                                program, expected, actual, n, "n " + n);
                                    }
                                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        }
    }

    @Test
    void shouldRefuseMemoryThatIsTooShortHeapOrClosed() {
        Kernel kernel = VectorKernels.generate(narrowSum(), 512);
        try (Arena arena = Arena.ofConfined()) {
            KernelCall call = RandomCalls.call(kernel.program(), 100, 1, arena);
            MemorySegment input = call.inputs[0];
            call.inputs[0] = input.asSlice(0, call.inputOffsets[0] + 99);
            assertThrows(IndexOutOfBoundsException.class, () -> kernel.run(call, 100));
            call.inputs[0] = MemorySegment.ofArray(new long[100]);
            assertThrows(IllegalArgumentException.class, () -> kernel.run(call, 100));
            Arena other = Arena.ofConfined();
            call.inputs[0] = other.allocate(1000);
            other.close();
            assertThrows(IllegalArgumentException.class, () -> kernel.run(call, 100));
        }
    }

    @Test
    void shouldRefuseAProgramThatCostsTooMuch() {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = x;
        for (int i = 0; i < VectorKernels.MAX_COST; i++) {
            y = b.add(y, x);
        }
        b.store(y, Format.F64);
        Program program = b.build();
        assertEquals(VectorKernels.MAX_COST + 2, VectorKernels.cost(program));
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.generate(program, 512));
    }
}
