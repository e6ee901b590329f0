package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.engine.npy.NpyWriter;
import io.tharsis.engine.npy.NpzWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

final class DescribeCommandTest {
    private final Console console = new Console();

    @TempDir private Path folder;

    @Test
    void shouldTellNumPysNumbersOfRealData() {
        Path digits =
                Path.of(
                        System.getProperty("tharsis.root"),
                        "examples",
                        "data",
                        "digits_images.npy");
        assertEquals(0, console.run("describe", digits.toString()), console.err());
        // numpy: a.min(), a.max(), a.mean(), a.std(), (a == 16).sum()
        for (String line :
                List.of(
                        "shape  (1797, 8, 8)",
                        "dtype  uint8",
                        "order  C",
                        "min    0",
                        "max    16",
                        "mean   4.88416",
                        "std    6.01679")) {
            assertTrue(
                    console.out().contains("  " + line + "\n"),
                    line + " is missing in " + console.out());
        }
        assertTrue(console.out().contains("  16  10,456  "), console.out());
        assertFalse(console.out().contains("NaN"), console.out());
    }

    @Test
    void shouldCountNaNsAndLeaveThemOut() {
        Path file =
                doubles(
                        "nans.npy",
                        new double[] {1, Double.NaN, 3, Double.POSITIVE_INFINITY, Double.NaN},
                        5);
        assertEquals(0, console.run("describe", file.toString()), console.err());
        assertTrue(console.out().contains("NaN    2\n"), console.out());
        assertTrue(console.out().contains("min    1\n"), console.out());
        assertTrue(console.out().contains("max    inf\n"), console.out());
        // The histogram is of finite elements.
        assertTrue(console.out().contains("2.9 to 3  1"), console.out());
    }

    @Test
    void shouldTellEachIndexAlongAnAxis() {
        Path file = doubles("table.npy", new double[] {1, 10, 2, 20, Double.NaN, 60}, 3, 2);
        assertEquals(0, console.run("describe", file.toString(), "--axis", "-1"), console.err());
        List<String> lines = console.out().lines().toList();
        assertTrue(
                lines.get(5).matches(" +axis 1 +min +max +mean +std +NaN +min to max"),
                console.out());
        assertTrue(lines.get(6).matches(" +0 +1 +2 +1.5 +0.5 +1 .*"), console.out());
        assertTrue(lines.get(7).matches(" +1 +10 +60 +30 +21.6025 +0 .*"), console.out());
    }

    @Test
    void shouldShowOnlyTheEndsOfALongAxis() {
        double[] values = new double[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Path file = doubles("long.npy", values, 1000);
        assertEquals(0, console.run("describe", file.toString(), "--axis=0"), console.err());
        List<String> lines = console.out().lines().toList();
        assertEquals(5 + 1 + 20 + 1 + 20, lines.size(), console.out());
        assertTrue(lines.getLast().matches(" +999 +999 +999 +999 +0 +0 .*"), console.out());
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void shouldDescribeEveryDtype(DType type) {
        byte[] bytes = new byte[4 * type.byteSize()];
        bytes[type.byteSize()] = 1;
        Path file = write("four.npy", type, MemorySegment.ofArray(bytes), 2, 2);
        assertEquals(0, console.run("describe", file.toString()), console.err());
        assertTrue(console.out().contains("dtype  " + type + "\n"), console.out());
        assertTrue(
                console.out().contains(type == DType.BOOL ? "max    True\n" : "max    "),
                console.out());
        Console rows = new Console();
        assertEquals(0, rows.run("describe", "--axis", "0", file.toString()), rows.err());
    }

    @Test
    void shouldDescribeArraysWithoutElementsWithoutAxesAndWithoutNumbers() {
        Path empty = doubles("empty.npy", new double[0], 0, 3);
        Path scalar = doubles("scalar.npy", new double[] {3.5});
        Path nothing = doubles("nothing.npy", new double[] {Double.NaN, Double.NaN}, 2);
        assertEquals(0, console.run("describe", empty.toString()), console.err());
        assertTrue(console.out().contains("no elements"), console.out());
        assertEquals(0, console.run("describe", scalar.toString()), console.err());
        assertTrue(console.out().contains("shape  ()\n"), console.out());
        assertTrue(console.out().contains("mean   3.5\n"), console.out());
        assertEquals(0, console.run("describe", nothing.toString()), console.err());
        assertTrue(console.out().contains("mean   nan\n"), console.out());
    }

    @Test
    void shouldDescribeEachArrayOfAnArchive() {
        Path file = folder.resolve("two.npz");
        try (NpzWriter archive = NpzWriter.create(file)) {
            for (String name : List.of("first", "second")) {
                try (NpyWriter writer = archive.add(name, DType.INT64, 3)) {
                    writer.write(0, MemorySegment.ofArray(new long[] {5, 6, 7}), 0, 3);
                    writer.commit();
                }
            }
            archive.commit();
        }
        assertEquals(0, console.run("describe", file.toString()), console.err());
        assertTrue(console.out().contains(", first\n"), console.out());
        assertTrue(console.out().contains(", second\n"), console.out());
        assertTrue(console.out().contains("mean   6\n"), console.out());
    }

    @Test
    void shouldDescribeWhatItCanOfAnArchive() throws IOException {
        Path file = folder.resolve("mixed.npz");
        byte[] numbers = Files.readAllBytes(doubles("numbers.npy", new double[] {1, 2, 6}, 3));
        String objects =
                new String(numbers, StandardCharsets.ISO_8859_1).replace("'<f8'", "'|O'  ");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("objects.npy"));
            zip.write(objects.getBytes(StandardCharsets.ISO_8859_1));
            zip.putNextEntry(new ZipEntry("numbers.npy"));
            zip.write(numbers);
        }
        assertEquals(1, console.run("describe", file.toString()));
        assertTrue(console.out().contains("mean   3\n"), console.out());
        assertTrue(console.err().contains("mixed.npz[objects]"), console.err());
    }

