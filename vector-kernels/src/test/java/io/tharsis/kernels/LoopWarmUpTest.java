package io.tharsis.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class LoopWarmUpTest {
    private static final int FEW = 5;
    private static final int MOST = 40;
    private static final double STEP_NS = 1e9;
    private static final int CALLS = 50;

    private static volatile Object sink;

    /** Does not grow while allocation is watched. */
    private final List<Integer> runs = new ArrayList<>(100_000);

    private int idleCalls;

    @Test
    void shouldRunALoopThatBoxesSeldomAndInVain() {
        assertFalse(warmUp(Integer.MAX_VALUE).untilHot(200_000_000));
        assertTrue(runs.stream().allMatch(size -> size == FEW), runs::toString);
        assertEquals(CALLS * runs.size(), idleCalls, "idle calls");
    }

    @Test
    void shouldFindALoopHotOnceItBoxesNothing() {
        int boxing = 20;
        assertTrue(warmUp(boxing).untilHot(30_000_000_000L));
        assertTrue(idleCalls >= CALLS * (boxing + 1), () -> idleCalls + " idle calls");
        assertEquals(MOST, runs.getLast());
    }

    @Test
    void shouldWaitForEveryLoop() {
        LoopWarmUp loops = warmUp(0);
        loops.add(_ -> {}, _ -> sink = new long[1], FEW, MOST, STEP_NS);
        assertFalse(loops.untilHot(100_000_000));
    }

    /** Of a loop that allocates in its first {@code boxing} runs. */
    private LoopWarmUp warmUp(int boxing) {
        var loops = new LoopWarmUp();
        int[] done = new int[1];
        loops.add(
                _ -> idleCalls++,
                size -> {
                    runs.add(size);
                    if (done[0]++ < boxing) {
                        sink = new long[1];
                    }
                },
                FEW,
                MOST,
                STEP_NS);
        return loops;
    }
}
