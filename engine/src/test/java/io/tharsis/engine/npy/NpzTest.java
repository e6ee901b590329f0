package io.tharsis.engine.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.TharsisException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;

class NpzTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "packed.npz"})
    void shouldReadWhatNumPySaved(String name) throws IOException {
        Path path = Files.write(folder.resolve(name), NpyGoldens.resource(name));
        try (NpzReader archive = NpzReader.open(path)) {
            assertEquals(List.of("grid", "größe", "flag"), archive.names());
            NpyFile grid = archive.array("grid");
            assertSame(grid, archive.array("grid"));
            assertArrayEquals(new long[] {3, 4}, grid.header().shape());
            int[] values = new int[12];
            grid.read(0, 12, MemorySegment.ofArray(values), 0);
            assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, values);
            double[] steps = new double[1000];
            archive.array("größe").read(0, 1000, MemorySegment.ofArray(steps), 0);
            assertEquals(1.0, steps[999]);
            byte[] flag = new byte[1];
            archive.array("flag").read(0, 1, MemorySegment.ofArray(flag), 0);
            assertEquals(1, flag[0]);
            String message =
                    assertThrows(NpyFormatException.class, () -> archive.array("grit"))
                            .getMessage();
            assertTrue(message.contains("grit") && message.contains("grid"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "packed.npz"})
    void shouldReadOrRefuseDamagedArchives(String name) throws IOException {
        byte[] good = NpyGoldens.resource(name);
        long seed = Long.getLong("tharsis.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Path path = folder.resolve(name);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = good.clone();
            int directory = good.length - 250;
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int at =
                        random.nextBoolean()
                                ? random.nextInt(good.length)
                                : random.nextInt(directory, good.length);
                damaged[at] = (byte) random.nextInt(256);
            }
            int size = random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length;
            Files.write(path, Arrays.copyOf(damaged, size));
            try (NpzReader archive = NpzReader.open(path)) {
                for (String array : archive.names()) {
                    NpyFile file = archive.array(array);
                    long count = file.header().elementCount();
                    file.read(
                            0,
                            count,
                            MemorySegment.ofArray(new byte[(int) file.header().dataByteSize()]),
                            0);
                }
            } catch (TharsisException expected) {
                assertTrue(expected.getMessage().contains(name), "seed " + seed);
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
    }

    @Test
    void shouldNoticeADamagedPackedArray() throws IOException {
        byte[] bytes = NpyGoldens.resource("packed.npz");
        bytes[80] ^= 0x55;
        Path path = Files.write(folder.resolve("a.npz"), bytes);
        try (NpzReader archive = NpzReader.open(path)) {
            assertThrows(NpyFormatException.class, () -> archive.array("grid"));
        }
    }

    @Test
    void shouldRefuseWhatIsNoArchive() throws IOException {
        Path path = Files.writeString(folder.resolve("a.npz"), "not a zip");
        assertTrue(
                assertThrows(NpyFormatException.class, () -> NpzReader.open(path))
                        .getMessage()
                        .contains("no zip archive"));
        assertThrows(StorageException.class, () -> NpzReader.open(folder));
        assertThrows(StorageException.class, () -> NpzReader.open(folder.resolve("missing.npz")));
    }

    @Test
    void shouldRefuseArraysOfAClosedArchive() throws IOException {
        Path path = Files.write(folder.resolve("a.npz"), NpyGoldens.resource("packed.npz"));
        NpzReader archive = NpzReader.open(path);
        NpyFile grid = archive.array("grid");
        archive.close();
        archive.close();
        assertThrows(StorageException.class, () -> archive.array("grid"));
        assertThrows(
                StorageException.class,
                () -> grid.read(0, 1, MemorySegment.ofArray(new int[1]), 0));
    }

    /** A limit of 0 makes every field wide, as an archive over 4 GiB would. */
    @ParameterizedTest
    @ValueSource(longs = {0, 200, ZipFormat.MAX_32})
    void shouldWriteArchivesThatOthersRead(long zip64From) throws IOException {
        Path path = folder.resolve("a.npz");
        try (NpzWriter archive = NpzWriter.create(path, zip64From, PendingFile::openFile)) {
            NpyWriter first = archive.add("größe", DType.FLOAT64, 3);
            NpyWriter second = archive.add("b", DType.INT8, 2, 2);
            second.write(2, MemorySegment.ofArray(new byte[] {3, 4}), 0, 2);
            first.write(0, MemorySegment.ofArray(new double[] {1, 2, 3}), 0, 3);
            second.write(0, MemorySegment.ofArray(new byte[] {1, 2}), 0, 2);
            second.commit();
            first.commit();
            archive.add("empty", DType.BOOL, 0).commit();
            archive.commit();
        }
        try (ZipFile zip = new ZipFile(path.toFile())) {
            assertEquals(
                    List.of("größe.npy", "b.npy", "empty.npy"),
                    zip.stream().map(entry -> entry.getName()).toList());
            byte[] bytes = zip.getInputStream(zip.getEntry("b.npy")).readAllBytes();
            assertEquals(DType.INT8, NpyHeader.parse(MemorySegment.ofArray(bytes), "b").dtype());
            assertArrayEquals(
                    new byte[] {1, 2, 3, 4},
                    Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
        }
        try (NpzReader archive = NpzReader.open(path)) {
            assertEquals(List.of("größe", "b", "empty"), archive.names());
            double[] values = new double[3];
            archive.array("größe").read(0, 3, MemorySegment.ofArray(values), 0);
            assertArrayEquals(new double[] {1, 2, 3}, values);
            assertArrayEquals(new long[] {0}, archive.array("empty").header().shape());
        }
    }

    @Test
    void shouldLeaveNothingBehindWithoutACommit() throws IOException {
        Path path = folder.resolve("a.npz");
        try (NpzWriter archive = NpzWriter.create(path)) {
            archive.add("a", DType.INT8).close();
            assertTrue(
                    assertThrows(StorageException.class, archive::commit)
                            .getMessage()
                            .contains("abandoned"));
        }
        try (NpzWriter archive = NpzWriter.create(path)) {
            archive.add("a", DType.INT8);
            assertThrows(StorageException.class, () -> archive.add("a", DType.INT8));
            assertTrue(
                    assertThrows(StorageException.class, archive::commit)
                            .getMessage()
                            .contains("not committed"));
        }
        assertFalse(Files.exists(path));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenTheDiskIsFull() throws IOException {
        try (NpzWriter archive =
                NpzWriter.create(
                        folder.resolve("a.npz"),
                        ZipFormat.MAX_32,
                        temporary -> new LimitedOutput(temporary, 1000))) {
            NpyWriter array = archive.add("a", DType.INT8, 2000);
            MemorySegment source = MemorySegment.ofArray(new byte[2000]);
            assertThrows(StorageException.class, () -> array.write(0, source, 0, 2000));
        }
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }
}
