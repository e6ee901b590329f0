package io.tharsis.engine.spill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.engine.memory.MemoryBudget;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class SpillSpaceTest {
    private static final long BUDGET = 64 << 20;

    @TempDir private Path folder;

    private static MemorySegment bytes(long count, boolean packable) {
        MemorySegment bytes = Arena.ofAuto().allocate(Math.max(1, count), 64).asSlice(0, count);
        var random = new Random(count);
        for (long i = 0; i < count; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (packable ? i / 1000 : random.nextInt(256)));
        }
        return bytes;
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private static MemorySegment read(SpillSpace space, SpillFile file) {
        MemorySegment back = Arena.ofAuto().allocate(Math.max(1, file.byteSize()), 64);
        back = back.asSlice(0, file.byteSize());
        space.read(file, back);
        return back;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 4096, (1 << 19) - 1, 1 << 19, (1 << 19) + 1, 3_000_001})
    void shouldReadBackWhatItWrote(long count) {
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
            for (boolean packable : new boolean[] {false, true}) {
                MemorySegment bytes = bytes(count, packable);
                SpillFile file = space.write(bytes);
                assertEquals(-1, bytes.mismatch(read(space, file)));
                assertTrue(file.storedBytes() <= count);
                if (count > 4000) {
                    assertEquals(packable, file.storedBytes() < count / 2);
                }
                assertEquals(file.storedBytes(), space.storedBytes());
                space.delete(file);
                assertFalse(Files.exists(file.path()));
            }
            assertEquals(0, space.storedBytes());
        }
    }

    @Test
    void shouldReserveItsBuffersAndRemoveItsFolderWhenClosed() throws IOException {
        var budget = new MemoryBudget(BUDGET);
        var space = new SpillSpace(List.of(folder), budget, 2);
        assertTrue(budget.reserved() > 0 && budget.reserved() <= BUDGET / 32);
        assertEquals(List.of(), entries(folder));
        space.write(bytes(100, false));
        assertEquals(1, entries(folder).size());
        space.close();
        space.close();
        assertEquals(0, budget.reserved());
        assertEquals(List.of(), entries(folder));
    }

    @Test
    void shouldPackNothingWhereThereIsNoRoomForBuffers() {
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(1000), 2)) {
            assertEquals(0, space.reservedBytes());
            MemorySegment bytes = bytes(100_000, true);
            SpillFile file = space.write(bytes);
            assertEquals(100_000, file.storedBytes());
            assertEquals(-1, bytes.mismatch(read(space, file)));
        }
    }

    @Test
    void shouldTakeFoldersInTurn() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (var space = new SpillSpace(List.of(one, two), new MemoryBudget(BUDGET), 2)) {
            List<SpillFile> files =
                    Stream.generate(() -> space.write(bytes(100, false))).limit(4).toList();
            assertEquals(2, files.stream().filter(f -> f.path().startsWith(one)).count());
            assertEquals(2, files.stream().filter(f -> f.path().startsWith(two)).count());
        }
    }

    @Test
    void shouldUseTheNextFolderWhereOneFails() throws IOException {
        Path blocked = Files.createFile(folder.resolve("a file")).resolve("below");
        Path fine = folder.resolve("fine");
        try (var space = new SpillSpace(List.of(blocked, fine), new MemoryBudget(BUDGET), 2)) {
            for (int i = 0; i < 3; i++) {
                assertTrue(space.write(bytes(100, false)).path().startsWith(fine));
            }
        }
    }

    @Test
    void shouldNamePathAndBytesWhereItMayNotWrite() throws IOException {
        Path blocked = Files.createFile(folder.resolve("a file")).resolve("below");
        try (var space = new SpillSpace(List.of(blocked), new MemoryBudget(BUDGET), 2)) {
            var thrown =
                    assertThrows(SpillException.class, () -> space.write(bytes(12_345, false)));
            assertTrue(thrown.getMessage().contains(blocked.toString()), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("12345 bytes"), thrown.getMessage());
            assertEquals(12_345, thrown.bytesNeeded());
            assertTrue(thrown.bytesFree() > 0);
        }
    }

    /** A disk that is full after some bytes. */
    private record Full(WritableByteChannel file, long[] left) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (left[0] < bytes.remaining()) {
                throw new FileSystemException("disk", null, "No space left on device");
            }
            left[0] -= bytes.remaining();
            return file.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Test
    void shouldLeaveNothingOfAChunkThatTheDiskHasNoRoomFor() throws IOException {
        long[] left = {1_000_000};
        SpillSpace.Opener opener =
                path ->
                        new Full(
                                FileChannel.open(
                                        path,
                                        StandardOpenOption.CREATE_NEW,
                                        StandardOpenOption.WRITE),
                                left);
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2, opener)) {
            SpillFile small = space.write(bytes(500_000, false));
            var thrown =
                    assertThrows(SpillException.class, () -> space.write(bytes(3_000_000, false)));
            assertTrue(thrown.getMessage().contains("No space left"), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("3000000 bytes"), thrown.getMessage());
            Path own = small.path().getParent();
            assertEquals(2, entries(own).size(), "the chunk that fitted, and the owner's lock");
            assertEquals(-1, bytes(500_000, false).mismatch(read(space, small)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNoticeEveryFlippedBit(boolean packable) throws IOException {
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
            SpillFile file = space.write(bytes(2_000_000, packable));
            byte[] stored = Files.readAllBytes(file.path());
            var random = new Random(1);
            for (int i = 0; i < 20; i++) {
                byte[] damaged = stored.clone();
                damaged[random.nextInt(stored.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file.path(), damaged);
                var thrown = assertThrows(SpillException.class, () -> read(space, file));
                assertTrue(thrown.getMessage().contains("checksum"), thrown.getMessage());
                assertTrue(thrown.getMessage().contains(file.path().toString()));
            }
            Files.write(file.path(), stored);
            assertEquals(-1, bytes(2_000_000, packable).mismatch(read(space, file)));
        }
    }

    @Test
    void shouldNoticeAFileThatIsCutOffOrGone() throws IOException {
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
            SpillFile file = space.write(bytes(1000, false));
            Files.write(file.path(), new byte[999]);
            var cut = assertThrows(SpillException.class, () -> read(space, file));
            assertTrue(cut.getMessage().contains("ends at byte 999"), cut.getMessage());
            Files.delete(file.path());
            var gone = assertThrows(SpillException.class, () -> read(space, file));
            assertTrue(gone.getMessage().contains("no such file"), gone.getMessage());
        }
    }

    @Test
    void shouldSweepWhatACrashedProcessLeftAndNothingElse() throws IOException {
        Path orphan = Files.createDirectories(folder.resolve("session-of-the-dead"));
        Files.createFile(orphan.resolve("owner.lock"));
        Files.write(orphan.resolve("7.chunk"), new byte[100]);
        Path users = Files.createDirectories(folder.resolve("not ours"));
        try (var first = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
            assertFalse(Files.exists(orphan));
            SpillFile file = first.write(bytes(1000, false));
            try (var second = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
                second.write(bytes(10, false));
                assertTrue(Files.exists(file.path()), "a living session's file was swept");
            }
            assertEquals(-1, bytes(1000, false).mismatch(read(first, file)));
            assertTrue(Files.exists(users));
        }
    }

    @Test
    void shouldMakeItsFolderAgainWhenSomebodyRemovedIt() throws IOException {
        try (var space = new SpillSpace(List.of(folder), new MemoryBudget(BUDGET), 2)) {
            SpillFile lost = space.write(bytes(1000, false));
            try (var files = Files.walk(lost.path().getParent())) {
                files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
            SpillFile file = space.write(bytes(1000, false));
            assertEquals(-1, bytes(1000, false).mismatch(read(space, file)));
            assertThrows(SpillException.class, () -> read(space, lost));
        }
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldSayThatAFolderIsNone() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        try (var space = new SpillSpace(List.of(file), new MemoryBudget(BUDGET), 2)) {
            var refused = assertThrows(SpillException.class, () -> space.write(bytes(10, false)));
            assertTrue(
                    refused.getMessage().contains("a file of that name: " + file),
                    refused.getMessage());
        }
    }
}
