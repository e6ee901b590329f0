package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs every file of examples/ as {@code tharsis run} does. The expected numbers are NumPy's and
 * SciPy's for the same steps.
 */
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("tharsis.root"), "examples");

    @TempDir private Path folder;

    @Test
    void shouldTellDigitsApart() {
        String out = run("Digits.java");
        assertTrue(out.contains("mean grey     0.305260\n"), out);
        assertTrue(out.contains("right         340 of 397\n"), out);
        assertTrue(out.contains("accuracy      0.8564\n"), out);
        // The mean 3, its first row: two characters for a pixel.
        assertTrue(out.contains("\n    ++%%%%==    \n"), out);
    }

    @Test
    void shouldBlurAPhoto() {
        Path result = folder.resolve("blurred.npy");
        String out = run("Photo.java", EXAMPLES.resolve("data").toString(), result.toString());
        assertTrue(out.contains("luminance  mean 144.9809  std 82.9097\n"), out);
        assertTrue(out.contains("blurred    mean 145.0963  std 78.0063\n"), out);
        assertTrue(out.contains("stretched  mean 142.6150  std 83.2293\n"), out);
        try (Tensor written = Tensors.fromNpy(result)) {
            assertEquals(DType.UINT8, written.dtype());
            assertEquals(37_765_930, written.astype(DType.INT64).sum().itemLong());
        }
    }

    @Test
    void shouldPriceOptions() {
        int count = 100_000;
        String out = run("BlackScholes.java", Integer.toString(count));
        // Means of the distribution, five standard errors wide.
        assertEquals(7.806, number(out, "mean call"), 5 * 9.528 / Math.sqrt(count));
        assertEquals(6.180, number(out, "mean put"), 5 * 8.421 / Math.sqrt(count));
        assertTrue(number(out, "parity error") < 1e-12, out);
        assertTrue(out.contains("cdf(1)        0.841344746069\n"), out);
    }

    @Test
    void shouldDrawTheMandelbrotSet() {
        String out = run("Mandelbrot.java", "60", "20", "50");
        assertTrue(out.contains("in the set    236 of 1200\n"), out);
        assertTrue(out.contains("area          1.4750\n"), out);
        assertTrue(out.contains("mean steps    13.435000\n"), out);
        assertEquals(3 + 20, out.lines().count(), out);
    }

    @Test
    void shouldEstimatePiByActors() {
        int points = 10_000_000;
        String out = run("ActorsPi.java", Integer.toString(points), "1000");
        assertTrue(out.contains("points  10000000 by 1000 actors\n"), out);
        // The standard error of four times a share of pi / 4, five of them wide.
        double error = 4 * Math.sqrt(Math.PI / 4 * (1 - Math.PI / 4) / points);
        assertEquals(Math.PI, number(out, "pi"), 5 * error);
        assertEquals(out, run("ActorsPi.java", Integer.toString(points), "1000"));
        assertEquals(out, run("ActorsPi.java", Integer.toString(points), "1000", "3"));
    }

    private static double number(String out, String name) {
        Matcher matcher = Pattern.compile(Pattern.quote(name) + " +([0-9.e-]+)").matcher(out);
        assertTrue(matcher.find(), out);
        return Double.parseDouble(matcher.group(1));
    }

    /** What the program printed. */
    static String run(String file, String... arguments) {
        String[] line = new String[arguments.length + 2];
        line[0] = "run";
        line[1] = EXAMPLES.resolve(file).toString();
        System.arraycopy(arguments, 0, line, 2, arguments.length);
        Console console = new Console();
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, console.run(line), console.err());
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
