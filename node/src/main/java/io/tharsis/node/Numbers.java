package io.tharsis.node;

import java.util.Locale;

/** Numbers as tables show them. */
final class Numbers {
    private Numbers() {}

    /**
     * Six significant digits without zeros at the end: {@code 4.88417}, {@code 1e-05}, {@code
     * -inf}.
     */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e9)) {
            return trim(
                    String.format(Locale.ROOT, "%.5e", value)
                            .replaceFirst("0*e", "e")
                            .replaceFirst("\\.e", "e"));
        }
        int decimals = size < 1 ? 6 : Math.max(0, 5 - (int) Math.floor(Math.log10(size)));
        return trim(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    private static String trim(String text) {
        return text.contains(".") && !text.contains("e") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
