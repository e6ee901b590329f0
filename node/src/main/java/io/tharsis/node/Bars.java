package io.tharsis.node;

import java.nio.charset.Charset;

/**
 * Bars of characters: of eighths of a block where the terminal's charset has them, else of {@code
 * #}.
 */
final class Bars {
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";
    private static final String HEIGHTS = " ▁▂▃▄▅▆▇█";
    private static final String ASCII_HEIGHTS = " .:-=+*#@";

    private final boolean blocks;

    Bars(Charset charset) {
        this.blocks = charset.canEncode() && charset.newEncoder().canEncode(EIGHTHS + HEIGHTS);
    }

    /** A bar of {@code share} (0 to 1) of {@code width} characters; anything above 0 is seen. */
    String across(double share, int width) {
        if (!blocks) {
            return "#".repeat((int) (share > 0 ? Math.max(1, Math.round(share * width)) : 0));
        }
        int eighths = (int) (share > 0 ? Math.max(1, Math.round(share * width * 8)) : 0);
        return "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : EIGHTHS.charAt(eighths % 8));
    }

    /** One character for each count, as high as its share of the largest. */
    String upright(long... counts) {
        String heights = blocks ? HEIGHTS : ASCII_HEIGHTS;
        long largest = 0;
        for (long count : counts) {
            largest = Math.max(largest, count);
        }
        var text = new StringBuilder();
        for (long count : counts) {
            int top = heights.length() - 1;
            text.append(
                    heights.charAt(
                            count == 0
                                    ? 0
                                    : (int)
                                            Math.max(
                                                    1,
                                                    Math.round((double) count / largest * top))));
        }
        return text.toString();
    }
}
