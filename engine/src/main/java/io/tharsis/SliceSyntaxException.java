package io.tharsis;

/**
 * A string that is no index expression; the message shows the text, where reading stopped, and what
 * was expected there.
 */
public class SliceSyntaxException extends TharsisException {
    private static final long serialVersionUID = 1L;

    private final int position;

    public SliceSyntaxException(String text, int position, String expected) {
        super(
                "index expression \""
                        + text
                        + "\": expected "
                        + expected
                        + " at position "
                        + position
                        + ", found "
                        + (position < text.length()
                                ? "'" + text.charAt(position) + "'"
                                : "the end"));
        this.position = position;
    }

    /** Characters read before the error. */
    public int position() {
        return position;
    }
}