    @Test
    void shouldRefuseWhatIsNoSuchFile() throws IOException {
        assertEquals(2, console.run("describe", folder.resolve("absent.npy").toString()));
        assertTrue(console.err().contains("there is no file"), console.err());
        Path text = Files.writeString(folder.resolve("text.npy"), "hello, this is text");
        assertEquals(1, console.run("describe", text.toString()));
        assertTrue(console.err().contains("is no .npy file"), console.err());
        byte[] pickled = "\u0093NUMPY\u0001\u0000v\u0000".getBytes(StandardCharsets.ISO_8859_1);
        String header =
                String.format(
                        "%-117s\n", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }");
        Path objects = folder.resolve("objects.npy");
        Files.write(objects, pickled);
        Files.writeString(
                objects,
                header + "pickle",
                StandardCharsets.ISO_8859_1,
                java.nio.file.StandardOpenOption.APPEND);
        assertEquals(1, console.run("describe", objects.toString()));
        assertTrue(console.err().contains("pickled"), console.err());
        assertFalse(console.err().contains("\tat "), console.err());
    }

    @Test
    void shouldRefuseAnAxisThatTheArrayLacks() {
        Path file = doubles("pair.npy", new double[] {1, 2}, 2);
        assertEquals(2, console.run("describe", file.toString(), "--axis", "1"));
        assertTrue(console.err().contains("--axis 1 is out of range"), console.err());
        assertTrue(console.err().contains("-1 to 0"), console.err());
    }

    @Test
    void shouldDrawBarsInTheTerminalsCharset() {
        assertEquals("████", new Bars(StandardCharsets.UTF_8).across(1, 4));
        assertEquals("▏", new Bars(StandardCharsets.UTF_8).across(1e-9, 4));
        assertEquals("##", new Bars(StandardCharsets.US_ASCII).across(0.5, 4));
        assertEquals("", new Bars(StandardCharsets.UTF_8).across(0, 4));
        assertEquals(" ▁█", new Bars(StandardCharsets.UTF_8).upright(0, 1, 100));
        assertEquals("@", new Bars(StandardCharsets.US_ASCII).upright(5));
    }

    @Test
    void shouldPrintNumbersShort() {
        assertEquals("4.88416", Numbers.text(4.884164579855314));
        assertEquals("-1e-05", Numbers.text(-0.00001));
        assertEquals("1.84467e+19", Numbers.text(0x1p64));
        assertEquals("0", Numbers.text(0));
        assertEquals("123457", Numbers.text(123456.7));
    }

    private Path doubles(String name, double[] values, long... shape) {
        return write(name, DType.FLOAT64, MemorySegment.ofArray(values), shape);
    }

    private Path write(String name, DType type, MemorySegment values, long... shape) {
        Path file = folder.resolve(name);
        try (NpyWriter writer = NpyWriter.create(file, type, shape)) {
            writer.write(0, values, 0, values.byteSize() / type.byteSize());
            writer.commit();
        }
        return file;
    }
}
