package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Prints what a new expression costs in a JVM that has run one other: the first and later
 * evaluations over 10^6 doubles on two threads, when its kernel got hot, and the speed then. Takes
 * the name of the expression; a fresh JVM for each.
 */
public final class ColdStart {
    private static final int COUNT = 1_000_000;
    private static final int BLOCK = 1 << 16;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * Processor time of this thread's half of the last evaluation, which a busy machine does not
     * inflate as much.
     */
    private static double cpuMs;

    private ColdStart() {}

    public static void main(String[] args) throws Exception {
        String name = args.length == 0 ? "hypot" : args[0];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment x = arena.allocate(COUNT * 8L + 64, 64);
            MemorySegment y = arena.allocate(COUNT * 8L + 64, 64);
            MemorySegment out = arena.allocate(COUNT * 8L + 64, 64);
            for (int i = 0; i < COUNT; i++) {
                x.set(ValueLayout.JAVA_DOUBLE, i * 8L, 0.5 + i * 1e-6);
                y.set(ValueLayout.JAVA_DOUBLE, i * 8L, 1.5 - i * 1e-6);
            }
            double unrelated = evaluate(expression("add-times"), x, y, out);
            double build = System.nanoTime();
            Program program = expression(name);
            build = (System.nanoTime() - build) / 1e6;
            double first = evaluate(program, x, y, out);
            double firstCpu = cpuMs;
            double second = evaluate(program, x, y, out);
            double best = second;
            for (int i = 0; i < 20; i++) {
                best = Math.min(best, evaluate(program, x, y, out));
            }
            long begin = System.nanoTime();
            boolean hot = Kernels.awaitHot(program, Duration.ofSeconds(20));
            double wait = (System.nanoTime() - begin) / 1e6;
            double fast = Double.MAX_VALUE;
            for (int i = 0; i < 200; i++) {
                fast = Math.min(fast, evaluate(program, x, y, out));
            }
            System.out.printf(
                    "%-12s unrelated %6.1f ms, build %5.2f, first %6.2f (cpu %6.2f), second %5.2f,"
                            + " best of 20 %5.2f, hot %s after %4.0f, hot best %6.3f%n",
                    name, unrelated, build, first, firstCpu, second, best, hot, wait, fast);
        }
    }

    private static double evaluate(
            Program program, MemorySegment x, MemorySegment y, MemorySegment out)
            throws InterruptedException {
        long begin = System.nanoTime();
        Kernel kernel = Kernels.of(program);
        Thread other = Thread.ofPlatform().start(() -> part(kernel, x, y, out, 1));
        long cpuBegin = THREADS.getCurrentThreadCpuTime();
        part(kernel, x, y, out, 0);
        cpuMs = (THREADS.getCurrentThreadCpuTime() - cpuBegin) / 1e6;
        other.join();
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void part(
            Kernel kernel, MemorySegment x, MemorySegment y, MemorySegment out, int thread) {
        KernelCall call = new KernelCall(kernel.program());
        for (int start = thread * BLOCK; start < COUNT; start += 2 * BLOCK) {
            for (int slot = 0; slot < call.inputs.length; slot++) {
                call.inputs[slot] = slot == 0 ? x : y;
                call.inputOffsets[slot] = start * 8L;
            }
            for (int slot = 0; slot < call.outputs.length; slot++) {
                call.outputs[slot] = out;
                call.outputOffsets[slot] = start * 8L;
            }
            for (int slot = 0; slot < call.params.length; slot++) {
                call.params[slot] = Double.doubleToRawLongBits(1.25 + slot);
            }
            for (int slot = 0; slot < call.indexBases.length; slot++) {
                call.indexBases[slot] = start;
            }
            kernel.run(call, Math.min(BLOCK, COUNT - start));
        }
    }

    private static Program expression(String name) {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        int y = b.load(1, Format.F64, Access.CONTIGUOUS);
        int p = b.param(0, Lane.F64);
        int value =
                switch (name) {
                    case "add-times" -> b.mul(b.add(x, p), b.param(1, Lane.F64));
                    case "hypot" -> b.sqrt(b.add(b.mul(x, x), b.mul(y, y)));
                    case "horner" -> horner(b, x, 13);
                    case "clip" ->
                            b.select(
                                    b.compare(CompareOp.LT, x, y), b.sub(x, p), b.neg(b.div(y, p)));
                    case "rounding" ->
                            b.convert(b.convert(b.mul(x, b.constant(100.0)), Lane.I64), Lane.F64);
                    case "uniform" -> uniform(b);
                    case "chain1000" -> chain(b, x, 1000);
                    case "sum" -> b.sub(x, y);
                    default -> throw new IllegalArgumentException(name);
                };
        if (name.equals("sum")) {
            b.foldLanes(FoldOp.ADD, value);
        } else {
            b.store(value, Format.F64);
        }
        return b.build();
    }

    private static int horner(ProgramBuilder b, int x, int terms) {
        int value = b.constant(1.0);
        for (int i = 0; i < terms; i++) {
            value = b.fma(value, x, b.constant(1.0 / (i + 2)));
        }
        return value;
    }

    private static int chain(ProgramBuilder b, int x, int links) {
        int value = x;
        for (int i = 0; i < links; i++) {
            value = b.add(value, b.param(i, Lane.F64));
        }
        return value;
    }

    private static int uniform(ProgramBuilder b) {
        int bits = b.philoxStream(0, b.param(0, Lane.I64), b.param(1, Lane.I64), Lane.I64);
        return b.mul(b.convert(b.ushr(bits, 11), Lane.F64), b.constant(0x1p-53));
    }
}
