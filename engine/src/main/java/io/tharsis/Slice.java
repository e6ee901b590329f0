package io.tharsis;

/**
 * One entry of an index expression, as what stands between the commas of NumPy's {@code x[...]}: a
 * position, a range, all of an axis, the ellipsis, or a new axis. Meant for a static import:
 *
 * <pre>{@code
 * x.get(at(3), range(2, 10, 2))    // x[3, 2:10:2]
 * x.get(ELLIPSIS, reversed())      // x[..., ::-1]
 * x.get(all(), NEW_AXIS)           // x[:, newaxis]
 * }</pre>
 *
 * <p>Immutable; says nothing about a shape until it is applied to one.
 */
public sealed interface Slice {

    /** As many whole axes as the other entries leave over; at most once in an expression. */
    Slice ELLIPSIS = Mark.ELLIPSIS;

    /** A new axis of length 1. */
    Slice NEW_AXIS = Mark.NEW_AXIS;

    /** One position of an axis, which is dropped; negative counts from the end. */
    record At(long index) implements Slice {
        @Override
        public String toString() {
            return Long.toString(index);
        }
    }

    /**
     * Every {@code step}-th position from {@code start} up to, not including, {@code stop}, by
     * Python's rules: negative positions count from the end, those beyond an end are moved to it,
     * null means the end where the walk starts or ends.
     *
     * @param step not 0; negative walks backwards
     */
    record Range(Long start, Long stop, long step) implements Slice {
        public Range {
            if (step == 0) {
                throw new ShapeException("slice step is 0; it must be positive or negative");
            }
        }

        /** The same range walked in steps of {@code step}. */
        public Range step(long step) {
            return new Range(start, stop, step);
        }

        /** The first position walked on an axis of {@code length}; 0 if there is none. */
        public long first(long length) {
            return count(length) == 0 ? 0 : bound(start, length, step > 0 ? 0 : length - 1);
        }

        /** How many positions are walked on an axis of {@code length}. */
        public long count(long length) {
            long from = bound(start, length, step > 0 ? 0 : length - 1);
            long to = bound(stop, length, step > 0 ? length : -1);
            if (step > 0) {
                return from < to ? (to - from - 1) / step + 1 : 0;
            }
            // divided as negative numbers, since -Long.MIN_VALUE is no long
            return to < from ? (to - from + 1) / step + 1 : 0;
        }

        private long bound(Long position, long length, long whenAbsent) {
            if (position == null) {
                return whenAbsent;
            }
            long low = step > 0 ? 0 : -1;
            long high = step > 0 ? length : length - 1;
            long fromFront = position < 0 ? position + length : position;
            return Math.clamp(fromFront, low, high);
        }

        @Override
        public String toString() {
            return (start == null ? "" : start)
                    + ":"
                    + (stop == null ? "" : stop)
                    + (step == 1 ? "" : ":" + step);
        }
    }

    /** The entries that walk no axis of their own. */
    enum Mark implements Slice {
        ELLIPSIS("..."),
        NEW_AXIS("newaxis");

        private final String text;

        Mark(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Position {@code index}; the axis is dropped. */
    static At at(long index) {
        return new At(index);
    }

    /** {@code start:stop}. */
    static Range range(long start, long stop) {
        return new Range(start, stop, 1);
    }

    /** {@code start:stop:step}. */
    static Range range(long start, long stop, long step) {
        return new Range(start, stop, step);
    }

    /** {@code start:}. */
    static Range from(long start) {
        return new Range(start, null, 1);
    }

    /** {@code :stop}. */
    static Range to(long stop) {
        return new Range(null, stop, 1);
    }

    /** {@code ::step}. */
    static Range every(long step) {
        return new Range(null, null, step);
    }

    /** {@code ::-1}. */
    static Range reversed() {
        return new Range(null, null, -1);
    }

    /** {@code :}, the whole axis. */
    static Range all() {
        return new Range(null, null, 1);
    }

    /**
     * Reads the string form: entries of {@code 3}, {@code start:stop:step} with any part left out,
     * {@code ...} and {@code newaxis} (or {@code None}), separated by commas; blanks and one comma
     * at the end are ignored.
     *
     * @throws SliceSyntaxException naming the position and what was expected there
     */
    static Slice[] parse(String text) {
        return new SliceParser(text).parse();
    }
}
