package io.tharsis.engine.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class NpySourceTest {
    @TempDir Path folder;

    private final Session session = Session.over(new ReferenceEngine(ScalarKernel::of), false);
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        session.close();
    }

    @Test
    void shouldReadAnyBoxOfAFile() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            long[] shape =
                    round % 3 == 0
                            ? lengths(random, 3, 30_000)
                            : lengths(random, 1 + round % 4, 40);
            int size = (int) Shapes.size(shape);
            int[] values = IntStream.range(0, size).toArray();
            NpySource source =
                    new NpySource(NpyFile.open(write("box.npy", DType.INT32, values, shape)));
            long[] origin = new long[shape.length];
            long[] box = new long[shape.length];
            for (int axis = 0; axis < shape.length; axis++) {
                origin[axis] = random.nextLong(shape[axis]);
                box[axis] = random.nextLong(shape[axis] - origin[axis] + 1);
            }
            int[] actual = new int[(int) Shapes.size(box)];
            source.read(origin, box, MemorySegment.ofArray(actual));
            assertArrayEquals(
                    expected(shape, origin, box), actual, "seed " + seed + " round " + round);
        }
    }

    @Test
    void shouldReadEveryFileThatNumPyWrote() throws IOException {
        for (NpyGoldens.Readable golden : NpyGoldens.readable()) {
            Path path = Files.write(folder.resolve(golden.entry()), golden.file());
            try (Tensor tensor = Tensors.fromNpy(path).execute()) {
                assertEquals(golden.dtype(), tensor.dtype());
                assertArrayEquals(golden.shape(), tensor.shape());
            }
        }
    }

    @Test
    void shouldTurnFortranOrderIntoATransposedView() throws IOException {
        // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]], 'int8') as it stands in the file: column by
        // column
        byte[] elements = {1, 4, 2, 5, 3, 6};
        String header = "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }";
        Path path = Files.write(folder.resolve("fortran.npy"), npy(header, elements));
        Tensor tensor = Tensors.fromNpy(path);
        assertArrayEquals(new long[] {2, 3}, tensor.shape());
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, tensor.toByteArray());
    }

    @Test
    void shouldWriteWhatItReads() {
        Tensor values = Tensors.arange(24).reshape(2, 3, 4).times(0.5);
        Path file = folder.resolve("halves.npy");
        values.toNpy(file);
        assertFalse(values.isStored());
        Tensor back = Tensors.fromNpy(file);
        assertArrayEquals(new long[] {2, 3, 4}, back.shape());
        assertArrayEquals(values.toDoubleArray(), back.toDoubleArray());
    }

    @Test
    void shouldReadTheArraysOfAnArchiveByName() {
        Path file = folder.resolve("two.npz");
        long[] longs = {1, 2, 3};
        double[] doubles = {0.5};
        try (NpzWriter archive = NpzWriter.create(file)) {
            append(archive, "b", DType.INT64, MemorySegment.ofArray(longs), 3);
            append(archive, "a", DType.FLOAT64, MemorySegment.ofArray(doubles));
            archive.commit();
        }
        assertEquals(List.of("b", "a"), List.copyOf(Tensors.fromNpz(file).keySet()));
        assertArrayEquals(longs, Tensors.fromNpz(file).get("b").toLongArray());
        assertEquals(0.5, Tensors.fromNpz(file).get("a").item());
    }

    @Test
    void shouldReadAnArchiveOfWhichOneArrayCannotBeRead() throws IOException {
        Path file = folder.resolve("mixed.npz");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("objects.npy"));
            zip.write(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new byte[9]));
            zip.putNextEntry(new ZipEntry("bytes.npy"));
            zip.write(
                    npy(
                            "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }",
                            new byte[] {3, 4}));
        }
        Map<String, Tensor> tensors = Tensors.fromNpz(file);
        assertEquals(List.of("objects", "bytes"), List.copyOf(tensors.keySet()));
        assertEquals(2, tensors.size());
        assertArrayEquals(new long[] {3, 4}, tensors.get("bytes").toLongArray());
        assertSame(tensors.get("bytes"), tensors.get("bytes"));
        assertNull(tensors.get("absent"));
        var failure = assertThrows(NpyFormatException.class, () -> tensors.get("objects"));
        assertTrue(failure.getMessage().contains("mixed.npz[objects]"), failure.getMessage());
    }

    @Test
    void shouldQuoteAHeaderWithoutItsControlCharacters() throws IOException {
        String header = "{'descr': '\u001b[31m" + "x".repeat(3000) + "', 'shape': (1,), }";
        Path file = Files.write(folder.resolve("odd.npy"), npy(header, new byte[8]));
        var failure = assertThrows(NpyFormatException.class, () -> Tensors.fromNpy(file));
        assertTrue(failure.getMessage().chars().noneMatch(Character::isISOControl));
        assertTrue(failure.getMessage().contains("\\x1b[31m"), failure.getMessage());
        assertTrue(failure.getMessage().length() < 1500, failure.getMessage());
    }

    private static void append(
            NpzWriter archive, String name, DType type, MemorySegment values, long... shape) {
        try (NpyWriter writer = archive.add(name, type, shape)) {
            writer.write(0, values, 0, Shapes.size(shape));
            writer.commit();
        }
    }

    private Path write(String name, DType type, int[] values, long... shape) {
        Path file = folder.resolve(name);
        try (NpyWriter writer = NpyWriter.create(file, type, shape)) {
            writer.write(0, MemorySegment.ofArray(values), 0, values.length);
            writer.commit();
        }
        return file;
    }

    private static long[] lengths(Random random, int rank, int last) {
        return LongStream.range(0, rank)
                .map(axis -> 1 + random.nextInt(axis == rank - 1 ? last : 9))
                .toArray();
    }

    private static int[] expected(long[] shape, long[] origin, long[] box) {
        long[] strides = Shapes.strides(shape);
        return LongStream.range(0, Shapes.size(box))
                .mapToInt(
                        p -> {
                            long rest = p;
                            long offset = 0;
                            for (int axis = box.length - 1; axis >= 0; axis--) {
                                offset += (origin[axis] + rest % box[axis]) * strides[axis];
                                rest /= box[axis];
                            }
                            return (int) offset;
                        })
                .toArray();
    }

    private static byte[] npy(String dictionary, byte[] elements) {
        byte[] text = (dictionary + "\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] file = new byte[10 + text.length + elements.length];
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
        System.arraycopy(start, 0, file, 0, 10);
        System.arraycopy(text, 0, file, 10, text.length);
        System.arraycopy(elements, 0, file, 10 + text.length, elements.length);
        return file;
    }
}
