package io.tharsis.engine.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.tharsis.DType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

class NpyFileTest {
    @TempDir Path folder;

    static List<NpyGoldens.Readable> readable() throws IOException {
        return NpyGoldens.readable();
    }

    static List<NpyGoldens.Refused> refused() throws IOException {
        return NpyGoldens.refused();
    }

    @ParameterizedTest
    @MethodSource("readable")
    void shouldReadWhatNumPyWrote(NpyGoldens.Readable golden) throws IOException {
        Path path = Files.write(folder.resolve(golden.entry()), golden.file());
        try (NpyFile file = NpyFile.open(path)) {
            NpyHeader header = file.header();
            assertEquals(golden.dtype(), header.dtype());
            assertEquals(golden.fortranOrder(), header.fortranOrder());
            assertEquals(golden.bigEndian(), header.bigEndian());
            assertEquals(golden.version(), header.formatVersion());
            assertArrayEquals(golden.shape(), header.shape());
            assertEquals(golden.elements().length, header.dataByteSize());
            assertArrayEquals(golden.elements(), littleEndian(readAll(file), golden.dtype()));
            assertEquals(header, NpyHeader.parse(MemorySegment.ofArray(golden.file()), "memory"));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseWhatItCannotRead(NpyGoldens.Refused golden) throws IOException {
        Path path = Files.write(folder.resolve(golden.entry()), golden.file());
        String message =
                assertThrows(NpyFormatException.class, () -> NpyFile.open(path)).getMessage();
        assertTrue(message.contains(golden.messagePart()), message);
        assertTrue(message.contains(golden.entry()), message);
        MemorySegment memory = MemorySegment.ofArray(golden.file());
        assertThrows(NpyFormatException.class, () -> NpyHeader.parse(memory, "memory"));
    }

    /**
     * Whatever is done to a good file, it is read or refused with a typed exception; nothing else
     * comes out.
     */
    @ParameterizedTest
    @MethodSource("readable")
    void shouldReadOrRefuseDamagedFiles(NpyGoldens.Readable golden) {
        long seed = Long.getLong("tharsis.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = golden.file().clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                damaged[random.nextInt(Math.min(damaged.length, 128))] = (byte) random.nextInt(256);
            }
            int size = random.nextInt(4) == 0 ? random.nextInt(damaged.length + 1) : damaged.length;
            MemorySegment memory = MemorySegment.ofArray(damaged).asSlice(0, size);
            try {
                NpyHeader header = NpyHeader.parse(memory, "damaged");
                assertTrue(header.dataByteOffset() + header.dataByteSize() <= size, "seed " + seed);
            } catch (NpyFormatException expected) {
                assertTrue(expected.getMessage().startsWith("damaged: "), "seed " + seed);
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
    }

    @Test
    void shouldReadAnyPartIntoAnyPlaceOfAnyKindOfMemory() throws IOException {
        Path path = folder.resolve("a.npy");
        double[] values = new double[300_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5;
        }
        try (NpyWriter writer = NpyWriter.create(path, DType.FLOAT64, values.length)) {
            writer.write(0, MemorySegment.ofArray(values), 0, values.length);
            writer.commit();
        }
        try (NpyFile file = NpyFile.open(path);
                Arena arena = Arena.ofConfined()) {
            double[] heap = new double[200_002];
            file.read(7, 200_000, MemorySegment.ofArray(heap), 8);
            MemorySegment off = arena.allocate(200_000 * 8 + 3);
            file.read(7, 200_000, off, 3);
            for (int i = 0; i < 200_000; i++) {
                assertEquals((i + 7) * 0.5, heap[i + 1]);
                assertEquals((i + 7) * 0.5, off.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 3 + 8L * i));
            }
            assertEquals(0, heap[0]);
            assertEquals(0, heap[200_001]);
            file.read(300_000, 0, off, 0);
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(300_000, 1, off, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(-1, 1, off, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(0, 200_001, off, 0));
        }
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws IOException, InterruptedException {
        Path path = folder.resolve("a.npy");
        long[] values = new long[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 31L * i;
        }
        try (NpyWriter writer = NpyWriter.create(path, DType.INT64, values.length)) {
            writer.write(0, MemorySegment.ofArray(values), 0, values.length);
            writer.commit();
        }
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (NpyFile file = NpyFile.open(path)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                SplittableRandom random = new SplittableRandom(t);
                threads.add(
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            try {
                                                for (int i = 0; i < 500; i++) {
                                                    int from = random.nextInt(99_000);
                                                    long[] part = new long[1000];
                                                    file.read(
                                                            from,
                                                            1000,
                                                            MemorySegment.ofArray(part),
                                                            0);
                                                    assertEquals(31L * from, part[0]);
                                                    assertEquals(31L * (from + 999), part[999]);
                                                }
                                            } catch (Throwable failure) {
                                                failures.add(failure);
                                            }
                                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void shouldNameAMissingFileAndAFolder() {
        Path missing = folder.resolve("missing.npy");
        assertTrue(
                assertThrows(StorageException.class, () -> NpyFile.open(missing))
                        .getMessage()
                        .contains("missing.npy"));
        assertTrue(
                assertThrows(StorageException.class, () -> NpyFile.open(folder))
                        .getMessage()
                        .contains("folder"));
    }

    @Test
    void shouldSayThatItIsClosed() throws IOException {
        NpyGoldens.Readable golden = readable().getFirst();
        NpyFile file = NpyFile.open(Files.write(folder.resolve("a.npy"), golden.file()));
        file.close();
        file.close();
        MemorySegment target = MemorySegment.ofArray(new byte[100]);
        String message =
                assertThrows(StorageException.class, () -> file.read(0, 1, target, 0)).getMessage();
        assertTrue(message.contains("closed"), message);
    }

    @Test
    void shouldNoticeThatTheFileWasCutOffAfterOpening() throws IOException {
        Path path = folder.resolve("a.npy");
        try (NpyWriter writer = NpyWriter.create(path, DType.UINT8, 10)) {
            writer.write(0, MemorySegment.ofArray(new byte[10]), 0, 10);
            writer.commit();
        }
        try (NpyFile file = NpyFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 1);
            }
            MemorySegment target = MemorySegment.ofArray(new byte[10]);
            assertThrows(NpyFormatException.class, () -> file.read(0, 10, target, 0));
        }
    }

    private static byte[] readAll(NpyFile file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(file.header().dataByteSize());
            file.read(0, file.header().elementCount(), target, 0);
            return target.toArray(JAVA_BYTE);
        }
    }

    private static byte[] littleEndian(byte[] nativeBytes, DType dtype) {
        if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN && dtype.byteSize() > 1) {
            ElementBytes.swap(MemorySegment.ofArray(nativeBytes), dtype.byteSize());
        }
        return nativeBytes;
    }
}
