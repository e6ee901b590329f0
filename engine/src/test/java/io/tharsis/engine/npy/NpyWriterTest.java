package io.tharsis.engine.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.DType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class NpyWriterTest {
    @TempDir Path folder;

    static List<NpyGoldens.Readable> asNumPySaves() throws IOException {
        return NpyGoldens.readable().stream()
                .filter(golden -> golden.entry().matches("(.*-C-little-v1|shape-.*)\\.npy"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("asNumPySaves")
    void shouldWriteTheBytesThatNumPyWrites(NpyGoldens.Readable golden) throws IOException {
        Path path = folder.resolve(golden.entry());
        byte[] nativeElements = golden.elements().clone();
        if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN && golden.dtype().byteSize() > 1) {
            ElementBytes.swap(MemorySegment.ofArray(nativeElements), golden.dtype().byteSize());
        }
        try (NpyWriter writer = NpyWriter.create(path, golden.dtype(), golden.shape())) {
            writer.write(
                    0, MemorySegment.ofArray(nativeElements), 0, writer.header().elementCount());
            writer.commit();
        }
        assertArrayEquals(golden.file(), Files.readAllBytes(path));
        assertOnly(golden.entry());
    }

    @Test
    void shouldUseVersionTwoForALongHeader() {
        long[] axes = new long[40_000];
        Arrays.fill(axes, 1);
        NpyHeader wide = NpyHeader.forWriting(DType.INT8, axes);
        assertEquals(2, wide.formatVersion());
        byte[] bytes = wide.toBytes();
        assertEquals(wide.dataByteOffset(), bytes.length);
        assertEquals(0, bytes.length % 64);
        assertEquals(2, bytes[6]);
        assertEquals(
                bytes.length - 12, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(8));
    }

    @Test
    void shouldAssemblePiecesWrittenInAnyOrderByManyThreads() throws Exception {
        Path path = folder.resolve("pieces.npy");
        int[] values = new Random(1).ints(100_000).toArray();
        List<Integer> starts = new ArrayList<>();
        for (int start = 0; start < values.length; start += 1000) {
            starts.add(start);
        }
        Collections.shuffle(starts, new Random(2));
        try (NpyWriter writer = NpyWriter.create(path, DType.INT32, 100, 1000);
                Arena arena = Arena.ofShared()) {
            MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_INT, values);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                List<Integer> mine = starts.subList(t * 25, t * 25 + 25);
                threads.add(
                        Thread.ofPlatform()
                                .start(
                                        () ->
                                                mine.forEach(
                                                        start ->
                                                                writer.write(
                                                                        start,
                                                                        source,
                                                                        4L * start,
                                                                        1000))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            writer.commit();
        }
        int[] read = new int[values.length];
        try (NpyFile file = NpyFile.open(path)) {
            assertArrayEquals(new long[] {100, 1000}, file.header().shape());
            file.read(0, values.length, MemorySegment.ofArray(read), 0);
        }
        assertArrayEquals(values, read);
    }

    @Test
    void shouldRoundTripRandomArraysOfEveryDtype() {
        long seed = Long.getLong("tharsis.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (DType dtype : DType.values()) {
            for (int round = 0; round < 10; round++) {
                long[] shape = random.longs(random.nextInt(5), 0, 7).toArray();
                NpyHeader header = NpyHeader.forWriting(dtype, shape);
                byte[] elements = new byte[(int) header.dataByteSize()];
                random.nextBytes(elements);
                if (dtype == DType.BOOL) {
                    for (int i = 0; i < elements.length; i++) {
                        elements[i] &= 1;
                    }
                }
                Path path = folder.resolve("round.npy");
                try (NpyWriter writer = NpyWriter.create(path, dtype, shape)) {
                    writer.write(0, MemorySegment.ofArray(elements), 0, header.elementCount());
                    writer.commit();
                }
                byte[] read = new byte[elements.length];
                try (NpyFile file = NpyFile.open(path)) {
                    assertEquals(header, file.header(), "seed " + seed);
                    file.read(0, header.elementCount(), MemorySegment.ofArray(read), 0);
                }
                assertArrayEquals(elements, read, "seed " + seed);
            }
        }
    }

    @Test
    void shouldLeaveNothingBehindWithoutACommit() throws IOException {
        Path path = folder.resolve("a.npy");
        Files.writeString(path, "older");
        try (NpyWriter writer = NpyWriter.create(path, DType.FLOAT64, 3)) {
            writer.write(0, MemorySegment.ofArray(new double[3]), 0, 3);
            assertEquals("older", Files.readString(path));
        }
        assertEquals("older", Files.readString(path));
        assertOnly("a.npy");
    }

    @Test
    void shouldRefuseToCommitAnIncompleteArray() throws IOException {
        NpyWriter writer = NpyWriter.create(folder.resolve("a.npy"), DType.FLOAT64, 3);
        writer.write(0, MemorySegment.ofArray(new double[2]), 0, 2);
        String message = assertThrows(StorageException.class, writer::commit).getMessage();
        assertTrue(message.contains("2 of 3"), message);
        assertThrows(StorageException.class, writer::commit);
        assertThrows(
                StorageException.class,
                () -> writer.write(0, MemorySegment.ofArray(new double[2]), 0, 2));
        writer.close();
        assertOnly();
    }

    @Test
    void shouldRefuseWritesOutsideTheArrayOrTheSource() {
        try (NpyWriter writer = NpyWriter.create(folder.resolve("a.npy"), DType.FLOAT64, 3)) {
            MemorySegment source = MemorySegment.ofArray(new double[4]);
            assertThrows(IndexOutOfBoundsException.class, () -> writer.write(0, source, 0, 4));
            assertThrows(IndexOutOfBoundsException.class, () -> writer.write(-1, source, 0, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> writer.write(0, source, 16, 3));
        }
    }

    @Test
    void shouldNameBothByteCountsWhenTheDiskIsFull() throws IOException {
        Path path = folder.resolve("a.npy");
        NpyWriter writer =
                NpyWriter.create(
                        path,
                        DType.FLOAT64,
                        new long[] {1000},
                        temporary -> new LimitedOutput(temporary, 4000));
        MemorySegment source = MemorySegment.ofArray(new double[1000]);
        String message =
                assertThrows(StorageException.class, () -> writer.write(0, source, 0, 1000))
                        .getMessage();
        for (String part : List.of("a.npy", "No space left", "8128 bytes", "needed", "free")) {
            assertTrue(message.contains(part), message);
        }
        assertThrows(StorageException.class, writer::commit);
        assertOnly();
    }

    @Test
    void shouldLeaveNothingBehindWhenNotEvenTheHeaderFits() throws IOException {
        assertThrows(
                StorageException.class,
                () ->
                        NpyWriter.create(
                                folder.resolve("a.npy"),
                                DType.INT8,
                                new long[] {1},
                                temporary -> new LimitedOutput(temporary, 10)));
        assertOnly();
    }

    @Test
    void shouldReportWhatARealFullDeviceSays() {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full here");
        PendingFile.Opener toFullDevice =
                temporary -> {
                    FileChannel channel =
                            FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
                    return new LimitedOutput(temporary, Long.MAX_VALUE) {
                        @Override
                        public int write(ByteBuffer bytes, long position) throws IOException {
                            return channel.write(bytes, position);
                        }

                        @Override
                        public void close() throws IOException {
                            channel.close();
                            super.close();
                        }
                    };
                };
        String message =
                assertThrows(
                                StorageException.class,
                                () ->
                                        NpyWriter.create(
                                                folder.resolve("a.npy"),
                                                DType.INT8,
                                                new long[] {1},
                                                toFullDevice))
                        .getMessage();
        assertTrue(message.contains("needed") && message.contains("free"), message);
    }

    @Test
    void shouldRefuseAtOnceWhatTheDiskCannotHold() throws IOException {
        assumeTrue(
                StorageException.freeBytes(folder.resolve("a")) > 0,
                "the file system does not tell its free space");
        String message =
                assertThrows(
                                StorageException.class,
                                () ->
                                        NpyWriter.create(
                                                folder.resolve("a.npy"), DType.INT8, 1L << 60))
                        .getMessage();
        assertTrue(
                message.contains("too little space")
                        && message.contains(Long.toString((1L << 60) + 128)),
                message);
        assertOnly();
    }

    @Test
    void shouldNameAMissingFolderAndRefuseToReplaceOne() throws IOException {
        Path lost = folder.resolve("no/such/a.npy");
        assertTrue(
                assertThrows(StorageException.class, () -> NpyWriter.create(lost, DType.INT8, 1))
                        .getMessage()
                        .contains("there is no folder"));
        Path inner = Files.createDirectory(folder.resolve("inner"));
        assertTrue(
                assertThrows(StorageException.class, () -> NpyWriter.create(inner, DType.INT8, 1))
                        .getMessage()
                        .contains("regular"));
        assertThrows(
                IllegalArgumentException.class,
                () -> NpyWriter.create(folder.resolve("a"), DType.INT8, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> NpyWriter.create(folder.resolve("a"), DType.INT8, 1L << 40, 1L << 40));
    }

    @Test
    void shouldWriteThroughALink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.npy"), "older");
        Path link = Files.createSymbolicLink(folder.resolve("link.npy"), real);
        try (NpyWriter writer = NpyWriter.create(link, DType.INT8)) {
            writer.write(0, MemorySegment.ofArray(new byte[] {5}), 0, 1);
            writer.commit();
        }
        assertTrue(Files.isSymbolicLink(link));
        try (NpyFile file = NpyFile.open(real)) {
            assertEquals(DType.INT8, file.header().dtype());
        }
    }

    private void assertOnly(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(names),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
