package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class PiCommandTest {
    private final Console console = new Console();

    @Test
    void shouldComeNearPi() {
        assertEquals(0, console.run("pi", "--points", "1e5"), console.err());
        // Five standard deviations of 4 * Binomial(n, pi / 4) / n.
        assertEquals(Math.PI, pi(console.out()), 5 * 1.642 / Math.sqrt(1e5));
        assertTrue(console.out().contains("points    100,000\n"), console.out());
        assertTrue(console.out().contains("points/s"), console.out());
        assertTrue(console.out().contains("peak RSS"), console.out());
    }

    @Test
    void shouldGiveTheSameNumberForTheSameSeed() {
        assertEquals(0, console.run("pi", "-n", "10_000", "--seed", "7"), console.err());
        Console again = new Console();
        assertEquals(
                0, again.run("pi", "-n", "10000", "--seed", "7", "--threads", "1"), again.err());
        Console other = new Console();
        assertEquals(0, other.run("pi", "-n", "1e4", "--seed", "8"), other.err());
        assertEquals(pi(console.out()), pi(again.out()));
        assertNotEquals(pi(console.out()), pi(other.out()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "0", "-1e6", "0.5"})
    void shouldRefuseABadCount(String points) {
        assertEquals(2, console.run("pi", "--points", points));
        assertTrue(
                console.err().contains("'" + points + "' is no whole number from 1"),
                console.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=0", "--memory=lots", "--memory=5"})
    void shouldRefuseASessionThatCannotBe(String option) {
        assertEquals(2, console.run("pi", "-n", "10", option));
        assertTrue(
                console.err().contains("got 0")
                        || console.err().contains("no size")
                        || console.err().contains("1 MiB"),
                console.err());
    }

    private static double pi(String out) {
        Matcher matcher = Pattern.compile("pi +([0-9.]+)").matcher(out);
        assertTrue(matcher.find(), out);
        return Double.parseDouble(matcher.group(1));
    }
}
