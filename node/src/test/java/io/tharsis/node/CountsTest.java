package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

final class CountsTest {
    private final Counts counts = new Counts();

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "200000000, 200000000",
        "200_000_000, 200000000",
        "2e8, 200000000",
        "1.5E3, 1500",
        "1e10, 10000000000"
    })
    void shouldReadCountsAsPeopleWriteThem(String text, long expected) {
        assertEquals(expected, counts.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "0", "-5", "1.5", "1e19", "0x10", "1e-3", "1e999999999"})
    void shouldRefuseWhatIsNoCount(String text) {
        TypeConversionException refusal =
                assertThrows(TypeConversionException.class, () -> counts.convert(text));
        assertTrue(refusal.getMessage().contains("'" + text + "'"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("2e8"), refusal.getMessage());
    }

    @Test
    void shouldFindThePeakInTheStatusOfAProcess() {
        assertEquals(
                153_000L << 10,
                PeakMemory.parse("VmPeak:\t  900000 kB\nVmHWM:\t  153000 kB\nVmRSS:\t 1 kB\n")
                        .orElseThrow());
        assertTrue(PeakMemory.parse("").isEmpty());
    }
}
