package io.tharsis.engine.tile;

import java.util.Arrays;

/** Numbers slots and notes their bytes. */
final class Slots {
    private long[] bytes = new long[16];
    private int count;

    int add(long byteSize) {
        if (count == bytes.length) {
            bytes = Arrays.copyOf(bytes, count * 2);
        }
        bytes[count] = byteSize;
        return count++;
    }

    long bytesOf(int slot) {
        return bytes[slot];
    }

    long[] bytes() {
        return Arrays.copyOf(bytes, count);
    }
}
