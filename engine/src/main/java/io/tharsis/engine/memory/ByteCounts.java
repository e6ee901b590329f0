package io.tharsis.engine.memory;

import java.util.Locale;

/** Byte counts in words for messages. */
public final class ByteCounts {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteCounts() {}

    /** {@code 1536} as {@code 1.5 KiB}; below 1024 exact: {@code 17 bytes}. */
    public static String inWords(long byteCount) {
        if (Math.abs(byteCount) < 1024) {
            return byteCount + " bytes";
        }
        double value = byteCount / 1024.0;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
