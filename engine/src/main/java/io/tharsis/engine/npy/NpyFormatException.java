package io.tharsis.engine.npy;

import io.tharsis.TharsisException;

import java.util.Locale;

/**
 * A file is not a {@code .npy} or {@code .npz} file, is damaged, or holds what Tharsis does not
 * read.
 */
public final class NpyFormatException extends TharsisException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 1000;

    NpyFormatException(String source, String problem) {
        this(source, problem, null);
    }

    NpyFormatException(String source, String problem, Throwable cause) {
        super(source + ": " + printable(problem), cause);
    }

    /** What a file holds may be quoted in a message, but must not reach a terminal as it is. */
    private static String printable(String text) {
        var shown = new StringBuilder();
        text.chars()
                .limit(MAX_LENGTH)
                .forEach(
                        c -> {
                            if (Character.isISOControl(c)) {
                                shown.append(String.format(Locale.ROOT, "\\x%02x", c));
                            } else {
                                shown.append((char) c);
                            }
                        });
        return text.length() > MAX_LENGTH ? shown + "..." : shown.toString();
    }
}
