package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void shouldRefuseWhatIsNoCounter() {
        assertFalse(window.isNew(0));
        assertFalse(window.isNew(-1));
        assertFalse(window.isNew(Long.MIN_VALUE));
    }

    @Test
    void shouldTakeEachOnceAndNoneThatIsTooOld() {
        window.note(1);
        window.note(ReplayWindow.SIZE);
        assertFalse(window.isNew(1));
        assertTrue(window.isNew(2));
        window.note(ReplayWindow.SIZE + 2);
        assertFalse(window.isNew(2), "as far back as the window is wide");
        assertTrue(window.isNew(3));
        assertTrue(window.isNew(Long.MAX_VALUE));
        window.note(Long.MAX_VALUE);
        assertFalse(window.isNew(Long.MAX_VALUE));
        assertTrue(window.isNew(Long.MAX_VALUE - 1));
        assertFalse(window.isNew(ReplayWindow.SIZE + 3));
    }

    @Test
    void shouldAgreeWithASetOverRandomSteps() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> seen = new HashSet<>();
        long top = 0;
        for (int i = 0; i < 200_000; i++) {
            long reach =
                    switch (random.nextInt(20)) {
                        case 0 -> 3L * ReplayWindow.SIZE;
                        case 1, 2 -> 1000;
                        default -> 20;
                    };
            long counter = Math.max(1, top - reach / 2 + random.nextLong(reach));
            boolean fresh = !seen.contains(counter) && top - counter < ReplayWindow.SIZE;
            assertEquals(fresh, window.isNew(counter), "seed " + seed + ", " + counter);
            if (fresh) {
                window.note(counter);
                seen.add(counter);
                top = Math.max(top, counter);
            }
        }
    }
}
