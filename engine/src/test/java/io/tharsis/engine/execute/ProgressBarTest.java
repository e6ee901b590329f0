package io.tharsis.engine.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldRewriteItsLineAndWipeIt() {
        String half = "[###############               ] 50 %";
        try (var bar = new ProgressBar(out)) {
            bar.show(0.5);
            bar.show(0.501);
            assertEquals("\r" + half, printed());
            bar.show(1);
        }
        assertEquals(
                "\r"
                        + half
                        + "\r[##############################] 100 %"
                        + "\r"
                        + " ".repeat(38)
                        + "\r",
                printed());
    }

    @Test
    void shouldPrintNothingForWhatIsDoneBeforeItIsShown() {
        new ProgressBar(out).close();
        assertEquals("", printed());
    }

    @Test
    void shouldShowOneBarAtATime() {
        try (var first = new ProgressBar(out);
                var second = new ProgressBar(out)) {
            first.show(0);
            int length = printed().length();
            second.show(0.9);
            assertEquals(length, printed().length());
        }
        try (var third = new ProgressBar(out)) {
            int length = printed().length();
            third.show(0.1);
            assertFalse(printed().length() == length);
        }
    }

    @Test
    void shouldBeOffWhereNobodyAskedForIt() {
        assertFalse(ProgressBar.isOn());
    }
}
