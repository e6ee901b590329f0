package io.tharsis.engine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.engine.graph.Shapes;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Random;

class BoxesTest {

    @Test
    void shouldCopyAnyBoxToAnyPlace() {
        long seed = Long.getLong("tests.seed", 11L);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int trial = 0; trial < 2000; trial++) {
            int rank = random.nextInt(5);
            long[] box = new long[rank];
            long[] source = new long[rank];
            long[] target = new long[rank];
            long[] from = new long[rank];
            long[] to = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                box[axis] = random.nextInt(4);
                from[axis] = random.nextInt(3) / 2;
                to[axis] = random.nextInt(3) / 2;
                source[axis] = from[axis] + box[axis] + random.nextInt(3) / 2;
                target[axis] = to[axis] + box[axis] + random.nextInt(3) / 2;
            }
            int[] values = random.ints(Shapes.size(source)).toArray();
            int[] copied = new int[(int) Shapes.size(target)];
            int[] expected = copied.clone();
            Boxes.copy(
                    4,
                    box,
                    MemorySegment.ofArray(values),
                    source,
                    from,
                    MemorySegment.ofArray(copied),
                    target,
                    to);
            copyOneByOne(box, values, source, from, expected, target, to);
            assertArrayEquals(
                    expected,
                    copied,
                    () ->
                            Shapes.text(box)
                                    + " of "
                                    + Shapes.text(source)
                                    + " in "
                                    + Shapes.text(target));
        }
    }

    private static void copyOneByOne(
            long[] box,
            int[] values,
            long[] source,
            long[] from,
            int[] copied,
            long[] target,
            long[] to) {
        for (long p = 0; p < Shapes.size(box); p++) {
            long rest = p;
            long read = 0;
            long write = 0;
            long readStride = 1;
            long writeStride = 1;
            for (int axis = box.length - 1; axis >= 0; axis--) {
                long index = rest % box[axis];
                rest /= box[axis];
                read += (from[axis] + index) * readStride;
                write += (to[axis] + index) * writeStride;
                readStride *= source[axis];
                writeStride *= target[axis];
            }
            copied[(int) write] = values[(int) read];
        }
    }
}
