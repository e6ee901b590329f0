package io.tharsis;

import java.util.ArrayList;
import java.util.List;

/** Reads the string form of {@link Slice}s by recursive descent; one use. */
final class SliceParser {
    private static final String ENTRY = "an integer, a range such as 2:10:2, '...' or 'newaxis'";

    private final String text;
    private int position;

    SliceParser(String text) {
        this.text = text;
    }

    Slice[] parse() {
        List<Slice> slices = new ArrayList<>();
        do {
            slices.add(entry());
            skipBlanks();
            if (position < text.length() && text.charAt(position) != ',') {
                throw expected("','");
            }
        } while (accept(',') && !atEnd());
        return slices.toArray(Slice[]::new);
    }

    private Slice entry() {
        skipBlanks();
        if (acceptWord("...")) {
            return Slice.ELLIPSIS;
        }
        if (acceptWord("newaxis") || acceptWord("None")) {
            return Slice.NEW_AXIS;
        }
        Long start = integer();
        if (!accept(':')) {
            if (start == null) {
                throw expected(ENTRY);
            }
            return Slice.at(start);
        }
        Long stop = integer();
        Long step = null;
        if (accept(':')) {
            skipBlanks();
            int at = position;
            step = integer();
            if (step != null && step == 0) {
                position = at;
                throw expected("a step other than 0");
            }
        }
        return new Slice.Range(start, stop, step == null ? 1 : step);
    }

    /** An integer with an optional sign, or null if none stands here. */
    private Long integer() {
        skipBlanks();
        int start = position;
        int i = position;
        if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
            i++;
        }
        int digits = i;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        if (i == digits) {
            if (i > start) {
                position = i;
                throw expected("a digit");
            }
            return null;
        }
        position = i;
        try {
            return Long.valueOf(text.substring(start, i));
        } catch (NumberFormatException _) {
            position = start;
            throw expected("an integer of at most 64 bits");
        }
    }

    private boolean accept(char wanted) {
        skipBlanks();
        if (position < text.length() && text.charAt(position) == wanted) {
            position++;
            return true;
        }
        return false;
    }

    private boolean acceptWord(String word) {
        if (text.startsWith(word, position)) {
            position += word.length();
            return true;
        }
        return false;
    }

    private boolean atEnd() {
        skipBlanks();
        return position == text.length();
    }

    private void skipBlanks() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }

    private SliceSyntaxException expected(String what) {
        return new SliceSyntaxException(text, position, what);
    }
}
