package io.tharsis.kernels.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.kernels.machine.GuardedMemory;
import io.tharsis.kernels.machine.Processor;
import io.tharsis.kernels.vector.CompilationLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The twin, and the generated classes at every vector width: cold, and compiled by C2. */
@Timeout(600)
class TranspositionTest {
    private static final int[] SIZES = {1, 2, 4, 8};
    private static final int[] WIDTHS = {128, 256, 512};
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    TranspositionTest() {
        System.out.println("TranspositionTest seed " + SEED);
    }

    @Test
    void shouldCopyEveryElementOnTheTwin() {
        for (int size : SIZES) {
            check(new Transposition(size, 0, true), size, "the twin", 100);
        }
    }

    @Test
    void shouldCopyEveryElementWhenCold() {
        for (int size : SIZES) {
            for (int bits : WIDTHS) {
                check(new Transposition(size, bits, false), size, bits + " bits cold", 20);
            }
        }
    }

    @Test
    void shouldCopyEveryElementOnceC2HasCompiledIt() throws Exception {
        try (var log = new CompilationLog()) {
            Set<String> missing = new TreeSet<>();
            for (int size : SIZES) {
                for (int bits : WIDTHS) {
                    var transposition = new Transposition(size, bits, true);
                    String setting = size + " bytes, " + bits + " bits";
                    assertTrue(transposition.awaitHot(Duration.ofMinutes(2)), setting);
                    var made = assertInstanceOf(VectorTranspose.class, transposition.kernel());
                    missing.add(CompilationLog.key(made.getClass().getName(), "across"));
                    check(transposition, size, setting + " hot", 200);
                }
            }
            missing.removeAll(log.compiled());
            assertEquals(Set.of(), missing, "methods that C2 has not compiled");
        }
    }

    @Test
    void shouldCopyEveryElementInMachineCode() throws Exception {
        assumeTrue(Processor.THIS.vectorBits() > 0, "SKIPPED: no machine code here");
        assertNull(MachineTranspose.of(2, 256));
        assertNull(MachineTranspose.of(8, 0));
        for (int size : new int[] {4, 8}) {
            var transposition = new Transposition(size, MachineTranspose.of(size, 256));
            assertTrue(transposition.awaitHot(Duration.ZERO));
            check(transposition, size, "machine code", 2000);
        }
    }

    @Test
    void shouldTouchNothingElseInMachineCode() throws Throwable {
        assumeTrue(Processor.THIS.vectorBits() > 0, "SKIPPED: no machine code here");
        for (int size : new int[] {4, 8}) {
            var transposition = new Transposition(size, MachineTranspose.of(size, 256));
            for (int round = 0; round < 100; round++) {
                int rows = random.nextInt(1, 70);
                int columns = random.nextInt(1, 70);
                long bytes = (long) rows * columns * size;
                try (var from = new GuardedMemory(bytes);
                        var to = new GuardedMemory(bytes)) {
                    long source = random.nextBoolean() ? from.first() : from.last(bytes);
                    long target = random.nextBoolean() ? to.first() : to.last(bytes);
                    long columnStep = (long) rows * size;
                    long pitch = (long) columns * size;
                    transposition.run(source, size, columnStep, target, pitch, rows, columns);
                }
            }
        }
    }

    @Test
    void shouldRefuseElementsOfOtherSizes() {
        assertThrows(IllegalArgumentException.class, () -> Transposition.of(3));
        assertThrows(IllegalArgumentException.class, () -> Transposition.of(16));
    }

    private void check(Transposition transposition, int size, String setting, int rounds) {
        for (int round = 0; round < rounds; round++) {
            int rows = length();
            int columns = length();
            int rowStep = random.nextInt(4) == 0 ? random.nextInt(1, 6) : 1;
            int columnStep = (rows - 1) * rowStep + 1 + random.nextInt(20);
            int pitch = columns + random.nextInt(20);
            boolean backwards = random.nextBoolean();
            boolean lastFirst = random.nextBoolean();
            check(
                    transposition,
                    size,
                    new int[] {rows, columns, rowStep, columnStep, pitch},
                    backwards,
                    lastFirst,
                    setting);
        }
    }

    /** Near multiples of tiles more often than not. */
    private int length() {
        int length = random.nextInt(1, 5) * 16 + random.nextInt(-2, 3);
        return random.nextInt(4) == 0 ? random.nextInt(1, 100) : length;
    }

    private void check(
            Transposition transposition,
            int size,
            int[] shape,
            boolean backwards,
            boolean lastFirst,
            String setting) {
        int rows = shape[0];
        int columns = shape[1];
        try (Arena arena = Arena.ofConfined()) {
            long elements = (long) columns * shape[3];
            MemorySegment source = arena.allocate(elements * size, 1);
            byte[] bytes = new byte[Math.toIntExact(source.byteSize())];
            random.nextBytes(bytes);
            MemorySegment.copy(bytes, 0, source, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long targetBytes = (long) rows * shape[4] * size;
            MemorySegment target = arena.allocate(targetBytes, 1);
            byte[] expected = new byte[Math.toIntExact(targetBytes)];
            random.nextBytes(expected);
            MemorySegment.copy(expected, 0, target, ValueLayout.JAVA_BYTE, 0, expected.length);
            long rowStep = (backwards ? -1L : 1L) * shape[2];
            long columnStep = (lastFirst ? -1L : 1L) * shape[3];
            long first =
                    (backwards ? (rows - 1L) * shape[2] : 0)
                            + (lastFirst ? (columns - 1L) * shape[3] : 0);
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    long from = first + r * rowStep + c * columnStep;
                    int to = (r * shape[4] + c) * size;
                    System.arraycopy(bytes, (int) from * size, expected, to, size);
                }
            }
            transposition.run(
                    source.address() + first * size,
                    rowStep * size,
                    columnStep * size,
                    target.address(),
                    (long) shape[4] * size,
                    rows,
                    columns);
            assertEquals(
                    -1,
                    MemorySegment.ofArray(expected).mismatch(target),
                    () ->
                            setting
                                    + ": "
                                    + rows
                                    + " rows at "
                                    + rowStep
                                    + ", "
                                    + columns
                                    + " columns at "
                                    + columnStep
                                    + ", seed "
                                    + SEED);
        }
    }
}
