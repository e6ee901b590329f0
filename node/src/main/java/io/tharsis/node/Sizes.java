package io.tharsis.node;

import java.util.Locale;

/** Byte counts as people read them. */
final class Sizes {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /** For example {@code 512 bytes}, {@code 1.5 GiB}. */
    static String text(long byteCount) {
        double value = (double) byteCount;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
