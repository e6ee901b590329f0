package io.tharsis.engine.npy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The Python dictionary in a {@code .npy} header: exactly the keys {@code descr}, {@code
 * fortran_order} and {@code shape}, in any order, as {@code ast.literal_eval} would read it. Of
 * Python's literals only those that can stand there are known: strings, booleans, tuples of
 * integers (with the {@code L} of Python 2's longs).
 */
final class HeaderLiteral {
    private static final int MAX_RANK = 64;

    private final String text;
    private final String source;
    private final boolean python2;
    private int position;

    private String descr;
    private boolean fortranOrder;
    private long[] shape;

    /**
     * @param python2 whether integers may end with {@code L}
     * @param source names the file in messages
     */
    static HeaderLiteral parse(String text, boolean python2, String source) {
        HeaderLiteral literal = new HeaderLiteral(text, python2, source);
        literal.dictionary();
        return literal;
    }

    private HeaderLiteral(String text, boolean python2, String source) {
        this.text = text;
        this.python2 = python2;
        this.source = source;
    }

    String descr() {
        return descr;
    }

    boolean fortranOrder() {
        return fortranOrder;
    }

    long[] shape() {
        return shape;
    }

    private void dictionary() {
        Set<String> keys = new LinkedHashSet<>();
        expect('{', "the header is not a dictionary");
        while (!accept('}')) {
            String key = string("a key");
            expect(':', "no ':' after the key '" + key + "'");
            if (!keys.add(key)) {
                throw malformed("the key '" + key + "' stands twice");
            }
            value(key);
            if (!accept(',')) {
                expect('}', "no ',' or '}' after the value of '" + key + "'");
                break;
            }
        }
        if (keys.size() != 3) {
            throw malformed(
                    "the keys are "
                            + new TreeSet<>(keys)
                            + ", but must be [descr, fortran_order, shape]");
        }
        skipSpace();
        if (position < text.length()) {
            throw malformed("something follows the dictionary");
        }
    }

    private void value(String key) {
        switch (key) {
            case "descr" -> descr = descrValue();
            case "fortran_order" -> fortranOrder = bool();
            case "shape" -> shape = tuple();
            default ->
                    throw malformed(
                            "the key '" + key + "' is not one of descr, fortran_order, shape");
        }
    }

    private String descrValue() {
        char next = peek();
        if (next == '[' || next == '(') {
            throw NpyTypes.structured(source);
        }
        return string("the value of 'descr'");
    }

    private boolean bool() {
        for (String word : new String[] {"True", "False"}) {
            if (peek() == word.charAt(0) && text.startsWith(word, position)) {
                position += word.length();
                return word.equals("True");
            }
        }
        throw malformed("the value of 'fortran_order' is neither True nor False");
    }

    private long[] tuple() {
        expect('(', "the value of 'shape' is not a tuple");
        long[] lengths = new long[8];
        int rank = 0;
        boolean comma = true;
        while (!accept(')')) {
            if (!comma) {
                throw malformed("no ',' between the axes of 'shape'");
            }
            if (rank == MAX_RANK) {
                throw malformed("the shape has more than " + MAX_RANK + " axes");
            }
            if (rank == lengths.length) {
                lengths = Arrays.copyOf(lengths, 2 * rank);
            }
            lengths[rank++] = axisLength();
            comma = accept(',');
        }
        if (rank == 1 && !comma) {
            throw malformed("the value of 'shape' is an integer in parentheses, not a tuple");
        }
        return Arrays.copyOf(lengths, rank);
    }

    private long axisLength() {
        boolean negative = accept('-');
        skipSpace();
        int start = position;
        while (position < text.length() && isDigit(text.charAt(position))) {
            position++;
        }
        String digits = text.substring(start, position);
        if (digits.isEmpty()) {
            throw malformed("an axis of 'shape' is not an integer");
        }
        if (python2 && position < text.length() && text.charAt(position) == 'L') {
            position++;
        }
        try {
            long length = Long.parseLong(negative ? "-" + digits : digits);
            if (length < 0) {
                throw malformed("an axis has the negative length " + length);
            }
            return length;
        } catch (NumberFormatException tooLong) {
            throw malformed("an axis has a length over 2**63 - 1", tooLong);
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String string(String what) {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw malformed(what + " is not a string");
        }
        int end = text.indexOf(quote, position + 1);
        if (end < 0) {
            throw malformed(what + " is a string without an end");
        }
        String value = text.substring(position + 1, end);
        if (value.indexOf('\\') >= 0 || value.indexOf('\n') >= 0) {
            throw malformed(what + " is a string with an escape or a line break");
        }
        position = end + 1;
        return value;
    }

    private boolean accept(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(char wanted, String problem) {
        if (!accept(wanted)) {
            throw malformed(problem);
        }
    }

    /** The next character that is no space, or NUL at the end. */
    private char peek() {
        skipSpace();
        return position < text.length() ? text.charAt(position) : '\0';
    }

    private void skipSpace() {
        while (position < text.length() && " \t\r\n\f".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private NpyFormatException malformed(String problem) {
        return malformed(problem, null);
    }

    private NpyFormatException malformed(String problem, NumberFormatException cause) {
        String shown = text.strip();
        shown = shown.length() > 200 ? shown.substring(0, 200) + "..." : shown;
        return new NpyFormatException(
                source, "malformed .npy header: " + problem + "; the header is " + shown, cause);
    }
}
