package io.tharsis.engine.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

/** Laws of views on random ones, checked against indices computed one by one. */
class ViewAlgebraTest {
    /** A view and the lengths of its result. */
    private record Sample(View view, long[] shape) {}

    private static Sample random(Random random, long... from) {
        int rank = random.nextInt(5);
        int[] source = new int[rank];
        long[] step = new long[rank];
        long[] shape = new long[rank];
        long[] offset = new long[from.length];
        Arrays.setAll(offset, axis -> random.nextInt((int) from[axis]));
        boolean[] walked = new boolean[from.length];
        for (int k = 0; k < rank; k++) {
            int axis = from.length == 0 ? -1 : random.nextInt(-1, from.length);
            if (axis < 0 || walked[axis]) {
                source[k] = -1;
                shape[k] = random.nextInt(1, 4);
                continue;
            }
            walked[axis] = true;
            source[k] = axis;
            step[k] = random.nextBoolean() ? random.nextInt(1, 4) : -random.nextInt(1, 4);
            long room = step[k] > 0 ? from[axis] - 1 - offset[axis] : offset[axis];
            shape[k] = 1 + random.nextLong(room / Math.abs(step[k]) + 1);
        }
        return new Sample(new View(source, step, offset), shape);
    }

    private static long[] apply(View view, long... index) {
        long[] result = view.offset().clone();
        for (int k = 0; k < index.length; k++) {
            if (view.source()[k] >= 0) {
                result[view.source()[k]] += index[k] * view.step()[k];
            }
        }
        return result;
    }

    private static long[] index(long position, long... shape) {
        long[] index = new long[shape.length];
        for (int k = shape.length - 1; k >= 0; k--) {
            index[k] = position % shape[k];
            position /= shape[k];
        }
        return index;
    }

    private static long[] shape(Random random) {
        return random.longs(random.nextInt(4), 1, 7).toArray();
    }

    private static Random seeded() {
        long seed = Long.getLong("seed", 4);
        System.out.println("ViewAlgebraTest seed " + seed);
        return new Random(seed);
    }

    @Test
    void shouldComposeToTheSameMapAsOneAfterTheOther() {
        Random random = seeded();
        for (int round = 0; round < 5000; round++) {
            Sample inner = random(random, shape(random));
            Sample outer = random(random, inner.shape);
            View composed = outer.view.compose(inner.view);
            for (long p = 0; p < Shapes.size(outer.shape); p++) {
                long[] index = index(p, outer.shape);
                assertArrayEquals(
                        apply(inner.view, apply(outer.view, index)),
                        apply(composed, index),
                        outer.view + " after " + inner.view);
            }
        }
    }

    @Test
    void shouldComposeAssociatively() {
        Random random = seeded();
        for (int round = 0; round < 5000; round++) {
            Sample a = random(random, shape(random));
            Sample b = random(random, a.shape);
            Sample c = random(random, b.shape);
            assertEquals(
                    c.view.compose(b.view).compose(a.view), c.view.compose(b.view.compose(a.view)));
        }
    }

    @Test
    void shouldLeaveAViewAsItIsWhenComposedWithIdentity() {
        Random random = seeded();
        for (int round = 0; round < 2000; round++) {
            long[] from = shape(random);
            Sample a = random(random, from);
            assertEquals(a.view, a.view.compose(View.identity(from.length)));
            assertEquals(a.view, View.identity(a.shape.length).compose(a.view));
            assertTrue(View.identity(from.length).isIdentity());
        }
    }

    @Test
    void shouldBroadcastAsOneOrInTwoSteps() {
        long[] one = {3, 1};
        long[] two = {2, 3, 1};
        long[] three = {5, 2, 3, 4};
        assertEquals(
                View.broadcast(one, three),
                View.broadcast(two, three).compose(View.broadcast(one, two)));
    }
}
