package io.tharsis;

import static io.tharsis.Slice.ELLIPSIS;
import static io.tharsis.Slice.NEW_AXIS;
import static io.tharsis.Slice.all;
import static io.tharsis.Slice.at;
import static io.tharsis.Slice.every;
import static io.tharsis.Slice.from;
import static io.tharsis.Slice.range;
import static io.tharsis.Slice.reversed;
import static io.tharsis.Slice.to;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.Collectors;

class SliceTest {
    @Test
    void shouldReadTheWholeVocabulary() {
        Slice[] expected = {
            every(2),
            ELLIPSIS,
            at(-1),
            NEW_AXIS,
            range(1, 9, -3),
            from(2),
            to(-1),
            all(),
            range(1, 2),
            reversed()
        };
        assertArrayEquals(
                expected, Slice.parse(" ::2, ...,-1 ,newaxis, 1:9:-3, 2:, :-1, :, 1 : +2, ::-1,"));
        assertArrayEquals(new Slice[] {NEW_AXIS, at(0)}, Slice.parse("None,0"));
    }

    @Test
    void shouldReadBackWhatItPrints() {
        Slice[] slices = {
            every(2), ELLIPSIS, at(-1), NEW_AXIS, range(1, 9, -3), from(2).step(-1), to(-1), all()
        };
        String text = Arrays.stream(slices).map(Slice::toString).collect(Collectors.joining(", "));
        assertEquals("::2, ..., -1, newaxis, 1:9:-3, 2::-1, :-1, :", text);
        assertArrayEquals(slices, Slice.parse(text));
    }

    @Test
    void shouldSayWhereReadingStoppedAndWhatWasExpected() {
        assertError(
                "",
                0,
                "an integer, a range such as 2:10:2, '...' or 'newaxis' at position 0, found the"
                        + " end");
        assertError(
                "1, ,2",
                3,
                "an integer, a range such as 2:10:2, '...' or 'newaxis' at position 3, found ','");
        assertError("1 2", 2, "',' at position 2, found '2'");
        assertError("1:2:3:4", 5, "',' at position 5, found ':'");
        assertError(
                "..",
                0,
                "an integer, a range such as 2:10:2, '...' or 'newaxis' at position 0, found '.'");
        assertError("::0", 2, "a step other than 0 at position 2, found '0'");
        assertError("1, -", 4, "a digit at position 4, found the end");
        assertError(
                "9223372036854775808", 0, "an integer of at most 64 bits at position 0, found '9'");
        assertError(
                "newaxi",
                0,
                "an integer, a range such as 2:10:2, '...' or 'newaxis' at position 0, found 'n'");
    }

    private static void assertError(String text, int position, String expected) {
        var error = assertThrows(SliceSyntaxException.class, () -> Slice.parse(text));
        assertEquals("index expression \"" + text + "\": expected " + expected, error.getMessage());
        assertEquals(position, error.position());
    }

    @Test
    void shouldRefuseAStepOfZero() {
        assertEquals(
                "slice step is 0; it must be positive or negative",
                assertThrows(ShapeException.class, () -> every(0)).getMessage());
    }
}
